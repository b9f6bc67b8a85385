"""What Knative's controllers do: from admitted resources to a `Wiring`."""

from simulator.reconcile.given import Admitted, GeneratorDescription, ServiceDescription
from simulator.reconcile.wire import reconcile

__all__ = [
    "Admitted",
    "GeneratorDescription",
    "ServiceDescription",
    "reconcile",
]

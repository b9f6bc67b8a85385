"""What Knative's webhooks and controllers do: from a manifest to a `Wiring`.

A webhook sees one object and the config of the cluster, never the cluster; a controller
the admitted objects and the cluster, never the faults.
"""

from simulator.control.config import ClusterConfig
from simulator.control.defaulting import Origin
from simulator.control.faults import Fault
from simulator.control.given import (
    Admitted,
    GeneratorDescription,
    Refusal,
    ServiceDescription,
)
from simulator.control.reconcile import reconcile
from simulator.control.registry import versions_of
from simulator.control.webhook import Admission, admit, immutability

__all__ = [
    "Admission",
    "Admitted",
    "ClusterConfig",
    "Fault",
    "GeneratorDescription",
    "Origin",
    "Refusal",
    "ServiceDescription",
    "admit",
    "immutability",
    "reconcile",
    "versions_of",
]

"""What Knative's webhooks do to a manifest: strict decoding, defaulting, validation."""

from simulator.admission.config import ClusterConfig
from simulator.admission.faults import Fault
from simulator.admission.origins import Origin
from simulator.admission.registry import is_admitted_kind, versions_of
from simulator.admission.webhook import Admission, admit, immutability

__all__ = [
    "Admission",
    "ClusterConfig",
    "Fault",
    "Origin",
    "admit",
    "immutability",
    "is_admitted_kind",
    "versions_of",
]

"""What Knative's webhooks do to a manifest: strict decoding, defaulting, validation."""

from simulator.admission.config import ClusterConfig
from simulator.admission.faults import Fault
from simulator.admission.misfits import Misfit, misfits, without
from simulator.admission.origins import Origin
from simulator.admission.registry import is_admitted_kind, versions_of
from simulator.admission.webhook import Admission, admit, immutability

__all__ = [
    "Admission",
    "ClusterConfig",
    "Fault",
    "Misfit",
    "Origin",
    "admit",
    "immutability",
    "is_admitted_kind",
    "misfits",
    "versions_of",
    "without",
]

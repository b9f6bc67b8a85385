"""A test of the topology that it stands in; `simulator.testing` reads it, no cluster does."""

from __future__ import annotations

from typing import Final

from simulator.control.kind import Kind
from simulator.manifests.sections import Short

KIND: Final = Kind(
    group="simulator",
    name="Test",
    means="kn-sim test runs it",
    short=Short(fields=("given", "send", "choices", "for", "expect"), namespaced=False),
)

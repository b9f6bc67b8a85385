"""A Service of Kubernetes: its address, while somebody else answers there."""

from __future__ import annotations

from typing import Final

from simulator.control.kind import Kind
from simulator.control.service_registry import NOBODY_SENDS

KIND: Final = Kind(
    group="",
    name="Service",
    means=NOBODY_SENDS,
)

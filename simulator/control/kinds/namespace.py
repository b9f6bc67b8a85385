"""A Namespace."""

from __future__ import annotations

from typing import Final

from simulator.control.kind import Kind
from simulator.manifests.sections import Short

KIND: Final = Kind(
    group="",
    name="Namespace",
    means="namespaces need not be declared; selectors see their labels",
    short=Short(namespaced=False),
)

"""The pods of a service, as a Simulation document says it: how long one takes to start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.subscribers.latency import Latency
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.subscribers.fields import Fields, Table

_PROBED_NS: Final = 200_000_000
"""Source: knative/serving pkg/activator/net/revision_backends.go:92: a new pod is probed
every 200 ms, so that it is found up to as much later."""

PODS: Table = {"start": ("start", "how long a pod takes to start")}
EXACTLY: Table = {"exactly": ("duration", "no longer until it is found")}


class PodsSpec(Value):
    """How the pods of a service come about.

    Args:
        start: How long one takes from when it is wanted until it is asked.
    """

    start: Latency

    @property
    def starts_ns(self) -> tuple[int, int]:
        """How long one takes at least and at most."""
        return self.start.first, self.start.second or self.start.first


def parse_pods(fields: Fields) -> PodsSpec | None:
    """Read ``{start: 2s}`` or ``{start: {exactly: 2s}}``; None where it says nothing."""
    fields.only(PODS)
    if "start" not in fields:
        if not fields.values:
            fields.fault("", "expected how long a pod takes to start: {start: 2s}")
        return None
    if isinstance(fields.get("start"), dict):
        start = fields.child("start")
        start.only(EXACTLY)
        if not start.values:
            start.fault("", "expected a duration, or {exactly: 2s}")
        return PodsSpec(start=Latency(first=start.duration("exactly")))
    least = fields.duration("start")
    return PodsSpec(
        start=Latency(shape="uniform", first=least, second=least + _PROBED_NS)
    )

"""Faults at the nodes that a topology has, and deliveries."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.session.arguments import expect_several, expect_whole
from simulator.session.blueprint import blueprint_of
from simulator.session.interceptors import Nodes
from simulator.subscribers.fault_spec import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology

_STATUSES = (503, 400, 500, 404, 429, 422)  # tried again, and given up, in turn
_LATENCIES = ("1s", "50ms", "1m", "1h")
_SPARED = ("", "", "", "rate", "window")  # why it hits less than all; mostly not
_WHATS = (
    *(("status", status) for status in _STATUSES),
    *(("latency", latency) for latency in _LATENCIES),
    *((kind, True) for kind in KINDS[2:]),
)


def faults(
    topology: Topology | Blueprint,
    *,
    at: Collection[str] = (),
    kinds: Collection[str] = KINDS,
    most_hits: int | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a fault: ``sim.fault(**fault)``; the plainest is a 503 that comes once.

    Args:
        topology: At whose services, brokers and channels it is.
        at: Of these nodes, ``service/pricing``; all unless given, and ``*``.
        kinds: What it may do: ``status``, ``latency``, ``timeout``, ``drop``,
            ``duplicate``, ``outage``.
        most_hits: How many requests it hits at most; unless given, it may go on for ever.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UnknownAddressError: There is no such node.
        UsageError: There is no such kind.
    """
    kinds = expect_several(kinds, "kinds", f"some of {', '.join(KINDS)}")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        found = repr(unknown[0]) if unknown else "none"
        raise UsageError(f"kinds: expected some of {', '.join(KINDS)}; found {found}")
    if most_hits is not None:
        expect_whole(most_hits, "most_hits", "1 or more", least=1)
    named = expect_several(at, "at", "nodes such as 'service/pricing'")
    there = Nodes(blueprint_of(topology).wiring)
    nodes = [there.receiver(node) for node in named] or list(there.receivers)
    counts = [1, 2, 3, None] if most_hits is None else range(1, most_hits + 1)
    whats = [what for what in _WHATS if what[0] in kinds]
    return _faults(nodes, whats, counts)


@st.composite
def _faults(
    draw: st.DrawFn,
    nodes: Sequence[str],
    whats: Sequence[tuple[str, object]],
    counts: Sequence[int | None],
) -> dict[str, Any]:
    """Draw it; composed, so that Hypothesis shows what it is and not how it was made."""
    kind, value = draw(st.sampled_from(whats))
    found: dict[str, Any] = {"node": draw(st.sampled_from(nodes)), kind: value}
    count = draw(st.sampled_from(counts))
    if count is not None:
        found["count"] = count
    spared = draw(st.sampled_from(_SPARED))
    if spared == "rate":
        found["rate"] = draw(st.sampled_from((0.5, 0.1)))
    elif spared == "window":
        start, length = draw(st.integers(0, 60)), draw(st.integers(1, 60))
        found |= {"from_": f"{start}s", "until": f"{start + length}s"}
    return found


_WAITS = ("PT1S", "PT0.2S", "PT0S", "PT1M", "PT1H")
_TIMEOUTS = ("PT5S", "PT0.3S", "PT1M", "PT1H")


def deliveries(
    *, most_retries: int = 3, dead_letter_sinks: Sequence[Mapping[str, Any]] = ()
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a `delivery` block, as it stands in a manifest; the plainest is empty.

    Args:
        most_retries: The highest `retry`.
        dead_letter_sinks: Destinations, such as ``{"uri": "http://parking"}``, of which
            one may be the `deadLetterSink`.

    Raises:
        UsageError: There are less than no retries.

    Source: knative-resources 3: `DeliverySpec`; `retryAfterMax` is left out, since its
        feature is disabled as shipped.
    """
    expect_whole(most_retries, "most_retries", "0 or more", least=0)
    sinks = expect_several(dead_letter_sinks, "dead_letter_sinks", "destinations")
    return _deliveries(
        {
            "retry": range(most_retries + 1),
            "backoffPolicy": ("linear", "exponential"),
            "backoffDelay": _WAITS,
            "timeout": _TIMEOUTS,
            "deadLetterSink": sinks,
        }
    )


@st.composite
def _deliveries(
    draw: st.DrawFn, values: Mapping[str, Sequence[object]]
) -> dict[str, Any]:
    """Draw it; composed, so that all of it shrinks field by field."""
    drawn = {
        name: draw(st.none() | st.sampled_from(each))
        for name, each in values.items()
        if each
    }
    return {name: deepcopy(each) for name, each in drawn.items() if each is not None}

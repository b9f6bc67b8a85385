"""Faults at the nodes that a topology has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.session.blueprint import blueprint_of
from simulator.session.interceptors import Nodes
from simulator.subscribers.fault_spec import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology

_STATUSES = (503, 500, 429, 404, 400, 408, 502, 504, 200)
_LATENCIES = ("1s", "50ms", "1m", "1h")
_WHATS = (
    *(("status", status) for status in _STATUSES),
    *(("latency", latency) for latency in _LATENCIES),
    *((kind, True) for kind in KINDS[2:]),
)
_INSTANTS = st.integers(0, 60)  # seconds


def faults(
    topology: Topology | Blueprint,
    *,
    kinds: Collection[str] = KINDS,
    most_hits: int | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a fault: ``sim.fault(**fault)``; the plainest is a 503 that comes once.

    Args:
        topology: At whose services, brokers and channels it is.
        kinds: What it may do: ``status``, ``latency``, ``timeout``, ``drop``,
            ``duplicate``, ``outage``.
        most_hits: How many requests it hits at most; unless given, it may go on for ever.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: There is no such kind.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        found = repr(unknown[0]) if unknown else "none"
        raise UsageError(f"kinds: expected some of {', '.join(KINDS)}; found {found}")
    if most_hits is not None and most_hits < 1:
        raise UsageError(f"most_hits: expected 1 or more, found {most_hits}")
    nodes = list(Nodes(blueprint_of(topology).wiring).receivers)
    counts = [1, 2, 3, None] if most_hits is None else range(1, most_hits + 1)
    drawn = st.fixed_dictionaries(
        {
            "node": st.sampled_from(nodes),
            "what": st.sampled_from([what for what in _WHATS if what[0] in kinds]),
            "count": st.sampled_from(counts),
            "window": st.just({}) | _windows(),
        },
        optional={"rate": st.sampled_from((0.5, 0.1))},
    )
    return drawn.map(_arguments)


def _arguments(drawn: dict[str, Any]) -> dict[str, Any]:
    """Give the arguments of `Simulation.fault`."""
    kind, value = drawn.pop("what")
    window = drawn.pop("window")
    return {"node": drawn.pop("node"), kind: value, **drawn, **window}


def _windows() -> st.SearchStrategy[dict[str, str]]:
    """Draw from when until when, in whole seconds."""
    return st.tuples(_INSTANTS, st.integers(1, 60)).map(
        lambda both: {"from_": f"{both[0]}s", "until": f"{sum(both)}s"}
    )

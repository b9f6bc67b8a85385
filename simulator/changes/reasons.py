"""Why an event takes another way than before: what explains it in the other version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.changes.partings import Sort
from simulator.changes.times import changed_settings
from simulator.comparing.account import DEAD_LETTER, DELIVERY, SENT
from simulator.filters import Verdict
from simulator.timetable import idle_routes

if TYPE_CHECKING:
    from simulator.changes.partings import Parted
    from simulator.changes.probes import Probe
    from simulator.changes.version import Version
    from simulator.comparing.account import Account
    from simulator.wiring import Hub, Wiring

_GONE, _NEW = "is gone", "is new"


def reason(old: Version, new: Version, probe: Probe, parted: Parted) -> str:
    """Tell why a hop differs; empty where what is told says all there is."""
    parting = parted.parting
    if parting.follows:
        return f"follows from {parting.follows}"
    if parting.sort is Sort.MISSED and parted.old is not None:
        return _absent(new, old, parted.old, probe, _GONE)
    if parting.sort is Sort.REACHED and parted.new is not None:
        return _absent(old, new, parted.new, probe, _NEW)
    if parting.sort is Sort.ENDED and parting.nodes[0] == parting.nodes[1]:
        wirings = old.silent.wiring, new.silent.wiring
        return ", ".join(changed_settings(*wirings, parting.nodes[0]))
    return ""


def _absent(
    version: Version,
    other: Version,
    there: Account,
    probe: Probe,
    gone: str,
) -> str:
    """Tell why a version has no such hop as the other has."""
    node, wiring = there.node, version.silent.wiring
    if there.what == SENT:
        return f"{probe.source or there.target} {gone}"
    hub = _hub_of(wiring, node)
    if hub is None:
        idle = [each.reason for each in idle_routes(wiring) if each.node == node]
        side = "now" if gone == _GONE else "before"
        return f"{node} is not Ready {side}: {idle[0]}" if idle else f"{node} {gone}"
    if there.what == DEAD_LETTER and _sink(hub, node) is None:
        return f"{node} has no dead letter sink"
    own = _hub_of(other.silent.wiring, node)
    if there.what == DELIVERY and own is not None:
        return _not_taken(version, there, hub, own, gone)
    return ""


def _hub_of(wiring: Wiring, node: str) -> Hub | None:
    return next((h for h in wiring.hubs if any(r.node == node for r in h.routes)), None)


def _sink(hub: Hub, node: str) -> str | None:
    return next(r.dead_letter for r in hub.routes if r.node == node)


def _not_taken(version: Version, there: Account, hub: Hub, own: Hub, gone: str) -> str:
    """Tell why a trigger takes an event no more, or did not before."""
    if hub.node != own.node:
        took, when = ("takes", "now") if gone == _GONE else ("took", "before")
        return f"{there.node} {took} from {hub.node} {when}"
    why = version.simulate().why(there.event, there.node)
    if why.verdict is Verdict.PANIC:
        return f"the filter of {there.node} panics"
    if why.matches:
        return ""
    misses = why.explanation.nearest_miss
    return "; ".join(each.text for each in misses) or f"no event can match {there.node}"

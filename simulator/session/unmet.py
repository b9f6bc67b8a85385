"""What came instead of what a test expected, and why the nearest trigger did not take it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.errors import error_line, likeness
from simulator.kernel import Kind
from simulator.session.why import missed, nearest_first
from simulator.statuses import SUCCESS
from simulator.story.phrases import failure_text, remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.kernel import Log
    from simulator.session.facts import Facts
    from simulator.session.selection import Selection
    from simulator.session.views import Received
    from simulator.trace import Record, Trace

_LOSSES = (
    Kind.LOST,
    Kind.CUT,
    Kind.STUCK,
    Kind.REFUSED,
    Kind.EXPIRED,
    Kind.REPLY_DROPPED,
)
_IN_A_LINE = ("type", "id", "where")  # or not to be told of a single event
_LONGEST = 200  # of data, in characters
_MOST = 10
_MOST_NEAR = 3


def services(facts: Facts) -> frozenset[str]:
    return frozenset(endpoint.node for endpoint in facts.engine.endpoints)


def routes_to(facts: Facts, nodes: Sequence[str]) -> set[str]:
    return {
        route.node
        for hub in facts.engine.addresses.hubs.values()
        for route in hub.routes
        if route.target.node in nodes
    }


def began_ns(log: Log, serial: int) -> int:
    """Tell when the history of a record began, in ns since the start."""
    row = log.row(serial)
    while row[2]:
        row = log.row(row[0] - row[2])
    return row[1]


def losses(trace: Trace) -> list[Record]:
    """Find what was lost, and senders that were answered no 2xx where nothing else says it."""
    lost = trace.select(kind=_LOSSES)
    known = {(record.event.id, record.event.source) for record in lost}
    told = [
        record
        for record in trace.select(kind=Kind.ANSWERED)
        if record.status not in SUCCESS
        and (record.event.id, record.event.source) not in known
    ]
    return sorted([*lost, *told], key=attrgetter("serial"))


def text(
    headline: str,
    came: Sequence[Received],
    late: Sequence[Received] = (),
    *,
    asked: Iterable[str] = (),
) -> str:
    """Tell what came; *asked* are the attributes, or ``data``, that a test looks at."""
    names = [name for name in asked if name not in _IN_A_LINE]
    lines = [
        _request_line(each)
        + _asked_for(each, names)
        + ("  too late" if each in late else "")
        for each in came
    ]
    return "\n".join([headline, *_listed(lines)])


def nearest(facts: Facts, missing: Selection, nodes: Sequence[str]) -> str:
    lines = _nearest(facts, missing, nodes or sorted(services(facts)))
    return "".join(f"\n{line}" for line in lines)


def losses_text(headline: str, found: Sequence[Record]) -> str:
    return "\n".join([headline, *_listed([_record_line(each) for each in found])])


def circles_text(headline: str, found: Sequence[tuple[Record, list[str]]]) -> str:
    lines = [
        f"  +{duration_text(record.at_ns)}  {record.event.type} {record.event.id}  "
        + " → ".join(way)
        for record, way in found
    ]
    return "\n".join([headline, *_listed(lines)])


def _listed(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], f"  and {more} more"]


def _request_line(received: Received) -> str:
    event = received.request.envelope.event
    fault = received.fault
    outcome = failure_text(fault) if fault else str(received.status)
    if received.detail:
        outcome += f" {error_line(received.detail)}"
    code = received.attributes.get("knativeerrorcode", "")
    by = f" {received.route} →" if received.route else ""
    return (
        f"  +{duration_text(received.at_ns)}  {event.type} {event.id} "
        f"{by} {received.service}  attempt {received.attempt}: {outcome}"
        + (f"  (dead letter, {code})" if code else "")
    )


def _asked_for(received: Received, names: Sequence[str]) -> str:
    event = received.request.envelope.event
    attributes = received.attributes
    said = []
    for name in names:
        if name == "data":
            said.append(f"data {_shortened(repr(event.data))}")
        elif name in attributes:
            said.append(f"{name} {_shortened(repr(attributes[name]))}")
        else:
            said.append(f"no {name}")
    return f"  ({', '.join(said)})" if said else ""


def _shortened(told: str) -> str:
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _record_line(record: Record) -> str:
    ends = " → ".join(each for each in (record.source, record.target) if each)
    return (
        f"  +{duration_text(record.at_ns)}  {record.kind}  {record.event.type} "
        f"{record.event.id}  {ends}  {remark(record)}".rstrip()
    )


def _nearest(facts: Facts, missing: Selection, nodes: Sequence[str]) -> list[str]:
    seen: dict[tuple[str, str, str], Record] = {}
    offspring = missing.offspring(facts.log)
    for record in facts.trace.select(kind=Kind.ACCEPTED):
        if offspring is None or record.serial in offspring:
            event = record.event
            seen.setdefault((event.id, event.source, record.target), record)
    if not seen:
        return ["  no event came into any broker or channel"]
    there = [r for r in seen.values() if missing.holds(r.event.attributes)]
    lines = []
    if not there:
        there = [max(seen.values(), key=lambda r: likeness(missing.type, r.event.type))]
        if str(missing):
            lines.append("  no such event came into any broker or channel")
    routes = routes_to(facts, nodes)
    if not routes:
        return [*lines, "  no trigger or subscription calls it"]
    for record in there[:_MOST_NEAR]:
        whys = facts.whys(record.event)
        ours = nearest_first(why for why in whys if why.trigger in routes)
        here = [why for why in ours if why.hub == record.target or not record.target]
        came = f"  {record.event.type} {record.event.id} came into {record.target}"
        if not here:
            lines.append(f"{came}; {ours[0].trigger} is of {ours[0].hub}")
        elif not here[0].matches:
            lines.append(f"{came}; nearest is {missed(here[0])}")
    return lines

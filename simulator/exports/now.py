"""Which triggers took the events of a trace, and which of a topology would take them now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.exports.cluster import KNOWN, PARTLY
from simulator.filters import compile_filters
from simulator.filters.form import Form, judged
from simulator.kernel.envelope import TTL
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.event import Event
    from simulator.filters import Filter
    from simulator.trace import Record
    from simulator.wiring import Hub, Wiring

GONE = "it is not there now, or not Ready"
_TURNED_AWAY = (Kind.REFUSED, Kind.EXPIRED, Kind.DUPLICATE)  # no trigger is asked
_AT_THE_HUB = (Kind.ACCEPTED, Kind.DISPATCHED, *_TURNED_AWAY)
_NO_FILTER = compile_filters(None, None)


class Taker(NamedTuple):
    """A trigger or subscription, and events that are alike.

    Args:
        route: Its node.
        took: Whether it took them; None where the trace does not tell.
        would: Whether it would now; None where not enough of them is known.
        why: Why it would not, or why nobody knows; may be empty.
    """

    route: str
    took: bool | None
    would: bool | None
    why: str = ""

    @property
    def differs(self) -> bool:
        return None not in (self.took, self.would) and self.took is not self.would


class Alike(NamedTuple):
    """Events at a hub that the same took, and that are alike to all filters there.

    Args:
        takers: Who took them, or would now; all others of the hub miss them.
    """

    first: Event
    hub: str
    number: int
    takers: tuple[Taker, ...]

    @property
    def differs(self) -> bool:
        return any(taker.differs for taker in self.takers)


class _Came(NamedTuple):
    """An event at a hub, and who took it; None where the trace does not tell."""

    event: Event
    hub: str
    takers: tuple[str, ...] | None
    partly: bool


def then_and_now(records: Iterable[Record], wiring: Wiring) -> list[Alike]:
    hubs = {hub.node: hub for hub in wiring.hubs}
    reads = {
        hub.node: sorted({n for r in hub.routes if r.filter for n in r.filter.reads})
        for hub in wiring.hubs
    }
    groups: dict[tuple[object, ...], list[_Came]] = {}
    for came in _came(records):
        values = tuple(map(came.event.attributes.get, reads.get(came.hub, ())))
        key = (came.event.type, came.hub, came.takers, came.partly, values)
        groups.setdefault(key, []).append(came)
    return [
        Alike(all_[0].event, all_[0].hub, len(all_), _takers(all_[0], hubs))
        for all_ in groups.values()
    ]


def _came(records: Iterable[Record]) -> Iterator[_Came]:
    partly: dict[int, bool] = {}
    at_hub: dict[int | None, tuple[Event, str, dict[str, None], bool]] = {}
    sent: dict[int | None, Record] = {}
    for record in records:
        cause = record.cause
        part = record.detail == PARTLY if cause is None else partly.get(cause, False)
        partly[record.serial] = part
        if record.kind in _AT_THE_HUB:
            sent.pop(cause, None)
        if record.kind is Kind.SENT:
            sent[record.serial] = record
        elif record.kind is Kind.ACCEPTED:
            at_hub[record.serial] = (record.event, record.target, {}, part)
        elif record.kind is Kind.DISPATCHED and cause in at_hub:
            at_hub[cause][2][record.source] = None
        elif record.kind in _TURNED_AWAY:
            at_hub.pop(cause, None)
    for event, hub, takers, part in at_hub.values():
        yield _Came(event, hub, tuple(takers), part)
    for record in sent.values():
        yield _Came(record.event, record.target, None, partly=False)


def _takers(came: _Came, hubs: Mapping[str, Hub]) -> tuple[Taker, ...]:
    hub = hubs.get(came.hub)
    routes = hub.routes if hub is not None else ()
    found, took = [], came.takers
    for route in routes:
        did = None if took is None else route.node in took
        would, why = _verdict(route.filter or _NO_FILTER, came)
        if did or would is not False:
            found.append(Taker(route.node, did, would, why))
    there = {route.node for route in routes}
    gone = [node for node in took or () if node not in there]
    found += [Taker(node, took=True, would=False, why=GONE) for node in gone]
    return tuple(found)


def _verdict(filter_: Filter, came: _Came) -> tuple[bool | None, str]:
    """Tell whether a filter lets an event pass; None where that is not known."""
    seen = {n: text for n, text in came.event.attributes.items() if n != TTL}
    if came.partly:
        told = {name: seen[name] for name in KNOWN if name in seen}
        unknown = [name for name in filter_.reads if name not in KNOWN]
        if unknown:
            verdict, _ = judged(Form(known=told), filter_)
            why = f"its filter reads {', '.join(unknown)}"
            if verdict is None or verdict.delivers:
                return None, why
            return False, f"{why}, and misses it anyhow"
        seen = told
    if filter_.verdict(seen).delivers:
        return True, ""
    misses = filter_.explain(seen).nearest_miss
    return False, "; ".join(change.text for change in misses)


def total(groups: Sequence[Alike], *, differing: bool = False) -> int:
    return sum(each.number for each in groups if each.differs or not differing)

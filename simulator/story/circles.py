"""Sees that events go in a circle, from records alone, and names the circle."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulator.kernel import Kind
from simulator.kernel.envelope import Envelope
from simulator.kernel.log import name_of
from simulator.value import NamedTuple, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from simulator.kernel import Log
    from simulator.kernel.log import Row
    from simulator.kernel.routes import LinkedHub
    from simulator.trace.record import Record

# Hubs that what follows from one event may come by: where nothing in the circle can end
# it, and where a service might. Both grow with `most`, of which they are these parts.
_PASSES, _PART = 20_000, 250
_PASSES_OF_CODE, _PART_OF_CODE = 200_000, 25
# Records of one instant where a circle was foreseen that multiplies what runs it.
_AT_ONCE, _PART_AT_ONCE, _PART_OF_GUESSES = 250_000, 20, 5
# Of the newest records, those that one is the cause of another: a circle shows in them.
_LOOKED_AT = 5_000
# So many records of chains of causes are remembered, and so many are followed at once.
_REMEMBERED = 100_000
_FOLLOWED = 10_000
# Records after which it looks again, where as many are kept: fewer than it can follow.
_STRIDE = 4_096
# Hubs in a chain, as far as its records are there, that make it worth a second look.
_LONG = 16
# How far back from the newest record others are that may end other chains.
_OTHERS = (*range(1, 16), *range(16, 512, 31))


class Circle(Value):
    """What comes by the same hub with the same type again.

    Attributes:
        nodes: In order, from a hub back to it.
        nested: Every sender in it waits until the rest has ended.
    """

    nodes: tuple[str, ...]
    types: tuple[str, ...]
    nested: bool

    def __str__(self) -> str:
        return circle_text("go", self.nodes, self.types)


def circle_text(go: str, nodes: Iterable[str], types: Sequence[str]) -> str:
    """Name a circle: ``events go in a circle: broker/b → … → broker/b (type 'a')``.

    *types* is empty where the events may have any.
    """
    named = " and ".join(map(repr, types))
    which = f" (type{'s' * (len(types) > 1)} {named})" if types else ""
    return f"events {go} in a circle: {' → '.join(nodes)}{which}"


class Foreseen(Value):
    """A circle that was seen before anything ran, and that no time to live ends soon.

    Attributes:
        types: Of the events that run it; empty for any.
        sure: Whether all of these do.
    """

    text: str
    nodes: tuple[str, ...]
    types: tuple[str, ...]
    sure: bool


class CirclingError(Exception):
    """A run goes in a circle that nothing ends."""


class _Known(NamedTuple):
    """How many hubs are on the causes of a record; *before* its instant, how many."""

    passes: int
    before: int
    instant: int


class CircleWatch:
    """Counts by how many hubs what follows from one event has come.

    It follows the causes of the newest record back to where it has been before: one
    chain that goes on and on is a circle. Where time passes in it and nothing piles up,
    that is no fault, if somebody has said when the run ends.

    Attributes:
        ends: Whether somebody has said when the run ends.
        max_ttl: Passes that the time to live allows.
        is_sure: Tells of a service that it does the same to every event.
        foreseen: Circles that the topology has.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: dict[int, _Known] = {}  # by serial
        self._next = 0
        self._looked = 0  # records there were when it looked
        self._since = 0  # of those written since then, the ones it was told of
        self._stride = 0 if 0 < (log.keep or 0) < 2 * _STRIDE else _STRIDE
        self._instant = -1
        self._at_once = 0  # records of that instant that have a cause
        self.ends = False
        self.max_ttl = 0
        self.is_sure: Callable[[str], bool] = lambda _: False
        self.foreseen: tuple[Foreseen, ...] = ()

    def look(self, count: int) -> None:
        """Look at what was written; CirclingError if it goes in a circle."""
        self._since += count
        written = len(self._log)
        if written - self._looked < self._stride:
            return
        self._looked = written
        passes, before, instant = self._follow()
        if self.foreseen:
            self._compare(self._since, instant)
        self._since = 0
        if passes < self._bound(sure=True):
            self._next = 0
        elif passes >= self._next:
            self._next = passes + passes // 8  # to look for the circle costs more
            self._judge(passes, passes - before)

    def _compare(self, count: int, instant: int) -> None:
        """See whether a circle that was foreseen makes ever more records at once.

        Where each pass makes two of one, no chain is long.
        """
        if instant != self._instant:
            self._instant, self._at_once = instant, 0
        self._at_once += count
        most = self._log.most
        if self._at_once < max(_AT_ONCE, most // _PART_AT_ONCE):
            return
        accepted = next((r for r in _newest(self._log) if r[3] is Kind.ACCEPTED), None)
        if accepted is None:
            return
        node, type_ = name_of(accepted[6]), _type(accepted)
        for circle in self.foreseen:
            likely = node in circle.nodes and type_ in (circle.types or (type_,))
            enough = circle.sure or self._at_once >= most // _PART_OF_GUESSES
            if likely and enough:
                raise CirclingError(f"{circle.text}; {self._at_once:,} records at once")

    def _judge(self, passes: int, at_once: int) -> None:
        circle = circle_in(self._log)
        if circle is None:
            return
        sure = all(map(self.is_sure, circle.nodes))
        # Code may know when to stop; what it leaves behind piles up all the same.
        endless = not self.ends and (sure or self._log.keep is None)
        counted = passes if circle.nested or endless else at_once
        if counted >= self._bound(sure=sure):
            raise CirclingError(f"{circle}; {passes:,} passes so far")

    def _bound(self, *, sure: bool) -> int:
        least, part = (_PASSES, _PART) if sure else (_PASSES_OF_CODE, _PART_OF_CODE)
        return max(least, self._log.most // part) + 2 * self.max_ttl

    def _follow(self) -> _Known:
        longest, lost = self._follow_from(len(self._log) - 1)
        # Several circles take turns: each is to be met before it is dropped.
        if lost and longest.passes >= _LONG:
            for back in _OTHERS:
                other, _ = self._follow_from(len(self._log) - 1 - back)
                longest = max(longest, other)
        known = self._known
        if len(known) > _REMEMBERED:
            for serial in list(known)[: _REMEMBERED // 2]:
                del known[serial]
        return longest

    def _follow_from(self, serial: int) -> tuple[_Known, bool]:
        """Follow causes back to a record that is known, or has none.

        With it: whether its first causes are not there any more.
        """
        known = self._known
        new: list[tuple[int, bool, int]] = []
        passes, before, instant = 0, 0, -1
        lost = False
        for row in islice(_causes(self._log, serial), _FOLLOWED):
            found = known.get(row[0])
            if found is not None:
                passes, before, instant = found
                lost = False
                break
            new.append((row[0], row[3] is Kind.ACCEPTED, row[1]))
            lost = row[2] > 0
        for number, accepted, now in reversed(new):
            if now != instant:
                instant, before = now, passes
            passes += accepted
            known[number] = _Known(passes, before, instant)
        return _Known(passes, before, instant), lost


def circle_in(log: Log) -> Circle | None:
    """Find the circle that the newest record is in, or hangs on; None for none."""
    chain = list(islice(_newest(log), _LOOKED_AT))
    # One that goes by no hub is of services that post to each other.
    ends = _ends(chain, Kind.ACCEPTED) or _ends(chain, Kind.SENT)
    return None if ends is None else _named(chain[ends[0] : ends[1] + 1][::-1])


def _ends(chain: Sequence[Row], kind: Kind) -> tuple[int, int] | None:
    seen: dict[tuple[str, str], int] = {}
    ends: tuple[int, int] | None = None
    for number, row in enumerate(chain):
        if row[3] is kind:
            key = (name_of(row[6]), _type(row))
            if key in seen and (ends is None or seen[key] < ends[0]):
                ends = (seen[key], number)
            seen.setdefault(key, number)
    return ends


def turns_of(log: Log, circle: Circle) -> int:
    begin = circle.nodes[0]
    return sum(
        (row[3] is Kind.ACCEPTED and name_of(row[6]) == begin)
        or (row[3] is Kind.SENT and name_of(row[5]) == begin)
        for row in _newest(log)
    )


def returns(records: Iterable[Record]) -> Iterator[tuple[Record, list[str]]]:
    """Find the deliveries that lead back to a route that they come from.

    Each with the routes and subscribers that it went through since that route.
    """
    before: dict[int, Record] = {}
    for record in records:
        before[record.serial] = record
        cause = _cause(before, record)
        if record.kind is not Kind.DISPATCHED or cause is None:
            continue
        if cause.kind is not Kind.ACCEPTED:
            continue  # a further attempt, or a duplicate
        way = [record.source]
        cause = _cause(before, cause)
        while cause is not None:
            if cause.kind is Kind.DISPATCHED and way[-1] != cause.source:
                way += [cause.target, cause.source]
            if cause.kind is Kind.DISPATCHED and cause.source == record.source:
                if len(way) == 1:
                    way += [cause.target, cause.source]
                yield record, way[::-1]
                break
            cause = _cause(before, cause)


def _cause(before: Mapping[int, Record], record: Record) -> Record | None:
    return None if record.cause is None else before.get(record.cause)


def why_so_many(log: Log) -> str:
    """Say what a run was about that has made too many records, as far as it shows."""
    circle = circle_in(log)
    if circle is not None:
        return f": {circle}"
    asked = [row[7] for row in log.rows(len(log) - _LOOKED_AT, (Kind.DISPATCHED,))]
    again = sum(attempt > 1 for attempt in asked)
    if 2 * again > len(asked):
        return f": retries multiply, {again} of the last {len(asked)} requests are some"
    return ""


def _named(chain: Sequence[Row]) -> Circle:
    nodes: list[str] = []
    types: dict[str, None] = {}
    nested = True
    for row in chain:
        _, _, _, kind, _, source, target, _, _ = row
        if kind is Kind.ACCEPTED:
            hub: LinkedHub = target
            nested = nested and hub.waits_ns is not None and not hub.asynchronous
            types.setdefault(_type(row))
        nested = nested and kind is not Kind.SENT
        told: tuple[object, ...] = ()
        if kind in (Kind.ACCEPTED, Kind.DISPATCHED):
            told = (source, target)
        elif kind is Kind.SENT:
            told = (source,)
        for each in told:
            name = name_of(each)
            if name and (not nodes or nodes[-1] != name):
                nodes.append(name)
    return Circle(nodes=tuple(nodes), types=tuple(types), nested=nested)


def _newest(log: Log) -> Iterator[Row]:
    return _causes(log, len(log) - 1)


def _causes(log: Log, serial: int) -> Iterator[Row]:
    """Give a record, its cause, the cause of that … as long as they are there."""
    while serial >= log.first:
        row = log.row(serial)
        yield row
        if not row[2]:
            return
        serial -= row[2]


def _type(row: Row) -> str:
    event = row[4]
    if isinstance(event, Envelope):
        event = event.event
    return str(event.attributes.get("type", ""))

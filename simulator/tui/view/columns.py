"""All records as columns of numbers, and how often each shape has happened at any point.

The one place where records are looked at one by one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from contextlib import suppress
from itertools import compress, count
from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel import Envelope
from simulator.story.meaning import ANSWERS, REQUESTS, Effect, Sense

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.event import Event
    from simulator.tui.view.intake import Batch
    from simulator.tui.view.shapes import Shapes


NS = 1_000_000_000
_TRAVELS, _SETTLES = int(Effect.TRAVELS), int(Effect.SETTLES)
_BEGINS, _DEPENDS = int(Effect.BEGINS), int(Effect.DEPENDS)
_LISTED, _TAKEN = int(Effect.LISTED), int(Effect.TAKEN)
_RARE = _BEGINS | _DEPENDS | _LISTED
# Plain numbers: working with flags and members of enums takes ten times as long.
_EFFECTS = [int(sense.row.effect) for sense in Sense]
_ENDS = frozenset({Sense.DEAD, Sense.LOST, Sense.STUCK, Sense.BUG})
_TAKING = bytes((Sense.REPLY, Sense.DEAD))


class Columns:
    """What is known of each record, by serial.

    Attributes:
        at: Instants in ns.
        cause: The serial of the cause; its own without one.
        shape: Numbers of shapes.
        sense: Numbers of senses.
        hops: Whether each travels, as the diagram was when it came.
        event: Numbers of events.
        follow: The serial of the record that settles it, or 0.
        events: By number: the event, or its envelope; None once it is gone.
        begun: By number of the event: the serial where it begins.
        root: By number of the event: the serial of the first record of its lineage.
        buried: Number of a dead letter's event -> of the event that it was.
        listed: By sense: the serials of those that are looked for later, in order.
        due_ns: The instant of what comes next, beyond the records; None for nothing.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.at = array("q")
        self.cause = array("i")
        self.shape = array("i")
        self.sense = bytearray()
        self.hops = bytearray()
        self.root = array("i")
        self.event = array("i")
        self.follow = array("i")
        self.events: list[Event | Envelope | None] = []
        self.begun = array("i")
        self.buried: dict[int, int] = {}
        self.listed = {
            sense: array("i") for sense in Sense if sense.row.effect & Effect.LISTED
        }
        self.due_ns: int | None = None
        self._forgotten = 0
        # Redirects, as the request that follows is none of those that it looks like.
        self._redirects: set[int] = set()

    def __len__(self) -> int:
        return len(self.at)

    def attributes(self, number: int) -> Mapping[str, str]:
        """Give the attributes of an event by its number; empty when it is gone.

        What the hub adds for itself is left out; why a dead letter is one is not.
        """
        held = self.events[number]
        if held is None:
            return {}
        if not isinstance(held, Envelope):
            return held.attributes
        if held.errors is None:
            return held.event.attributes
        return {**held.errors, **held.event.attributes}

    def body(self, number: int) -> bytes | None:
        """Give the data of an event by its number; None without any, or no more."""
        held = self.events[number]
        if isinstance(held, Envelope):
            return held.event.body
        return None if held is None else held.body

    def lose(self, until: int) -> None:
        start = len(self.at)
        missing = until - start
        self.at.extend([self.at[-1] if self.at else 0] * missing)
        self.cause.extend(range(start, until))
        self.shape.extend([0] * missing)
        self.sense.extend(bytes(missing))
        self.hops.extend(bytes(missing))
        self.event.extend([self._begin(None, start, start)] * missing)
        self.follow.extend([0] * missing)

    def _begin(self, held: Event | Envelope | None, serial: int, root: int) -> int:
        self.events.append(held)
        self.begun.append(serial)
        self.root.append(root)
        return len(self.events) - 1

    def forget(self, before: int) -> None:
        """Let go of the events that began before a serial; their numbers stay."""
        gone = bisect_left(self.begun, before)
        for number in range(self._forgotten, gone):
            self.events[number] = None
        self._forgotten = max(self._forgotten, gone)

    def add(self, batch: Batch) -> None:
        assert len(self.at) == batch.start, "records come in order, without gaps"
        self.at.extend(batch.instants)
        self.cause.extend(batch.causes)
        self.shape.extend(batch.codes)
        senses = [shape.facts.sense for shape in self.shapes.all]
        self.sense.extend(map(senses.__getitem__, batch.codes))
        self.follow.frombytes(bytes(self.follow.itemsize * len(batch.codes)))
        effects = list(map(self.shapes.effects.__getitem__, batch.codes))
        self.hops.extend(map(_TRAVELS.__and__, effects))
        self._place(batch, effects)

    def _place(self, batch: Batch, effects: list[int]) -> None:
        """Follow the causes of records: of what event they are.

        Looks at each record with as few steps as can be: most of the time that a
        view takes to grow is spent here.
        """
        event, follow, sense = self.event, self.follow, self.sense
        put_event, redirects = event.append, self._redirects
        start = batch.start
        for serial, cause, effect in zip(
            count(start), batch.causes, effects, strict=False
        ):
            if redirects and cause in redirects and effect & _TRAVELS:
                self._change(serial, Sense.ONWARD)
            if effect & _RARE:
                put_event(self._look(serial, cause, batch.held[serial - start]))
            elif cause == serial:
                put_event(self._begin(batch.held[serial - start], serial, serial))
            else:
                put_event(event[cause])
                if effect & _SETTLES:
                    if not follow[cause]:
                        follow[cause] = serial
                    if effect & _TAKEN and sense[cause] in _TAKING:
                        self._change(serial, Sense.ACKNOWLEDGED)

    def _change(self, serial: int, sense: Sense) -> None:
        self.shape[serial] = self.shapes.changed(self.shape[serial], sense)
        self.sense[serial] = sense

    def _look(self, serial: int, cause: int, held: Event | Envelope) -> int:
        """See to a record that does more than follow its cause; give its event."""
        if cause == serial:
            number = self._begin(held, serial, serial)
        else:
            number = self._follow(serial, cause, held)
        sense = self.sense[serial]
        if _EFFECTS[sense] & _LISTED:
            self.listed[Sense(sense)].append(serial)
        elif sense == Sense.REDIRECTED:
            self._redirects.add(serial)
        return number

    def _follow(self, serial: int, cause: int, held: Event | Envelope) -> int:
        """See to a record that follows from another; give its event."""
        number = self.event[cause]
        effect = _EFFECTS[self.sense[serial]]
        if effect & _DEPENDS:
            number = self._check(serial, cause, number)
            effect = _EFFECTS[self.sense[serial]]
        if effect & _SETTLES and not self.follow[cause]:
            self.follow[cause] = serial
        if not effect & _BEGINS:
            return number
        begun = self._begin(held, serial, self.root[number])
        if self.sense[serial] == Sense.DEAD:
            self.buried[begun] = number
        return begun

    def _check(self, serial: int, cause: int, number: int) -> int:
        """Tell what a record means now that its cause is known; give its event."""
        sense, before = Sense(self.sense[serial]), Sense(self.sense[cause])
        if sense is Sense.RETRY and before is Sense.FAILED:
            self._change(cause, Sense.RETRIED)
        elif sense is Sense.CUT and before not in REQUESTS:
            waited = self.shapes.all[self.shape[cause]].facts
            cut = waited._replace(sense=Sense.CUT_WAIT)
            self.shape[serial] = self.shapes.code_of(cut)
            self.sense[serial] = Sense.CUT_WAIT
        elif sense in _ENDS and before in ANSWERS:
            # After a failed reply it is the event that was replied to that ends there.
            asked = self.shapes.all[self.shape[self.cause[cause]]].facts.kind
            begun = self.begun[number]
            if asked == "replied" and self.sense[begun] == Sense.REPLY:
                return self.event[self.cause[begun]]
        elif sense is Sense.DEAD and before is Sense.DROPPED:
            return self.event[self.cause[cause]]
        return number


_CHUNK = 4096


def members(columns: Columns, root: int, stop: int, start: int = 0) -> Iterator[int]:
    """Give the serials of a lineage from *start* and before *stop*, in order.

    Args:
        root: The first record of the lineage.
    """
    events, number = set(), columns.event[root]
    with suppress(ValueError):
        while columns.begun[number] < stop:
            events.add(number)
            number = columns.root.index(root, number + 1)
    for begin in range(max(root, start), stop, _CHUNK):
        end = min(stop, begin + _CHUNK)
        among = map(events.__contains__, columns.event[begin:end])
        yield from compress(range(begin, end), among)


KEYFRAME = 4096
"""Records between two keyframes."""
_REMEMBERED = 24


class Tally(NamedTuple):
    """What is counted after some records.

    Args:
        counts: By number of the shape; of those that had appeared.
        last: By number of the shape: the serial of the last one, or -1.
    """

    shown: int
    counts: Sequence[int]
    last: Sequence[int]

    def total(self, weights: Sequence[tuple[int, int]]) -> int:
        counts = self.counts
        return sum(counts[code] * weight for code, weight in weights)


class Fold:
    """Counts the records before any serial, from a keyframe or a tally given lately."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._keyframes = [Tally(0, array("i"), array("i"))]
        self._recent: OrderedDict[int, Tally] = OrderedDict()

    def keep_up(self) -> None:
        while (shown := len(self._keyframes) * KEYFRAME) <= len(self._columns):
            _, counts, last = self._after(self._keyframes[-1], shown)
            self._keyframes.append(Tally(shown, array("i", counts), array("i", last)))

    def at(self, shown: int) -> Tally:
        """Give the tally after so many records, for all shapes; do not change it."""
        tally = self._recent.get(shown)
        if tally is None or len(tally.counts) < len(self._columns.shapes):
            near = self._keyframes[shown // KEYFRAME]
            for number, known in self._recent.items():
                if near.shown < number <= shown:
                    near = known
            tally = self._recent[shown] = self._after(near, shown)
        self._recent.move_to_end(shown)
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return tally

    def _after(self, tally: Tally, shown: int) -> Tally:
        """Count on from a tally; shapes that came later have not happened there."""
        start, counts, last = tally
        more = len(self._columns.shapes) - len(counts)
        counts, last = [*counts, *[0] * more], [*last, *[-1] * more]
        shapes = self._columns.shape[start:shown]
        for code, number in Counter(shapes).items():
            counts[code] += number
        for code, serial in dict(zip(shapes, range(start, shown), strict=True)).items():
            last[code] = serial
        return Tally(shown, counts, last)

"""All records as columns of numbers, with where each stands on the story's time line.

The one place where records are looked at one by one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import count
from typing import TYPE_CHECKING

from simulator.kernel import Envelope
from simulator.tui.reel.mode import GAP_S, HOP_S, NS
from simulator.tui.reel.sorts import ANSWERS, REQUESTS, ROLES, Role, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event
    from simulator.tui.reel.intake import Batch
    from simulator.tui.reel.shape import Shapes

_HOP, _FOLLOWS, _TAKEN = int(Role.HOP), int(Role.FOLLOWS), int(Role.TAKEN)
_BEGINS, _CHECKED, _LISTED = int(Role.BEGINS), int(Role.CHECKED), int(Role.LISTED)
_RARE = _BEGINS | _CHECKED | _LISTED
# Plain numbers: working with flags and members of enums takes ten times as long.
_ROLES = [int(ROLES[sort]) for sort in Sort]
_DEAD = int(Sort.DEAD)
_ENDS = frozenset({Sort.DEAD, Sort.LOST, Sort.BUG})
_GAP_NS = int(GAP_S * NS)
_TAKING = bytes((Sort.REPLY, Sort.DEAD))


class Columns:
    """What is known of each record, by serial.

    Attributes:
        at: Instants in ns.
        cause: The serial of the cause; its own without one.
        shape: Numbers of shapes.
        sort: Numbers of sorts.
        event: Numbers of events.
        follow: The serial of the record that settles it, or 0.
        events: By number: the event, or its envelope; None once it is gone.
        begun: By number of the event: the serial where it begins.
        root: By number of the event: the serial of the first record of its lineage.
        buried: Number of a dead letter's event -> of the event that it was.
        listed: By sort: the serials of those that are looked for later, in order.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.at = array("q")
        self.cause = array("i")
        self.shape = array("i")
        self.sort = bytearray()
        self._story = array("d")
        # Whether each record travels, as far as the story is not told yet.
        self._hops = bytearray()
        self.root = array("i")
        self.event = array("i")
        self.follow = array("i")
        self.events: list[Event | Envelope | None] = []
        self.begun = array("i")
        self.buried: dict[int, int] = {}
        self.listed = {
            sort: array("i") for sort, role in ROLES.items() if Role.LISTED in role
        }
        self._skips = array("d")
        self._skipped = array("q")
        self._origin = 0.0
        self._now = 0
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

    # The story is told when somebody asks: at full speed nobody does.

    @property
    def story(self) -> array[float]:
        """Seconds on the time line of the story."""
        if self._hops:
            self._tell()
        return self._story

    @property
    def skips(self) -> array[float]:
        """The places on the story's time line where time was skipped."""
        if self._hops:
            self._tell()
        return self._skips

    @property
    def skipped(self) -> array[int]:
        """How much of it there, in ns."""
        if self._hops:
            self._tell()
        return self._skipped

    @property
    def origin(self) -> float:
        """Where on the story's time line the last instant begins."""
        if self._hops:
            self._tell()
        return self._origin

    def lose(self, until: int) -> None:
        """Fill up to a serial with records that nobody knows any more."""
        start = len(self.at)
        missing = until - start
        place = self.story[-1] if self.story else 0.0
        self.at.extend([self._now] * missing)
        self.cause.extend(range(start, until))
        self.shape.extend([0] * missing)
        self.sort.extend(bytes(missing))
        self._story.extend([place] * missing)
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
        """Take in the next records."""
        assert len(self.at) == batch.start, "records come in order, without gaps"
        self.at.extend(batch.instants)
        self.cause.extend(batch.causes)
        self.shape.extend(batch.codes)
        sorts = [shape.facts.sort for shape in self.shapes.all]
        self.sort.extend(map(sorts.__getitem__, batch.codes))
        self.follow.frombytes(bytes(self.follow.itemsize * len(batch.codes)))
        roles = list(map(self.shapes.roles.__getitem__, batch.codes))
        self._hops.extend(map(_HOP.__and__, roles))
        self._place(batch, roles)

    def _place(self, batch: Batch, roles: list[int]) -> None:
        """Follow the causes of records: of what event they are.

        Looks at each record with as few steps as can be: most of the time that a
        reel takes to grow is spent here.
        """
        event, follow, sort = self.event, self.follow, self.sort
        put_event, redirects = event.append, self._redirects
        start = batch.start
        for serial, cause, role in zip(count(start), batch.causes, roles, strict=False):
            if redirects and cause in redirects and role & _HOP:
                self._change(serial, Sort.ONWARD)
            if role & _RARE:
                put_event(self._look(serial, cause, batch.held[serial - start]))
            elif cause == serial:
                put_event(self._begin(batch.held[serial - start], serial, serial))
            else:
                put_event(event[cause])
                if role & _FOLLOWS:
                    if not follow[cause]:
                        follow[cause] = serial
                    if role & _TAKEN and sort[cause] in _TAKING:
                        self._change(serial, Sort.ACKNOWLEDGED)

    def _tell(self) -> None:
        """Go on with the story to the last record: where on its time line each stands."""
        story, hops = self._story, self._hops
        self._hops = bytearray()
        put = story.append
        start = len(story)
        now, origin = self._now, self._origin
        here = story[-1] if story else 0.0
        for serial, instant, cause, hop in zip(
            count(start), self.at[start:], self.cause[start:], hops, strict=False
        ):
            if instant != now:
                here += self._gap(here, instant - now)
                now, origin = instant, here
            if hop:
                left = story[cause] if cause < serial else origin
                there = (left if left > origin else origin) + HOP_S  # noqa: FURB136 - twice as fast as max
                here = there if there > here else here  # noqa: FURB136 - likewise
            put(here)
        self._now, self._origin = now, origin

    def _gap(self, here: float, gap: int) -> float:
        """Give how many seconds an idle gap takes; remember what is skipped of it."""
        if gap <= _GAP_NS:
            return gap / NS
        self._skips.append(here + GAP_S)
        self._skipped.append(gap - _GAP_NS)
        return GAP_S

    def _change(self, serial: int, sort: Sort) -> None:
        self.shape[serial] = self.shapes.changed(self.shape[serial], sort)
        self.sort[serial] = sort

    def _look(self, serial: int, cause: int, held: Event | Envelope) -> int:
        """See to a record that does more than to follow its cause; give its event."""
        if cause == serial:
            number = self._begin(held, serial, serial)
        else:
            number = self._follow(serial, cause, held)
        sort = self.sort[serial]
        if _ROLES[sort] & _LISTED:
            self.listed[Sort(sort)].append(serial)
        elif sort == Sort.REDIRECTED:
            self._redirects.add(serial)
        return number

    def _follow(self, serial: int, cause: int, held: Event | Envelope) -> int:
        """See to a record that follows from another; give its event."""
        number = self.event[cause]
        role = _ROLES[self.sort[serial]]
        if role & _CHECKED:
            number = self._check(serial, cause, number)
            role = _ROLES[self.sort[serial]]
        if role & _FOLLOWS and not self.follow[cause]:
            self.follow[cause] = serial
        if not role & _BEGINS:
            return number
        begun = self._begin(held, serial, self.root[number])
        if self.sort[serial] == _DEAD:
            self.buried[begun] = number
        return begun

    def _check(self, serial: int, cause: int, number: int) -> int:
        """Tell what a record means now that its cause is known; give its event."""
        sort, before = Sort(self.sort[serial]), Sort(self.sort[cause])
        if sort is Sort.RETRY and before is Sort.FAILED:
            self._change(cause, Sort.RETRIED)
        elif sort is Sort.CUT and before not in REQUESTS:
            waited = self.shapes.all[self.shape[cause]].facts
            cut = waited._replace(sort=Sort.CUT_WAIT)
            self.shape[serial] = self.shapes.code_of(cut)
            self.sort[serial] = Sort.CUT_WAIT
        elif sort in _ENDS and before in ANSWERS:
            # After a failed reply it is the event that was replied to that ends there.
            asked = self.shapes.all[self.shape[self.cause[cause]]].facts.kind
            begun = self.begun[number]
            if asked == "replied" and self.sort[begun] == Sort.REPLY:
                return self.event[self.cause[begun]]
        elif sort is Sort.DEAD and before is Sort.DROPPED:
            return self.event[self.cause[cause]]
        return number

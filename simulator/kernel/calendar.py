"""What is due when: notices in virtual time, in the order in which they were made.

An actor has a `token`, which changes whenever it goes on, so that a notice that comes
too late is known by its old token.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from simulator.duration import LONGEST_NS
from simulator.kernel.chooser import ORDER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.kernel.chooser import Chooser
    from simulator.kernel.log import Log

    # Who is woken, the token that he has if nothing came between, and with what.
    Notice = tuple["Actor", int, Any]

# Entries of the watch list below which stale ones do not matter.
_COMPACT_FROM = 1_024


class EndOfTimeError(Exception):
    """What is due next is later than a run may last: 292 years."""


class Actor:
    """Something that a notice wakes; its token is negative once it never goes on again."""

    __slots__ = ("token",)

    token: int

    @property
    def name(self) -> str:
        """What its turn is called where the order within an instant is chosen.

        Empty for one whose turn nobody puts off.
        """
        return ""

    def step(self, value: Any) -> None:
        raise NotImplementedError


class Waiter(Actor):
    """Somebody who waits for something, and is resumed with it."""

    __slots__ = ()

    def resume(self, value: Any) -> None:
        raise NotImplementedError


class Suspended(Waiter):
    """Somebody who is held up by a script, and may be resumed out of turn."""

    __slots__ = ()

    def resume_first(self, value: Any) -> None:
        """Go on with a value, in this instant, before all else that is due."""
        raise NotImplementedError

    def resume_instead(self, value: Any) -> None:
        """Go on with a value, whatever else it was to go on with."""
        raise NotImplementedError


class Alarm(Actor):
    """Calls somebody at the instants that it is set to, one after another.

    Args:
        calendar: Where it is set.
        node: On whose behalf.
        call: What is called.
    """

    __slots__ = ("_calendar", "_call", "_node")

    def __init__(
        self, calendar: Calendar, node: str, call: Callable[[], object]
    ) -> None:
        self.token = 0
        self._calendar = calendar
        self._node = node
        self._call = call

    @property
    def name(self) -> str:
        """The node that it is for; orders of one instant are chosen by it."""
        return self._node

    def set(self, instant_ns: int) -> None:
        """Call at an instant, unless it is stopped before."""
        self._calendar.schedule(instant_ns, self)

    def stop(self) -> None:
        self.token = -1

    def step(self, value: object) -> None:
        """Call, as the instant has come; *value* says nothing."""
        self._call()


class Calendar:
    """Notices due now, in a queue, and later, in a list for each instant.

    Args:
        log: Is packed as it fills up.
        chooser: May choose the order within an instant.
        epoch_ns: The start of the run, nanoseconds since 1970.

    Attributes:
        now: Nanoseconds of virtual time since the start.
        instant: The same since 1970, one object for all that happens in an instant.
        ready: What is due now.
        notices: How many were carried out, by `step` and `drain_some`.
        opened: Whoever began in this instant to wait so many ns at most, to be woken
            then, should it last that long.
    """

    def __init__(self, log: Log, chooser: Chooser, epoch_ns: int) -> None:
        self.log = log
        self.chooser = chooser
        self.epoch_ns = epoch_ns
        self.now = 0
        self.instant = epoch_ns
        self.ready: deque[Notice] = deque()
        self.notices = 0
        # They have let others go first. Not typed as notices, which a compiled kernel
        # takes apart and puts together anew: none would be known again.
        self._put_off: list[Any] = []
        self._later: dict[int, list[Notice]] = {}
        self._instants: list[int] = []  # the keys of `_later`, a heap
        self.opened: list[tuple[int, Actor]] = []
        # Those whose longest wait runs: one deque for each length, which so is in order
        # of time.
        self._watched: dict[int, deque[tuple[int, Actor]]] = {}

    def schedule(self, instant_ns: int, actor: Actor) -> None:
        """Wake an actor at an instant to come, unless it goes on before."""
        due = self._later.get(instant_ns)
        if due is None:
            self._later[instant_ns] = [(actor, actor.token, None)]
            heappush(self._instants, instant_ns)
        else:
            due.append((actor, actor.token, None))

    def step(self) -> bool:
        """Carry out the next notice; False when nothing is due any more.

        Raises:
            RunawayError: The log is full.
        """
        log = self.log
        while True:
            while self.ready:
                if self.chooser.orders and not self._choose_next():
                    break
                actor, token, value = self.ready.popleft()
                if actor.token == token:
                    self.notices += 1
                    actor.step(value)
                    if len(log.cells) > log.bound:
                        log.roll()
                    return True
            if not self.advance(None):
                return False

    def drain(self) -> None:
        """Carry out all that is due now.

        Raises:
            RunawayError: The log is full.
        """
        while self.drain_some():
            pass

    def drain_some(self) -> bool:
        """Carry out what is due now, but pause whenever the log was packed.

        Returns:
            Whether it paused; else nothing is due now any more.

        Raises:
            RunawayError: The log is full.
        """
        ready, popleft = self.ready, self.ready.popleft
        log, orders, put_off = self.log, self.chooser.orders, self._put_off
        cells = log.cells
        done = 0
        try:
            while ready:
                if orders and (len(ready) > 1 or put_off) and not self._choose_next():
                    break
                actor, token, value = popleft()
                if actor.token == token:
                    done += 1
                    actor.step(value)
                    if len(cells) > log.bound:
                        log.roll()
                        return True
        finally:
            self.notices += done
        return False

    def _choose_next(self) -> bool:
        """Let it be chosen who has his turn, and who lets others pass.

        Returns:
            Whether anybody is left whose turn it is.
        """
        ready: deque[Any] = self.ready  # likewise not as notices
        put_off = self._put_off
        while ready:
            notice = ready[0]
            actor: Actor = notice[0]
            if actor.token != notice[1]:  # he has gone on already
                ready.popleft()
                continue
            for number, each in enumerate(put_off):
                if each is notice:  # it has let others pass
                    del put_off[number]
                    return True
            name = actor.name
            places = [n for n, each in enumerate(ready) if each[0].token == each[1]]
            if not name or len(places) == 1:
                return True
            self.chooser.about = getattr(actor, "serial", UNKNOWN)
            passing = self.chooser.choose(ORDER, name, 0, len(places))
            if not passing:
                return True
            ready.popleft()
            ready.insert(places[passing], notice)
            put_off.append(notice)
        put_off.clear()
        return False

    def drain_to(self, notices: int, records: int | None) -> bool:
        """Carry out what is due now, until there were so many notices in all.

        Args:
            notices: See the attribute.
            records: End, too, once the log has more than these; None for any number.

        Returns:
            Whether it ended for another reason than that nothing is due now.

        Raises:
            RunawayError: The log is full.
        """
        log = self.log
        while not self.is_idle:
            if self.notices >= notices:
                return True
            rolls = log.rolls
            self.step()
            if log.rolls != rolls or (records is not None and len(log) > records):
                return True
        return False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is ready in this instant."""
        ready = self.ready
        while ready and ready[0][0].token != ready[0][1]:
            ready.popleft()
        return not ready

    @property
    def due_ns(self) -> int | None:
        """The instant of the next notice that still counts; None for none."""
        if not self.is_idle:
            return self.now
        self._start_watching()
        due_ns = self._next_instant()
        watched = self._next_watched()
        if watched and (due_ns is None or watched[0][0] < due_ns):
            return watched[0][0]
        return due_ns

    def outstanding(self) -> Iterator[tuple[int, Actor]]:
        """Give all whom a notice wakes that still counts, with its instant."""
        for actor, token, _ in self.ready:
            if actor.token == token:
                yield self.now, actor
        for instant_ns in sorted(self._later):
            for actor, token, _ in self._later[instant_ns]:
                if actor.token == token:
                    yield instant_ns, actor

    def run(self, until_ns: int | None = None) -> None:
        """Carry out notices until nothing is due, or until an instant, inclusive.

        Raises:
            RunawayError: The log is full; the run can go on when its bound is raised.
        """
        self.drain()
        while self.advance(until_ns):
            self.drain()
        self.arrive(until_ns)

    def arrive(self, until_ns: int | None) -> None:
        """Let time pass up to an instant at which nothing is due."""
        if until_ns is not None and until_ns > self.now:
            self._start_watching()
            self.now = until_ns
            self.instant = self.epoch_ns + until_ns

    def advance(self, until_ns: int | None) -> bool:
        """Move to the next instant and make what is due then ready.

        Raises:
            EndOfTimeError: It is later than a run may last.
        """
        if self.opened:
            self._start_watching()
        due_ns = self._next_instant()
        watched = self._next_watched() if self._watched else None
        if watched and due_ns is not None and watched[0][0] >= due_ns:
            watched = None
        if watched:
            due_ns = watched[0][0]
        if due_ns is None or (until_ns is not None and due_ns > until_ns):
            return False
        if due_ns > LONGEST_NS:
            raise EndOfTimeError
        self.now = due_ns
        self.instant = self.epoch_ns + due_ns
        if watched:
            _, actor = watched.popleft()
            self.ready.append((actor, actor.token, None))
            return True
        heappop(self._instants)
        self.ready.extend(self._later.pop(due_ns))
        return True

    def _next_instant(self) -> int | None:
        """Give the first instant for which a notice still counts; forget those before."""
        instants, later = self._instants, self._later
        while instants:
            due = later[instants[0]]
            for number, (actor, token, _) in enumerate(due):
                if actor.token == token:
                    if number:
                        del due[:number]
                    return instants[0]
            del later[heappop(instants)]
        return None

    def _next_watched(self) -> deque[tuple[int, Actor]] | None:
        """Give the deque with the first end of a longest wait that still counts."""
        first: deque[tuple[int, Actor]] | None = None
        for watched in self._watched.values():
            while watched and watched[0][1].token < 0:
                watched.popleft()
            if watched and (first is None or watched[0][0] < first[0][0]):
                first = watched
        return first

    def _start_watching(self) -> None:
        """Start the longest wait of those who did not settle at once."""
        if not self.opened:
            return
        for longest_ns, actor in self.opened:
            if actor.token >= 0:
                watched = self._watched.get(longest_ns)
                if watched is None:
                    watched = self._watched[longest_ns] = deque()
                watched.append((self.now + longest_ns, actor))
        self.opened.clear()
        for watched in self._watched.values():
            if len(watched) > _COMPACT_FROM and watched[len(watched) // 2][1].token < 0:
                alive = [entry for entry in watched if entry[1].token >= 0]
                watched.clear()
                watched.extend(alive)

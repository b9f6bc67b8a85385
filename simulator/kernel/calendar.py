"""What is due when: notices in virtual time, in the order in which they were made."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from simulator.kernel.log import Log
    from simulator.kernel.process import FanOut

# Entries of the watch list below which stale ones do not matter.
_COMPACT_FROM = 1_024


class Actor(Protocol):
    """Something that a notice wakes; see `simulator.kernel.process`."""

    token: int

    def step(self, value: Any) -> None:
        """Go on."""


class Calendar:
    """Notices due now, in a queue, and later, in a heap ordered by instant and ticket.

    Args:
        log: Is packed as it fills up.
        epoch_ns: The start of the run, nanoseconds since 1970.
        fanout_wait_ns: The longest a hub waits for the next of its deliveries.

    Attributes:
        now: Nanoseconds of virtual time since the start.
        instant: The same since 1970, one object for all that happens in an instant.
        ready: What is due now.
        heap: What is due later; `schedule` and `Process.step` push.
        notices: How many were carried out, by `step` and `drain_some`.
    """

    def __init__(self, log: Log, epoch_ns: int, fanout_wait_ns: int) -> None:
        self.log = log
        self.epoch_ns = epoch_ns
        self.now = 0
        self.instant = epoch_ns
        self.ready: deque[tuple[Actor, int, Any]] = deque()
        self.heap: list[tuple[int, int, Actor, int, Any]] = []
        self.ticket = count(1)
        self.notices = 0
        self._fanout_wait_ns = fanout_wait_ns
        # Fan-outs that began in this instant, and those whose longest wait runs:
        # the wait is the same for all, so the deque is in order of time.
        self._opened: list[FanOut] = []
        self._watched: deque[tuple[int, FanOut]] = deque()

    def watch(self, fan_out: FanOut) -> None:
        """Wake a fan-out when its longest wait is over, should it last that long."""
        self._opened.append(fan_out)

    def schedule(self, instant_ns: int, actor: Actor, value: object) -> None:
        """Wake an actor at an instant, unless it goes on before."""
        heappush(self.heap, (instant_ns, next(self.ticket), actor, actor.token, value))

    def step(self) -> bool:
        """Carry out the next notice; False when nothing is due any more.

        Raises:
            RunawayError: The log is full.
        """
        log = self.log
        while True:
            while self.ready:
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
        ready, popleft = self.ready, self.ready.popleft
        log = self.log
        cells, bound = log.cells, log.bound
        while ready:
            actor, token, value = popleft()
            if actor.token == token:
                actor.step(value)
                if len(cells) > bound:
                    log.roll()

    def drain_some(self) -> bool:
        """Carry out what is due now, but pause whenever the log was packed.

        Returns:
            Whether it paused; else nothing is due now any more.

        Raises:
            RunawayError: The log is full.
        """
        ready, popleft = self.ready, self.ready.popleft
        log = self.log
        cells, bound = log.cells, log.bound
        done = 0
        try:
            while ready:
                actor, token, value = popleft()
                if actor.token == token:
                    done += 1
                    actor.step(value)
                    if len(cells) > bound:
                        log.roll()
                        return True
        finally:
            self.notices += done
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
            packed = log.base
            self.step()
            if log.base != packed or (records is not None and len(log) > records):
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
        if self._opened:
            self._start_watching()
        self._drop_stale()
        heap, watched = self.heap, self._watched
        if watched and (not heap or watched[0][0] < heap[0][0]):
            return watched[0][0]
        return heap[0][0] if heap else None

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
            if self._opened:
                self._start_watching()
            self.now = until_ns
            self.instant = self.epoch_ns + until_ns

    def _drop_stale(self) -> None:
        heap, watched = self.heap, self._watched
        while heap and heap[0][2].token != heap[0][3]:
            heappop(heap)
        while watched and watched[0][1].token < 0:
            watched.popleft()

    def advance(self, until_ns: int | None) -> bool:
        """Move to the next instant and make what is due then ready."""
        if self._opened:
            self._start_watching()
        heap, watched = self.heap, self._watched
        if (watched and watched[0][1].token < 0) or (
            heap and heap[0][2].token != heap[0][3]
        ):
            self._drop_stale()
        if watched and (not heap or watched[0][0] < heap[0][0]):
            return self._watch_over(until_ns)
        if not heap:
            return False
        due = heap[0]
        instant = due[0]
        if until_ns is not None and instant > until_ns:
            return False
        self.now = instant
        self.instant = self.epoch_ns + instant
        append = self.ready.append
        while due[0] == instant:
            append(heappop(heap)[2:])
            if not heap:
                break
            due = heap[0]
        return True

    def _watch_over(self, until_ns: int | None) -> bool:
        """Move to the end of a fan-out's longest wait."""
        instant, fan_out = self._watched[0]
        if until_ns is not None and instant > until_ns:
            return False
        self._watched.popleft()
        self.now = instant
        self.instant = self.epoch_ns + instant
        self.ready.append((fan_out, fan_out.token, None))
        return True

    def _start_watching(self) -> None:
        """Start the longest wait of the fan-outs that did not settle at once."""
        due = self.now + self._fanout_wait_ns
        watched = self._watched
        open_ = [fan_out for fan_out in self._opened if fan_out.token >= 0]
        self._opened.clear()
        watched.extend([(due, fan_out) for fan_out in open_])
        if len(watched) > _COMPACT_FROM and watched[len(watched) // 2][1].token < 0:
            alive = [entry for entry in watched if entry[1].token >= 0]
            watched.clear()
            watched.extend(alive)

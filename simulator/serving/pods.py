"""The pods of a revision and who waits for them: the activator's queue and each pod's.

Source: knative/serving pkg/activator/net/throttler.go, lb_policy.go; pkg/queue/breaker.go,
    sharedmain/main.go:406; systems-2, 4.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel.calendar import Alarm, Suspended

_MOST_IN_ACTIVATOR: Final = 10_000
_TIMES_IN_POD: Final = 10
_FIRST_FREE_UP_TO: Final = 3


class Pod:
    """One pod.

    Attributes:
        asked_ns: When it was asked for.
        ready_ns: When it is Ready.
        going: It is taken away, and finishes what it has.
        alarm: Wakes whoever waits for it to be Ready.
    """

    __slots__ = (
        "alarm", "asked_ns", "going", "ready", "ready_ns", "running", "waiting",
    )  # fmt: skip

    def __init__(self, asked_ns: int, ready_ns: int, *, ready: bool = False) -> None:
        self.asked_ns = asked_ns
        self.ready_ns = ready_ns
        self.ready = ready
        self.running = 0
        self.going = False
        self.alarm: Alarm | None = None
        self.waiting = Line()

    @property
    def load(self) -> int:
        """Requests that it has, waiting ones too."""
        return self.running + len(self.waiting)

    def has_room(self, concurrency: int) -> bool:
        return self.ready and (not concurrency or self.running < concurrency)


class Ticket:
    """One request that is there.

    Attributes:
        caller: Is resumed once a pod begins with it.
        pod: That is busy with it; None while it waits.
    """

    __slots__ = ("caller", "line", "pod")

    def __init__(self, caller: Suspended) -> None:
        self.caller = caller
        self.pod: Pod | None = None
        self.line: Line | None = None

    def has_begun(self) -> bool:
        return self.pod is not None


class Line:
    """Who waits, in the order in which they came."""

    __slots__ = ("_number", "_tickets")

    def __init__(self) -> None:
        self._tickets: deque[Ticket] = deque()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def join(self, ticket: Ticket) -> None:
        ticket.line = self
        self._tickets.append(ticket)
        self._number += 1

    def leave(self, ticket: Ticket) -> None:
        ticket.line = None
        self._number -= 1

    def next(self) -> Ticket:
        """Take the first of those who still wait; there is one."""
        while True:
            ticket = self._tickets.popleft()
            if ticket.line is self:
                self.leave(ticket)
                return ticket


class Pods:
    """The pods of one revision.

    Args:
        concurrency: How many requests each takes at once; 0 for any number.
        pick: Draws one of so many numbers from 0.
        ready: How many there are at first.

    Attributes:
        all: Those that are wanted, the oldest first; some start still.
        ready: How many can be asked.
    """

    def __init__(
        self, concurrency: int, pick: Callable[[int], int], ready: int
    ) -> None:
        self.concurrency = concurrency
        self.all = [Pod(0, 0, ready=True) for _ in range(ready)]
        self.queue = Line()
        self._pick = pick
        self.ready = ready
        self._turn = 0
        self._draining = 0

    @property
    def waiting(self) -> int:
        """How many requests wait, in the activator or in a pod."""
        return len(self.queue) + sum(len(pod.waiting) for pod in self.all)

    @property
    def settled(self) -> bool:
        """Whether none starts, and none finishes what it has."""
        return not self._draining and self.ready == len(self.all)

    def enter(self, ticket: Ticket, *, in_path: bool) -> bool:
        """Let a request begin or wait; False where it is refused: the queue is full."""
        if in_path:
            pod = None if self.queue else self._free()
            if pod is not None:
                self._begin(ticket, pod)
            elif len(self.queue) >= _MOST_IN_ACTIVATOR:
                return False
            else:
                self.queue.join(ticket)
            return True
        pod = self._less_loaded([pod for pod in self.all if pod.ready])
        if pod.has_room(self.concurrency):
            self._begin(ticket, pod)
        elif len(pod.waiting) >= _TIMES_IN_POD * self.concurrency:
            return False
        else:
            pod.waiting.join(ticket)
        return True

    def leave(self, ticket: Ticket) -> None:
        """Take a request off, whether it has begun or waits; the next one begins."""
        if ticket.line is not None:
            ticket.line.leave(ticket)
        pod, ticket.pod = ticket.pod, None
        if pod is None:
            return
        pod.running -= 1
        if pod.waiting:
            self._call(pod.waiting.next(), pod)
        elif pod.going:
            self._draining -= not pod.running
        else:
            self.serve()

    def serve(self) -> None:
        """Let those begin who wait in the activator, as long as there is room."""
        while self.queue:
            pod = self._free()
            if pod is None:
                return
            self._call(self.queue.next(), pod)

    def add(self, pod: Pod) -> None:
        self.all.append(pod)

    def start(self, pod: Pod) -> None:
        pod.ready = True
        if pod.alarm is not None:
            pod.alarm.stop()
        self.ready += 1

    def remove(self) -> None:
        """Take one away: one that starts still if there is any, the newest of them.

        Source: Kubernetes, ReplicaSet: pods that are not ready go first, then newer ones.
        """
        starting = [pod for pod in self.all if not pod.ready]
        pod = (starting or self.all)[-1]
        self.all.remove(pod)
        pod.going = True
        if pod.alarm is not None:
            pod.alarm.stop()
        self.ready -= pod.ready
        self._draining += pod.running > 0

    def _call(self, ticket: Ticket, pod: Pod) -> None:
        self._begin(ticket, pod)
        ticket.caller.resume(None)

    def _begin(self, ticket: Ticket, pod: Pod) -> None:
        ticket.pod = pod
        pod.running += 1

    def _free(self) -> Pod | None:
        """Pick a pod that can begin with one more, as the activator does."""
        each_free = (pod for pod in self.all if pod.has_room(self.concurrency))
        if 0 < self.concurrency <= _FIRST_FREE_UP_TO:
            return next(each_free, None)
        free = list(each_free)
        if not free:
            return None
        if not self.concurrency:
            return self._less_loaded(free)
        self._turn += 1
        return free[self._turn % len(free)]

    def _less_loaded(self, pods: list[Pod]) -> Pod:
        """Draw two, and give the one that has less to do."""
        if len(pods) == 1:
            return pods[0]
        first = self._pick(len(pods))
        second = self._pick(len(pods) - 1)
        one, other = pods[first], pods[second + (second >= first)]
        return one if one.load <= other.load else other

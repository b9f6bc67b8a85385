"""Who waits for what: processes and fan-outs.

An actor has `token`, which changes whenever it goes on, so that a notice that
comes too late is known by its old token, and `step(value)`.
"""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING, Any, Protocol

from simulator.kernel.answer import Fault
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.envelope import Envelope
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.request import Request
    from simulator.kernel.target import Target

    Steps = Generator[int | None, Any, bool]


class Waiter(Protocol):
    """Somebody who waits for the status of a request."""

    def resume(self, status: int) -> None:
        """Go on; called once."""


class Process:
    """A generator that reads like the rule it carries out.

    It yields how long to wait, in ns, or None to wait until somebody resumes it,
    and returns whether the event is safe: delivered, or taken by a dead letter sink.
    """

    __slots__ = (
        "_send",
        "awaited",
        "fan_out",
        "flight",
        "kernel",
        "request",
        "steps",
        "token",
    )

    def __init__(self, kernel: Kernel, fan_out: FanOut | None) -> None:
        self.kernel = kernel
        self.fan_out = fan_out
        self.token = 0
        # The hub's fan-out, or the request to a service, that it waits for.
        self.awaited: FanOut | None = None
        self.request: Request | None = None
        # (record of the dispatch, envelope, target, attempt) while a request is open.
        self.flight: tuple[int, Envelope, Target, int] | None = None

    def start(self, steps: Steps) -> None:
        """Begin in this instant, after what is due before."""
        self.steps = steps
        self._send = steps.send
        self.kernel.ready.append((self, 0, None))

    def start_first(self, steps: Steps) -> None:
        """Begin in this instant, before all else that is due."""
        self.steps = steps
        self._send = steps.send
        self.kernel.ready.appendleft((self, 0, None))

    def step(self, value: object) -> None:
        """Go on until the next wait."""
        self.token += 1
        try:
            wait = self._send(value)
        except StopIteration as stop:
            self.token = -1
            if self.fan_out is not None:
                self.fan_out.child_done(safe=stop.value)
            return
        if wait is not None:
            kernel = self.kernel
            due = (kernel.now + wait, next(kernel.ticket), self, self.token, None)
            heappush(kernel.heap, due)

    def resume(self, value: object) -> None:
        """Go on with a value, in this instant."""
        if self.token >= 0:
            self.kernel.ready.append((self, self.token, value))

    def resume_instead(self, value: object) -> None:
        """Go on with a value, in this instant, whatever else it was to go on with."""
        if self.token >= 0:
            self.token += 1
            self.resume(value)

    def resume_first(self, value: object) -> None:
        """Go on with a value, in this instant, before all else that is due."""
        if self.token >= 0:
            self.kernel.ready.appendleft((self, self.token, value))

    def cancel(self) -> None:
        """End here, and all that is waited for: the caller has gone.

        Needs no recursion: with a high time to live, thousands wait for each other.
        """
        pending = [self]
        while pending:
            process = pending.pop()
            if process.token >= 0:
                pending += reversed(process.cut())

    def cut(self) -> list[Process]:
        """End this process alone; give those that it waits for."""
        self.token = -1
        self.steps.close()
        if self.flight is not None:
            serial, envelope, target, attempt = self.flight
            self.kernel.record(
                serial, Kind.CUT, envelope, target, "", attempt, (0, Fault.GONE)
            )
        if self.request is not None:
            self.request.gone = True
        fan_out = self.awaited
        if fan_out is None or fan_out.token < 0:
            return []
        fan_out.token = -1
        return fan_out.children


class FanOut:
    """The deliveries of one event from one hub, and who waits for them all.

    Source: knative-runtime, "Shape of one delivery": synchronous by default, the
        sender's POST is answered after every trigger has been tried; any failure
        without a dead letter sink makes it 500.
    """

    __slots__ = (
        "children",
        "failed",
        "kernel",
        "last_ns",
        "pending",
        "token",
        "waiter",
    )

    def __init__(self, kernel: Kernel, waiter: Waiter | None) -> None:
        self.kernel = kernel
        self.waiter = waiter
        self.token = 0
        self.pending = 0
        self.failed = False
        self.children: list[Process] = []
        self.last_ns = kernel.now

    def child_done(self, *, safe: bool) -> None:
        """One delivery is settled."""
        self.pending -= 1
        self.last_ns = self.kernel.now
        if not safe:
            self.failed = True
        if not self.pending and self.token >= 0:
            self._close()

    def _close(self) -> None:
        self.token = -1
        if self.waiter is not None:
            self.waiter.resume(500 if self.failed else 202)

    def step(self, value: object) -> None:
        """See, when the longest wait may be over, whether it is.

        Source: knative-resources 4.4: per result wait limit 15 min, then 500.
        """
        due = self.last_ns + self.kernel.profile.fanout_wait_ns
        if due > self.kernel.now:
            self.kernel.schedule(due, self, None)
            return
        self.failed = True
        for child in self.children:
            child.cancel()
        self._close()

    def cancel(self) -> None:
        """End every delivery that is not settled; nobody waits any more."""
        if self.token < 0:
            return
        self.token = -1
        for child in self.children:
            child.cancel()

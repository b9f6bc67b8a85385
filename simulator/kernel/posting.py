"""A sender: one new event on its way, and what its sender is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.kernel.envelope import NO_HEADERS, TTL, Envelope
from simulator.kernel.guard import Story
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.process import FanOut, Process
from simulator.kernel.request import Request, Role
from simulator.kernel.ttl import next_ttl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.event import Event
    from simulator.kernel.answer import Answer
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.lane import RunningHub
    from simulator.kernel.target import Target

_SENT, _ANSWERED = Kind.SENT, Kind.ANSWERED


class Posting:
    """A new event on its way, and what its sender is answered.

    Args:
        kernel: Where it is sent.
        target: The address it is posted to.
        event: The event, as the sender has it.
        node: Who sends it; empty for the caller of the API.

    Attributes:
        serial: The record of the sending; -1 before.
        cause: The record that it follows from; -1 for none.
        headers: Of the request.
        timeout_ns: How long the sender waits; None for ever.
        as_sent: Method, headers and body of a request that a service is to see as it
            stands; None for an event.
        status: The HTTP status of the answer; None until there is one.
        error: Why there is no answer, or None.
        answered_ns: When the answer came, nanoseconds since the start.
        then: Is called with this when there is an answer, or none any more.
    """

    # No slots: most of these keep their default, which costs nothing here.
    cause = -1
    headers: Mapping[str, str] = NO_HEADERS
    timeout_ns: int | None = None
    as_sent: tuple[str, Mapping[str, str], bytes] | None = None
    status: int | None = None
    error: str | None = None
    answered_ns: int | None = None
    then: Callable[[Posting], None] | None = None
    _behind: FanOut | Process | None = None

    def __init__(self, kernel: Kernel, target: Target, event: Event, node: str) -> None:
        self.kernel = kernel
        self.target = target
        self.event = event
        self.node = node
        self.token = 0
        self.serial = -1

    def step(self, value: object) -> None:
        """Post the event, or, at the sender's timeout, hang up."""
        if self.serial >= 0:
            self.hang_up()
            return
        kernel, event, headers = self.kernel, self.event, self.headers
        if kernel.succeeded:
            self.target = kernel.program.afresh(self.target)
        target = self.target
        log, cause = kernel.log, self.cause
        cells = log.cells
        serial = self.serial = log.base + len(cells) // WIDTH
        shown = Envelope(event, None, None, headers) if headers else event
        back = serial - cause if cause >= 0 else 0
        cells.extend((kernel.now, back, _SENT, shown, self.node, target, 1, 0))
        if target.hub is None:
            self._call_direct(serial)
        else:
            status = (
                self._enter_indirectly(target.hub, serial)
                if target.indirect
                else kernel.receive(target.hub, event, None, headers, serial, self)
            )
            if type(status) is int:
                self.resume(status)
                return
            assert not isinstance(status, int), "only an int is a status"
            self._behind = status
        if self.timeout_ns is not None and self.token >= 0:
            kernel.schedule(kernel.now + self.timeout_ns, self, None)

    def resume(self, status: int) -> None:
        """Take the answer; status 0 when there is none."""
        self.token = -1
        kernel, log = self.kernel, self.kernel.log
        now = self.answered_ns = kernel.now
        noted: Any = status
        if status:
            self.status = status
        else:
            noted = (0, self.error)
        back = log.base + len(log.cells) // WIDTH - self.serial
        log.cells.extend(
            (now, back, _ANSWERED, self.event, self.target, self.node, 1, noted)
        )
        if self.then is not None:
            self.then(self)

    def answer_direct(self, answer: Answer) -> None:
        """Take the answer of a service that was called without a hub between."""
        if answer.fault is not None:
            self.fail(answer.fault.value)
        else:
            self.resume(answer.status)

    def fail(self, error: str) -> None:
        """Take note that there is no answer."""
        self.error = error
        self.resume(0)

    def hang_up(self) -> None:
        """Stop waiting: everything behind the request ends.

        Source: knative-runtime, "Shape of one delivery": request contexts are
            cancelled all the way down, the dead letter sink is not called.
        """
        if self._behind is not None:
            self._behind.cancel()
        self.fail("context deadline exceeded")

    def _call_direct(self, serial: int) -> None:
        """Call a service without a hub between."""
        from simulator.kernel.direct import call, filter_call  # they need us

        process = self._behind = Process(self.kernel, None)
        story = filter_call if self.target.filters is not None else call
        process.start(story(self.kernel, process, self, serial, self.headers))

    def enter(self, request: Request, serial: int) -> None:
        """Hand the event, perhaps changed on its way, to the hub that is there now."""
        target = self.target = request.target
        assert target.hub is not None, "only hubs are entered"
        event, headers = request.envelope.event, self.headers
        status = self.kernel.receive(target.hub, event, None, headers, serial, self)
        if isinstance(status, int):
            self.resume(status)
        else:
            self._behind = status

    def _enter_indirectly(self, hub: RunningHub, serial: int) -> int | FanOut | Process:
        """Post to a hub that somebody guards, or behind a broker's ingress."""
        kernel, target = self.kernel, self.target
        if target.behind is None:
            return self._enter_behind(hub, serial)
        envelope = Envelope(self.event, None, None, self.headers)
        request = Request(envelope, target, None, kernel.now, Role.DIRECT)
        request.sender = self.node
        story = target.call(request)
        if not isinstance(story, Story):
            return kernel.receive(hub, self.event, None, self.headers, serial, self)
        from simulator.kernel.direct import enter  # it needs us

        process = Process(kernel, None)
        process.start_first(enter(process, self, story, request, serial))
        return process

    def _enter_behind(self, hub: RunningHub, serial: int) -> int | FanOut:
        """Post to the channel behind a broker's ingress.

        Source: knative-runtime, Filter service: without a TTL attribute the filter
            answers 400; so every trigger fails, and the channel answers 500.
        """
        text = self.event.attributes.get(TTL)
        if text is None:
            return 500 if hub.lanes else 202
        # The ingress, which counts down by one, was passed by; so was its reset.
        ttl = next_ttl(text, 0) + 2
        return self.kernel.receive(hub, self.event, ttl, self.headers, serial, self)

"""A sender of one new event: into a hub, to a service, or to a filter itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.delivery import NO_RETRIES
from simulator.filters import Verdict
from simulator.kernel.attempts import Attempts
from simulator.kernel.calendar import Waiter
from simulator.kernel.envelope import NO_HEADERS, TTL, Envelope, next_ttl, passed_on
from simulator.kernel.exchange import Exchange
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.request import Request, Role, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.event import Event
    from simulator.kernel.answer import Answer
    from simulator.kernel.exchange import Awaited, Go, World
    from simulator.kernel.judge import Outcome
    from simulator.kernel.routes import LinkedHub, Target

_ANSWERED: Final = Kind.ANSWERED
_DEADLINE: Final = "context deadline exceeded"
GONE: Final = "context canceled"
"""What a client's request ends with, in Go's words, that it has called off."""
CALLER: Final = "caller"
"""What the caller of the API is called who has no node."""
_OK: Final = 200
_ACCEPTED: Final = 202
_BAD_REQUEST: Final = 400
_FAILED: Final = 500


class Sender(Waiter):
    """A sender of one new event: the event on its way, and what he is answered.

    Args:
        world: Where it is sent.
        target: The address it is posted to.
        event: The event, as the sender has it.
        node: Who sends it; empty for the caller of the API.

    Attributes:
        serial: The record of the sending; -1 before.
        cause: The record that it follows from; -1 for none.
        headers: Of the request.
        timeout_ns: How long the sender waits; None for ever.
        status: The HTTP status of the answer; None until there is one.
        error: Why there is no answer, or None.
        answered_ns: When the answer came, nanoseconds since the start.
        answer: What a service has answered; None for what a hub has.
        then: Is called with this when there is an answer, or none any more.
    """

    __slots__ = ("_behind", "answer", "answered_ns", "cause", "error", "event", "headers", "node",
                 "serial", "status", "target", "then", "timeout_ns", "world")  # fmt: skip

    def __init__(self, world: World, target: Target, event: Event, node: str) -> None:
        self.token = 0
        self.world = world
        self.target = target
        self.event = event
        self.node = node
        self.serial = self.cause = -1
        self.headers: Mapping[str, str] = NO_HEADERS
        self.timeout_ns: int | None = None
        self.status: int | None = None
        self.error: str | None = None
        self.answered_ns: int | None = None
        self.answer: Answer | None = None
        self.then: Callable[[Sender], None] | None = None
        self._behind: Awaited | Exchange | None = None

    @property
    def name(self) -> str:
        return self.node or CALLER

    def step(self, value: object) -> None:
        """Post the event; the next time, at the sender's timeout, hang up."""
        if self.serial >= 0:
            self.hang_up(_DEADLINE if value is None else str(value))
            return
        world, event, headers = self.world, self.event, self.headers
        if world.taken_over:
            self.target = world.addresses.look_up_again(self.target)
        target, cause = self.target, self.cause
        hub, log = target.entered, world.log
        serial = self.serial = log.base + len(log.cells) // WIDTH
        if hub is not None and not headers:
            back = serial - cause if cause >= 0 else 0
            status = world.enter(hub, event, self.node, target, serial, back, self)
            if status is None:
                # The answer is in the log already.
                self.token = -1
                self.answered_ns = world.now
                self.status = _ACCEPTED
                if self.then is not None:
                    self.then(self)
                return
            self._wait_for(status)
        else:
            shown = Envelope(event, None, None, headers) if headers else event
            world.record(cause, Kind.SENT, shown, self.node, target, 1, 0)
            if hub is None:
                self._enter(target)
            else:
                self.receive(hub, event)
        if self.timeout_ns is not None and self.token >= 0:
            world.schedule(world.now + self.timeout_ns, self)

    def _wait_for(self, status: int | Awaited) -> None:
        if isinstance(status, int):
            self.resume(status)
        else:
            self._behind = status

    def resume(self, value: Any) -> None:
        """Take the answer, a status; 0 when there is none."""
        self.token = -1
        self._behind = None
        log = self.world.log
        now = self.answered_ns = self.world.now
        noted: object = value
        if value:
            self.status = value
        else:
            noted = (0, self.error)
        back = log.base + len(log.cells) // WIDTH - self.serial
        log.cells.extend(
            (now, back, _ANSWERED, self.event, self.target, self.node, 1, noted)
        )
        if self.then is not None:
            self.then(self)

    def take(self, answer: Answer) -> None:
        """Take the answer of a service that was called without a hub between."""
        self.answer = answer
        if answer.failure is not None:
            self.fail(answer.failure.value)
        else:
            self.resume(answer.status)

    def fail(self, error: str) -> None:
        self.error = error
        self.resume(0)

    def hang_up(self, why: str) -> None:
        """Stop waiting, in Go's words for it: everything behind the request ends.

        Source: knative-runtime, "Shape of one delivery": request contexts are
            cancelled all the way down, the dead letter sink is not called.
        """
        if self._behind is not None:
            self._behind.cancel()
        self.fail(why)

    def _enter(self, target: Target) -> None:
        """Make a request that does not simply go into a hub."""
        hub = target.hub
        if hub is None:
            call = _FilterCall if target.filters is not None else _ServiceCall
            self._behind = made = call(self.world, self)
            made.start(made.begin)
        elif target.outer:
            self._enter_watched(target, hub)
        elif not target.inner:
            self.receive(hub, self.event)
        elif hub.guard is not None:
            self.refuse_inside(hub)
        elif TTL not in self.event.attributes:
            # Source: knative-runtime, Filter service: without a TTL attribute the
            # filter answers 400; so every trigger fails, and the channel answers 500.
            self.resume(_FAILED if hub.routes else _ACCEPTED)
        else:
            # The ingress, which counts down by one, was passed by; so was its reset.
            ttl = next_ttl(self.event.attributes[TTL], 0) + 2
            self.receive(hub, self.event, ttl)

    def _enter_watched(self, target: Target, hub: LinkedHub) -> None:
        """Post to a hub whose requests somebody looks at on their way."""
        request = self.request(Envelope(self.event, None, None, self.headers))
        script = target.call(request)
        if isinstance(script, Script):
            self._behind = _HubCall(self.world, self, request, script)
        else:
            self.receive(hub, self.event)

    def receive(self, hub: LinkedHub, event: Event, ttl: int | None = None) -> None:
        """Hand the event, perhaps changed on its way, to a hub."""
        world, serial = self.world, self.serial
        status: int | Awaited | None = None
        if hub.looks and not self.target.inner:
            from simulator.kernel.door import look_at  # few hubs do

            token = self.headers.get("authorization")
            status = look_at(world, hub, event, token, serial)
        if status is None:
            status = world.receive(hub, event, ttl, self.headers, serial, self)
        self._wait_for(status)

    def refuse_inside(self, hub: LinkedHub) -> None:
        """Be refused by what takes requests of the hub itself only."""
        from simulator.kernel.door import refused_inside

        token = self.headers.get("authorization")
        self.resume(refused_inside(self.world, hub, self.event, token, self.serial))

    def hand_on(self, delivery: _Filtered) -> None:
        """Wait for what a filter hands on."""
        self._behind, delivery.sender = delivery, self
        delivery.run(delivery.begin)

    def request(self, envelope: Envelope) -> Request:
        """Give the request that is made for whoever answers it."""
        made = Request(envelope, self.target, None, self.world.now, Role.DIRECT)
        made.sender = self.node
        return made


class _ServiceCall(Exchange):
    """The one request of a plain HTTP client; its answer is the sender's."""

    __slots__ = ("_sender",)

    def __init__(self, world: World, sender: Sender) -> None:
        super().__init__(world, None)
        self._sender = sender

    @property
    def name(self) -> str:
        return self._sender.name

    def begin(self, _: object) -> Go:
        """Make the request, which is recorded, and follow it."""
        sender, target = self._sender, self._sender.target
        envelope = Envelope(sender.event, None, None, sender.headers)
        request = sender.request(envelope)
        answer = target.fixed or target.call(request)
        serial = self.world.record(
            sender.serial, Kind.DISPATCHED, envelope, sender.node, target, 1,
            request.noted,
        )  # fmt: skip
        self.open_to, self.open_with = target, envelope
        return self.ask(request, target, serial, answer)

    def answered(self, answer: Answer) -> Go:
        sender, target = self._sender, self.answering
        self.token = -1
        self.world.record(
            self.serial, Kind.RESPONDED, self.open_with, target, sender.node, 1,
            answer.noted,
        )  # fmt: skip
        sender.target = target
        sender.take(answer)
        return None


class _FilterCall(_ServiceCall):
    """A request to a trigger's filter itself, at the address not meant for users."""

    __slots__ = ()

    def begin(self, _: object) -> Go:
        """Judge, and hand on what the filter lets pass, once.

        Source: knative-runtime, Filter service.
        """
        sender = self._sender
        route = sender.target.filters
        assert route is not None, "the target is a filter's"
        self.token = -1
        if route.hub.guard is not None:
            sender.refuse_inside(route.hub)
            return None
        attributes = dict(sender.event.attributes)
        if attributes.pop(TTL, None) is None:
            sender.resume(_BAD_REQUEST)
            return None
        verdict = (
            Verdict.PASS if route.filter is None else route.filter.verdict(attributes)
        )
        if verdict is Verdict.FAIL:
            sender.resume(_OK)
        elif verdict is Verdict.PANIC:
            sender.fail("EOF")
        else:
            event = type(sender.event)(attributes, sender.event.body)
            envelope = Envelope(event, None, None, passed_on(sender.headers))
            once = route.to(route.target, NO_RETRIES)
            sender.hand_on(_Filtered(self.world, None, once, envelope, sender.serial))
        return None


class _Filtered(Attempts):
    """What a filter hands on: it answers as the subscriber does."""

    __slots__ = ("sender",)

    sender: Sender

    def over(self, outcome: Outcome | None, answer: Answer) -> Go:
        self.token = -1
        self.sender.resume((outcome or self.judged(answer)).status)
        return None


class _HubCall(Exchange):
    """A sender's request to a hub that somebody holds up on its way."""

    __slots__ = ("_sender",)

    def __init__(
        self, world: World, sender: Sender, request: Request, script: Script
    ) -> None:
        super().__init__(world, None)
        self._sender = sender
        self.asked, self.serial = request, sender.serial
        self._known = script
        self._state = self._begin
        world.ready.appendleft((self, 0, None))

    def _begin(self, _: object) -> Go:
        request = self.asked
        assert request is not None, "it was made with one"
        return self.ask(request, self._sender.target, self.serial, self._known)

    def _into_hub(self, request: Request, hub: LinkedHub, left: int | None) -> Go:
        """Leave it to the sender to wait for the hub that is there now."""
        self.token = -1
        self._sender.target = self.answering
        self._sender.receive(hub, request.envelope.event)
        return None

    def answered(self, answer: Answer) -> Go:
        self.token = -1
        self._sender.target = self.answering
        self._sender.take(answer)
        return None

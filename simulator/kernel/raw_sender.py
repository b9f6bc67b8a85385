"""Requests that are seldom made: as they stand, event or not, and those that arrive a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    faults,
    read_http,
)
from simulator.event.text import is_envelope
from simulator.kernel.answer import Answer
from simulator.kernel.attempts import KINDS, post
from simulator.kernel.exchange import Exchange
from simulator.kernel.log import Kind, name_of
from simulator.kernel.request import AsSent
from simulator.kernel.sender import CALLER, Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.envelope import Envelope
    from simulator.kernel.exchange import Go, World
    from simulator.kernel.request import Request
    from simulator.kernel.routes import Target


_OK = 200
_BAD_REQUEST, _NOT_ALLOWED, _FAILED = 400, 405, 500


class RawSender(Sender):
    """A sender of an HTTP request; what becomes of it is decided when it is sent.

    Args:
        world: Where it is sent.
        target: Behind its URL.
        method: In upper case.
        headers: Lower-case names.
        body: As sent.
        node: Who sends it; empty for the caller of the API.
        refused: With which status the server refuses it whoever is asked, and why, as one
            that is too long; None for one that it takes.
    """

    __slots__ = ("_body", "_method", "_refused", "_sent", "_unread")

    def __init__(
        self,
        world: World,
        target: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        node: str = "",
        refused: tuple[int, str] | None = None,
    ) -> None:
        self._unread = ""
        try:
            event = read_http(headers, body)
        except (NotAnEventError, UnparsableEventError) as error:
            event, self._unread = Event({}, body or None), str(error)
        super().__init__(world, target, event, node)
        self._method, self._sent, self._body = method, headers, body
        self._refused = refused

    def step(self, value: object) -> None:
        if self.serial < 0:
            self._decide()
        super().step(value)

    def request(self, envelope: Envelope) -> Request:
        if not self.target.is_service:
            return super().request(envelope)
        made = AsSent(
            envelope, self.target, self.world.now, self._method, self._sent, self._body
        )
        made.sender = self.node
        return made

    def _decide(self) -> None:
        """Find out who takes it, as what event, or how it is refused.

        A refusal is what the receiver answers, so it comes after all that happens to
        the request on its way.

        Source: knative-runtime, Ingress ("The order of the checks is: method, path,
            event, broker"), Channel.
        """
        headers = self._sent
        addresses = self.world.addresses
        target = addresses.look_up_again(self.target)
        if "host" in headers:
            target = addresses.with_host(target, headers["host"])
        event = self.event
        refusal, why = self._refused or (None, None)
        checked = not (target.is_service or target.is_broken)
        if checked and refusal is None:
            refusal = _refused(target, self._method)
        if refusal is not None:
            event = Event({}, self._body or None)  # nobody has looked at it
        elif self._unread:
            refusal, why = (_BAD_REQUEST if checked else None), self._unread
        else:
            refusal, why = _turned_away(target, event) if checked else (None, None)
            guard = target.guard
            if refusal == _FAILED and guard is not None:
                token, now = headers.get("authorization"), self.world.instant
                found = guard.refusal(token, event.attributes, now)
                refusal, why = found or (refusal, why)
        if refusal is not None:
            refusing = Answer(refusal, detail=why)
            target = addresses.introduced(
                type(target)(target.node, target.url, path=target.path, fixed=refusing)
            )
        self.target, self.event = target, event
        self.headers = _beside(event, headers)


def _beside(event: Event, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Give the headers that are not part of the event."""
    if not event.attributes:
        return dict(headers)
    return {
        name: value
        for name, value in headers.items()
        if not (name.startswith("ce-") or name == "content-type")
    }


def _refused(target: Target, method: str) -> int | None:
    """Judge method and path.

    Source: knative-runtime, Ingress: other than POST 405; path ``/`` 404, malformed
        400 - both before the event is looked at.
    """
    refusal, door = target.refusal, target.door
    if refusal is not None and door is not None and door.finds_first:
        return refusal
    if method == "OPTIONS":
        return _OK if door is None else door.options
    if method != "POST":
        return _NOT_ALLOWED
    return refusal if target.malformed else None


def _turned_away(target: Target, event: Event) -> tuple[int | None, str | None]:
    """Judge an event for a hub that is not there, or whose channel misreads it; say why.

    An invalid one is 400 first.

    Source: knative-kinds 8.1, side effect: what the ingress posts in binary mode with the
        Content-Type of a structured event, the channel behind it refuses.
    """
    hub = target.hub
    behind_ingress = hub is not None and hub.filtered and not target.inner
    misread = behind_ingress and is_envelope(event.attributes.get("datacontenttype"))
    if misread and not faults(event):
        return _FAILED, "the channel behind the ingress takes its data for an event"
    if misread or target.refusal is None:
        return None, None
    found = faults(event)
    return (_BAD_REQUEST, "; ".join(found)) if found else (target.refusal or None, None)


class Duplicate(Exchange):
    """A request on its way for the second time.

    Args:
        world: Where it happens.
        request: Arrives for the first time, too.
        target: Where: a service or a hub.
        cause: The record that it follows from.
    """

    __slots__ = ("_request",)

    def __init__(
        self, world: World, request: Request, target: Target, cause: int
    ) -> None:
        super().__init__(world, None)
        self._request = request
        self.answering = target
        self.serial = cause
        self.attempt = request.attempt
        self.start(self._arrive)

    @property
    def name(self) -> str:
        return name_of(self._request.asker) or CALLER

    def _arrive(self, _: object) -> Go:
        world, first, cause = self.world, self._request, self.serial
        target = world.addresses.look_up_again(self.answering)
        envelope, route = first.envelope, first.route
        if target.hub is not None:
            self.token = -1
            if route is None:
                event, headers = envelope.event, envelope.headers
                world.receive(target.hub, event, None, headers, cause, None)
            else:
                post(world, first.role, envelope, target.hub, cause, None)
            return None
        twin = first.again(target, world.now)
        answer = target.take(twin)
        serial = world.record(
            cause, KINDS[first.role], envelope, first.asker, target, self.attempt,
            twin.noted,
        )  # fmt: skip
        limit = None if route is None else route.timeout_ns
        self.deadline = None if limit is None else world.now + limit
        return self.ask(twin, target, serial, answer)

    def answered(self, answer: Answer) -> Go:
        first = self._request
        self.world.record(
            self.serial, Kind.RESPONDED, first.envelope, self.answering, first.asker,
            self.attempt, answer.noted,
        )  # fmt: skip
        return self.end(safe=True)

"""What a run shows of itself: what was sent, and what each service received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.text import instant_text
from simulator.kernel import Failure, Kind, Request, Role, Target
from simulator.kernel.routes import LinkedRoute
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.event.sdk import EventView
    from simulator.kernel import Envelope, Log, Sender
    from simulator.kernel.log import Row

_ROLES = {
    Kind.DISPATCHED: Role.EVENT,
    Kind.REPLIED: Role.REPLY,
    Kind.DEAD_LETTERED: Role.DEAD_LETTER,
}
# Status, how it failed, why it counts as failed.
_Outcome = tuple[int, Failure | None, str]
_NO_ANSWER: _Outcome = (0, Failure.HANG, "")
_NS_PER_S = 1_000_000_000


class Sent:
    """An event that was sent, and what its sender is answered as the run goes on."""

    __slots__ = ("_sender", "at_ns", "number", "then")

    def __init__(self, sender: Sender, at_ns: int, number: int = 0) -> None:
        self._sender = sender
        self.at_ns = at_ns
        """When it is sent, in ns since the start."""
        self.number = number
        """Of those that were sent by `post`, from 1, for `hang_up`; else 0."""
        self.then: Callable[[Sent], None] | None = None
        """Is called when there is an answer to what was sent by `post`."""

    @property
    def sender(self) -> Sender:
        """Who waits in the kernel."""
        return self._sender

    @property
    def event(self) -> EventView:
        """The event as it was sent; the caller may change it."""
        from simulator.event.sdk import cloud_event  # imports the SDK

        event = self._sender.event
        return cloud_event(event.attributes, event.body)

    @property
    def id(self) -> str:
        """The event's id."""
        return self._sender.event.id

    @property
    def status(self) -> int | None:
        """The HTTP status that the sender is answered; None before, or without one."""
        return self._sender.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer of what is no hub, lower-case names; none before."""
        answer = self._sender.answer
        if answer is None or answer.reply is None:
            return {} if answer is None else answer.headers
        from simulator.event.writing import binary_headers

        return {**answer.headers, **binary_headers(answer.reply.attributes)}

    @property
    def body(self) -> bytes:
        """The body of the answer of what is no hub; empty before."""
        answer = self._sender.answer
        if answer is None:
            return b""
        return answer.body if answer.reply is None else answer.reply.body or b""

    @property
    def reply(self) -> EventView | None:
        """The event in the answer of what is no hub; None without one."""
        answer = self._sender.answer
        if answer is None or answer.failure is not None:
            return None
        event = answer.reply
        if event is None:
            from simulator.event import NotAnEventError, UnparsableEventError, read_http

            try:
                event = read_http(answer.headers, answer.body)
            except (NotAnEventError, UnparsableEventError):
                return None
        from simulator.event.sdk import cloud_event  # imports the SDK

        return cloud_event(event.attributes, event.body)

    @property
    def error(self) -> str | None:
        """Why there is no answer; None while there is no reason."""
        return self._sender.error

    @property
    def answered_ns(self) -> int | None:
        """When the answer came, in ns since the start; None before."""
        return self._sender.answered_ns

    @property
    def serial(self) -> int | None:
        """The number of the record of the sending; None before."""
        serial = self._sender.serial
        return None if serial < 0 else serial

    def __repr__(self) -> str:
        event = self._sender.event
        return f"<Sent {event.type} id={event.id} status={self.status}>"


class Received:
    """One request that a service received, and what it answered.

    Args:
        request: The request as its receiver saw it.
        serial: The number of its record.
        status: What was answered; 0 without an answer.
        fault: How the connection failed; None where it did not. `Failure.HANG` when no
            answer has come so far.
        epoch_ns: The start of the run since 1970.
        detail: Why the answer counts as a failure, or a traceback; empty for neither.
    """

    __slots__ = ("_epoch_ns", "detail", "fault", "request", "serial", "status")

    def __init__(
        self,
        request: Request,
        serial: int,
        status: int,
        fault: Failure | None,
        epoch_ns: int,
        *,
        detail: str = "",
    ) -> None:
        self.detail = detail
        self.request = request
        self.serial = serial
        self.status = status
        self.fault = fault
        self._epoch_ns = epoch_ns

    @property
    def event(self) -> EventView:
        """The event as the service received it; the caller may change it."""
        return self.request.cloud_event

    @property
    def service(self) -> str:
        """The node of the receiver, such as ``service/pricing``."""
        return self.request.target.node

    @property
    def role(self) -> Role:
        """Whether it is the event itself, a reply, a dead letter or sent directly."""
        return self.request.role

    @property
    def route(self) -> str:
        """The node of the trigger or subscription that it comes from, of a dead letter, too.

        Such as ``trigger/ship``; empty for what was sent to the service itself.
        """
        route = self.request.route
        return "" if route is None else route.node

    @property
    def attempt(self) -> int:
        """1 for the first attempt of this delivery."""
        return self.request.attempt

    @property
    def at_ns(self) -> int:
        """When, in nanoseconds of virtual time since the start."""
        return self.request.instant_ns

    @property
    def at_s(self) -> float:
        """When, in seconds of virtual time since the start."""
        return self.request.instant_ns / _NS_PER_S

    def since(self, earlier: Sent | Received) -> float:
        """Give the seconds since an event was sent, or another request made."""
        return (self.request.instant_ns - earlier.at_ns) / _NS_PER_S

    @property
    def at(self) -> str:
        """When, in virtual time, as RFC 3339."""
        return instant_text(self._epoch_ns + self.request.instant_ns)

    @property
    def attributes(self) -> dict[str, str]:
        """The context attributes in the request; a new dict."""
        return self.request.attributes

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers of the request, lower-case names; a new dict."""
        return self.request.headers

    @property
    def body(self) -> bytes:
        """The body of the request, empty for none."""
        return self.request.body

    @property
    def ok(self) -> bool:
        """Whether the service took it: a 2xx answer that its caller takes for one.

        A broker takes a 2xx whose body is no event for a failure, and tries again.
        """
        return self.status in SUCCESS and not self.detail

    def __repr__(self) -> str:
        event = self.request.envelope.event
        outcome = self.fault or self.status
        return f"<Received {event.type} id={event.id} by {self.service} -> {outcome}>"


class Inbox:
    def __init__(self, log: Log, epoch_ns: int) -> None:
        self._log = log
        self._epoch_ns = epoch_ns

    def dead_letters(self, sinks: frozenset[str]) -> list[Received]:
        return [
            received
            for received in self.received(sinks)
            if received.role is Role.DEAD_LETTER and received.ok
        ]

    def received(self, nodes: frozenset[str]) -> list[Received]:
        """List the requests to services, in the order in which they were made."""
        outcomes = self._outcomes()
        kept_away, changed = self._on_the_way()
        found = []
        for serial, request in self._requests(nodes):
            if serial in kept_away:
                continue
            request.envelope = changed.get(serial, request.envelope)
            status, fault, detail = outcomes.get(serial, _NO_ANSWER)
            if fault in (Failure.REFUSED, Failure.NO_HOST, Failure.SCHEME):
                continue  # it never got there
            found.append(
                Received(request, serial, status, fault, self._epoch_ns, detail=detail)
            )
        return found

    def _requests(self, nodes: frozenset[str]) -> Iterator[tuple[int, Request]]:
        for row in self._log.rows():
            target = row[6]
            if row[3] in _ROLES and isinstance(target, Target) and target.node in nodes:
                yield row[0], self._request(row)

    def _request(self, row: Row) -> Request:
        _, instant, _, kind, envelope, source, target, attempt, noted = row
        if isinstance(noted, tuple):
            request: Request = noted[1]
            return request
        role = _ROLES[kind]
        route = source if isinstance(source, LinkedRoute) else None
        if route is None:
            role = Role.DIRECT
        return Request(envelope, target, route, instant, role, attempt)

    def _on_the_way(self) -> tuple[set[int], dict[int, Envelope]]:
        kept_away: set[int] = set()
        changed: dict[int, Envelope] = {}
        held: dict[int, int] = {}
        for row in self._log.rows():
            serial, kind = row[0], row[3]
            cause = serial - row[2]
            if kind is Kind.FAULT_HIT and not row[8][1].arrived:
                kept_away.add(cause)
            elif kind is Kind.HELD:
                held[serial] = cause
                kept_away.add(cause)
            elif kind is Kind.RELEASED and cause in held:
                kept_away.discard(held[cause])
                changed[held[cause]] = row[4]
        return kept_away, changed

    def _outcomes(self) -> dict[int, _Outcome]:
        outcomes: dict[int, _Outcome] = {}
        for row in self._log.rows():
            kind = row[3]
            if kind in (Kind.RESPONDED, Kind.REDIRECTED):
                noted = row[8]
                status, detail = noted if isinstance(noted, tuple) else (noted, None)
                fault = detail if isinstance(detail, Failure) else None
                said = detail if fault is None and isinstance(detail, str) else ""
                outcomes[row[0] - row[2]] = (status, fault, said)
            elif kind is Kind.CUT:
                outcomes[row[0] - row[2]] = (0, Failure.GONE, "")
        return outcomes

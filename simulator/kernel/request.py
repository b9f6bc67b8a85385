"""One HTTP request as its receiver sees it, put together only when somebody looks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from simulator.event.writing import STRUCTURED, binary_headers, write_structured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel.answer import Answer
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.lane import Lane
    from simulator.kernel.process import Process
    from simulator.kernel.target import Target


class Role(StrEnum):
    """Why a request is made."""

    EVENT = "event"
    REPLY = "reply"
    DEAD_LETTER = "dead letter"
    DIRECT = "direct"


_EVENT = Role.EVENT  # looking a member up takes longer than all else here


class Request:
    """One attempt to hand an event to a target.

    Args:
        envelope: The event and what the hops added.
        target: Who is asked.
        lane: The route that it is made for; None for a sender's own request.
        instant_ns: When it was made, nanoseconds since the start of the run.
        role: The event itself, a reply, a dead letter, or a sender's own request.
        attempt: 1 for the first.
        method: ``GET`` after some redirects, else ``POST``.

    Attributes:
        answered: The answer, when it came later.
        waiter: The process that waits for an answer which comes later.
        gone: The caller has hung up meanwhile.
        sender: The node of a sender that asks by itself; empty for the caller of the
            API, and where a route asks.
    """

    # No slots: most of these keep their default, which costs nothing here.
    role = _EVENT
    attempt = 1
    method = "POST"
    answered: Answer | None = None
    waiter: Process | None = None
    gone = False
    sender = ""

    def __init__(
        self,
        envelope: Envelope,
        target: Target,
        lane: Lane | None,
        instant_ns: int,
        role: Role = _EVENT,
        attempt: int = 1,
        method: str = "POST",
    ) -> None:
        self.envelope = envelope
        self.target = target
        self.lane = lane
        self.instant_ns = instant_ns
        if role is not _EVENT:
            self.role = role
        if attempt > 1:
            self.attempt = attempt
        if method != "POST":
            self.method = method

    @property
    def asker(self) -> Lane | str:
        """Who makes it: a route, or the node of a sender."""
        return self.sender if self.lane is None else self.lane

    @property
    def namespace(self) -> str:
        """What the `Kn-Namespace` header says; empty for none.

        Source: knative-runtime, "What each hop adds": the trigger's namespace at the
            subscriber, the broker's or channel's on replies and dead letters.
        """
        if self.lane is None:
            return ""
        if self.role is Role.EVENT:
            return self.lane.namespace
        return self.lane.hub_namespace

    @property
    def attributes(self) -> dict[str, str]:
        """The context attributes in the request; a new dict."""
        attributes = self.envelope.attributes(
            with_ttl=self.role is Role.DEAD_LETTER or self.role is Role.REPLY
        )
        if self.method == "GET":
            # Source: Go net/http: what tells of the body goes with it.
            attributes.pop("datacontenttype", None)
        return attributes

    @property
    def mode(self) -> str:
        """``structured`` or ``binary``."""
        lane = self.lane
        structured = (
            lane is not None and lane.format == "json" and self.role is Role.EVENT
        )
        return "structured" if structured else "binary"

    @property
    def headers(self) -> dict[str, str]:
        """All HTTP headers that carry meaning, lower-case names.

        Source: knative-runtime, "What each hop adds, removes, changes".
        """
        if self.mode == "structured":
            headers = {"content-type": STRUCTURED}
        else:
            headers = binary_headers(self.attributes)
        headers.update(self.envelope.headers)
        if self.namespace:
            headers["kn-namespace"] = self.namespace
        if self.role is Role.EVENT:
            headers["prefer"] = "reply"
        if self.method == "GET":
            headers.pop("content-type", None)
        return headers

    @property
    def body(self) -> bytes:
        """The body as it travels, empty for none."""
        if self.method == "GET":
            return b""
        if self.mode == "structured":
            return write_structured(self.attributes, self.envelope.event.body)
        return self.envelope.event.body or b""

    @property
    def event(self) -> Event:
        """The event in the request, what the hops added included."""
        from simulator.event import Event  # only who looks pays

        return Event(self.attributes, self.envelope.event.body)

    @property
    def cloud_event(self) -> CloudEvent:
        """The event as the SDK's `CloudEvent`; the caller may change it."""
        from simulator.event.sdk import cloud_event  # imports the SDK

        event = self.envelope.event
        return cloud_event(event.attributes, event.body, self)


class AsSent(Request):
    """A request to a service that somebody sent as it stands, event or not.

    Args:
        envelope: What was recognised in it.
        target: Who is asked.
        instant_ns: When it was made.
        method: As sent.
        headers: As sent, lower-case names.
        body: As sent.
    """

    def __init__(
        self,
        envelope: Envelope,
        target: Target,
        instant_ns: int,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        super().__init__(envelope, target, None, instant_ns, Role.DIRECT, 1, method)
        self._headers = headers
        self._body = body

    @property
    def mode(self) -> str:
        """``structured``, ``binary``, or ``none`` for no event."""
        content_type = self._headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() == STRUCTURED:
            return "structured"
        return "binary" if "ce-specversion" in self._headers else "none"

    @property
    def headers(self) -> dict[str, str]:
        """The headers as sent; a new dict."""
        return dict(self._headers)

    @property
    def body(self) -> bytes:
        """The body as sent."""
        return self._body

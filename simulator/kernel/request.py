"""One HTTP request as its receiver sees it, put together only when somebody looks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulator.event.text import STRUCTURED
from simulator.event.writing import binary_headers, write_structured
from simulator.kernel.answer import Answer, Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from simulator.event import Event
    from simulator.event.sdk import EventView
    from simulator.kernel.calendar import Suspended
    from simulator.kernel.envelope import Envelope
    from simulator.profiles import Profile
    from simulator.wiring import Route

    # Who waits, the record of the request, the request, the time that its caller has
    # left: waits in ns, is resumed with what somebody decides, gives what comes of it.
    Telling = Callable[
        [Suspended, int, "Request", int | None],
        Generator[int | None, Any, Answer | None],
    ]


class Role(StrEnum):
    EVENT = "event"
    REPLY = "reply"
    DEAD_LETTER = "dead letter"
    DIRECT = "direct"


_EVENT: Final = Role.EVENT  # looking a member up takes longer than all else here


class Receiver:
    """What a request knows of whom it goes to.

    Attributes:
        node: The name in the trace.
        url: As it is called.
        path: Of the URL, with the query string.
    """

    __slots__ = ("node", "path", "url")

    node: str
    path: str
    url: str


class AskingHub(Protocol):
    """What a request knows of the broker or channel behind the route that it is made for."""

    node: str
    namespace: str
    profile: Profile


class Asker(Protocol):
    """What a request knows of the route that it is made for.

    Attributes:
        node: ``trigger/price``, ``subscription/audit``.
        timeout_ns: How long a request may take; None for ever.
        format: ``json``, ``binary`` or empty, for the request to the subscriber.
    """

    node: str
    timeout_ns: int | None
    format: str
    route: Route

    @property
    def hub(self) -> AskingHub:
        """Its broker or channel."""

    @property
    def bearers(self) -> Mapping[str, str]:
        """Role of a request -> the header `Authorization` that it has."""


class Request:
    """One attempt to hand an event to a target.

    Args:
        envelope: The event and what the hops added.
        target: Who is asked.
        route: That it is made for; None for a sender's own request.
        instant_ns: When it was made, nanoseconds since the start of the run.
        role: The event itself, a reply, a dead letter, or a sender's own request.
        attempt: 1 for the first.
        method: ``GET`` after some redirects, else ``POST``.

    Attributes:
        answered: The answer, when it came later.
        waiter: Who waits for an answer which comes later.
        gone: The caller has hung up meanwhile; see `leave`.
        left: Is called when the caller hangs up; None while nobody wants to know.
        sender: The node of a sender that asks by itself; empty for the caller of the
            API, and where a route asks.
        redirects: How many were followed to come to it.
        then: Whose turn it is next, of those who look at it on its way.
    """

    # No slots: most of these keep their default, which costs nothing here.
    role: Role = _EVENT
    attempt: int = 1
    method: str = "POST"
    answered: Answer | None = None
    waiter: Suspended | None = None
    gone: bool = False
    left: Callable[[], None] | None = None
    sender: str = ""
    redirects: int = 0
    then: int = 0

    def __init__(
        self,
        envelope: Envelope,
        target: Receiver,
        route: Asker | None,
        instant_ns: int,
        role: Role = _EVENT,
        attempt: int = 1,
        method: str = "POST",
    ) -> None:
        self.envelope = envelope
        self.target = target
        self.route = route
        self.instant_ns = instant_ns
        if role is not _EVENT:
            self.role = role
        if attempt > 1:
            self.attempt = attempt
        if method != "POST":
            self.method = method

    def leave(self) -> None:
        """Wait for the answer no longer: the caller hangs up."""
        self.gone = True
        if self.left is not None:
            self.left()

    def again(self, target: Receiver, instant_ns: int) -> Request:
        """Give the same request made anew, at an instant, perhaps to another target."""
        made = Request(
            self.envelope, target, self.route, instant_ns, self.role, self.attempt,
            self.method,
        )  # fmt: skip
        made.sender = self.sender
        return made

    @property
    def noted(self) -> object:
        """What the record of it says: nothing, or itself where that does not tell all."""
        return 0 if self.method == "POST" else (0, self)

    @property
    def asker(self) -> Asker | str:
        """Who makes it: a route, or the node of a sender."""
        return self.sender if self.route is None else self.route

    @property
    def namespace(self) -> str:
        """What the `Kn-Namespace` header says; empty for none.

        Source: knative-runtime, "What each hop adds": the trigger's namespace at the
            subscriber, the broker's or channel's on replies and dead letters.
        """
        route = self.route
        if route is None or not route.hub.profile.requests.namespace:
            return ""
        return (route.route if self.role is Role.EVENT else route.hub).namespace

    @property
    def attributes(self) -> dict[str, str]:
        """The context attributes in the request; a new dict."""
        attributes = self.envelope.attributes(
            with_ttl=self.role is Role.DEAD_LETTER or self.role is Role.REPLY
        )
        route = self.route
        if self.method == "GET" and route and not route.hub.profile.retrying.keeps_type:
            attributes.pop("datacontenttype", None)
        return attributes

    @property
    def mode(self) -> str:
        """``structured`` or ``binary``."""
        route = self.route
        structured = (
            route is not None and route.format == "json" and self.role is Role.EVENT
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
        if self.prefers_reply:
            headers["prefer"] = "reply"
        if self.route is not None and self.role in self.route.bearers:
            headers["authorization"] = self.route.bearers[self.role]
        return headers

    @property
    def prefers_reply(self) -> bool:
        """Whether it says that an event in the answer is preferred."""
        if self.route is None:
            return self.role is Role.EVENT
        return self.role in self.route.hub.profile.requests.prefer

    @property
    def body(self) -> bytes:
        """The body as it travels, empty for none, as after a redirect with GET.

        Source: knative-kinds 8.4: Content-Type stays all the same, up to Go 1.25.
        """
        if self.mode == "structured" and self.method != "GET":
            return write_structured(self.attributes, self.envelope.event.body)
        return self._data or b""

    @property
    def event(self) -> Event:
        """The event in the request, what the hops added included."""
        from simulator.event import Event  # only who looks pays

        return Event(self.attributes, self._data)

    @property
    def cloud_event(self) -> EventView:
        """The event as the SDK's `CloudEvent`; the caller may change it."""
        from simulator.event.sdk import cloud_event  # imports the SDK

        return cloud_event(self.envelope.event.attributes, self._data, self)

    @property
    def _data(self) -> bytes | None:
        return None if self.method == "GET" else self.envelope.event.body


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
        target: Receiver,
        instant_ns: int,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        super().__init__(envelope, target, None, instant_ns, Role.DIRECT, 1, method)
        self._headers = headers
        self._body = body

    def again(self, target: Receiver, instant_ns: int) -> Request:
        made = AsSent(
            self.envelope, target, instant_ns, self.method, self._headers, self._body
        )
        made.sender = self.sender
        return made

    @property
    def noted(self) -> object:
        """Itself: no other record tells its headers and body."""
        return (0, self)

    @property
    def mode(self) -> str:
        """``structured``, ``binary``, or ``none`` for no event."""
        content_type = self._headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() == STRUCTURED:
            return "structured"
        return "binary" if "ce-specversion" in self._headers else "none"

    @property
    def prefers_reply(self) -> bool:
        """Whether a header says so.

        Source: knative/specs, data-plane.md:172; RFC 7240, 2 (preferences, commas).
        """
        given = self._headers.get("prefer", "").split(",")
        return any(each.partition(";")[0].strip().lower() == "reply" for each in given)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self._headers)

    @property
    def body(self) -> bytes:
        return self._body


class Script(Answer):
    """Acts that go before an answer: a fault, a decision, a breakpoint.

    It stands in the place of an answer, and begins once the request has its record.
    What comes of it is the answer in the end, which may again take its time, or None:
    the request goes on to its receiver.

    Args:
        begin: The acts, a generator of waits in ns, None to wait until one is resumed.
    """

    __slots__ = ("begin", "then")

    def __init__(self, begin: Telling) -> None:
        # A hanging peer is what everybody looks at last, when nothing else is left.
        super().__init__(0, failure=Failure.HANG)
        self.begin = begin
        # The number of the interceptor whose turn is next, when this gives no answer.
        self.then = 0


class Interceptor(Protocol):
    """Looks at requests to a target before they are carried out."""

    def intercept(self, request: Request) -> Script | None:
        """Give the acts that go before; None to let it pass."""

"""What a subscriber answers, and what the sender of the request makes of it."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from simulator.kernel.envelope import NO_HEADERS
from simulator.statuses import REDIRECTION, SUCCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event

EMPTY: Final = b""


class Fault(StrEnum):
    """How a request ends without an answer."""

    RESET = "reset"
    CLOSED = "closed"
    REFUSED = "refused"
    NO_HOST = "no such host"
    TIMEOUT = "timeout"
    HANG = "hang"
    PANIC = "panic"
    GONE = "client gone"
    REDIRECTS = "too many redirects"
    NO_SUBSCRIBER = "no subscriber"


class Answer:
    """One answer of a subscriber.

    Args:
        status: The HTTP status; 0 with a fault.
        reply: The event it carries, when that is known without parsing.
        headers: Of the response, lower-case names.
        body: Of the response; not looked at when *reply* is given.
        after_ns: How long the subscriber takes.
        fault: The connection fails instead.
        detail: What the trace should say beside it, such as a traceback.

    Attributes:
        bare: Nothing but a status: all that is to know is in it.
        carries: An event that is known without parsing, and no fault.
        plain: A bare success at once: settled in the same step.
        waits: It takes time, or needs a further look: a redirect, a hanging peer.
        noted: What the record of the answer says.
    """

    __slots__ = ("after_ns", "bare", "body", "carries", "detail", "fault", "headers", "noted", "plain",
                 "reply", "status", "waits")  # fmt: skip

    def __init__(
        self,
        status: int,
        *,
        reply: Event | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        body: bytes = EMPTY,
        after_ns: int = 0,
        fault: Fault | None = None,
        detail: str | None = None,
    ) -> None:
        self.status = status
        self.reply = reply
        self.headers = headers
        self.body = body
        self.after_ns = after_ns
        self.fault = fault
        self.detail = detail
        extra = fault or detail
        self.noted: object = status if extra is None else (status, extra)
        self.bare = reply is None and not body and not headers and fault is None
        self.carries = reply is not None and fault is None
        self.plain = self.bare and status in SUCCESS and not after_ns and detail is None
        self.waits = (
            bool(after_ns)
            or fault is Fault.HANG
            or (status in REDIRECTION and bool(headers))
        )

    def delayed(self, ns: int, *, status: int | None = None) -> Answer:
        """Give an answer that takes longer, perhaps with another status."""
        return Answer(
            self.status if status is None else status,
            reply=self.reply,
            headers=self.headers,
            body=self.body,
            after_ns=self.after_ns + ns,
            fault=self.fault,
            detail=self.detail,
        )


TIMED_OUT: Final = Answer(0, fault=Fault.TIMEOUT)
"""What the caller sees whose time is up."""


@cache
def nothing_but(status: int) -> Answer:
    """Give the answer that is a status and no more."""
    return Answer(status)


class Unreported(Answer):
    """An answer of the broker filter itself, without its report on a subscriber."""

    __slots__ = ()

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail=detail)
        self.bare = False


class Outcome:
    """What an attempt came to, as the channel's dispatcher sees it.

    Args:
        status: Of the final answer; 500 for every failed connection.
        reply: The event to route on.
        headers: Of the response.
        error: The body of a failure, for `knativeerrordata`.
        attributed: Whether a dead letter gets the `knativeerror*` attributes.
        fault: How the connection failed.
        reason: Why it counts as something else than the subscriber answered.
        unsendable: Why the event in the answer cannot be written into a request.

    Attributes:
        ok: Whether it is a success: a 2xx answer.
    """

    __slots__ = (
        "attributed",
        "error",
        "fault",
        "headers",
        "ok",
        "reason",
        "reply",
        "status",
        "unsendable",
    )

    def __init__(
        self,
        status: int,
        *,
        reply: Event | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        error: bytes = EMPTY,
        attributed: bool = True,
        fault: Fault | None = None,
        reason: str | None = None,
        unsendable: str | None = None,
    ) -> None:
        self.status = status
        self.reply = reply
        self.headers = headers
        self.error = error
        self.attributed = attributed
        self.fault = fault
        self.reason = reason
        self.unsendable = unsendable
        self.ok = status in SUCCESS


def transport_error(fault: Fault, url: str, host: str, method: str = "Post") -> bytes:
    """Give the body that Go's client makes of a failed connection.

    Source: knative-runtime, Dead letters: ``dispatch error: Post "<url>": <Go error
        text>``.
    """
    text = _GO_TEXTS[fault].format(host=host)
    return f'dispatch error: {method} "{url}": {text}'.encode()


_GO_TEXTS = {
    Fault.RESET: "read tcp 10.244.0.9:41000->10.96.0.1:80: read: connection reset by peer",
    Fault.CLOSED: "EOF",
    Fault.REFUSED: "dial tcp 10.96.0.1:80: connect: connection refused",
    Fault.NO_HOST: "dial tcp: lookup {host} on 10.96.0.10:53: no such host",
    Fault.TIMEOUT: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    Fault.HANG: "EOF",
    Fault.PANIC: "EOF",
    Fault.GONE: "context canceled",
    Fault.NO_SUBSCRIBER: "can not dispatch message to nil destination.URL",
    Fault.REDIRECTS: "stopped after 10 redirects",
}

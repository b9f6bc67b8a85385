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


class Failure(StrEnum):
    """How a request ends without an answer."""

    RESET = "reset"
    CLOSED = "closed"
    REFUSED = "refused"
    NO_HOST = "no such host"
    SCHEME = "unsupported protocol scheme"
    TIMEOUT = "timeout"
    HANG = "hang"
    PANIC = "panic"
    GONE = "client gone"
    REDIRECTS = "too many redirects"
    NO_SUBSCRIBER = "no subscriber"


_HANG: Final = Failure.HANG
_OK: Final = 200


class Answer:
    """One answer of a subscriber.

    Args:
        status: The HTTP status; 0 with a failure.
        reply: The event it carries, when that is known without parsing.
        headers: Of the response, lower-case names.
        body: Of the response; not looked at when *reply* is given.
        after_ns: How long the subscriber takes.
        failure: The connection fails instead.
        detail: What the trace should say beside it, such as a traceback.

    Attributes:
        bare: Nothing but a status: all that is to know is in it.
        carries: An event that is known without parsing, and no failure.
        plain: A bare success at once: settled in the same step.
        waits: It takes time, or needs a further look: a redirect, a hanging peer.
        noted: What the record of the answer says.
    """

    __slots__ = ("after_ns", "bare", "body", "carries", "detail", "failure", "headers", "noted", "plain",
                 "reply", "status", "waits")  # fmt: skip

    def __init__(
        self,
        status: int,
        *,
        reply: Event | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        body: bytes = EMPTY,
        after_ns: int = 0,
        failure: Failure | None = None,
        detail: str | None = None,
    ) -> None:
        self.status = status
        self.reply = reply
        self.headers = headers
        self.body = body
        self.after_ns = after_ns
        self.failure = failure
        self.detail = detail
        extra = failure or detail
        self.noted: object = status if extra is None else (status, extra)
        self.bare = reply is None and not body and not headers and failure is None
        self.carries = reply is not None and failure is None
        self.plain = self.bare and status in SUCCESS and not after_ns and detail is None
        self.waits = after_ns > 0 or failure is _HANG
        if headers and status in REDIRECTION:
            self.waits = True

    def delayed(self, ns: int, *, status: int | None = None) -> Answer:
        """Give an answer that takes longer, perhaps with another status."""
        return Answer(
            self.status if status is None else status,
            reply=self.reply,
            headers=self.headers,
            body=self.body,
            after_ns=self.after_ns + ns,
            failure=self.failure,
            detail=self.detail,
        )


TIMED_OUT: Final = Answer(0, failure=Failure.TIMEOUT)
"""What the caller sees whose time is up."""


@cache
def nothing_but(status: int) -> Answer:
    return Answer(status)


class Replying(Answer):
    """The answer of a subscriber that replies with an event: 200, at once."""

    __slots__ = ()

    def __init__(self, event: Event) -> None:
        # As `Answer` would find, which asks for each.
        self.status = self.noted = _OK
        self.reply = event
        self.headers, self.body = NO_HEADERS, EMPTY
        self.after_ns = 0
        self.failure = self.detail = None
        self.carries = True
        self.bare = self.plain = self.waits = False


class Unreported(Answer):
    """An answer of the broker filter itself, without its report on a subscriber."""

    __slots__ = ()

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail=detail)
        self.bare = False

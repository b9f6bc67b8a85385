"""What an answer comes to: one table of statuses, replies and non-events."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    UnreadEvent,
    faults,
    read_http,
    take_http,
)
from simulator.event.text import is_envelope, sniff
from simulator.kernel.answer import EMPTY, Failure, Unreported
from simulator.kernel.envelope import NO_HEADERS
from simulator.kernel.request import Role
from simulator.profiles.endings import Broken, NoEvent
from simulator.statuses import SUCCESS
from simulator.urls import split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.answer import Answer
    from simulator.kernel.routes import LinkedRoute, Target
    from simulator.profiles import Profile
    from simulator.profiles.endings import Replies

# Source: RFC 9110 15.3.5; Go's server sends no body with it.
_WITHOUT_BODY: Final = (204,)
_NOT_MODIFIED: Final = 304
_BAD_GATEWAY: Final = 502
_TRANSPORT: Final = 500


class Outcome:
    """What an attempt came to, as the channel's dispatcher sees it.

    Args:
        status: Of the final answer; 500 for every failed connection.
        reply: The event to route on.
        headers: Of the response.
        error: The body of a failure, for `knativeerrordata`.
        attributed: Whether a dead letter gets the `knativeerror*` attributes.
        reason: Why it counts as something else than the subscriber answered.
        unsendable: Why the event in the answer cannot be written into a request.

    Attributes:
        ok: Whether it settles the delivery.
        code: For ``knativeerrorcode``, where it is not that of the status; None for none.
    """

    __slots__ = ("attributed", "code", "error", "headers", "ok", "reason", "reply", "status",
                 "unsendable")  # fmt: skip

    def __init__(
        self,
        status: int,
        *,
        reply: Event | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        error: bytes = EMPTY,
        attributed: bool = True,
        reason: str | None = None,
        unsendable: str | None = None,
        ok: bool | None = None,
        code: str | None = "",
    ) -> None:
        self.status = status
        self.reply = reply
        self.headers = headers
        self.error = error
        self.attributed = attributed
        self.reason = reason
        self.unsendable = unsendable
        self.ok = status in SUCCESS if ok is None else ok
        self.code = str(status) if code == "" else code


def judge(answer: Answer, target: Target, route: LinkedRoute, role: Role) -> Outcome:
    """Tell what the sender of a request makes of an answer.

    Where a filter service stands between, it turns 2xx without an event into 502, and
    reports failures so that the dead letter can name the subscriber.

    Source: knative-runtime, Replies, Dead letters, Retries.
    """
    filtered = route.filtered and role is Role.EVENT
    hub = route.hub
    profile: Profile = hub.profile
    ok = answer.status in hub.successes
    if answer.bare:
        return _bare(answer.status, filtered, ok)
    if answer.failure is not None:
        code = profile.dead_letters.code
        return _failed_connection(answer.failure, target, code, filtered=filtered)
    status = answer.status
    if not ok:
        # A 304 has no body, so the filter's report is lost on the way.
        lost = status == _NOT_MODIFIED or type(answer) is Unreported
        attributed = not (filtered and lost)
        return Outcome(
            status, error=answer.body, headers=answer.headers, attributed=attributed
        )
    replies = profile.replies
    may_reply = role is Role.EVENT or (
        role is Role.DEAD_LETTER and profile.dead_letters.replies
    )
    unread = replies.unread and route.reply is None
    if not may_reply or unread or status not in replies.statuses:
        return Outcome(status, headers=answer.headers, ok=True)
    return reply_in(answer, replies, filtered=filtered)


@cache
def _bare(status: int, filtered: bool, ok: bool) -> Outcome:
    attributed = not (filtered and status == _NOT_MODIFIED)
    return Outcome(status, attributed=attributed, ok=ok)


def _failed_connection(
    failure: Failure, target: Target, code: str | None, *, filtered: bool
) -> Outcome:
    # A timeout and a panic hit the request to the filter itself, which then has
    # nothing to report.
    behind = filtered and failure in (Failure.TIMEOUT, Failure.PANIC)
    return Outcome(
        _TRANSPORT,
        error=_transport_error(failure, target.url),
        attributed=not behind,
        code=code,
    )


def reply_in(answer: Answer, replies: Replies, *, filtered: bool) -> Outcome:
    """Look for an event in an answer.

    Source: knative-runtime, Replies: a broker takes a body that is no event for a
        failure (502), a plain channel ignores it; headers without body are an event
        without data; an unknown specversion with an empty body is no reply.
        knative-resources 4.1, step 5: what a plain channel ignores is only what does
        not claim to be an event; pkg/kncloudevents/event_dispatcher.go (read, not
        run): it copies the reply into a request, which a malformed one prevents.
    """
    status, body, reply = answer.status, answer.body, answer.reply
    if status in _WITHOUT_BODY:
        body = b""
        if reply is not None and reply.body:
            reply = Event(reply.attributes, None)
    if reply is not None or not (body or answer.headers):
        return _checked(status, reply, answer, replies)
    reads = filtered or replies.broken is not Broken.AS_SENT
    try:
        event = (read_http if reads else take_http)(answer.headers, body)
    except NotAnEventError:
        if body:
            return _no_event(answer, replies, "the body is no event")
        return Outcome(status, headers=answer.headers, ok=True)
    except UnparsableEventError as error:
        if reads:
            return _no_event(answer, replies, str(error))
        return Outcome(status, headers=answer.headers, unsendable=str(error))
    content_type = event.attributes.get("datacontenttype")
    if filtered and is_envelope(content_type):
        # The filter answers in binary mode; to the channel that looks structured.
        event = UnreadEvent(event.attributes, event.body)
    elif filtered and event.body and content_type is None:
        event = Event(
            {**event.attributes, "datacontenttype": sniff(event.body)}, event.body
        )
    return _checked(status, event, answer, replies)


def _checked(
    status: int, event: Event | None, answer: Answer, replies: Replies
) -> Outcome:
    if replies.needs_data and event and not event.body and not is_structured(answer):
        return Outcome(status, headers=answer.headers, ok=True)
    if event is None or replies.broken is Broken.AS_SENT:
        return Outcome(status, reply=event, headers=answer.headers, ok=True)
    wrong = faults(event)
    if replies.makes_id:
        wrong = tuple(each for each in wrong if not each.startswith("id:"))
    if not wrong or replies.broken is Broken.UNREAD:
        return Outcome(status, reply=event, headers=answer.headers, ok=True)
    why = "; ".join(wrong)
    if replies.broken is Broken.NO_EVENT:
        return _no_event(answer, replies, why)
    return Outcome(status, reason=f"its event is broken: {why}", ok=False)


def is_structured(answer: Answer) -> bool:
    """Tell whether the event in an answer is in structured mode."""
    return is_envelope(answer.headers.get("content-type"))


def _no_event(answer: Answer, replies: Replies, why: str) -> Outcome:
    """Give what an answer comes to that carries no event, or a broken one."""
    if replies.no_event is NoEvent.BAD_GATEWAY:
        reason = f"{why}, so the broker filter answers 502"
        return Outcome(_BAD_GATEWAY, attributed=False, reason=reason)
    carries = answer.body or (answer.reply is not None and answer.reply.body)
    if replies.no_event is NoEvent.BURIED and carries:
        reason = f"{why}, so the event goes to the dead letter sink at once"
        return Outcome(answer.status, reason=reason, ok=False, code=None)
    return Outcome(answer.status, headers=answer.headers, ok=True)


def _transport_error(failure: Failure, url: str) -> bytes:
    """Give the body that Go's client makes of a failed connection.

    Source: knative-runtime, Dead letters: ``dispatch error: Post "<url>": <Go error
        text>``.
    """
    text = _GO_TEXTS[failure].format(host=split(url).netloc.rpartition("@")[2])
    said = f'dispatch error: Post "{url}": {text}'
    return said.encode("utf-8", "surrogateescape")


_GO_TEXTS = {
    Failure.RESET: "read tcp 10.244.0.9:41000->10.96.0.1:80: read: connection reset by peer",
    Failure.CLOSED: "EOF",
    Failure.REFUSED: "dial tcp 10.96.0.1:80: connect: connection refused",
    Failure.SCHEME: "unsupported protocol scheme",
    Failure.NO_HOST: "dial tcp: lookup {host} on 10.96.0.10:53: no such host",
    Failure.TIMEOUT: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    Failure.HANG: "EOF",
    Failure.PANIC: "EOF",
    Failure.GONE: "context canceled",
    Failure.NO_SUBSCRIBER: "can not dispatch message to nil destination.URL",
    Failure.REDIRECTS: "stopped after 10 redirects",
}

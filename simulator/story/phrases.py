"""Records in words: one text for one outcome, wherever it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulator.duration import duration_text
from simulator.errors import error_line
from simulator.kernel.answer import Failure
from simulator.kernel.log import Kind
from simulator.story.meaning import Effect, row_of
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.trace.record import Record

    Telling = Callable[[Record], str]

CALLER = "(caller)"
EVERYWHERE = "*"
_US = 1_000
_TIME_WIDTH = 9
_KIND_WIDTH = max(len(kind) for kind in Kind)
_LONGEST = len("500 ") + 60
_FAILURES: dict[str, str] = {
    Failure.RESET: "connection reset",
    Failure.CLOSED: "connection closed",
    Failure.REFUSED: "connection refused",
    Failure.TIMEOUT: "timed out",
    Failure.PANIC: "filter panicked",
    Failure.HANG: "no answer",
    Failure.GONE: "caller gone",
    "": "no answer",
}


def time_text(ns: int) -> str:
    """Spell a time for people, to the nearest microsecond; what is shorter, exactly."""
    return duration_text(ns if ns < _US else (ns + _US // 2) // _US * _US)


def shortened(text: str, width: int) -> str:
    """Cut a text to a width, ``…`` at its end when something is missing."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"


def failure_text(failure: str) -> str:
    """Spell how a request ended without an answer; a text of its own as it stands."""
    return _FAILURES.get(failure, failure)


def answer(record: Record, length: Literal["short", "long"] = "short") -> str:
    """Spell an answer: ``503``, ``timed out``, ``connection reset``.

    ``long`` says why it counts as a failure, too: ``500 KeyError: 'total'``.
    """
    detail = "" if record.detail is None else error_line(str(record.detail))
    if not record.status:
        return failure_text(detail)
    if record.kind is Kind.REDIRECTED:
        return f"{record.status}, redirected"
    if length == "short" or not detail.strip():
        return str(record.status)
    return shortened(f"{record.status} {detail}", _LONGEST)


def wait_ns(record: Record) -> int:
    return record.detail if isinstance(record.detail, int) else 0


def flow_line(record: Record) -> str:
    """Give one record as one line.

    Time since the start, kind, ``from → to``, the event's type, and what else there
    is to say: attempt, status, wait, fault.
    """
    ends = [end for end in (record.source, record.target) if end]
    if record.kind is Kind.SENT:
        ends = [record.source or CALLER, record.target]
    elif record.kind is Kind.ANSWERED:
        ends = [record.source, record.target or CALLER]
    parts = [
        f"{duration_text(record.at_ns):>{_TIME_WIDTH}}",
        f"{record.kind:<{_KIND_WIDTH}}",
        " → ".join(ends),
        record.event.type,
        remark(record),
    ]
    return "  ".join(part for part in parts if part)


def remark(record: Record) -> str:
    phrase = PHRASES.get(record.kind)
    return _status_and_detail(record) if phrase is None else phrase.remark(record)


class Phrase(NamedTuple):
    """How records of a kind are told.

    Args:
        head: From where to where.
        outcome: What a line of the flow says at its end, unless that is an answer.
        remark: What there is to say beside when, what, where and which event.
        sentence: For `str.format`; empty where that takes the records around it.
    """

    head: Telling
    outcome: Telling
    remark: Telling
    sentence: str = ""


def sentence(record: Record) -> str:
    """Tell a record that needs none of the others to be told."""
    source, target, detail = record.source, record.target, record.detail
    phrase = PHRASES.get(record.kind)
    if phrase is not None and phrase.sentence:
        text = phrase.sentence
        told = text.format(
            detail=detail,
            where="everywhere" if target == EVERYWHERE else f"at {target}",
            target=target,
            source=source,
            status=record.status,
        )
        return told[:1].upper() + told[1:] if text.startswith("{detail}") else told
    if row_of(record.kind).effect & Effect.MEDDLES:
        why = f": {detail}" if detail else ""
        answers = f"; {target} answers {record.status}" if record.status else ""
        return f"It is {record.kind}{why}{answers}."
    parts = (str(record.kind).replace("-", " "), source, target)
    said = " ".join(part for part in parts if part)
    return f"{said}." if detail is None else f"{said}: {detail}."


def _way(record: Record) -> str:
    return f"{record.source} → {record.target}"


def _sent(record: Record) -> str:
    return f"{record.source}: {_posted(record)}" if record.source else _posted(record)


def _posted(record: Record) -> str:
    return f"{record.event.type} {record.event.id} → {record.target}"


def _named(record: Record) -> str:
    return f"{record.kind} {record.source or record.target}"


def _pods(record: Record) -> str:
    return f"pods of {record.source}"


def _fault(record: Record) -> str:
    name = str(record.detail).partition(", ")[0]
    lifted = "" if record.kind is Kind.FAULT_SET else "lifted: "
    everywhere = record.target == EVERYWHERE
    return f"{lifted}{name} {'everywhere' if everywhere else f'at {record.target}'}"


def _conditions(record: Record) -> str:
    return str(record.detail).partition(", ")[2]


def _logged(record: Record) -> str:
    return f"{record.source}: {error_line(str(record.detail))}"


def _detail(record: Record) -> str:
    return str(record.detail or "")


def _status(record: Record) -> str:
    return str(record.status or "")


def _status_and_detail(record: Record) -> str:
    detail = "" if record.detail is None else error_line(str(record.detail))
    return " ".join(part for part in (_status(record), detail) if part)


def _refused(record: Record) -> str:
    return f"{record.status} {record.kind}: {record.detail}"


def _attempt(record: Record) -> str:
    return f"attempt {record.attempt}" if record.attempt > 1 else ""


def _retry(record: Record) -> str:
    return f"attempt {record.attempt} in {duration_text(wait_ns(record))}"


def matches(record: Record) -> str:
    number = record.status
    if not number:
        return "matches nothing"
    return f"matches {number} route{'' if number == 1 else 's'}"


_ANSWER = (answer, _status_and_detail)
_REST = (_detail, _status_and_detail)
_REST_OF_PODS = (_detail, _detail)
PHRASES: dict[str, Phrase] = {
    Kind.SENT: Phrase(_sent, _detail, _status_and_detail),
    Kind.ACCEPTED: Phrase(_way, matches, matches),
    Kind.REFUSED: Phrase(_way, _refused, _status_and_detail),
    Kind.EXPIRED: Phrase(
        _way,
        _refused,
        _status_and_detail,
        "{target} refuses it with {status}: {detail}, the event has passed brokers as "
        "often as it may.",
    ),
    Kind.DISPATCHED: Phrase(_way, _attempt, _attempt),
    Kind.PANICKED: Phrase(
        lambda r: f"{r.source}: its filter panics",
        _attempt,
        _attempt,
        "The filter of {source} panics on it, as its CESQL result is no boolean: the "
        "connection drops, and the delivery fails.",
    ),
    Kind.RESPONDED: Phrase(lambda r: f"{r.target or CALLER} ← {r.source}", *_ANSWER),
    Kind.REDIRECTED: Phrase(
        lambda r: f"redirected to {r.target}",
        _status,
        _status_and_detail,
        "{source} redirects it to {target} ({status}).",
    ),
    Kind.RETRY_SCHEDULED: Phrase(_named, _retry, _retry),
    Kind.REPLIED: Phrase(_posted, _attempt, _attempt),
    Kind.REPLY_DROPPED: Phrase(lambda r: f"reply {r.event.type} dropped", *_REST),
    Kind.DEAD_LETTERED: Phrase(
        lambda r: f"dead letter → {r.target}", _attempt, _attempt
    ),
    Kind.LOST: Phrase(
        lambda r: f"lost on the way to {r.target}",
        *_REST,
        "The event is lost on the way to {target}: {detail}.",
    ),
    Kind.CUT: Phrase(
        lambda r: f"cut off: {r.source}",
        lambda _: "the caller has gone",
        _status_and_detail,
        "The caller has gone: the request of {source} to {target} ends here, and its "
        "event is lost.",
    ),
    Kind.ANSWERED: Phrase(lambda r: f"the sender is answered by {r.source}", *_ANSWER),
    Kind.DUPLICATE: Phrase(_named, *_REST, "{source} drops it: {detail}."),
    Kind.CREATED: Phrase(lambda r: f"{r.source} makes", *_REST),
    Kind.STUCK: Phrase(
        lambda r: f"stuck on the way to {r.target}",
        *_REST,
        "The event gets no further: {detail}.",
    ),
    Kind.UPSTREAM_BUG: Phrase(_named, *_REST, "The real thing breaks here: {detail}."),
    Kind.FAULT_SET: Phrase(
        _fault, _conditions, _status_and_detail, "{detail} is in force {where}."
    ),
    Kind.FAULT_LIFTED: Phrase(
        _fault, _conditions, _status_and_detail, "{detail} is lifted {where}."
    ),
    Kind.FAULT_HIT: Phrase(_named, *_REST, "{detail} hits the request to {target}."),
    Kind.WAITING: Phrase(
        _named, *_REST, "{source} holds the request until it is decided."
    ),
    Kind.APPROVED: Phrase(_named, *_REST),
    Kind.REJECTED: Phrase(_named, *_REST),
    Kind.WITHDRAWN: Phrase(_named, *_REST),
    Kind.HELD: Phrase(
        _named, *_REST, "A breakpoint holds the request before {target} gets it."
    ),
    Kind.RELEASED: Phrase(
        _named, *_REST, "The request that was held goes on to {target}."
    ),
    Kind.DROPPED: Phrase(
        _named, *_REST, "The request that was held is dropped: {target} never gets it."
    ),
    Kind.QUEUED: Phrase(_named, *_REST, "The request waits for a pod: {detail}."),
    Kind.SCALED: Phrase(_pods, *_REST_OF_PODS, "The pods of {source}, {detail}."),
    Kind.STARTED: Phrase(
        _pods, *_REST_OF_PODS, "A pod of {source} has started: {detail}."
    ),
    Kind.RECONFIGURED: Phrase(_named, *_REST),
    Kind.LOGGED: Phrase(_logged, lambda _: "", _detail),
}
"""Kind of record -> how it is told."""

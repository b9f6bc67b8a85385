"""What a record says, in a sentence or two."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.kernel import Kind
from simulator.nodes import Role, is_topic, role_of
from simulator.story import phrases
from simulator.story.meaning import Effect, row_of
from simulator.tui.spelling import clock_text, counted, length_text, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.story.hops import Hop
    from simulator.trace import Record
    from simulator.tui.inspect.context import Subject

_CALLER = "a caller"


def sentence(subject: Subject) -> str:
    record = subject.record
    tell = _TELLERS.get(record.kind)
    return phrases.sentence(record) if tell is None else tell(subject, record)


def word_of(subject: Subject) -> str:
    """Give the outcome word that stands above the sentence."""
    record, hop = subject.record, subject.hop
    if record.kind is Kind.ACCEPTED:
        return "delivered" if record.status else "unmatched"
    if record.kind in (Kind.RESPONDED, Kind.ANSWERED):
        if record.ok:
            return "delivered"
        again = any(
            r.kind is Kind.RETRY_SCHEDULED and r.cause == record.serial
            for r in hop.records
        )
        return "retry" if again else "failed"
    if record.kind is Kind.UPSTREAM_BUG:
        return "fault"
    row = row_of(record.kind)
    of_its_own = record.kind in (Kind.REDIRECTED, Kind.RETRY_SCHEDULED)
    return row.word if of_its_own or row.effect & Effect.MEDDLES else hop.word


def _accepted(subject: Subject, record: Record) -> str:
    number = record.status
    broker = role_of(record.target) is Role.BROKER
    noun = "trigger" if broker else "subscription"
    if is_topic(record.target):
        noun = "source"
    if not number:
        return f"{record.target} takes it, and no {noun} wants it: it ends here."
    one, many = ("matches", "match") if broker else ("gets it", "get it")
    wants = one if number == 1 else many
    return f"{record.target} takes it; {counted(number, noun)} {wants}."


def _refused(subject: Subject, record: Record) -> str:
    why = f": {record.detail}" if record.detail else ""
    return f"{record.target} refuses it with {record.status}{why}."


def _handed_over(subject: Subject, record: Record) -> str:
    verb = "posts" if record.kind is Kind.SENT else "hands"
    again = f", attempt {record.attempt}" if record.attempt > 1 else ""
    said = f"{record.source or _CALLER} {verb} it to {record.target}{again}."
    return f"{said} {_answered(subject, record)}"


def _answered(subject: Subject, record: Record) -> str:
    found = (e for e in subject.hop.attempts if e.request.serial == record.serial)
    exchange = next(found, None)
    answer = None if exchange is None else exchange.answer
    if answer is None:
        return "No answer yet."
    return f"Answered {phrases.answer(answer)}{_after(record, answer)}."


def _responded(subject: Subject, record: Record) -> str:
    hop = subject.hop
    asked = (each.request for each in hop.attempts if each.answer == record)
    took = "".join(_after(request, record) for request in asked)
    number = f" attempt {record.attempt}" if record.attempt > 1 else ""
    answer, detail = phrases.answer(record), str(record.detail or "")
    if record.status == 0:
        said = f"{record.source}{number and f',{number}'}: {answer}{took}"
    else:
        said = f"{record.source} answers{number} {answer}{took}"
        if detail and "\n" not in detail:
            said += f" ({detail})"
    return f"{said}. {_what_follows(hop, record)}".rstrip()


def _what_follows(hop: Hop, record: Record) -> str:
    if record.ok:
        return ""
    after = next((r for r in hop.records if r.cause == record.serial), None)
    if after is not None and after.kind is Kind.RETRY_SCHEDULED:
        return _retry(after)
    burial = next((c for c in hop.children if c.first.cause == record.serial), None)
    if burial is not None and burial.first.kind is Kind.DEAD_LETTERED:
        return f"The event goes to the dead letter sink {burial.first.target}."
    if after is not None and after.kind is Kind.LOST:
        return f"The event is lost: {after.detail}."
    return ""


def _retry(record: Record) -> str:
    wait = phrases.wait_ns(record)
    if not wait:
        return f"Attempt {record.attempt} follows at once."
    at = clock_text(record.at_ns + wait)
    return f"Attempt {record.attempt} follows in {duration_text(wait)}, at {at}."


def _retry_scheduled(subject: Subject, record: Record) -> str:
    lane = subject.context.lanes.get(record.source)
    failed = f"{record.target} failed"
    if record.status:
        failed += f" ({record.status})"
    if lane is None:
        return f"{failed}. {_retry(record)}"
    most = 1 + lane[1].retries.retry
    return f"{failed}. {_retry(record)} At most {counted(most, 'attempt')}."


def _replied(subject: Subject, record: Record) -> str:
    parent = subject.bearer.parent
    who, what = record.source, ""
    if parent is not None:
        who = parent.attempts[-1].request.target
        what = f" to {parent.event.type}"
    said = f"The reply of {who}{what} is posted to {record.target}."
    end = subject.hop.end
    if end is not None and end.kind in (Kind.EXPIRED, Kind.REFUSED):
        return f"{said} Refused with {end.status}: {end.detail}."
    return f"{said} {_answered(subject, record)}"


def _reply_dropped(subject: Subject, record: Record) -> str:
    why = f"{record.detail} ({short(record.target)})"
    return f"The reply of {record.source} is dropped: {why}."


def _dead_lettered(subject: Subject, record: Record) -> str:
    said = f"The event goes to the dead letter sink {record.target}"
    reason = why_buried(subject.hop)
    told = f": {reason}" if reason else ""
    return f"{said}{told}. {_answered(subject, record)}"


def answered(record: Record) -> str:
    """Spell an answer: ``503``; why it counts as a failure, where its status does not."""
    well = HTTPStatus.OK <= record.status < HTTPStatus.MULTIPLE_CHOICES
    return phrases.answer(record, "long" if well and not record.ok else "short")


def why_buried(burial: Hop) -> str:
    """Say why an event went to the dead letter sink; empty where the trace does not."""
    failed = burial.parent
    answer = failed.answer if failed is not None else None
    if failed is None or answer is None:
        return ""
    who = short(answer.source)
    if failed.end is not None and failed.end.kind is Kind.EXPIRED:
        return f"the reply was refused, {failed.end.detail}"
    what = answered(answer)
    said = f"{who} answered {what}" if answer.status else f"{who}: {what}"
    if failed.first.kind is Kind.REPLIED:
        return f"its reply failed, {said}"
    if failed.tries > 1:
        return f"{who} failed {failed.tries} times, the last time with {what}"
    return said


def _answered_sender(subject: Subject, record: Record) -> str:
    sender = record.target or _CALLER
    posted = subject.hop.first
    answers = f"{record.source} answers {sender} {phrases.answer(record)}"
    return f"{answers}{_after(posted, record)}."


def _after(request: Record, answer: Record) -> str:
    took = answer.at_ns - request.at_ns
    return f" after {length_text(took)}" if took else ""


_TELLERS: dict[str, Callable[[Subject, Record], str]] = {
    Kind.SENT: _handed_over,
    Kind.ACCEPTED: _accepted,
    Kind.REFUSED: _refused,
    Kind.DISPATCHED: _handed_over,
    Kind.RESPONDED: _responded,
    Kind.RETRY_SCHEDULED: _retry_scheduled,
    Kind.REPLIED: _replied,
    Kind.DEAD_LETTERED: _dead_lettered,
    Kind.ANSWERED: _answered_sender,
    Kind.REPLY_DROPPED: _reply_dropped,
}

"""Records as lines that people read: when, what, from where to where, with what end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.errors import error_line
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from simulator.trace.record import Record

_TIME_WIDTH = 9
_KIND_WIDTH = max(len(kind) for kind in Kind)
_CALLER = "(caller)"
_ATTEMPTS = (Kind.DISPATCHED, Kind.REPLIED, Kind.DEAD_LETTERED, Kind.PANICKED)


def flow_line(record: Record) -> str:
    """Give one record as one line.

    Time since the start, kind, ``from → to``, the event's type, and what else there
    is to say: attempt, status, wait, fault.
    """
    ends = [end for end in (record.source, record.target) if end]
    if record.kind is Kind.SENT:
        ends = [record.source or _CALLER, record.target]
    elif record.kind is Kind.ANSWERED:
        ends = [record.source, record.target or _CALLER]
    parts = [
        f"{duration_text(record.at_ns):>{_TIME_WIDTH}}",
        f"{record.kind:<{_KIND_WIDTH}}",
        " → ".join(ends),
        record.event.type,
        remark(record),
    ]
    return "  ".join(part for part in parts if part)


def remark(record: Record) -> str:
    """Tell what a record says beside when, what, where and which event."""
    detail = "" if record.detail is None else error_line(str(record.detail))
    match record.kind:
        case Kind.ACCEPTED:
            return _routes(record.status)
        case Kind.RETRY_SCHEDULED:
            wait = record.detail if isinstance(record.detail, int) else 0
            return f"attempt {record.attempt} in {duration_text(wait)}"
        case kind if kind in _ATTEMPTS:
            return f"attempt {record.attempt}" if record.attempt > 1 else ""
    status = str(record.status) if record.status else ""
    return " ".join(part for part in (status, detail) if part)


def _routes(number: int) -> str:
    if number == 0:
        return "matches nothing"
    return f"matches {number} route{'' if number == 1 else 's'}"

"""Timetables as JSON values: every attempt, none left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.kernel import AddressBook
    from simulator.timetable import Course, Idle, Ladder, Setting, Timetable

_NS = ("backoffDelay", "timeout", "retryAfterMax")


def document(
    book: AddressBook,
    tables: Sequence[Timetable],
    idle: Sequence[Idle],
    start_ns: int | None = None,
) -> dict[str, Any]:
    """Give the whole output.

    Args:
        book: Names the addresses.
        tables: What there is a timetable of.
        idle: What there is none of.
        start_ns: When the first attempt is made, since 1970; None to leave it open.
    """
    return {
        "format": "kn-sim-timetable/1",
        "timetables": [_table(book, table, start_ns) for table in tables],
        "idle": [{"route": each.node, "reason": each.reason} for each in idle],
    }


def _table(book: AddressBook, table: Timetable, start_ns: int | None) -> dict[str, Any]:
    return {
        "route": table.route.node,
        "hub": table.hub.node,
        "asynchronous": table.hub.answers_first,
        "subscriber": book.name_of(table.route.subscriber),
        "settings": {each.name: _setting(book, each) for each in table.settings},
        "courses": [_course(course, start_ns) for course in table.courses],
        "warnings": [
            {"id": w.id, "code": w.code, "text": w.text} for w in table.warnings
        ],
    }


def _setting(book: AddressBook, setting: Setting) -> dict[str, Any] | None:
    if setting.value is None:
        return None
    if setting.name in _NS:
        value = {"ns": setting.value, "written": setting.written}
    elif isinstance(setting.value, str) and setting.name == "deadLetterSink":
        value = {"value": book.name_of(setting.value), "url": setting.value}
    else:
        value = {"value": setting.value}
    return {**value, "origin": setting.origin}


def _course(course: Course, start_ns: int | None) -> dict[str, Any]:
    sink = course.dead_letter
    return {
        "fails_by": "timeout" if course.status is None else course.status,
        "limit_ns": course.limit_ns,
        "cut_off": course.is_cut,
        "attempts": _attempts(course, course.delivery, start_ns),
        "unlisted": course.delivery.unlisted,
        "failed_ns": course.delivery.settled_ns,
        "dead_letter_attempts": _attempts(course, sink, start_ns) if sink else [],
        "dead_letter_failed_ns": sink.settled_ns if sink else None,
    }


def _attempts(
    course: Course, ladder: Ladder, start_ns: int | None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, at_ns in enumerate(ladder.instants_ns, start=1):
        attempt = {"number": number, "at_ns": at_ns, "made": course.happens(at_ns)}
        if start_ns is not None:
            attempt["epoch_ns"] = start_ns + at_ns
        found.append(attempt)
    return found

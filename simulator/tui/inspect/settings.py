"""The delivery of a trigger or subscription: each setting with its place, and the timetable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.timetable import timetable
from simulator.timetable.settings import DURATIONS
from simulator.timetable.warnings import in_words
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.origins import place_of
from simulator.tui.inspect.page import heading, pair, paragraph
from simulator.tui.inspect.text_line import Look, Span, TextLine, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.timetable import Course, Ladder, Setting, Timetable
    from simulator.tui.inspect.story import Backdrop
    from simulator.wiring import Hub, Route

_DEFAULTS = {"retry": "none, one attempt", "deadLetterSink": "none"}
_MOST = 8
_TAIL = 2
_LONG_NS = 100 * 86_400_000_000_000


def delivery_lines(
    backdrop: Backdrop, hub: Hub, route: Route, look: Look
) -> Iterator[TextLine]:
    """Write the effective delivery of a route."""
    if backdrop.wiring is None:
        return
    table = timetable(backdrop.wiring, hub, route)
    origins = dict.fromkeys(s.origin for s in table.settings if s.origin)
    shared = next(iter(origins)) if len(origins) == 1 else ""
    yield from heading("delivery", look, f"from {shared}" if shared else "")
    for setting in table.settings:
        if setting.value is not None or setting.name in _DEFAULTS:
            yield from _setting(backdrop, setting, look, named=not shared)
    yield from heading("timetable", look)
    for course in table.courses:
        yield from _course(course, table, look)
    for warning in table.warnings:
        yield from paragraph(warning.text, look, "o-retry", indent=2)


def _setting(
    backdrop: Backdrop, setting: Setting, look: Look, *, named: bool
) -> Iterator[TextLine]:
    """Give a setting and where it is written; with the node, where that differs."""
    value = setting.value
    if value is None:
        yield from pair(setting.name, _DEFAULTS[setting.name], look, style="muted")
        return
    goal = None
    if setting.name in DURATIONS and isinstance(value, int):
        text = duration_text(value)
    elif setting.name == "deadLetterSink":
        text, goal = backdrop.named(str(value)), backdrop.goal(str(value))
    else:
        text = str(value)
    where = place_of(backdrop, setting.origin, f"spec.delivery.{setting.name}")
    parts = (setting.origin if named else "", where)
    aside = ", ".join(part for part in parts if part)
    yield from pair(setting.name, text, look, goal=goal, aside=aside)


def _course(course: Course, table: Timetable, look: Look) -> Iterator[TextLine]:
    """Say when each attempt begins if every one of them fails in one way."""
    if course.status is None:
        timeout = duration_text(max(0, table.route.retries.timeout_ns or 0))
        way = f"each attempt runs into the timeout of {timeout}:"
    else:
        way = f"each attempt is answered {course.status} at once:"
    yield from paragraph(way, look, "muted")
    for label, at_ns, made in _instants(course, course.delivery, look):
        yield _instant(label, at_ns, look, made=made)
    end = "dead-lettered" if course.dead_letter is not None else "lost"
    settled = course.delivery.settled_ns
    if course.limit_ns is not None and course.is_cut:
        yield _instant("cut off, lost", course.limit_ns, look, made=True, ink="o-dead")
    elif settled is not None:
        yield _instant(end, settled, look, made=True, ink="o-dead")


def _instants(
    course: Course, ladder: Ladder, look: Look
) -> Iterator[tuple[str, int | None, bool]]:
    """Give the attempts of a ladder; the middle of a long one is left out."""
    count = len(ladder.instants_ns)
    for number, at_ns in enumerate(ladder.instants_ns, 1):
        if count > _MOST and _MOST - _TAIL <= number <= count - _TAIL:
            if number == _MOST - _TAIL:
                left_out = count - _TAIL - number + 1
                yield f"{GLYPHS.ellipsis} {left_out:,} more", None, False
            continue
        yield f"attempt {number}", at_ns, course.happens(at_ns)
    if ladder.unlisted:
        yield f"{GLYPHS.ellipsis} {ladder.unlisted:,} more", None, False


def _instant(
    label: str, at_ns: int | None, look: Look, *, made: bool, ink: str = ""
) -> TextLine:
    indent = "  " if look.narrow else "    "
    text = "" if at_ns is None else f"+{_length(at_ns)}"
    if at_ns is not None and not made:
        text = f"({text}, never)"
    ink = ink if made else "muted"
    return line(indent, Span(look.column(label, 16), ink or "muted"), Span(text, ink))


def _length(ns: int) -> str:
    return duration_text(ns) if ns < _LONG_NS else in_words(ns)

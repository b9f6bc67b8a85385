"""Parts of the page of a run; every text of the run passes `escape`."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from simulator.story.phrases import time_text
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.session.why import Why
    from simulator.story.counts import Counts, Happenings
    from simulator.story.flow import Line
    from simulator.timetable import Course, Ladder, Timetable
    from simulator.wiring import Finding

_STEPS = 12
_CLASSES = {"✗": "no", "↻": "warn", "◐": "warn", "!": "warn", "✓": "ok"}
_MARKS = {"no": "✗", "warn": "↻", "ok": "✓", "": "·"}
_NOT_SIMULATED, _STUB, _READING = "not-simulated", "stub", "reading"
MOST_HAPPENINGS = 50
GROUPS = (
    "Faults", "Warnings", "Notes", "Played by what was read, not recorded",
    "Answered by stubs, for nobody describes them", "Not simulated",
)  # fmt: skip


def group(finding: Finding) -> str:
    """Name the group of a finding."""
    *severities, reading, stub, absent = GROUPS
    by_code = {_NOT_SIMULATED: absent, _STUB: stub, _READING: reading}
    if finding.code in by_code:
        return by_code[finding.code]
    order = (Severity.FAULT, Severity.WARNING, Severity.NOTE)
    return severities[order.index(finding.severity)]


def tiles(counts: Counts) -> Iterator[str]:
    """Give the numbers at the head of the page."""
    for number, word, look in (
        (counts.events, "events", ""),
        (counts.deliveries, "deliveries", ""),
        (counts.attempts, "requests", ""),
        (counts.dead_letters.total, "dead-lettered", "warn"),
        (counts.unmatched.total, "without a match", "warn"),
        (counts.lost.total, "lost", "no"),
        (counts.refused.total, "refused", "no"),
        (counts.expired.total, "expired", "no"),
        (counts.failed_senders.total, "senders answered no", "no"),
        (counts.handler_errors.total, "handler errors", "no"),
        (counts.retries_due, "retries still due", "warn"),
    ):
        if number or not look:
            yield f'<li class="{look}"><b>{number}</b><span>{word}</span>'


def table_of(title: str, sort: Happenings, look: str) -> Iterator[str]:
    """Give a table of misfortunes; nothing where there are none."""
    if not sort.found:
        return
    yield f'<h3 class="{look}">{title} ({sort.total})</h3>'
    yield '<div class="wide"><table><tr><th class="n">times<th>type<th>first<th>where<th>why</tr>'
    for happening, (count, first) in list(sort.found.items())[:MOST_HAPPENINGS]:
        to = f" → {happening.to}" if happening.to else ""
        cells = (happening.what, first.id, f"{happening.at}{to}")
        told = "".join(f"<td><code>{escape(cell)}</code>" for cell in cells)
        yield f'<tr><td class="n">{count}{told}<td class="why">{escape(happening.why)}</tr>'
    yield "</table></div>"
    yield from more(len(sort.found) - MOST_HAPPENINGS)


def more(number: int) -> Iterator[str]:
    """Say how many are not shown."""
    if number > 0:
        yield f'<p class="dim">and {number} more</p>'


def explained(why: Why) -> str:
    """Say by what a trigger misses an event."""
    lines = [f"✗ {why.trigger}", *(f"  {row.line()}" for row in why.rows())]
    text = escape("\n".join(lines))
    return f'<pre class="tree mono">{text}</pre>'


def event_of(lines: Sequence[Line], *, opened: bool) -> Iterator[str]:
    """Give an event with all that follows from it."""
    first = lines[0]
    looks = [_CLASSES.get(line.symbol, "") for line in lines]
    worst = next((look for look in _MARKS if look in looks), "")
    mark = _MARKS[worst]
    shown = " open" if opened or worst == "no" else ""
    number = len(lines) - 1
    below = f"{number} step{'s' * (number != 1)}" if number else ""
    yield (
        f'<details{shown}><summary><span class="{worst}">{mark}</span> '
        f'<span class="mono">+{time_text(first.at_ns)}</span> {escape(first.text)} '
        f"<small>{escape(first.outcome)}{' · ' if below and first.outcome else ''}"
        f'{below}</small></summary><ol class="flow mono">'
    )
    for line, look in zip(lines, looks, strict=True):
        other = line.event != first.event and not line.names_event
        indent = f' style="padding-left:{min(line.level, 12) * 0.9:.1f}rem"'
        named = f" · {' '.join(line.event)}" if other else ""
        yield (
            f'<li class="{"" if look == "ok" else look}"><span>+{time_text(line.at_ns)}</span>'
            f'<span class="{look}">{escape(line.symbol)}</span><span{indent}>'
            f"{escape(line.text)}<small>{escape(named)}</small>"
            f'</span><span class="end">{escape(line.outcome)}</span>'
        )
    yield "</ol></details>"


def rows(table: Timetable, subscriber: str) -> Iterator[str]:
    """Give the rows of a route, one for each way to fail."""
    route = (
        f"<code>{escape(table.route.node)}</code><br><small>{escape(table.hub.node)} → "
        f"{escape(subscriber or table.route.subscriber)}</small>"
    )
    for course in table.courses:
        by = "timeout" if course.status is None else str(course.status)
        yield f"<tr><td>{route}<td>{by}<td>{_steps(course)}<td>{_end(course)}</tr>"
        route = ""


def _steps(course: Course) -> str:
    ladder = course.delivery
    made = [at for at in ladder.instants_ns if course.happens(at)]
    told = [f"<li>+{time_text(at)}" for at in made[:_STEPS]]
    if len(made) > _STEPS:
        told += [f"<li>… {len(made) - _STEPS - 1} more", f"<li>+{time_text(made[-1])}"]
    if ladder.unlisted:
        told.append(f"<li>… {ladder.unlisted} more")
    return f'<ol class="steps">{"".join(told)}</ol>'


def _end(course: Course) -> str:
    if course.is_open:
        return '<span class="warn">not within what is listed</span>'
    if course.is_cut:
        at = time_text(course.limit_ns or 0)
        return f'<span class="no">given up by the hub at +{at}</span>'
    look = {"taken": "ok", "dead-lettered": "warn"}.get(course.end, "no")
    at = _settled(course.delivery)
    return f'<span class="{look}">{escape(course.end)}</span>{at}'


def _settled(ladder: Ladder) -> str:
    return "" if ladder.settled_ns is None else f" at +{time_text(ladder.settled_ns)}"

"""What a change of files will do, in Markdown, as a comment on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.changes.change_set import Op, counted_ops
from simulator.changes.lines import shown
from simulator.cli.behaviour_writing import (
    MOST,
    example,
    failing,
    more_of,
    sentence,
    times_of,
    title,
)
from simulator.cli.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.changes.behaviour import Behaviour
    from simulator.changes.change_set import Change
    from simulator.cli.diff_text import Row

_RUN = re.compile("`+")
_FENCE = 3


def resources_of(
    changes: Sequence[Change], rows: Sequence[Row], context: int | None
) -> Iterator[str]:
    """Give the lines on resources: the table, and the fields folded away.

    Args:
        changes: In their order.
        rows: The table.
        context: Lines around each change; None for the table alone.
    """
    yield f"### Changes: {counted_ops(changes)}"
    changed = [row for row in rows if row.op]
    if changed:
        yield ""
        yield "| namespace | name | kind | op | |"
        yield "|---|---|---|---|---|"
    for row in changed:
        cells = (*row[:3], row.op, row.op_strategy)
        yield f"| {' | '.join(cell(each) for each in cells)} |"
    for change in changes:
        for why in change.reasons:
            yield ""
            yield f"> {code(change.title)}: {code(' '.join(why.split()))}"
    lines = [] if context is None else list(_fields(changes, context))
    if not lines:
        return
    longest = max(map(len, _RUN.findall("\n".join(lines))), default=0)
    fence = "`" * max(_FENCE, longest + 1)
    yield ""
    yield "<details><summary>The fields that change</summary>"
    yield ""
    yield f"{fence}diff"
    yield from lines
    yield fence
    yield ""
    yield "</details>"


def _fields(changes: Sequence[Change], context: int) -> Iterator[str]:
    style = Style()
    for change in changes:
        if change.op is Op.NOOP:
            continue
        yield style.line(f"@@ {change.title} @@")
        for sort, line in shown(change.lines, context):
            yield style.line(f"{sort} {line}")


def behaviour_of(found: Behaviour) -> Iterator[str]:
    """Give the lines of a comment on a change."""
    yield f"### {title(found)}"
    yield ""
    if not found.sent:
        yield "There is no broker and no channel to send them to."
    elif found.same:
        yield "Nothing changes for them, and no timetable."
    for outcome in found.outcomes:
        if not outcome.groups:
            continue
        if outcome.failing:
            yield ""
            yield f"While {failing(outcome)}:"
            yield ""
        for group in outcome.groups[:MOST]:
            yield f"- {sentence(group, code)}  "
            yield f"  {example(group, code)}"
        yield from (f"- {text}" for text in more_of(outcome))
    if found.timings:
        yield ""
        yield "| every attempt fails | of | before → after | since |"
        yield "|---|---|---|---|"
        for each in times_of(found.timings):
            cells = [each.what, *(cell(each[at]) for at in range(1, 4))]
            yield f"| {' | '.join(cells)} |"
    for note in found.notes:
        yield ""
        yield f"> {code(note)}"


def code(text: str) -> str:
    """Set text in code, so that nothing in it means anything to Markdown.

    Source: CommonMark 0.31, 6.1: a code span ends at as many backticks as it begins with.
    """
    plain = "".join(each if each.isprintable() else "�" for each in text)
    runs = {len(each) for each in _RUN.findall(plain)}
    fence = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain}{space}{fence}" if plain else ""


def cell(text: str) -> str:
    """Set text in code for a table, whose cells end at a bar even there."""
    return code(text).replace("|", "\\|")

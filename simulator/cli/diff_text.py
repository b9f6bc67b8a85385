"""A change set as `kapp tools diff -c --tty` prints it, and as its JSON.

Source: carvel-dev/kapp pkg/kapp/clusterapply/change_set_view.go and changes_view.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.changes.change_set import (
    ADDED,
    REMOVED,
    Op,
    counted_ops,
    description,
    shown,
)
from simulator.cli.behaviour_writing import (
    MOST,
    example,
    failing,
    more_of,
    sentence,
    times_of,
    title,
)
from simulator.cli.kapp_table import (
    Cell,
    state_cells,
    state_of,
    table_json,
    table_lines,
)
from simulator.cli.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.changes.behaviour import Behaviour
    from simulator.changes.change_set import Change
    from simulator.cli.kapp_table import Conditions

_COLOURS = {ADDED: "green", REMOVED: "red"}
_WAITS = ("reconcile", "delete", "noop")
_DISABLE_WAIT = "kapp.k14s.io/disable-wait"
_TITLES = {
    "namespace": "Namespace", "name": "Name", "kind": "Kind", "op": "Op",
    "op_strategy": "Op st.", "wait_to": "Wait to", "reconcile_state": "Rs",
    "reconcile_info": "Ri",
}  # fmt: skip


class Row(NamedTuple):
    """A line of the table of changes, with nothing where kapp says nothing."""

    namespace: str
    name: str
    kind: str
    op: str
    op_strategy: str
    wait_to: str
    reconcile_state: str
    reconcile_info: str


def rows_of(
    changes: Sequence[Change], before: Conditions, after: Conditions
) -> list[Row]:
    """Give the table, sorted by namespace, name, kind and version."""
    rows = []
    for change in changes:
        resource = change.resource
        state = ("", "") if change.old is None else state_of(before, change.old.key)
        # Source: carvel-dev/kapp pkg/kapp/clusterapply/cluster_change.go, WaitOp
        waits = change.op is not Op.NOOP and _DISABLE_WAIT not in resource.annotations
        wait = ""
        if waits and change.op is Op.DELETE:
            wait = "delete"
        elif waits and after.get(resource.key):
            wait = "reconcile"
        row = Row(
            namespace=change.namespace,
            name=resource.name,
            kind=resource.kind,
            op="" if change.op is Op.NOOP else change.op,
            op_strategy=change.strategy,
            wait_to=wait,
            reconcile_state=state[0],
            reconcile_info=state[1],
        )
        rows.append((row[:3], resource.api_version, row))
    return [row for *_, row in sorted(rows)]


def lines_of(
    changes: Sequence[Change],
    rows: Sequence[Row],
    context: int | None,
    style: Style,
    *,
    as_yaml: bool = False,
) -> Iterator[str]:
    """Give the lines for a terminal.

    Args:
        changes: In their order.
        rows: The table.
        context: Lines around each change; None for the table alone.
        style: What can be shown.
        as_yaml: Show what each change comes to, rather than the fields that change.
    """
    if as_yaml:
        for block in yaml_blocks(changes, style):
            yield block.removesuffix("\n")
        yield ""
    elif context is not None:
        for change in changes:
            yield style.line(f"@@ {change.title} @@")
            yield from _field_lines(change, context, style)
        if changes:
            yield ""
    yield "Changes"
    yield ""
    yield from table_lines(list(_TITLES.values()), [_cells(row) for row in rows], style)
    yield ""
    yield from _notes(changes, rows)
    replaced = [change for change in changes if change.refused]
    if replaced:
        yield ""
        yield "Deleted and created anew, since an update is refused:"
        for change in replaced:
            named = change.title.partition(" ")[2]
            for why in change.refused:
                yield style.line(f"  {named}: {' '.join(why.split())}")


def yaml_blocks(changes: Sequence[Change], style: Style) -> Iterator[str]:
    """Give what each change comes to, as `kapp tools diff --changes-yaml` prints it.

    Source: carvel-dev/kapp pkg/kapp/clusterapply/change_set_view.go, printChangesYAML.
    """
    for change in changes:
        if change.op is Op.NOOP:
            continue
        colour = "red" if change.op is Op.DELETE else "green"
        plan = change.strategy.replace(" ", "-") or "unknown"
        title = f"# {change.op}: {description(change.resource)} (strategy: {plan})"
        there = change.op not in {Op.DELETE, Op.EXISTS}
        lines = [each.text for each in change.lines if there and each.sort != REMOVED]
        text = "\n".join(map(style.line, lines))
        yield f"---\n{style.paint(style.symbols(title), colour)}\n{text}\n"


def _field_lines(change: Change, context: int, style: Style) -> Iterator[str]:
    """Give the lines of a change; one empty line where nothing changes, as kapp does."""
    lines = list(shown(change.lines, context))
    for sort, line in lines:
        text = style.line(line)
        yield style.paint(text, _COLOURS[sort]) if sort in _COLOURS else text
    if not lines:
        yield ""


def _plain(change: Change, context: int) -> list[str]:
    return [line for _, line in shown(change.lines, context)]


def _cells(row: Row) -> list[Cell]:
    colour = {"": "", Op.DELETE: "red"}.get(row.op, "green")
    state = state_cells(row.reconcile_state, row.reconcile_info)
    plain = (Cell(text) for text in (row.op_strategy, row.wait_to))
    return [*map(Cell, row[:3]), Cell(row.op, colour), *plain, *state]


def _notes(changes: Sequence[Change], rows: Sequence[Row]) -> list[str]:
    waits = [row.wait_to or "noop" for row in rows]
    waited = ", ".join(f"{waits.count(each)} {each}" for each in _WAITS)
    return [f"Op:      {counted_ops(changes)}", f"Wait to: {waited}"]


def json_of(
    changes: Sequence[Change],
    rows: Sequence[Row],
    context: int | None,
    behaviour: object = None,
    *,
    as_yaml: bool = False,
) -> str:
    """Give kapp's JSON; the arguments are those of `lines_of`."""
    notes = _notes(changes, rows)
    blocks, titles = [], []
    if as_yaml:
        blocks = list(yaml_blocks(changes, Style()))
    elif context is not None:
        blocks = ["\n".join([*_plain(change, context), ""]) for change in changes]
        titles = [f"@@ {change.title} @@\n" for change in changes]
    return table_json(
        "", _TITLES, rows, notes, blocks=blocks, lines=[*titles, "Succeeded"],
        more=None if behaviour is None else {"Behaviour": behaviour},
    )  # fmt: skip


_RUN = re.compile("`+")
_FENCE = 3


def resources_of(
    changes: Sequence[Change], rows: Sequence[Row], context: int | None
) -> Iterator[str]:
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
        for why in change.refused:
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

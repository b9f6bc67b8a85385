"""Tables as kapp prints them on a terminal.

Source: cppforlife/go-cli-ui ui/table, table.go and writer.go; ui/color_ui.go, json_ui.go.
"""

from __future__ import annotations

import json
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.cli.style import harmless
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.cli.style import Style
    from simulator.resource import ResourceKey
    from simulator.wiring import Condition

    Conditions = Mapping[ResourceKey, tuple[Condition, ...]]

_EMPTY, _BORDER, _AGAIN = "-", "  ", "^"
_REASON_WIDTH = 35
_STATES = {Truth.TRUE: "ok", Truth.FALSE: "fail", Truth.UNKNOWN: "ongoing"}
_ESCAPED = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"}


class Row(Protocol):
    """A line of a table: names of fields, as in kapp's JSON, with their texts."""

    def _asdict(self) -> dict[str, str]: ...


class Cell(NamedTuple):
    """A field of a table; its colour is ``green``, ``red``, or empty for none."""

    text: str
    colour: str = ""


def state_of(conditions: Conditions, key: ResourceKey) -> tuple[str, str]:
    """Give what stands under Rs and Ri; what has no condition is well at once."""
    ready = next((c for c in conditions.get(key, ()) if c.type == "Ready"), None)
    if ready is None:
        return "ok", ""
    why = f"{ready.reason}: {ready.message}".strip(": ")
    return _STATES[ready.status], "" if ready.status is Truth.TRUE else why


def state_cells(state: str, info: str) -> tuple[Cell, Cell]:
    return Cell(state, state and ("green" if state == "ok" else "red")), Cell(
        _broken(info)
    )


def _broken(text: str) -> str:
    """Break a sentence as kapp breaks those of its column ``Ri``."""
    return "\n".join(
        wrap(text, _REASON_WIDTH, break_long_words=False, break_on_hyphens=False)
    )


def table_lines(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    style: Style,
    *,
    repeated: bool = False,
) -> Iterator[str]:
    """Give a table; *repeated*: a first column says the same again, instead of ``^``."""
    shown = [[Cell(title, "bold") for title in header]]
    last = None
    for first, *others in rows:
        again = first.text == last and not repeated
        last = first.text
        shown.append([Cell(_AGAIN) if again else first, *others])
    split = [
        [style.symbols(harmless(cell.text)).split("\n") for cell in row]
        for row in shown
    ]
    widths = [
        max(len(line or _EMPTY) for row in split for line in row[column])
        for column in range(len(header))
    ]
    for row, lines in zip(shown, split, strict=True):
        for at in range(max(map(len, lines))):
            yield _line(row, [_at(each, at) for each in lines], widths, style)


def _at(lines: Sequence[str], at: int) -> str:
    if at >= len(lines):
        return ""
    return lines[at] or _EMPTY


def _line(
    row: Sequence[Cell], texts: Sequence[str], widths: Sequence[int], style: Style
) -> str:
    parts = []
    for cell, text, width in zip(row, texts, widths, strict=True):
        painted = style.paint(text, cell.colour) if cell.colour else text
        parts.append(painted + " " * (width - len(text)) + _BORDER)
    spare = widths[-1] - len(texts[-1])
    return "".join(parts).removesuffix(" " * spare + _BORDER) + _BORDER


def table_json(
    content: str,
    header: Mapping[str, str],
    rows: Sequence[Row],
    notes: Sequence[str],
    *,
    blocks: Sequence[str] = (),
    lines: Sequence[str] = ("Succeeded",),
    more: Mapping[str, object] | None = None,
) -> str:
    """Give a table as kapp's JSON; there is a column ``age`` of nothing in it, too.

    Args:
        header: The names of the fields of *rows*, each with its title.
        notes: What stands below it.
        blocks: What is printed besides.
        more: Keys of our own.
    """
    table = {
        "Content": content,
        "Header": dict(sorted({**header, "age": "Age"}.items())),
        "Rows": [dict(sorted({**row._asdict(), "age": ""}.items())) for row in rows],
        "Notes": list(notes),
    }
    whole = {"Tables": [table], "Blocks": list(blocks) or None, "Lines": list(lines)}
    text = json.dumps({**whole, **(more or {})}, indent=4, ensure_ascii=False)
    for letter, escape in _ESCAPED.items():
        text = text.replace(letter, escape)
    return text

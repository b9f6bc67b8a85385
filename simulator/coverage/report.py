"""A coverage, told as coverage.py tells of code, or as data."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.coverage.item import Coverage, Item

_HEAD = ("Name", "Items", "Miss", "Cover", "Missing")


def table_lines(coverage: Coverage) -> Iterator[str]:
    """Give a line for each file, and one for all; the missing places are line numbers."""
    rows = [
        (*_numbers(file, each), _ranges(item.position.line for item in each.missing))
        for file, each in coverage.by_file().items()
    ]
    yield from ruled([_HEAD, *rows, (*_numbers("TOTAL", coverage), "")], notes=1)


def ruled(rows: Sequence[Sequence[str]], *, notes: int = 0) -> Iterator[str]:
    """Align names, and numbers up to the last *notes* columns, between head and total."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    count = len(widths) - notes
    for number, row in enumerate(rows):
        if number in (1, len(rows) - 1):
            yield "-" * (sum(widths) + 2 * (len(widths) - 1))
        cells = [cell.rjust(w) for cell, w in zip(row, widths, strict=True)]
        yield "  ".join(
            (row[0].ljust(widths[0]), *cells[1:count], *row[count:])
        ).rstrip()


def text_lines(coverage: Coverage) -> Iterator[str]:
    """Give the table, and below it what is missing."""
    yield from table_lines(coverage)
    if coverage.missing:
        yield ""
    yield from missing_lines(coverage)


def missing_lines(coverage: Coverage) -> Iterator[str]:
    """Give a line for each item that is missing, with its place."""
    for item in coverage.missing:
        yield f"{item.position}: {item.told}"


def by_line(coverage: Coverage) -> dict[int, list[Item]]:
    """Give each line of one file with its items; what has no line is of the first."""
    lines: dict[int, list[Item]] = {}
    for item in coverage.items:
        lines.setdefault(item.position.line or 1, []).append(item)
    return lines


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    return {
        "format": "kn-sim-coverage/1",
        "totals": _totals(coverage),
        "files": {file: _totals(each) for file, each in coverage.by_file().items()},
        "items": [
            {
                "file": item.position.file,
                "line": item.position.line,
                "column": item.position.column,
                "node": item.node,
                "path": item.path,
                "fact": item.fact.value,
                "covered": item.name in coverage.covered,
            }
            for item in coverage.items
        ],
    }


def percent_text(percent: float) -> str:
    """Round, but to 0 or 100 only what is; as coverage.py does."""
    return str(
        round(percent) if percent in (0, 100) else min(99, max(1, round(percent)))
    )


def _totals(coverage: Coverage) -> dict[str, Any]:
    return {
        "items": len(coverage.items),
        "covered": len(coverage.covered),
        "missing": len(coverage.missing),
        "percent": round(coverage.percent, 2),
    }


def _numbers(name: str, coverage: Coverage) -> tuple[str, str, str, str]:
    items, missing = str(len(coverage.items)), str(len(coverage.missing))
    return name, items, missing, f"{percent_text(coverage.percent)}%"


def _ranges(lines: Iterable[int]) -> str:
    """Give ``3, 7-9`` for lines in order; nothing for those that are unknown."""
    known = sorted({line for line in lines if line})
    starts = [b for a, b in pairwise([-1, *known]) if b != a + 1]
    ends = [a for a, b in pairwise([*known, -1]) if b != a + 1]
    return ", ".join(
        str(start) if start == end else f"{start}-{end}"
        for start, end in zip(starts, ends, strict=True)
    )

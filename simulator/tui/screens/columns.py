"""Which columns of a table are shown, and how wide each is; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 2  # cells between two columns


class Column(Value):
    """How one column of a table behaves.

    Args:
        title: Above it.
        least: Cells below which it is not cut while others can be.
        most: Cells above which it does not grow; 0 for no limit.
        right: Whether it is aligned to the right, as numbers are.
        name: Whether what it holds is cut in the middle, as names are.
        grow: Whether it takes the room that is left.
        drop: Where there is no room the column with the highest number is left out
            first, before it those that are empty; one with 0 never is.
    """

    title: str
    least: int = 4
    most: int = 0
    right: bool = False
    name: bool = False
    grow: bool = False
    drop: int = 0


def fit_columns(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[int, ...]:
    """Give the width of each column, 0 for those that are left out.

    Args:
        columns: From left to right.
        rows: The texts of the cells.
        width: Of the table.
    """
    wanted = [_wanted(column, at, rows) for at, column in enumerate(columns)]
    shown = list(range(len(columns)))
    empty = [at for at in shown if not any(row[at] for row in rows)]
    while True:
        widths = _cut(
            [wanted[at] for at in shown], [columns[at] for at in shown], width
        )
        if widths is not None:
            break
        can = [at for at in shown if columns[at].drop]
        if not can:
            widths = _squeezed(len(shown), width)
            break
        dropped = max(can, key=lambda at: (at in empty, columns[at].drop, at))
        shown.remove(dropped)
    spare = width - sum(widths) - GAP * (len(shown) - 1)
    growing = [at for at in shown if columns[at].grow]
    if growing and spare > 0:
        widths[shown.index(growing[0])] += spare
    given = dict(zip(shown, widths, strict=True))
    return tuple(given.get(at, 0) for at in range(len(columns)))


def _wanted(column: Column, at: int, rows: Sequence[Sequence[str]]) -> int:
    longest = max((cell_len(row[at]) for row in rows), default=0)
    wanted = max(longest, cell_len(column.title), 1)
    return min(wanted, column.most) if column.most else wanted


def _cut(
    wanted: Sequence[int], columns: Sequence[Column], width: int
) -> list[int] | None:
    """Take from the widest until all fit; None where they cannot be cut so far."""
    widths = list(wanted)
    over = sum(widths) + GAP * (len(widths) - 1) - width
    while over > 0:
        can = [at for at, column in enumerate(columns) if widths[at] > column.least]
        if not can:
            return None
        widths[max(can, key=lambda at: (widths[at], at))] -= 1
        over -= 1
    return widths


def _squeezed(count: int, width: int) -> list[int]:
    """Share a width that is too small for what may not be left out."""
    room = max(count, width - GAP * (count - 1))
    return [room // count + (at < room % count) for at in range(count)]

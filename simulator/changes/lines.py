"""Two texts line by line, as kapp compares and shows them.

Source: carvel-dev/kapp pkg/kapp/diff/text_diff_view.go; k14s/difflib (of
    aryann/difflib) difflib.go, Diff and compute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMON, REMOVED, ADDED = " ", "-", "+"
GAP = "  ..."
# Of the table of common subsequences: two texts of 2,000 other lines each.
_MOST_CELLS = 4_000_000


class Line(NamedTuple):
    """One line of a difference.

    Args:
        sort: Whether it stands in both texts, the old one or the new one.
        old: Its number there, from 0; of an added line: that of the next.
        new: Likewise.
    """

    sort: str
    text: str
    old: int
    new: int


def difference(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Give the lines of both texts, those that stand in both once.

    Of texts with more lines than kapp's table can be made for in a second, all that
    differs is removed and added.
    """
    start, end = _equal_ends(old, new)
    found = [Line(COMMON, old[at], at, at) for at in range(start)]
    found += _middle(old[start : len(old) - end], new[start : len(new) - end], start)
    lefts, rights = range(len(old) - end, len(old)), range(len(new) - end, len(new))
    ends = zip(lefts, rights, strict=True)
    return found + [Line(COMMON, old[left], left, right) for left, right in ends]


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while min(len(old), len(new)) - 1 - end > start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _middle(old: Sequence[str], new: Sequence[str], start: int) -> list[Line]:
    table = _common(old, new)
    left, right = len(old), len(new)
    found = []
    while left or right:
        at, to = len(old) - left, len(new) - right
        if left and table[left][right] == table[left - 1][right]:
            found.append(Line(REMOVED, old[at], start + at, start + to))
            left -= 1
        elif right and table[left][right] == table[left][right - 1]:
            found.append(Line(ADDED, new[to], start + at, start + to))
            right -= 1
        else:
            found.append(Line(COMMON, old[at], start + at, start + to))
            left, right = left - 1, right - 1
    return found


def _common(old: Sequence[str], new: Sequence[str]) -> list[list[int]]:
    """Give how many lines the last of *old* and the last of *new* have in common."""
    empty = [0] * (len(new) + 1)
    if len(old) * len(new) > _MOST_CELLS:
        return [empty] * (len(old) + 1)
    table = [empty]
    backwards = new[::-1]
    for line in reversed(old):
        above, row = table[-1], [0]
        for at, other in enumerate(backwards):
            row.append(above[at] + 1 if line == other else max(above[at + 1], row[at]))
        table.append(row)
    return table


def shown(lines: Sequence[Line], context: int) -> Iterator[tuple[str, str]]:
    """Give the lines that are shown, each with its sort.

    Args:
        lines: As `difference` gives them.
        context: Of common lines: so many after a changed line, and one less before it;
            negative for all.
    """
    changed = [at for at, line in enumerate(lines) if line.sort != COMMON]
    near = {
        at for each in changed for at in range(each - context + 1, each + context + 1)
    }
    before = False
    for at, line in enumerate(lines):
        if line.sort == ADDED:
            yield ADDED, f"    {line.new:3} + {line.text}"
        elif line.sort == REMOVED:
            yield REMOVED, f"{line.old:3}     - {line.text}"
        else:
            inside = context < 0 or at in near
            if at and inside and not before:
                yield COMMON, GAP
            if inside:
                yield COMMON, f"{line.old:3},{line.new:3}   {line.text}"
            before = inside

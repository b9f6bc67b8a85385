"""The rows in order that are nearest to what everyone wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Wish = tuple[int, int]
"""A row and the weight of the wish for it."""


def nearest(wishes: Iterable[list[Wish]]) -> list[int]:
    """Give rows that never fall, with the smallest sum of weighted distances.

    Weighted medians of pooled neighbours: whole numbers, and most wishes are met
    exactly, which is what makes lines straight.

    Args:
        wishes: Of each node from top to bottom; none of them empty.
    """
    blocks: list[tuple[list[Wish], int, int]] = []
    for own in wishes:
        pool, size = sorted(own), 1
        row = _median(pool)
        while blocks and blocks[-1][1] > row:
            above, _, count = blocks.pop()
            pool = sorted(above + pool)
            size += count
            row = _median(pool)
        blocks.append((pool, row, size))
    return [row for _, row, size in blocks for _ in range(size)]


def _median(pool: list[Wish]) -> int:
    rest = sum([weight for _, weight in pool])
    rows = iter(pool)
    row = 0
    while rest > 0:
        row, weight = next(rows)
        rest -= 2 * weight
    return row

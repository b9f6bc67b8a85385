"""Why a value that looks right is not: case, spaces, one letter, wildcards, a time zone."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

_TWO_LETTERS = 2
_ALMOST = 0.75  # 'amount' is no slip of the pen for 'country'
_SHORTEST_TYPO = 4  # characters: '1' for '2' is no slip of the pen
_OFFSET = re.compile(r"^\d{4}-\d\d-\d\d[Tt].*(?:[+-]\d\d:\d\d|\.\d*0Z|z)$")


def value_hint(dialect: str, attribute: str, wanted: str, actual: str) -> str:
    """Say in a clause what probably went wrong; empty where nothing is plain."""
    if attribute == "time" and _OFFSET.match(wanted):
        return "time is compared in UTC, without needless digits"
    part = _compared_part(dialect, wanted, actual)
    if part.casefold() == wanted.casefold():
        return "differs only in case"
    if actual.strip() == wanted.strip() or part.strip() == wanted.strip():
        return "differs only in leading or trailing space"
    long_enough = len(wanted) >= _SHORTEST_TYPO
    if dialect == "exact" and long_enough and _one_edit_apart(wanted, actual):
        return "one letter apart"
    if wanted[-1] in "*%" or wanted[0] in "*%":
        return f"{dialect} knows no wildcards"
    return ""


def absence_hint(attribute: str, present: Iterable[str]) -> str:
    return nearest(attribute, present, _ALMOST).removeprefix("; ")


def _one_edit_apart(left: str, right: str) -> bool:
    """Whether inserting, deleting, changing or swapping one character makes them equal."""
    head = _common_head(left, right)
    left, right = left[head:], right[head:]
    tail = _common_head(left[::-1], right[::-1])
    left, right = left[: len(left) - tail], right[: len(right) - tail]
    longest = max(len(left), len(right))
    return longest == 1 or (longest == _TWO_LETTERS and left == right[::-1])


def _compared_part(dialect: str, wanted: str, actual: str) -> str:
    if dialect == "prefix":
        return actual[: len(wanted)]
    if dialect == "suffix":
        return actual[-len(wanted) :]
    return actual


def _common_head(left: str, right: str) -> int:
    pairs = enumerate(zip_longest(left, right))
    return next(count for count, (one, other) in pairs if one != other)

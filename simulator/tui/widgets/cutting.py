"""Texts cut and padded to a number of cells, and names cut so that nobody takes one for another.

A cell is what a terminal counts: a Chinese character takes two. A name is cut where it
agrees with others: of ``cd-artifact-created`` and ``cd-artifact-updated`` the middle is
what tells them apart, and the start is what can go.
"""

from __future__ import annotations

from functools import cache
from os.path import commonprefix
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from simulator.tui.layout.drawing import BETWEEN_WORDS, in_two, word_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ELLIPSIS = "…"
# Of a name that does not fit, the start tells more than the end: two thirds of it.
_START_SHARE = 2 / 3
# Below this many cells an ellipsis would take more than it explains.
_LEAST_WITH_ELLIPSIS = 4
# Newest names that a cut must not look like; it is never one that is another's.
_MOST_OTHERS = 200


def cut_end(text: str, width: int) -> str:
    """Give at most *width* cells of a text, with an ellipsis where its end is gone."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return first_cells(text, width)
    return first_cells(text, width - 1) + ELLIPSIS


def cut_middle(text: str, width: int) -> str:
    """Give at most *width* cells of a name: its start, an ellipsis, its end."""
    if cell_len(text) <= width:
        return text
    if width < _LEAST_WITH_ELLIPSIS:
        return first_cells(text, width)
    start = int((width - 1) * _START_SHARE)
    return first_cells(text, start) + ELLIPSIS + last_cells(text, width - 1 - start)


def fit_left(text: str, width: int) -> str:
    """Give exactly *width* cells: the text, cut at its end, then spaces."""
    return set_cell_size(cut_end(text, width), max(0, width))


def fit_right(text: str, width: int) -> str:
    """Give exactly *width* cells: spaces, then the text, cut at its end."""
    shown = cut_end(text, width)
    return " " * (width - cell_len(shown)) + shown


def first_cells(text: str, width: int) -> str:
    """Give as many characters of the start as fit; half a wide one is none."""
    used = 0
    for at, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return text[:at]
    return text


def last_cells(text: str, width: int) -> str:
    """Give as many characters of the end as fit."""
    return first_cells(text[::-1], width)[::-1]


class Apart:
    """Cuts names, each to a text that is no other's.

    A name that comes later does not change how those before it are cut. *start_share* is
    how much of a cut name is its start, if that tells it apart.
    """

    def __init__(
        self, names: Iterable[str] = (), *, start_share: float = _START_SHARE
    ) -> None:
        self._names = dict.fromkeys(names)
        self._share = start_share
        self._owner: dict[str, str] = {}
        self._cut, self.in_two = cache(self._new), cache(self._in_two)

    def cut(self, name: str, width: int) -> str:
        """Give at most *width* cells of a name."""
        self._names[name] = None
        return name if cell_len(name) <= width else self._cut(name, width)

    def _in_two(self, name: str, room: int) -> tuple[str, str]:
        """Give a name in rows of at most *room* letters; the second may be empty.

        It is parted between words, even if more of it would be seen otherwise.
        """
        first, second = in_two(name, room)
        ends = word_ends(name)
        if len(first) <= room and (not second or not ends or len(first) in ends):
            return first, second
        for rows in _rows(name, room):
            others = (other for other in self._names if other != name)
            is_clear = all(rows not in _rows(other, room) for other in others)
            if is_clear and self._is_own("".join(rows), name):
                return rows
        return in_two(self.cut(name, 2 * room), room)

    def _new(self, name: str, width: int) -> str:
        if width <= 1:
            return first_cells(ELLIPSIS, width)
        # Those that are shown in full are nobody's cut.
        others = [
            other for other in self._names if other != name and cell_len(other) > width
        ][-_MOST_OTHERS:]
        for cut in self._ways(name, width, _word_apart(name, others)):
            like_others = any(_could_become(other, cut) for other in others)
            if not like_others and self._is_own(cut, name):
                return cut
        return self._numbered(name, width)

    def _is_own(self, text: str, name: str) -> bool:
        """Tell whether no other name was cut to a text, and reserve it."""
        return self._owner.setdefault(text, name) == name

    def _ways(self, name: str, width: int, word: int) -> Iterator[str]:
        """Give cuts: the usual one, those most like it, then what is around a word."""
        room = width - 1
        usual = int(room * self._share)
        for start in sorted(range(room + 1), key=lambda start: abs(start - usual)):
            end = last_cells(name, room - start)
            end = end if start else end.lstrip(".")
            yield first_cells(name, start) + ELLIPSIS + end
        room -= 1
        begins = range(1, len(name) - room)
        for begin in sorted(begins, key=lambda begin: abs(begin - word)):
            yield ELLIPSIS + first_cells(name[begin:], room) + ELLIPSIS

    def _numbered(self, name: str, width: int) -> str:
        """Give a name that differs from others in more places than can be shown."""
        number = list(self._names).index(name) + 1
        while True:
            mark = f"{ELLIPSIS}{number}"
            if cell_len(mark) > width:
                return first_cells(ELLIPSIS, width)
            text = first_cells(name, width - cell_len(mark)) + mark
            if self._is_own(text, name):
                return text
            number += 1


class Cuts:
    """Cuts the names that a pane shows: *types* of events, and *nodes*, which is all else."""

    def __init__(self) -> None:
        # Their ends tell more than their starts.
        self.types = Apart(start_share=0)
        self.nodes = Apart()


def _rows(name: str, room: int) -> list[tuple[str, str]]:
    """Give the ways to part a name between words, where each row is cut that has to be."""
    ends = sorted(word_ends(name), key=lambda end: abs(2 * end - len(name)))
    return [(cut_end(name[:end], room), cut_middle(name[end:], room)) for end in ends]


def _could_become(name: str, cut: str) -> bool:
    """Tell whether a name could have been cut to this."""
    start, *inner, end = cut.split(ELLIPSIS)
    ends = name.startswith(start) and name.endswith(end)
    return ends and all(part in name for part in inner)


def _word_apart(name: str, others: list[str]) -> int:
    """Give where the word begins that tells a name from those it is most like."""
    alike = (commonprefix((name, other)) for other in others)  # noqa: RUF071 - letters
    same = max(map(len, alike), default=0)
    return max(name.rfind(between, 0, same) for between in BETWEEN_WORDS) + 1

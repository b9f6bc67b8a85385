"""Texts cut and padded to a number of cells, so that columns never jitter.

A cell is what a terminal counts: a Chinese character takes two.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

# Of a name that does not fit, the start tells more than the end: two thirds of it.
START_SHARE = 2 / 3
# Below this many cells an ellipsis would take more than it explains.
LEAST_WITH_ELLIPSIS = 4


def cut_end(text: str, width: int, ellipsis: str = "…") -> str:
    """Give at most *width* cells of a text, with an ellipsis where its end is gone."""
    if cell_len(text) <= width:
        return text
    if width <= cell_len(ellipsis):
        return first_cells(text, width)
    return first_cells(text, width - cell_len(ellipsis)) + ellipsis


def cut_middle(text: str, width: int, ellipsis: str = "…") -> str:
    """Give at most *width* cells of a name: its start, an ellipsis, its end."""
    if cell_len(text) <= width:
        return text
    if width < LEAST_WITH_ELLIPSIS:
        return first_cells(text, width)
    room = width - cell_len(ellipsis)
    start = int(room * START_SHARE)
    return first_cells(text, start) + ellipsis + last_cells(text, room - start)


def fit_left(text: str, width: int, ellipsis: str = "…") -> str:
    """Give exactly *width* cells: the text, cut at its end, then spaces."""
    return set_cell_size(cut_end(text, width, ellipsis), max(0, width))


def fit_name(text: str, width: int, ellipsis: str = "…") -> str:
    """Give exactly *width* cells: the name, cut in its middle, then spaces."""
    return set_cell_size(cut_middle(text, width, ellipsis), max(0, width))


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

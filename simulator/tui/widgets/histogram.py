"""The time line as bars: how much happens when, where trouble is, where we are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.figures import bar_height

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.tui.paint import Palette
    from simulator.tui.widgets.canvas import Canvas

# One row of bars has so many heights.
_STEPS = 8
_AHEAD_SHARE = 0.32


class TimeMark(NamedTuple):
    """Something above the bars.

    Args:
        fraction: Where on the time line, from 0 to 1.
        kind: ``bookmark`` or ``break``.
    """

    fraction: float
    kind: str


class Bars:
    """The bars of a time line, as high as they are painted."""

    def __init__(self, slots: Iterable[tuple[int, bool, bool]] = ()) -> None:
        """Take the slots.

        Args:
            slots: Of each equal part of the time line: how many records, whether a
                retry is among them, whether something dead is.
        """
        self._slots = tuple(slots)
        self._made: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {}

    def columns(self, width: int, rows: int) -> tuple[tuple[int, str], ...]:
        """Give for each column its height and its trouble.

        The height is in eighths of a row; trouble is ``dead``, ``retry`` or empty.

        Args:
            width: How many columns; slots are put together or stretched to as many.
            rows: How many rows high they may be.
        """
        made = self._made.get((width, rows))
        if made is None:
            made = self._make(width, rows)
            self._made = {(width, rows): made}
        return made

    def _make(self, width: int, rows: int) -> tuple[tuple[int, str], ...]:
        slots, total = self._slots, len(self._slots)
        if not total or width <= 0:
            return ((0, ""),) * max(0, width)
        parts = [
            slots[
                at * total // width : max(
                    at * total // width + 1, (at + 1) * total // width
                )
            ]
            for at in range(width)
        ]
        means = [sum(slot[0] for slot in part) / len(part) for part in parts]
        top = max(means) or 1
        return tuple(
            (bar_height(mean, top, rows * _STEPS) if mean else 0, _trouble(part))
            for mean, part in zip(means, parts, strict=True)
        )


def paint_bars(
    canvas: Canvas,
    columns: Sequence[tuple[int, str]],
    palette: Palette,
    *,
    left: int,
    playhead: int,
    above: int,
) -> None:
    """Put one row of the bars.

    Args:
        canvas: The row.
        columns: As from `Bars.columns`.
        palette: The colours.
        left: The column of the canvas at which they start.
        playhead: The column of now; later ones are dimmed.
        above: How many rows of bars there are below this one.
    """
    ground = palette.surface
    for at, (height, trouble) in enumerate(columns):
        eighths = max(0, min(_STEPS, height - above * _STEPS))
        colour = palette.outcomes[trouble] if trouble else palette.primary
        if at > playhead:
            colour = mix(ground, colour, _AHEAD_SHARE)
        canvas.put(left + at, GLYPHS.bars[eighths], style(colour, ground))
    if columns and 0 <= playhead < len(columns):
        now = style(palette.accent, ground, bold=True)
        canvas.put(left + playhead, GLYPHS.playhead, now)


def paint_marks(
    canvas: Canvas,
    marks: Iterable[TimeMark],
    palette: Palette,
    *,
    left: int,
    width: int,
) -> None:
    for mark in marks:
        colour = palette.accent if mark.kind == "bookmark" else palette.outcomes["dead"]
        x = column_of(mark.fraction, width)
        canvas.put(left + x, GLYPHS.mark, style(colour, palette.surface, bold=True))


def column_of(fraction: float, width: int) -> int:
    """Give the column of a place on the time line."""
    return max(0, min(width - 1, int(fraction * width)))


def _trouble(slots: Iterable[tuple[int, bool, bool]]) -> str:
    found = ""
    for _, retry, dead in slots:
        if dead:
            return "dead"
        if retry:
            found = "retry"
    return found

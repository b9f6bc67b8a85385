"""What of a frame moves on a picture: dots with their tails, lines that glow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.glyphs import GLYPHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.tui.view.frame import Dot, Frame, Glow
    from simulator.tui.widgets.graph.picture import Picture

# The head of a dot and the cells behind it that still shine.
TAIL = 5
# So many degrees of glow are told apart: fewer repaints, fewer styles.
GLOW_STEPS = 8
# The brightness of busy lines repeats after so many cells …
WAVE_CELLS = 16
# … and has so many degrees; it moves so many cells a second.
WAVE_STEPS = 8
_WAVE_CELLS_A_SECOND = 24


class Shine(NamedTuple):
    """A cell of a dot.

    Args:
        head: The character of the dot; empty in its tail.
        step: From 1, the end of the tail, to `TAIL` + 1, the head.
        outcome: Its colour.
    """

    head: str
    step: int
    outcome: str


class Warmth(NamedTuple):
    """How a line or box shines after something has passed.

    Args:
        step: From 1 to `GLOW_STEPS`.
        outcome: Its colour.
    """

    step: int
    outcome: str


def shines_of(
    picture: Picture, dots: Iterable[Dot], *, misses: bool
) -> dict[tuple[int, int], Shine]:
    """Give the cells that dots and their tails cover.

    Args:
        picture: Where they move.
        dots: Those whose lines are not drawn are nowhere.
        misses: Whether what did not match is shown; it has no tail.
    """
    shining: dict[tuple[int, int], Shine] = {}
    for dot in dots:
        missed = dot.outcome == "nomatch"
        route = picture.route(dot.lines)
        if not route or (missed and not misses):
            continue
        head = max(0, min(len(route) - 1, int(dot.fraction * len(route))))
        for back in range(min(0 if missed else TAIL, head), -1, -1):
            cell = route[head - back]
            step = TAIL + 1 - back
            there = shining.get(cell)
            if there is None or there.step <= step:
                shining[cell] = Shine(
                    "" if back else GLYPHS.dots[dot.outcome], step, dot.outcome
                )
    return shining


def warm_lines(picture: Picture, frame: Frame, *, moving: bool) -> dict[int, Warmth]:
    """Give the drawn lines that glow.

    Args:
        picture: What is drawn.
        frame: What has happened.
        moving: Whether dots are drawn. Where they are not, a line has its full colour
            as long as anything is on it, and until the glow is over.
    """
    line_of = picture.drawing.line_of
    warm: dict[int, Warmth] = {}
    for line, glow in frame.glows.items():
        drawn = line_of.get(line)
        if drawn is not None:
            _warm(warm, drawn, warmth(glow, moving=moving))
    if not moving:
        for dot in frame.dots:
            for line in dot.lines:
                drawn = line_of.get(line)
                if drawn is not None and dot.outcome != "nomatch":
                    _warm(warm, drawn, Warmth(GLOW_STEPS, dot.outcome))
    return warm


def warmth(glow: Glow, *, moving: bool = True) -> Warmth:
    """Give the degree of a glow; 0 where it is too weak to be seen."""
    step = round(max(0.0, min(1.0, glow.level)) * GLOW_STEPS)
    if not moving:
        step = GLOW_STEPS if step else 0
    return Warmth(step, glow.outcome)


def busy_lines(picture: Picture, busy: Mapping[int, float]) -> dict[int, float]:
    """Give the drawn lines with too many travellers for dots, and how many a second."""
    line_of = picture.drawing.line_of
    rates: dict[int, float] = {}
    for line, rate in busy.items():
        drawn = line_of.get(line)
        if drawn is not None:
            rates[drawn] = rates.get(drawn, 0.0) + rate
    return rates


def wave_phase(position: float) -> int:
    """Give how many cells the brightness of busy lines has moved."""
    return int(position * _WAVE_CELLS_A_SECOND) % WAVE_CELLS


def wave_height(step: int) -> float:
    """Give the brightness of one degree of the wave, from 0 to 1: up, then down."""
    half = WAVE_STEPS / 2
    return 1 - abs(step % WAVE_STEPS - half) / half


def _warm(warm: dict[int, Warmth], line: int, new: Warmth) -> None:
    if new.step and (line not in warm or warm[line].step < new.step):
        warm[line] = new

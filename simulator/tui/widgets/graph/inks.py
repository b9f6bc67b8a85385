"""How the cells of lines look: which characters, in which colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.diagram import LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.graph.motion import (
    GLOW_STEPS,
    TAIL,
    WAVE_STEPS,
    Shine,
    Warmth,
    wave_height,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

    from simulator.tui.paint import Palette

FAINT, NORMAL, STRONG = 0, 1, 2
# Lines that are not of the selection keep so much of their colour.
_FAINT_SHARE = 0.5
# Replies and dead letters have a hint of their outcome's colour at rest.
_HINT = 0.45
_OUTCOMES = {
    LineKind.FLOW: "ok",
    LineKind.REPLY: "reply",
    LineKind.DEAD_LETTER: "dead",
}


class Tone(NamedTuple):
    """What decides the look of a bundle of lines.

    Args:
        kind: Of its lines.
        emphasis: `FAINT`, `NORMAL` or `STRONG`.
        warmth: What has just gone along; step 0 at rest.
        busy: Whether there are too many travellers for dots.
    """

    kind: LineKind
    emphasis: int
    warmth: Warmth
    busy: bool


class Ink(NamedTuple):
    """The look of a bundle of lines.

    Args:
        colour: As ``#rrggbb``.
        chars: Mask -> character.
        style: Of its cells.
        arrow: Of the cell before a box.
        wave: Styles of a busy line, one a degree of brightness; empty at rest.
    """

    colour: str
    chars: Mapping[int, str]
    style: Style
    arrow: Style
    wave: tuple[Style, ...]


class Inks:
    """The looks of one theme, made when first needed; there are few."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._inks: dict[Tone, Ink] = {}
        self._shines: dict[tuple[str, Shine], Style] = {}

    def ink(self, tone: Tone) -> Ink:
        """Give the look of a tone; the same one for the same tone."""
        known = self._inks.get(tone)
        if known is None:
            known = self._inks[tone] = self._make(tone)
        return known

    def shine(self, ground: str, shine: Shine) -> Style:
        """Give the style of a cell of a dot over a line of some colour."""
        key = (ground, shine)
        known = self._shines.get(key)
        if known is None:
            colour = self.palette.outcomes[shine.outcome]
            if shine.step <= TAIL:
                colour = mix(ground, colour, 0.35 + 0.65 * shine.step / (TAIL + 1))
            known = self._shines[key] = style(
                colour, self.palette.surface, bold=bool(shine.head)
            )
        return known

    def _make(self, tone: Tone) -> Ink:
        surface = self.palette.surface
        base = colour = self._at_rest(tone)
        if tone.warmth.step:
            hot = self.palette.outcomes[tone.warmth.outcome]
            share = 0.25 + 0.55 * tone.warmth.step / GLOW_STEPS
            if tone.emphasis == FAINT:
                share *= _FAINT_SHARE
            colour = mix(base, hot, share)
        heavy = tone.busy or tone.emphasis == STRONG
        return Ink(
            colour,
            GLYPHS.heavy if heavy else GLYPHS.lines[tone.kind],
            style(colour, surface),
            style(mix(colour, self.palette.text, 0.25), surface),
            self._wave(base, tone) if tone.busy else (),
        )

    def _at_rest(self, tone: Tone) -> str:
        palette = self.palette
        if tone.emphasis == STRONG:
            return palette.accent
        colour = palette.edge
        if tone.kind is not LineKind.FLOW:
            colour = mix(colour, palette.outcomes[_OUTCOMES[tone.kind]], _HINT)
        if tone.emphasis == FAINT:
            colour = mix(palette.surface, colour, _FAINT_SHARE)
        return colour

    def _wave(self, base: str, tone: Tone) -> tuple[Style, ...]:
        outcome = tone.warmth.outcome if tone.warmth.step else _OUTCOMES[tone.kind]
        hot = self.palette.outcomes[outcome]
        if tone.emphasis == FAINT:
            hot = mix(self.palette.surface, hot, _FAINT_SHARE)
        return tuple(
            style(mix(base, hot, 0.3 + 0.7 * wave_height(step)), self.palette.surface)
            for step in range(WAVE_STEPS)
        )

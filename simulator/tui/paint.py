"""Colours of the theme in force, and styles made of them, few and shared.

Widgets that draw their own lines ask `palette_of(self)` once a theme, and `style`
and `mix` for each run of cells.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

from simulator.tui.diagram import BoxKind
from simulator.tui.theme import KINDS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

# Colours between two are taken in so many steps, so that the caches stay small.
_STEPS = 16
LEAST_CONTRAST = 4.5
"""Of words with their ground. Source: WCAG 2.1, 1.4.3."""
_KNEE = 0.03928
# On grounds that are darker white is read best, on lighter ones black.
_MIDDLE = 4.58

KIND_COLOURS = {
    BoxKind.SOURCE: "source",
    BoxKind.BROKER: "broker",
    BoxKind.CHANNEL: "channel",
    BoxKind.TRIGGER: "trigger",
    BoxKind.SERVICE: "service",
    BoxKind.DEAD_LETTERS: "dead",
    BoxKind.NOWHERE: "dead",
    BoxKind.LINK: "broker",
    BoxKind.NAMESPACE: "broker",
}


class Palette:
    """The colours of one theme, as ``#rrggbb``.

    Attributes:
        text: Of what is said.
        muted: Of what is said aside.
        edge: Of lines at rest.
        accent: Of what is selected.
        primary: Of bars.
        background: Behind the panes.
        surface: In the panes.
        panel: Of bars and strips.
        border: Of frames at rest.
        cursor: Behind the row of the cursor.
        kinds: ``source``, ``broker`` … -> colour.
        outcomes: ``ok``, ``retry`` … -> colour.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        def solid(name: str, ground: str = "") -> str:
            value = variables[name]
            if value.startswith("auto"):  # whatever is read best there
                return Color.parse(ground).get_contrast_text(1).hex6
            colour = Color.parse(value)
            if colour.a < 1 and ground:
                colour = Color.parse(ground).blend(colour, colour.a, 1)
            return colour.hex6

        self.background = solid("background")
        self.surface = solid("surface", self.background)

        def word(name: str) -> str:
            return readable(solid(name, self.surface), self.surface)

        self.text = word("foreground")
        self.muted = word("muted")
        self.edge = solid("edge", self.surface)
        self.accent = solid("accent", self.surface)
        self.primary = solid("primary", self.surface)
        self.panel = solid("panel", self.background)
        self.border = solid("border", self.surface)
        self.cursor = solid("block-cursor-background", self.surface)
        words = solid("block-cursor-foreground", self.cursor)
        self.cursor_text = readable(words, self.cursor)
        self.kinds = {name: word(f"k-{name}") for name in KINDS}
        self.outcomes = {name: word(f"o-{name}") for name in OUTCOMES}

    def kind(self, kind: BoxKind) -> str:
        """Give the colour of a kind of box."""
        return self.kinds[KIND_COLOURS[kind]]


@lru_cache(maxsize=8)
def _palette(variables: tuple[tuple[str, str], ...]) -> Palette:
    return Palette(dict(variables))


def palette_of(app: App[object]) -> Palette:
    """Give the colours of the theme in force; one object until it changes."""
    return _palette(tuple(app.theme_variables.items()))


@lru_cache(maxsize=16_384)
def style(
    foreground: str,
    background: str,
    *,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> Style:
    """Give a style; the same one for the same arguments."""
    return Style(
        color=foreground,
        bgcolor=background,
        bold=bold or None,
        italic=italic or None,
        underline=underline or None,
    )


@lru_cache(maxsize=4_096)
def readable(colour: str, ground: str) -> str:
    """Give a colour, or the one most like it that can be read on a ground.

    Themes of others have colours for their own grounds, not for that of a cursor.
    """
    other = Color.parse(ground)
    best = "#ffffff" if contrast(Color.parse("white"), other) > _MIDDLE else "#000000"
    for steps in range(_STEPS + 1):
        found = _mix(colour, best, steps)
        if contrast(Color.parse(found), other) >= LEAST_CONTRAST:
            return found
    return best


def contrast(one: Color, other: Color) -> float:
    """Give the contrast of two colours, from 1 to 21.

    Source: WCAG 2.1, "contrast ratio" and "relative luminance".
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(of: Color) -> float:
    parts = [
        part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4
        for part in (of.r / 255, of.g / 255, of.b / 255)
    ]
    return sum(
        part * weight
        for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True)
    )


def mix(ground: str, colour: str, share: float) -> str:
    """Blend two colours.

    Args:
        ground: ``#rrggbb``.
        colour: ``#rrggbb``.
        share: Of *colour*, from 0 to 1; taken in 16 steps.
    """
    return _mix(ground, colour, round(max(0.0, min(1.0, share)) * _STEPS))


@lru_cache(maxsize=65_536)
def _mix(ground: str, colour: str, steps: int) -> str:
    return Color.parse(ground).blend(Color.parse(colour), steps / _STEPS).hex6

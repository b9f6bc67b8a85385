"""The themes, the colours of the one in force, and styles made of them, few and shared.

Colours of kinds are variables ``k-…`` of a theme, those of outcomes ``o-…``; ``edge`` and
``muted`` are for lines and for what is said aside. Widgets that draw their own lines ask
`palette_of` once a theme, and `style` and `mix` for each run of cells.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from simulator.errors import UsageError, nearest
from simulator.story.meaning import MEANINGS
from simulator.tui.diagram import BoxKind

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

KIND_COLOURS = {kind: kind.value for kind in BoxKind} | {
    BoxKind.DEAD_LETTERS: "dead",
    BoxKind.NOWHERE: "dead",
    BoxKind.LINK: "broker",
    BoxKind.NAMESPACE: "broker",
}
KINDS = ("source", "broker", "channel", "trigger", "service", "dead")
OUTCOMES = ("ok", "retry", "dead", "reply", "nomatch", "wait", "fault")
_WORDS = (
    "foreground",
    "muted",
    "accent",
    "warning",
    "error",
    *(f"k-{kind}" for kind in KINDS),
    *(f"o-{outcome}" for outcome in OUTCOMES),
)
OUTCOME_OF = {each.word: each.outcome for each in reversed(MEANINGS.values())}
"""What became of an event, in a word -> its outcome; of a word for several, the first."""

# Name of a colour -> it on a dark ground, on a light one, and for who cannot tell red from
# green, where that is not the first; empty where Textual makes it of the others.
_COLOURS = {
    "primary": ("#7aa2f7", "#2f5fd0"),
    "secondary": ("#9d7cd8", "#7a4fc2"),
    "accent": ("#ffd166", "#b1460b"),
    "foreground": ("#d7dceb", "#1d2433"),
    "background": ("#0d1017", "#eef1f6"),
    "surface": ("#11151f", "#fbfcfe"),
    "panel": ("#1a2030", "#e3e8f1"),
    "success": ("#5fd7a7", "#0d7651", "#56b4e9"),
    "warning": ("#f5b14c", "#955900", "#f0e442"),
    "error": ("#ff6b7a", "#c8233c", "#ff8c1a"),
}
_VARIABLES = {
    "k-source": ("#56c7f5", "#0a6e9b"),
    "k-broker": ("#b794f6", "#7440c8"),
    "k-channel": ("#e58fd8", "#ab369a"),
    "k-trigger": ("#f2c063", "#8d5f00"),
    "k-service": ("#66d9b0", "#0a7656", "#56b4e9"),
    "k-dead": ("#ff6b7a", "#c8233c", "#ff8c1a"),
    "o-ok": ("#5fe3a8", "#08774b", "#56b4e9"),
    "o-retry": ("#ffab40", "#9e5500", "#f0e442"),
    "o-dead": ("#ff5d6e", "#c9203b", "#ff8c1a"),
    "o-reply": ("#6fa8ff", "#2460d8", "#c9a0ff"),
    "o-nomatch": ("#7d879e", "#5f687d"),
    "o-wait": ("#ffd166", "#8a5a00"),
    "o-fault": ("#ff7ac6", "#b0227f", "#ffb3da"),
    "edge": ("#5f6b84", "#76849e"),
    "muted": ("#8590a8", "#5f687e"),
    "border": ("#2a3246", "#c9d1df"),
    "border-blurred": ("#2a3246", "#c9d1df"),
    "block-cursor-background": ("#2b3a5e", "#d5e2fb"),
    "block-cursor-foreground": ("#ffffff", "#101626"),
    "input-selection-background": ("#7aa2f7 35%", ""),
    "scrollbar": ("#2a3246", "#c9d1df"),
    "scrollbar-background": ("#11151f", "#fbfcfe"),
    "scrollbar-hover": ("#3a4560", ""),
}


def _theme(name: str, column: int) -> Theme:
    def chosen(table: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        rows = {key: (*row, row[0])[column] for key, row in table.items()}
        return {key: colour for key, colour in rows.items() if colour}

    return Theme(
        name, **chosen(_COLOURS), dark=column != 1, variables=chosen(_VARIABLES)
    )


DARK = _theme("kn-sim-dark", 0)
LIGHT = _theme("kn-sim-light", 1)
THEMES = (DARK, LIGHT, _theme("kn-sim-blue-orange", 2))


def check_theme(name: str) -> None:
    """Refuse a theme that there is not, by a UsageError; an empty name is the default."""
    known = [theme.name for theme in THEMES] + list(BUILTIN_THEMES)
    if name and name not in known:
        there_are = ", ".join(known)
        raise UsageError(
            f"unknown theme {name!r}{nearest(name, known)} (there are: {there_are})"
        )


# Colours of ours -> what every theme has.
_LIKE = {
    "k-source": "primary",
    "k-broker": "secondary",
    "k-channel": "accent",
    "k-trigger": "warning",
    "k-service": "success",
    "k-dead": "error",
    "o-ok": "success",
    "o-retry": "warning",
    "o-dead": "error",
    "o-reply": "primary",
    "o-wait": "accent",
    "o-fault": "secondary",
}


def variable_defaults(theme: Theme) -> dict[str, str]:
    """Derive the variables that a theme of Textual's or of the user's lacks."""
    generated = theme.to_color_system().generate()
    text = Color.parse(_solid(generated, "foreground"))
    ground = Color.parse(_solid(generated, "surface"))
    return {
        **{name: _solid(generated, like) for name, like in _LIKE.items()},
        "o-nomatch": ground.blend(text, 0.5).hex6,
        "edge": ground.blend(text, 0.4).hex6,
        "muted": ground.blend(text, 0.6).hex6,
    }


def _solid(generated: Mapping[str, str], name: str) -> str:
    """Give a generated colour as ``#rrggbb``; native terminal colours as they look."""
    return Color.parse(generated[name]).hex6


class Palette:
    """The colours of one theme, as ``#rrggbb``; *kinds* and *outcomes* by their names.

    Attributes:
        words: Of letters, by the variables of the theme; read on panes and bars alike.
        muted: Of what is said aside.
        edge: Of lines at rest; *border* of frames at rest.
        accent: Of what is selected; *primary* of bars.
        surface: In the panes, which stand on *background*; *panel* of bars and strips.
        cursor: Behind the row of the cursor.
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
        self.panel = solid("panel", self.background)
        # Themes of others have colours for large grounds, not for letters.
        self.words = words = {
            name: readable(
                readable(solid(name, self.surface), self.surface), self.panel
            )
            for name in _WORDS
        }
        self.text = words["foreground"]
        self.muted = words["muted"]
        self.accent = words["accent"]
        self.edge = solid("edge", self.surface)
        self.primary = solid("primary", self.surface)
        self.border = solid("border", self.surface)
        self.cursor = solid("block-cursor-background", self.surface)
        self.cursor_text = readable(
            solid("block-cursor-foreground", self.cursor), self.cursor
        )
        self.kinds = {name: words[f"k-{name}"] for name in KINDS}
        self.outcomes = {name: words[f"o-{name}"] for name in OUTCOMES}

    def kind(self, kind: BoxKind) -> str:
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
    red, green, blue = (
        part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4
        for part in of.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(ground: str, colour: str, share: float) -> str:
    """Blend two colours, ``#rrggbb``, with a share of *colour* from 0 to 1, in 16 steps."""
    return _mix(ground, colour, round(max(0.0, min(1.0, share)) * _STEPS))


@lru_cache(maxsize=65_536)
def _mix(ground: str, colour: str, steps: int) -> str:
    return Color.parse(ground).blend(Color.parse(colour), steps / _STEPS).hex6

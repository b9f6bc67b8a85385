"""The two themes of kn-sim, and the colours that any other theme needs beside its own.

Colours of kinds are variables ``k-…``, those of outcomes ``o-…``; ``edge`` and
``muted`` are for lines and for what is said aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from simulator.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("source", "broker", "channel", "trigger", "service", "dead")
OUTCOMES = ("ok", "retry", "dead", "reply", "nomatch", "wait", "fault")

DARK = Theme(
    name="kn-sim-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#ffd166",
    foreground="#d7dceb",
    background="#0d1017",
    surface="#11151f",
    panel="#1a2030",
    success="#5fd7a7",
    warning="#f5b14c",
    error="#ff6b7a",
    variables={
        "k-source": "#56c7f5",
        "k-broker": "#b794f6",
        "k-channel": "#e58fd8",
        "k-trigger": "#f2c063",
        "k-service": "#66d9b0",
        "k-dead": "#ff6b7a",
        "o-ok": "#5fe3a8",
        "o-retry": "#ffab40",
        "o-dead": "#ff5d6e",
        "o-reply": "#6fa8ff",
        "o-nomatch": "#7d879e",
        "o-wait": "#ffd166",
        "o-fault": "#ff7ac6",
        "edge": "#5f6b84",
        "muted": "#8590a8",
        "border": "#2a3246",
        "border-blurred": "#2a3246",
        "footer-key-foreground": "#ffd166",
        "footer-background": "#1a2030",
        "footer-description-foreground": "#aab4c9",
        "block-cursor-background": "#2b3a5e",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#7aa2f7 35%",
        "scrollbar": "#2a3246",
        "scrollbar-background": "#11151f",
        "scrollbar-hover": "#3a4560",
    },
)
LIGHT = Theme(
    name="kn-sim-light",
    dark=False,
    primary="#2f5fd0",
    secondary="#7a4fc2",
    accent="#b1460b",
    foreground="#1d2433",
    background="#eef1f6",
    surface="#fbfcfe",
    panel="#e3e8f1",
    success="#0d7651",
    warning="#955900",
    error="#c8233c",
    variables={
        "k-source": "#0a6e9b",
        "k-broker": "#7440c8",
        "k-channel": "#ab369a",
        "k-trigger": "#8d5f00",
        "k-service": "#0a7656",
        "k-dead": "#c8233c",
        "o-ok": "#08774b",
        "o-retry": "#9e5500",
        "o-dead": "#c9203b",
        "o-reply": "#2460d8",
        "o-nomatch": "#5f687d",
        "o-wait": "#8a5a00",
        "o-fault": "#b0227f",
        "edge": "#76849e",
        "muted": "#5f687e",
        "border": "#c9d1df",
        "border-blurred": "#c9d1df",
        "footer-key-foreground": "#b1460b",
        "footer-background": "#e3e8f1",
        "footer-description-foreground": "#475069",
        "block-cursor-background": "#d5e2fb",
        "block-cursor-foreground": "#101626",
        "scrollbar": "#c9d1df",
        "scrollbar-background": "#fbfcfe",
    },
)
COLOUR_BLIND = Theme(
    name="kn-sim-blue-orange",
    dark=True,
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#ffd166",
    foreground="#d7dceb",
    background="#0d1017",
    surface="#11151f",
    panel="#1a2030",
    success="#56b4e9",
    warning="#f0e442",
    error="#ff8c1a",
    variables={
        **DARK.variables,
        "k-service": "#56b4e9",
        "k-dead": "#ff8c1a",
        "o-ok": "#56b4e9",
        "o-retry": "#f0e442",
        "o-dead": "#ff8c1a",
        "o-reply": "#c9a0ff",
        "o-fault": "#ffb3da",
    },
)
THEMES = (DARK, LIGHT, COLOUR_BLIND)


def check_theme(name: str) -> None:
    """Refuse a theme that there is not; an empty name is the default.

    Raises:
        UsageError: There is none of this name.
    """
    known = [theme.name for theme in THEMES] + list(BUILTIN_THEMES)
    if name and name not in known:
        there_are = ", ".join(known)
        raise UsageError(
            f"unknown theme {name!r}{nearest(name, known)} (there are: {there_are})"
        )


def variable_defaults(theme: Theme) -> dict[str, str]:
    """Derive the variables that a theme of Textual's or of the user's lacks.

    Args:
        theme: Any theme.
    """
    generated = theme.to_color_system().generate()
    text = Color.parse(_solid(generated, "foreground"))
    ground = Color.parse(_solid(generated, "surface"))
    named = {
        name: _solid(generated, name)
        for name in ("primary", "secondary", "accent", "success", "warning", "error")
    }
    return {
        "k-source": named["primary"],
        "k-broker": named["secondary"],
        "k-channel": named["accent"],
        "k-trigger": named["warning"],
        "k-service": named["success"],
        "k-dead": named["error"],
        "o-ok": named["success"],
        "o-retry": named["warning"],
        "o-dead": named["error"],
        "o-reply": named["primary"],
        "o-nomatch": ground.blend(text, 0.5).hex6,
        "o-wait": named["accent"],
        "o-fault": named["secondary"],
        "edge": ground.blend(text, 0.4).hex6,
        "muted": ground.blend(text, 0.6).hex6,
    }


def _solid(generated: Mapping[str, str], name: str) -> str:
    """Give a generated colour as ``#rrggbb``; native terminal colours as they look."""
    return Color.parse(generated[name]).hex6

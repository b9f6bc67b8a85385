"""Colours of our own themes can be read: contrasts as WCAG 2.1 computes them."""

from __future__ import annotations

import pytest
from textual.color import Color

from simulator.tui.theme import KINDS, OUTCOMES, THEMES

TEXT, LINES = 4.5, 3.0
WORDS = (
    "foreground",
    "muted",
    "primary",
    "accent",
    "success",
    "warning",
    "error",
    *(f"k-{kind}" for kind in KINDS),
    *(f"o-{outcome}" for outcome in OUTCOMES),
)
GROUNDS = ("surface", "panel", "background")
NAMED = {theme.name: theme for theme in THEMES}


def colour(theme: str, name: str) -> Color:
    found = NAMED[theme].variables.get(name) or getattr(NAMED[theme], name)
    return Color.parse(found)


def luminance(of: Color) -> float:
    """Give the relative luminance.

    Source: WCAG 2.1, "relative luminance".
    """
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (of.r / 255, of.g / 255, of.b / 255)
    ]
    return sum(
        part * weight
        for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True)
    )


def contrast(one: Color, other: Color) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_low(theme: str, names: tuple[str, ...], least: float) -> list[str]:
    found = [
        (name, ground, contrast(colour(theme, name), colour(theme, ground)))
        for name in names
        for ground in GROUNDS
    ]
    return [f"{n} on {g}: {value:.2f}" for n, g, value in found if value < least]


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast(Color.parse("black"), Color.parse("white")) == pytest.approx(21)


@pytest.mark.parametrize("theme", NAMED)
def test_words_and_signs_can_be_read_on_every_ground(theme: str) -> None:
    assert too_low(theme, WORDS, TEXT) == []


@pytest.mark.parametrize("theme", NAMED)
def test_lines_of_the_graph_can_be_seen(theme: str) -> None:
    assert too_low(theme, ("edge",), LINES) == []


@pytest.mark.parametrize("theme", NAMED)
def test_the_row_of_the_cursor_can_be_read(theme: str) -> None:
    ground = colour(theme, "block-cursor-background")

    assert contrast(colour(theme, "block-cursor-foreground"), ground) >= TEXT
    assert [
        f"{name}: {value:.2f}"
        for name in (f"o-{outcome}" for outcome in OUTCOMES)
        if (value := contrast(colour(theme, name), ground)) < LINES
    ] == []

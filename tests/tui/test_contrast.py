"""Colours of our own themes can be read: contrasts as WCAG 2.1 computes them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from simulator import Simulation
from simulator.tui.app import KnSimApp
from simulator.tui.opening import Opening
from simulator.tui.paint import KINDS, OUTCOMES, THEMES, contrast, palette_of, readable
from simulator.tui.settings import Settings
from simulator.tui.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

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


async def least_contrasts() -> dict[str, float]:
    """Give the least contrast of words in each theme of Textual, in panes and dialogs."""
    stage = Stage(Opening((), lambda topology, files: Simulation(topology)))
    app = KnSimApp(stage, Settings(), frames=False)
    least: dict[str, float] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        for theme in BUILTIN_THEMES:
            app.theme = theme
            await pilot.pause()  # the variables are made later
            palette = palette_of(cast("App[object]", app))
            shown: Mapping[str, str] = app.theme_variables
            if shown["background"].startswith("ansi"):  # the terminal's own colours
                shown = palette.words
            inks = [shown[name] for name in palette.words]
            grounds = (palette.surface, palette.panel)
            pairs = [(ink, ground) for ink in inks for ground in grounds]
            pairs += [(readable(ink, palette.cursor), palette.cursor) for ink in inks]
            least[theme] = min(
                contrast(Color.parse(ink), Color.parse(ground))
                for ink, ground in [*pairs, (palette.cursor_text, palette.cursor)]
            )
    return least


def test_words_can_be_read_in_themes_of_others_and_on_the_cursor_row() -> None:
    least = asyncio.run(least_contrasts())

    assert {name: value for name, value in least.items() if value < TEXT} == {}

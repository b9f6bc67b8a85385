"""The screen in ASCII."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import simulator
from simulator.tui.glyphs import GLYPHS, Glyphs, to_ascii


def _characters(value: object) -> str:
    """Give the characters of a glyph, or of all in a table."""
    if isinstance(value, Mapping):
        return "".join(map(_characters, value.values()))
    return str(value)


@given(st.text(st.characters(exclude_categories=["C"])))
def test_a_text_in_ascii_is_as_wide_as_it_was(text: str) -> None:
    written = to_ascii(text)

    assert written.isascii()
    assert len(written) == cell_len(text)


@pytest.mark.parametrize("name", [name for name in vars(Glyphs) if name[0] != "_"])
def test_every_glyph_has_a_character_of_its_own_in_ascii(name: str) -> None:
    glyphs = _characters(getattr(GLYPHS, name))

    assert "?" not in to_ascii(glyphs)


@pytest.mark.parametrize("folder", ["tui", "story"])
def test_nothing_that_is_written_as_text_becomes_a_question_mark(folder: str) -> None:
    written = {
        character
        for file in (Path(simulator.__file__).parent / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for character in node.value
        if not character.isascii()
    }

    assert [one for one in sorted(written) if "?" in to_ascii(one)] == []
    assert written


def test_small_units_of_time_are_readable_in_ascii() -> None:
    assert to_ascii("50µs ± 5") == "50us ~ 5"


def test_what_becomes_of_an_event_can_be_told_apart_in_ascii() -> None:
    dots = [to_ascii(dot) for dot in GLYPHS.dots.values()]

    assert len(set(dots)) == len(dots)


def test_letters_keep_what_ascii_has_of_them() -> None:
    written = to_ascii("Größe 価格 é")

    assert written == "Gro?e ???? e"

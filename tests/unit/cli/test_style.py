import io
import os
import pty

import pytest

from simulator.cli.style import Style, harmless
from simulator.story.phrases import shortened


class Terminal(io.TextIOWrapper):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def stream(encoding: str = "utf-8", *, terminal: bool = False) -> io.TextIOWrapper:
    kind = Terminal if terminal else io.TextIOWrapper
    return kind(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "expected"),
    [
        pytest.param("auto", {}, True, True, id="terminal"),
        pytest.param("auto", {}, False, False, id="pipe"),
        pytest.param("auto", {"NO_COLOR": "1"}, True, False, id="no-color"),
        pytest.param("auto", {"NO_COLOR": ""}, True, True, id="no-color-empty"),
        pytest.param("auto", {"FORCE_COLOR": "1"}, False, True, id="force-color"),
        pytest.param(
            "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, id="both"
        ),
        pytest.param("auto", {"TERM": "dumb"}, True, False, id="dumb"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="always"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="never"),
    ],
)
def test_colour_follows_choice_then_environment_then_terminal(
    choice: str, environ: dict[str, str], terminal: bool, expected: bool
) -> None:
    style = Style.of(stream(terminal=terminal), choice, environ)

    assert style.colour is expected


def test_what_the_encoding_cannot_spell_is_replaced() -> None:
    style = Style.of(stream("ascii"), "never", {})

    assert style.symbols("✓ a → b … é") == "+ a -> b ... \\xe9"


def test_what_the_encoding_spells_stays() -> None:
    style = Style.of(stream(), "never", {})

    assert style.symbols("✓ a → b … é") == "✓ a → b … é"


def test_an_unknown_encoding_counts_as_ascii() -> None:
    odd = io.StringIO()

    assert not Style.of(odd, "never", {}).unicode


def test_the_width_is_given_or_that_of_the_terminal_or_80() -> None:
    _, end = pty.openpty()
    with os.fdopen(end, "w", encoding="utf-8") as terminal:
        unknown = Style.of(terminal, "auto", {})

    assert Style.of(stream(), "auto", {"COLUMNS": "132"}).width == 132
    assert Style.of(stream(), "auto", {"COLUMNS": "wide"}).width == 80
    assert Style.of(stream(terminal=True), "auto", {}).width == 80
    assert unknown.width == 80


def test_paint_is_for_colour_only() -> None:
    assert Style(colour=True).paint("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert Style(colour=True).paint("", "red") == ""
    assert Style().paint("x", "red") == "x"


def test_a_cut_text_says_so() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("order\u202egnip", "order\\u202egnip"),
        ("order\u2066gnip\u2069", "order\\u2066gnip\\u2069"),
        ("order\u2028✓ all is well", "order\\u2028✓ all is well"),
        ("طلب", "طلب"),
    ],
)
def test_an_event_cannot_turn_a_line_round_nor_begin_another(
    said: str, shown: str
) -> None:
    assert Style().line(said) == harmless(said) == shown

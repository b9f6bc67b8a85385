"""Texts are made to fit: escaped, cut, wrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.page import Look, line, node_glyph, spread, texts, wrapped
from simulator.tui.spelling import counted, length_text, size_text


@given(st.lists(st.text(), max_size=5), st.integers(8, 60), st.integers(0, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(
    parts: list[str], width: int, indent: int
) -> None:
    look = Look(width=width)
    given = [look.shown(part) for part in parts]

    lines = list(wrapped(given, width, indent=indent))

    assert all(each.content.cell_length <= width for each in lines)
    kept = "".join(each.text for each in lines).replace(" ", "")
    assert kept == "".join(given).replace(" ", "")


@given(st.text(), st.integers(1, 30))
def test_cut_texts_fit(text: str, width: int) -> None:
    look = Look(width=40)

    assert cell_len(look.cut(text, width)) <= width
    assert cell_len(look.middle(text, width)) <= width
    assert cell_len(look.column(text, width)) == width


def test_a_line_knows_its_goal_and_its_text_ends_with_words() -> None:
    made = line("a", ("b ", "bold"), goal=3, here=True)

    assert (made.text, made.goal, made.here) == ("ab", 3, True)
    assert texts([made]) == ["ab"]


def test_what_stands_at_the_right_end_is_apart_from_the_left() -> None:
    look = Look(width=24)

    assert (
        spread(look, "a", ("b", "bold"), right=("c", "$muted")).text == f"ab{'c':>22}"
    )
    assert spread(look, "a" * 30, right="c").text == f"{'a' * 30} c"
    assert spread(look, "a", right="").content.plain == "a"


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ms"),
        (7, "7 ns"),
        (1_500, "1.5 us"),
        (33_422_952, "33.4 ms"),
        (200_000_000, "200 ms"),
        (1_523_000_000, "1.52 s"),
        (99_960_000_000, "100 s"),
        (204_600_000_000, "3m 24s"),
    ],
)
def test_measured_durations_have_three_digits(ns: int, text: str) -> None:
    assert length_text(ns) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1 byte"), (0, "0 bytes"), (1_536, "1.5 KiB"), (3 * 1024**2, "3.0 MiB")],
)
def test_sizes_have_a_unit(count: int, text: str) -> None:
    assert size_text(count) == text


def test_things_are_counted_in_words() -> None:
    assert [counted(1, "hop"), counted(2_000, "hop"), counted(2, "a", "b")] == [
        "1 hop",
        "2,000 hops",
        "2 b",
    ]


def test_a_namespace_has_a_sign_of_its_own() -> None:
    assert node_glyph("namespace/team-00") == GLYPHS.kinds[BoxKind.NAMESPACE]

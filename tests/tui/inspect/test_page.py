"""Texts are made to fit: escaped, cut, wrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.inspector import TABS
from simulator.tui.inspect.node import node_lines
from simulator.tui.inspect.overview import overview_lines
from simulator.tui.inspect.page import Look, line, sign_of
from simulator.tui.spelling import counted, length_text, printable, size_text
from tests.tui.inspect.runs import poc


@given(st.lists(st.text(), max_size=5), st.integers(8, 60), st.integers(0, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(
    parts: list[str], width: int, indent: int
) -> None:
    look = Look(width=width)
    given = [printable(part) for part in parts]

    lines = list(look.wrapped(*given, indent=indent))

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
    assert made.text == "ab"


def test_what_stands_at_the_right_end_is_apart_from_the_left() -> None:
    look = Look(width=24)

    assert look.spread("a", ("b", "bold"), right=("c", "$muted")).text == f"ab{'c':>22}"
    assert look.spread("a" * 30, right="c").text == f"{'a' * 30} c"
    assert look.spread("a", right="").content.plain == "a"


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
    assert sign_of("namespace/team-00")[0] == GLYPHS.kinds[BoxKind.NAMESPACE]


class _Noting(Look):
    """Notes what names are cut to."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.cut_to: dict[str, set[str]] = {}

    def _noted(self, name: str, cut: str) -> str:
        if cut and cut != name:
            self.cut_to.setdefault(cut, set()).add(name)
        return cut

    def name(self, name: str, width: int) -> str:
        return self._noted(name, super().name(name, width))

    def type(self, name: str, width: int) -> str:
        return self._noted(name, super().type(name, width))


@pytest.mark.parametrize("width", [24, 38, 48, 60])
def test_no_page_cuts_two_names_to_one_or_without_a_mark(width: int) -> None:
    it, look = poc(), _Noting(width)

    overview_lines(it.context, it.frame(), look)
    for box in it.view.diagram.boxes:
        node_lines(it.context, it.frame(), box.name, look)
    for serial in range(0, len(it.view), 3):
        for tab in TABS:
            it.topic(serial).lines(tab, look)

    assert len(look.cut_to) > 5
    assert [cut for cut, names in look.cut_to.items() if len(names) > 1] == []
    assert [cut for cut in look.cut_to if "…" not in cut] == []


def test_names_of_bars_take_the_room_that_they_need() -> None:
    it = poc()

    rows = [
        each.text for each in overview_lines(it.context, it.frame(), Look(width=48))
    ]

    assert any(row.startswith("cd.taskrun.finished.v1 ") for row in rows)
    assert any(row.startswith("cd.pipelinerun.started.v1 ") for row in rows)


def test_what_is_said_at_the_end_of_a_heading_is_cut_with_a_mark() -> None:
    _, made = Look(width=24).heading("delivery", "from config-br-defaults")

    assert made.text == "DELIVERY from config-br…"

"""Names that are cut stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from simulator.tui.widgets.cutting import Apart, cut_middle

TYPES = [
    f"sh.keptn.event.{step}.triggered" for step in ("build", "deployment", "approval")
]


def test_a_name_that_fits_is_whole() -> None:
    assert Apart(["price", "priced"]).cut("price", 5) == "price"


def test_a_name_that_is_like_no_other_is_cut_in_its_middle() -> None:
    cut = Apart(["cd-artifact-created", "ship"]).cut("cd-artifact-created", 12)

    assert cut == cut_middle("cd-artifact-created", 12) == "cd-arti…ated"


@pytest.mark.parametrize(
    "names",
    [
        ["cd-artifact-created-in", "cd-artifact-updated-in"],
        ["team-1-of-the-shop-to", "team-2-of-the-shop-to"],
        ["a-long-start-of-x-and-a-long-end", "a-long-start-of-y-and-a-long-end"],
    ],
)
def test_names_are_cut_where_they_agree(names: list[str]) -> None:
    apart = Apart(names)

    found = [apart.cut(name, 12) for name in names]

    assert len(set(found)) == 2
    for cut, name, other in zip(found, names, reversed(names), strict=True):
        parts = cut.split("…")
        assert all(part in name for part in parts)
        assert not all(part in other for part in parts)


def test_of_a_type_the_end_is_kept() -> None:
    apart = Apart(TYPES, start_share=0)

    assert [apart.cut(name, 16) for name in TYPES] == [
        "…build.triggered", "…yment.triggered", "…roval.triggered",
    ]  # fmt: skip


def test_a_name_that_comes_later_changes_no_other() -> None:
    apart = Apart()
    first = apart.cut("cd-artifact-created-in", 12)

    second = apart.cut("cd-artifact-updated-in", 12)

    assert apart.cut("cd-artifact-created-in", 12) == first != second


NAMES = st.lists(st.text("ab-", min_size=1, max_size=30), min_size=2, unique=True)


@given(NAMES, st.integers(6, 20))
def test_no_two_names_are_cut_alike(names: list[str], width: int) -> None:
    apart = Apart(names)

    cuts = [apart.cut(name, width) for name in names]

    assert len(set(cuts)) == len(names)
    assert all(cell_len(cut) <= width for cut in cuts)


@given(NAMES, st.integers(1, 20))
def test_what_is_cut_is_marked_in_any_width(names: list[str], width: int) -> None:
    apart = Apart(names)

    cuts = {name: apart.cut(name, width) for name in names}

    assert all(cell_len(cut) <= width for cut in cuts.values())
    assert all(cut == name or "…" in cut for name, cut in cuts.items())

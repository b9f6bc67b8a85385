import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from simulator.tui.widgets.cutting import (
    cut_end,
    cut_middle,
    fit_left,
    fit_right,
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [(14, "deploy-staging"), (10, "deploy…ing"), (4, "de…g"), (3, "dep"), (0, "")],
)
def test_a_name_that_does_not_fit_keeps_its_start_and_its_end(
    width: int, shown: str
) -> None:
    assert cut_middle("deploy-staging", width) == shown


@pytest.mark.parametrize(
    ("width", "shown"), [(7, "timeout"), (5, "time…"), (1, "t"), (0, "")]
)
def test_a_note_that_does_not_fit_loses_its_end(width: int, shown: str) -> None:
    assert cut_end("timeout", width) == shown


def test_a_wide_character_that_fits_only_in_half_is_left_out() -> None:
    assert cut_end("事件流", 4) == "事…"
    assert fit_left("事件流", 4) == "事… "


def test_a_count_stands_at_the_right() -> None:
    assert fit_right("12k", 5) == "  12k"
    assert fit_right("123456", 3) == "12…"


@given(st.text(alphabet="abc-事件é", max_size=12), st.integers(0, 12))
def test_a_fitted_text_has_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(fit_left(text, width)) == width
    assert cell_len(cut_middle(text, width)) <= width

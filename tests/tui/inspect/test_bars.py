"""Hops on a time axis."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.inspect.lineage import Axis

SECOND, HOUR = 10**9, 3_600 * 10**9


def test_time_is_even_where_no_gap_hides_the_rest() -> None:
    axis = Axis([0, SECOND, 4 * SECOND], 41)

    assert axis.gaps == []
    assert [axis.cell(n * SECOND) for n in range(5)] == [0, 10, 20, 30, 40]


def test_an_hour_between_seconds_is_shortened_to_half_of_the_axis() -> None:
    axis = Axis([0, SECOND, 2 * SECOND, HOUR, HOUR + SECOND], 41)

    assert axis.gaps == [(2 * SECOND, HOUR)]
    assert [axis.cell(at) for at in (0, SECOND, 2 * SECOND)] == [0, 6, 13]
    assert axis.cell(HOUR) == 33
    assert axis.cell(HOUR + SECOND) == 40


@given(st.lists(st.integers(0, 10**15), min_size=1), st.integers(1, 200))
def test_what_is_later_is_never_further_left(instants: list[int], width: int) -> None:
    axis = Axis(instants, width)

    cells = [axis.cell(at) for at in sorted(instants)]

    assert cells == sorted(cells)
    assert all(0 <= cell < width for cell in cells)

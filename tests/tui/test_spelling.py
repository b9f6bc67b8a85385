import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.glyphs import GLYPHS
from simulator.tui.spelling import (
    bar_height,
    clock_text,
    count_text,
    rate_text,
    short_clock,
    span_text,
    spark,
)

NS = 1_000_000_000


@pytest.mark.parametrize(
    ("count", "width", "shown"),
    [
        (107, 3, "107"),
        (1204, 3, "1k"),
        (1204, 4, "1204"),
        (12_345, 3, "12k"),
        (12_345, 5, "12.3k"),
        (123_456, 3, ".1M"),
        (999_999, 4, "999k"),
        (1_000_000, 3, "1M"),
        (123_456_789, 3, ".1G"),
        (456_000_000_000, 3, ".4T"),
        (5_000_000_000_000, 5, "9+G"),
    ],
)
def test_a_count_is_shortened_to_its_column(count: int, width: int, shown: str) -> None:
    assert count_text(count, width) == shown


@given(st.integers(0, 10**13), st.integers(3, 6))
def test_a_count_never_leaves_its_column(count: int, width: int) -> None:
    assert 0 < len(count_text(count, width)) <= width


@pytest.mark.parametrize(
    ("at_ns", "clock", "short"),
    [
        (62_422_000_000, "01:02.422", "01:02"),
        (0, "00:00.000", "00:00"),
        (3_602_422 * 1_000_000, "1:00:02.422", "1:00:02"),
        (7 * 86_400 * NS, "168:00:00.000", "168:00:00"),
    ],
)
def test_a_clock_has_hours_only_when_there_are_any(
    at_ns: int, clock: str, short: str
) -> None:
    assert clock_text(at_ns) == clock
    assert short_clock(at_ns) == short


@pytest.mark.parametrize(
    ("ns", "shown"),
    [
        (850_000_000, "850ms"),
        (1_500_000_000, "1.5s"),
        (252 * NS, "4m 12s"),
        (3_600 * NS, "1h"),
        (187_200 * NS, "2d 4h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(ns: int, shown: str) -> None:
    assert span_text(ns) == shown


def test_a_rate_is_told_by_the_second() -> None:
    assert [rate_text(rate) for rate in (0.5, 9, 42.2, 1234)] == [
        "0.5/s",
        "9/s",
        "42/s",
        "1234/s",
    ]
    assert rate_text(12_345) == "12k/s"


def test_a_sparkline_ends_at_the_right_and_its_highest_value_is_full() -> None:
    assert spark((0, 4, 8), 5, GLYPHS.bars) == "▁▁▁▄█"
    assert spark((), 3, GLYPHS.bars) == "▁▁▁"
    assert spark((1, 2, 3), 0, GLYPHS.bars) == ""


def test_the_smallest_value_still_leaves_a_trace() -> None:
    assert bar_height(1, 1_000, 8) == 1
    assert bar_height(1_000, 1_000, 8) == 8

"""Durations of a DeliverySpec are read as Knative reads them (knative-runtime, Retries)."""

from __future__ import annotations

import pytest

from simulator.delivery import NO_RETRIES, PeriodError, Retries, parse_period

S = 1_000_000_000
DAY = 86_400


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("PT0.25S", 200_000_000),
        ("PT0.05S", 0),
        ("PT0.99S", 900_000_000),
        ("PT0.2S", 200_000_000),
        ("PT1.S", S),
    ],
)
def test_durations_are_cut_to_tenths_of_a_second(text: str, ns: int) -> None:
    assert parse_period(text) == ns


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("P1D", DAY * S),
        ("PT1,5S", 1_500_000_000),
        ("-PT1S", -S),
        ("+PT1S", S),
        ("P0", 0),
        ("P1W", 7 * DAY * S),
        ("P1DT1H1M1S", (DAY + 3_661) * S),
        ("P1Y", 31_556_952 * S),
        ("P1M", 2_629_746 * S),
        ("PT1M", 60 * S),
        ("P1M1Y", (31_556_952 + 2_629_746) * S),
        ("PT-1S", -S),
        ("PT-1.5S", -500_000_000),
    ],
)
def test_valid_durations_have_their_length(text: str, ns: int) -> None:
    assert parse_period(text) == ns


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1s", "expected 'P' period mark at the start"),
        ("", "expected 'P' period mark at the start"),
        ("PT", "expected 'Y', 'M', 'W', 'D', 'H', 'M', or 'S' designator"),
        ("P", "expected 'Y', 'M', 'W', 'D', 'H', 'M', or 'S' designator"),
        ("PTS", "expected a number and a designator at 'S'"),
        ("PT1", "expected a number and a designator at '1'"),
        ("PT1S2", "expected a number and a designator at '2'"),
        ("P1S", "'S' designator cannot occur here"),
        ("PT1D", "'D' designator cannot occur here"),
        ("PT1S1S", "'S' designator cannot occur more than once"),
        ("PT1.5M1S", "only the last field can have a fraction"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(PeriodError) as raised:
        parse_period(text)

    assert str(raised.value) == f"{text}: {why}"


def test_without_settings_a_delivery_is_tried_once_and_waits_for_ever() -> None:
    assert Retries() == NO_RETRIES
    assert (NO_RETRIES.retry, NO_RETRIES.timeout_ns) == (0, None)

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
        ("P1Y1M", (31_556_952 + 2_629_746) * S),
        ("P1DT", DAY * S),
        ("PT.5S", 500_000_000),
        ("PT,5S", 500_000_000),
        ("P.5D", DAY // 2 * S),
        ("PT1.5H1M", 91 * 60 * S),
        ("PT1.5.5S", 1_500_000_000),
        ("PT-1S", -S),
        ("PT-1.5S", -1_500_000_000),
    ],
)
def test_valid_durations_have_their_length(text: str, ns: int) -> None:
    assert parse_period(text) == ns


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot parse a blank string as a period"),
        ("1s", "expected 'P' period mark at the start: 1s"),
        ("-", "expected 'P' period mark at the start: -"),
        (" PT1S", "expected 'P' period mark at the start:  PT1S"),
        ("PT", "expected 'Y', 'M', 'W', 'D', 'H', 'M', or 'S' marker: PT"),
        ("P", "expected 'Y', 'M', 'W', 'D', 'H', 'M', or 'S' marker: P"),
        ("PTS", "unexpected remaining components S: PTS"),
        ("PT1", "unexpected remaining components 1: PT1"),
        ("PT1S2", "unexpected remaining components 2: PT1S2"),
        ("P1S", "unexpected remaining components 1S: P1S"),
        ("PT1D", "unexpected remaining components 1D: PT1D"),
        ("PT1S1S", "unexpected remaining components 1S: PT1S1S"),
        ("P1DT1D", "unexpected remaining components 1D: P1DT1D"),
        ("PxW", "expected a number before the 'W' marker: PxW"),
        ("PT1S1M", "expected a number before the 'M' marker: PT1S1M"),
        ("P1M1Y", "expected a number before the 'Y' marker: P1M1Y"),
        ("PT1,5.5S", "expected a number before the 'S' marker: PT1,5.5S"),
        ("PT1 S", "expected a number before the 'S' marker: PT1 S"),
        (f"PT{2**63}S", f"expected a number before the 'S' marker: PT{2**63}S"),
    ],
)
def test_what_is_no_duration_is_refused_in_the_parsers_words(
    text: str, why: str
) -> None:
    with pytest.raises(PeriodError) as raised:
        parse_period(text)

    assert str(raised.value) == why


def test_without_settings_a_delivery_is_tried_once_and_waits_for_ever() -> None:
    assert Retries() == NO_RETRIES
    assert (NO_RETRIES.retry, NO_RETRIES.timeout_ns) == (0, None)

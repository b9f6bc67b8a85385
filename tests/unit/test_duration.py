"""Durations in kn-sim's own documents are exact and readable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.duration import (
    Duration,
    duration_ns,
    duration_text,
    go_duration_ns,
    span_ns,
)

S = 1_000_000_000


@pytest.mark.parametrize("text", ["\uff11s", "PT\uff11S", "\u0661\u0662ms", "P\u0661D"])
def test_digits_of_other_scripts_are_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        duration_ns(text)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("PT0S", 0),
        ("PT1S", S),
        ("PT1.25S", 1_250_000_000),
        ("PT1,25S", 1_250_000_000),
        ("PT0.000000001S", 1),
        ("P1DT2H", 26 * 3_600 * S),
        ("P1D", 86_400 * S),
        ("PT1H30M", 5_400 * S),
        ("PT0.5M", 30 * S),
        ("PT.5S", S // 2),
        ("PT,25S", S // 4),
        ("PT1.S", S),
        ("500ms", 500_000_000),
        ("1.5ms", 1_500_000),
        ("2s", 2 * S),
        ("5m", 300 * S),
        ("1h", 3_600 * S),
        ("1d", 86_400 * S),
        ("7us", 7_000),
        ("7µs", 7_000),
        ("7ns", 7),
        ("0s", 0),
    ],
)
def test_a_duration_is_read_exactly(text: str, ns: int) -> None:
    assert duration_ns(text) == ns


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "1",
        "s",
        "-1s",
        "-PT1S",
        "1 s",
        "PT1",
        "2w",
        "PTS",
        "PT.S",
        "1e3s",
    ],
)
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration") as raised:
        duration_ns(text)

    assert str(raised.value) == (
        f"{text!r} is no duration; expected an ISO 8601 duration such as PT0.5S, "
        "or 500ms, 2s, 5m, 1h, 1d"
    )


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5us"),
        (200_000_000, "200ms"),
        (1_500_000_000, "1.5s"),
        (S, "1s"),
        (10 * S, "10s"),
        (60 * S, "1m"),
        (204_600_000_000, "3m 24.6s"),
        (49 * 3_600 * S, "2d 1h"),
        (-1_500_000_000, "-1.5s"),
    ],
)
def test_a_duration_is_spelled_for_people(ns: int, text: str) -> None:
    assert duration_text(ns) == text


@pytest.mark.parametrize(
    ("given", "ns"),
    [
        ("500ms", 500_000_000),
        (0, 0),
        (5, 5 * S),
        (0.1, 100_000_000),
        (1e-9, 1),
        (timedelta(days=2, milliseconds=1), 172_800 * S + 1_000_000),
    ],
)
def test_a_duration_from_python_is_text_seconds_or_a_timedelta(
    given: Duration, ns: int
) -> None:
    assert span_ns(given) == ns


@pytest.mark.parametrize(
    "given", [-1, -0.5, timedelta(-1), float("inf"), 1e12, 1e300, 10**400]
)
def test_a_duration_from_python_is_neither_negative_nor_endless(
    given: Duration,
) -> None:
    with pytest.raises(ValueError, match="expected a duration of 0 to 292 years"):
        span_ns(given)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1h30m", 5_400 * S),
        ("-1.5s", -1_500_000_000),
        (".5s", S // 2),
        ("0", 0),
        ("15", None),
        ("1d", None),
        ("", None),
    ],
)
def test_what_go_writes_is_read_as_go_does(text: str, ns: int | None) -> None:
    assert go_duration_ns(text) == ns

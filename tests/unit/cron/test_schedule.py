from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from simulator.cron import Schedule
from tests.unit.cron.ticking import at, ticks


@pytest.mark.parametrize(
    ("schedule", "start", "expected"),
    [
        ("* * * * *", "2026-01-01T00:00Z", ["2026-01-01T00:01Z", "2026-01-01T00:02Z"]),
        (
            "* * * * *",
            "2026-12-31T23:58:59.999999Z",
            ["2026-12-31T23:59Z", "2027-01-01T00:00Z"],
        ),
        (
            "10 0/30 * * * ?",
            "2026-01-01T00:00:10Z",
            ["2026-01-01T00:30:10Z", "2026-01-01T01:00:10Z"],
        ),
        (
            "*/20 * * * * *",
            "2026-01-01T00:00:30.5Z",
            ["2026-01-01T00:00:40Z", "2026-01-01T00:01:00Z", "2026-01-01T00:01:20Z"],
        ),
        (
            "*/25 * * * *",
            "2026-01-01T00:49Z",
            ["2026-01-01T00:50Z", "2026-01-01T01:00Z", "2026-01-01T01:25Z"],
        ),
        (
            "5,1-3,2,,40/15 6 * * *",
            "2026-01-01T00:00Z",
            [
                "2026-01-01T06:01Z",
                "2026-01-01T06:02Z",
                "2026-01-01T06:03Z",
                "2026-01-01T06:05Z",
                "2026-01-01T06:40Z",
                "2026-01-01T06:55Z",
                "2026-01-02T06:01Z",
            ],
        ),
        ("@hourly", "2026-01-01T22:30Z", ["2026-01-01T23:00Z", "2026-01-02T00:00Z"]),
        ("@daily", "2026-02-27T00:00Z", ["2026-02-28T00:00Z", "2026-03-01T00:00Z"]),
        ("@midnight", "2026-01-01T00:00Z", ["2026-01-02T00:00Z"]),
        ("@weekly", "2026-01-01T00:00Z", ["2026-01-04T00:00Z", "2026-01-11T00:00Z"]),
        ("@monthly", "2026-11-15T00:00Z", ["2026-12-01T00:00Z", "2027-01-01T00:00Z"]),
        ("@yearly", "2026-01-01T00:00Z", ["2027-01-01T00:00Z", "2028-01-01T00:00Z"]),
        ("@annually", "2026-01-01T00:00Z", ["2027-01-01T00:00Z"]),
        (
            "@every 1h30m",
            "2026-01-01T00:00:00.7Z",
            ["2026-01-01T01:30Z", "2026-01-01T03:00Z"],
        ),
        ("@every 2.5s", "2026-01-01T00:00Z", ["2026-01-01T00:00:02Z"]),
        ("@every 1ns", "2026-01-01T00:00Z", ["2026-01-01T00:00:01Z"]),
        ("@every -3s", "2026-01-01T00:00Z", ["2026-01-01T00:00:01Z"]),
        (
            "0 9 * JAN-mar Mon-Fri",
            "2026-03-30T10:00Z",
            ["2026-03-31T09:00Z", "2027-01-01T09:00Z", "2027-01-04T09:00Z"],
        ),
        (
            "0 0 31 * *",
            "2026-01-31T00:00Z",
            ["2026-03-31T00:00Z", "2026-05-31T00:00Z", "2026-07-31T00:00Z"],
        ),
        ("0 0 29 2 *", "2024-02-29T00:00Z", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]),
        ("0 0 30 4/8 *", "2026-01-01T00:00Z", ["2026-04-30T00:00Z"]),
        ("0 12 * 6 *", "2026-06-30T12:00Z", ["2027-06-01T12:00Z"]),
    ],
)
def test_a_schedule_ticks_after_the_start(
    schedule: str, start: str, expected: list[str]
) -> None:
    assert ticks(schedule, start, len(expected)) == [at(each) for each in expected]


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        pytest.param("0 0 1,15 * Sun", [1, 4, 11, 15, 18, 25], id="either suffices"),
        pytest.param("0 0 1,15 * *", [1, 15], id="star in the week"),
        pytest.param("0 0 * * Sun", [4, 11, 18, 25], id="star in the month"),
        pytest.param("0 0 ? * Sun", [4, 11, 18, 25], id="question mark"),
        pytest.param("0 0 */1 * Sun", [4, 11, 18, 25], id="step of one keeps the star"),
        pytest.param("0 0 10,* * Sun", [4, 11, 18, 25], id="star in a list"),
        pytest.param("0 0 *-3 * Sun", [4, 11, 18, 25], id="star begins a range"),
        pytest.param(
            "0 0 */15 * Sun", [1, 4, 11, 16, 18, 25, 31], id="step is no star"
        ),
        pytest.param("0 0 , * Sun", [4, 11, 18, 25], id="no day of the month"),
    ],
)
def test_two_restricted_day_fields_suffice_each_and_a_star_asks_for_both(
    schedule: str, days: list[int]
) -> None:
    january = at("2026-02-01T00:00Z")

    found = [
        each.day for each in ticks(schedule, "2025-12-31T23:00Z", 8) if each < january
    ]

    assert found == days


@pytest.mark.parametrize(
    ("schedule", "start"),
    [
        pytest.param("0 0 30 2 *", "2026-01-01T00:00Z", id="no such day"),
        pytest.param("0 0 31 4,6,9,11 *", "2026-01-01T00:00Z", id="no such days"),
        pytest.param("0 0 29 2 *", "2096-02-29T00:00Z", id="1900 had no leap day"),
        pytest.param(", * * * *", "2026-01-01T00:00Z", id="no minute"),
        pytest.param("* * , * ,", "2026-01-01T00:00Z", id="no day"),
        pytest.param("* * * * *", "9999-01-01T00:00Z", id="the calendar ends"),
        pytest.param("0 0 1 1 *", "9998-06-01T00:00Z", id="the calendar is ending"),
        pytest.param("@every 1h", "9999-12-31T23:30Z", id="no hour left"),
    ],
)
def test_a_schedule_without_a_tick_in_five_years_ends(
    schedule: str, start: str
) -> None:
    assert ticks(schedule, start, 1) == []


def test_a_tick_at_the_end_of_the_fifth_year_is_found() -> None:
    assert ticks("0 0 29 2 *", "2091-06-01T00:00Z", 3) == [
        at("2092-02-29T00:00Z"),
        at("2096-02-29T00:00Z"),
    ]


@pytest.mark.parametrize("prefix", ["TZ=", "CRON_TZ="])
def test_the_zone_may_stand_before_the_schedule(prefix: str) -> None:
    inside = Schedule.parse(f"{prefix}Asia/Tokyo   @daily")

    assert inside == Schedule.parse("@daily", "Asia/Tokyo")
    assert next(inside.after(at("2026-01-01T00:00Z"))) == at("2026-01-01T15:00Z")


@pytest.mark.parametrize("zone", ["", "UTC", "Local"])
def test_the_clock_of_the_cluster_shows_utc(zone: str) -> None:
    assert Schedule.parse("@daily", zone).zone is UTC


def test_ticks_are_in_utc_whatever_the_zone() -> None:
    start = at("2026-01-01T00:00+03:00")

    found = next(Schedule.parse("* * * * *", "Asia/Tokyo").after(start))

    assert found.tzinfo is UTC


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-01-01T00:00:00 has no time zone"):
        Schedule.parse("@daily").after(at("2026-01-01T00:00"))


def test_a_week_of_minutes_has_no_hole() -> None:
    start = at("2026-01-01T00:00Z")

    found = ticks("* * * * *", "2026-01-01T00:00Z", 10_080)

    assert found == [start + timedelta(minutes=each) for each in range(1, 10_081)]

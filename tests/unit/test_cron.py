from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from simulator.cron import LocationError, Schedule, ScheduleError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ticks(schedule: str, start: str, count: int, zone: str = "") -> list[datetime]:
    return list(islice(Schedule.parse(schedule, zone).after(at(start)), count))


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


SPRING = "America/New_York", "2012-03-11T00:00-05:00"
AUTUMN = "America/New_York", "2012-11-04T00:00-04:00"
BERLIN_SPRING = "Europe/Berlin", "2026-03-29T00:00+01:00"
BERLIN_AUTUMN = "Europe/Berlin", "2026-10-25T00:00+02:00"


@pytest.mark.parametrize(
    ("place", "schedule", "expected"),
    [
        (
            SPRING,
            "0 * * * *",
            [
                "2012-03-11T01:00-05:00",
                "2012-03-11T03:00-04:00",
                "2012-03-11T04:00-04:00",
            ],
        ),
        (SPRING, "30 2 11 Mar ?", ["2013-03-11T02:30-04:00"]),
        (SPRING, "0 2 * * ?", ["2012-03-12T02:00-04:00"]),
        (SPRING, "0 1 * * ?", ["2012-03-11T01:00-05:00", "2012-03-12T01:00-04:00"]),
        (SPRING, "0 3 * * ?", ["2012-03-11T03:00-04:00", "2012-03-12T03:00-04:00"]),
        (
            AUTUMN,
            "0 * * * *",
            [
                "2012-11-04T01:00-04:00",
                "2012-11-04T01:00-05:00",
                "2012-11-04T02:00-05:00",
            ],
        ),
        (AUTUMN, "30 2 04 Nov ?", ["2012-11-04T02:30-05:00"]),
        (
            AUTUMN,
            "0 1 * * ?",
            [
                "2012-11-04T01:00-04:00",
                "2012-11-04T01:00-05:00",
                "2012-11-05T01:00-05:00",
            ],
        ),
        (AUTUMN, "0 3 3 * ?", ["2012-12-03T03:00-05:00"]),
        (
            BERLIN_SPRING,
            "30 1-3 * * *",
            [
                "2026-03-29T01:30+01:00",
                "2026-03-29T03:30+02:00",
                "2026-03-30T01:30+02:00",
            ],
        ),
        (
            BERLIN_AUTUMN,
            "30 2 * * *",
            [
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:30+01:00",
                "2026-10-26T02:30+01:00",
            ],
        ),
        (
            BERLIN_AUTUMN,
            "15 0 3 * * SUN",
            ["2026-10-25T03:00:15+01:00", "2026-11-01T03:00:15+01:00"],
        ),
    ],
)
def test_a_left_out_hour_has_no_tick_and_a_repeated_one_has_two(
    place: tuple[str, str], schedule: str, expected: list[str]
) -> None:
    zone, start = place

    assert ticks(schedule, start, len(expected), zone) == [
        at(each) for each in expected
    ]


@pytest.mark.parametrize(
    ("zone", "schedule", "start", "expected"),
    [
        pytest.param(
            "America/Sao_Paulo",
            "0 9 10 * ?",
            "2018-10-17T05:00-04:00",
            "2018-11-10T09:00-02:00",
            id="a midnight that does not exist is passed",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "0 9 22 * ?",
            "2018-02-14T05:00-05:00",
            "2018-02-22T09:00-03:00",
            id="a midnight that comes twice is passed",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "30 5 3 11 ?",
            "2018-11-03T06:00-03:00",
            "2018-11-04T05:30-02:00",
            id="a day that begins at one is not looked at again",
        ),
        pytest.param(
            "Pacific/Apia",
            "0 12 * * *",
            "2011-12-29T13:00-10:00",
            "2011-12-31T12:00+14:00",
            id="a day that does not exist is passed",
        ),
        pytest.param(
            "Pacific/Apia",
            "0 0 1 * *",
            "2011-12-20T00:00-10:00",
            "2012-01-01T00:00+14:00",
            id="a walk over a day that does not exist goes on",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "10 2 * * *",
            "2026-10-04T00:00+10:30",
            "2026-10-05T02:10+11:00",
            id="half an hour is left out",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "45 * * * *",
            "2026-04-05T01:50+11:00",
            "2026-04-05T01:45+10:30",
            id="half an hour is repeated",
        ),
        pytest.param(
            "Asia/Kathmandu",
            "0 0 * * *",
            "2026-01-01T12:00Z",
            "2026-01-02T00:00+05:45",
            id="quarters of an hour",
        ),
    ],
)
def test_odd_clocks_are_read_as_cron_reads_them(
    zone: str, schedule: str, start: str, expected: str
) -> None:
    assert ticks(schedule, start, 1, zone) == [at(expected)]


def test_a_walk_over_a_missing_midnight_may_end_once_in_the_wrong_month() -> None:
    found = ticks("7,20 0 2 3 *", "1984-03-29T12:00Z", 3, "Asia/Qyzylorda")

    assert found == [
        at("1984-04-02T00:07+06:00"),
        at("1985-03-02T00:07+05:00"),
        at("1985-03-02T00:20+05:00"),
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


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("", "empty spec string"),
        ("bogus", "expected 5 to 6 fields, found 1: [bogus]"),
        ("* * * * * * *", "expected 5 to 6 fields, found 7: [* * * * * * *]"),
        ("CRON_TZ=UTC", "expected 5 to 6 fields, found 0: []"),
        ("@never", "unrecognized descriptor: @never"),
        ("@every", "unrecognized descriptor: @every"),
        (
            "@every x",
            'failed to parse duration @every x: time: invalid duration "x"',
        ),
        (
            "@every 3000000h",
            (
                "failed to parse duration @every 3000000h: "
                'time: invalid duration "3000000h"'
            ),
        ),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        (
            "* * * foo *",
            'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax',
        ),
        (
            '"* * * * *',
            'failed to parse int from "*: strconv.Atoi: parsing "\\"*": invalid syntax',
        ),
        (
            "*\u200b * * * *",
            (
                "failed to parse int from *\u200b: strconv.Atoi: "
                'parsing "*\\u200b": invalid syntax'
            ),
        ),
        (
            "\a\U000e0001é * * * *",
            (
                "failed to parse int from \a\U000e0001é: strconv.Atoi: "
                'parsing "\\a\\U000e0001é": invalid syntax'
            ),
        ),
        (
            "99999999999999999999 * * * *",
            (
                "failed to parse int from 99999999999999999999: strconv.Atoi: "
                'parsing "99999999999999999999": value out of range'
            ),
        ),
        ("*/-1 * * * *", "negative number (-1) not allowed: -1"),
    ],
)
def test_what_is_no_schedule_is_refused_in_the_words_of_cron(
    schedule: str, why: str
) -> None:
    with pytest.raises(ScheduleError) as caught:
        Schedule.parse(schedule)

    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("zone", "why"),
    [
        ("Mars/X", "unknown time zone Mars/X"),
        ("Europe", "unknown time zone Europe"),
        ("../x", "time: invalid location name"),
        ("/etc/localtime", "time: invalid location name"),
    ],
)
def test_an_unknown_zone_is_refused_in_the_words_of_cron(zone: str, why: str) -> None:
    with pytest.raises(LocationError) as caught:
        Schedule.parse("@daily", zone)

    assert str(caught.value) == f"provided bad location {zone}: {why}"


def test_only_one_zone_may_be_given() -> None:
    with pytest.raises(ScheduleError, match="failed to parse int from CRON_TZ=UTC"):
        Schedule.parse("CRON_TZ=UTC * * * * *", "Asia/Tokyo")

from __future__ import annotations

import pytest

from tests.unit.cron.ticking import at, ticks

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

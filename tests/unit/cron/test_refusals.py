from __future__ import annotations

import pytest

from simulator.cron import LocationError, Schedule, ScheduleError


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

"""A schedule ticks whenever the clock on the wall shows one of its times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.cron import Schedule

# Their clocks are never changed at midnight, where robfig/cron's walk may stumble.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Values of each field, None for a star."""

    minutes: frozenset[int] | None
    hours: frozenset[int] | None
    days: frozenset[int] | None
    months: frozenset[int] | None
    weekdays: frozenset[int] | None

    @property
    def text(self) -> str:
        values = (self.minutes, self.hours, self.days, self.months, self.weekdays)
        return " ".join(
            "*" if each is None else ",".join(map(str, sorted(each))) for each in values
        )

    def shown_by(self, clock: datetime) -> bool:
        if self.days is None or self.weekdays is None:
            day = self.has(self.days, clock.day) and self.has(
                self.weekdays, clock.isoweekday() % 7
            )
        else:
            day = clock.day in self.days or clock.isoweekday() % 7 in self.weekdays
        return (
            day
            and self.has(self.months, clock.month)
            and self.has(self.hours, clock.hour)
            and self.has(self.minutes, clock.minute)
        )

    @staticmethod
    def has(values: frozenset[int] | None, value: int) -> bool:
        return values is None or value in values


def some(low: int, high: int) -> st.SearchStrategy[frozenset[int] | None]:
    return st.none() | st.frozensets(st.integers(low, high), min_size=1)


schedules = st.builds(
    Wanted,
    minutes=some(0, 59),
    hours=some(0, 23),
    days=some(1, 31),
    months=some(1, 12),
    weekdays=some(0, 6),
)
# Around changes of clocks, the turn of the year, and a leap day.
starts = st.builds(
    lambda day, minutes: day + minutes * MINUTE,
    st.sampled_from(
        [
            datetime(2026, 3, 28, tzinfo=UTC),
            datetime(2026, 10, 24, tzinfo=UTC),
            datetime(2026, 3, 7, tzinfo=UTC),
            datetime(2026, 10, 31, tzinfo=UTC),
            datetime(2026, 4, 4, tzinfo=UTC),
            datetime(2026, 10, 3, tzinfo=UTC),
            datetime(2026, 12, 30, tzinfo=UTC),
            datetime(2028, 2, 27, tzinfo=UTC),
        ]
    ),
    st.integers(0, 24 * 60),
)


def hourly_at(*minutes: int) -> Wanted:
    return Wanted(
        minutes=frozenset(minutes), hours=None, days=None, months=None, weekdays=None
    )


@given(schedules, starts, st.sampled_from(ZONES))
@example(hourly_at(0, 45), datetime(2026, 4, 4, tzinfo=UTC), "Australia/Lord_Howe")
@example(hourly_at(59), datetime(2026, 10, 24, tzinfo=UTC), "Europe/Berlin")
def test_the_ticks_are_the_minutes_at_which_the_clock_shows_a_wanted_time(
    wanted: Wanted, start: datetime, zone: str
) -> None:
    minutes = [start + each * MINUTE for each in range(1, 3 * 24 * 60)]
    expected = [
        each for each in minutes if wanted.shown_by(each.astimezone(ZoneInfo(zone)))
    ]

    ticks = Schedule.parse(wanted.text, zone).after(start)

    assert list(takewhile(lambda tick: tick <= minutes[-1], ticks)) == expected


@given(schedules, starts, st.sampled_from((*ZONES, "America/Sao_Paulo")))
def test_going_on_from_a_tick_is_asking_again_from_it(
    wanted: Wanted, start: datetime, zone: str
) -> None:
    schedule = Schedule.parse(wanted.text, zone)

    ticks = list(islice(schedule.after(start), 50))

    assert all(next(schedule.after(one)) == other for one, other in pairwise(ticks))


@given(
    st.frozensets(st.integers(0, 59), min_size=1),
    st.integers(0, 59),
    st.integers(1, 70),
    starts,
)
def test_seconds_and_steps_count_within_the_minute(
    seconds: frozenset[int], first: int, step: int, start: datetime
) -> None:
    listed = ",".join(map(str, sorted(seconds)))
    wanted = sorted(seconds | frozenset(range(first, 60, step)))
    schedule = Schedule.parse(f"{listed},{first}/{step} * * * * *")

    ticks = list(islice(schedule.after(start - timedelta(seconds=1)), len(wanted)))

    assert ticks == [start + timedelta(seconds=each) for each in wanted]

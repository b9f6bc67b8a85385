"""Numbers of more digits than Python reads."""

import pytest

from simulator import Topology, TopologyError
from simulator.delivery import PeriodError, parse_period
from simulator.digits import whole
from simulator.duration import duration_ns
from simulator.session.blueprint import Blueprint
from simulator.tui.filters.filter import Filter
from simulator.tui.view.playhead import instant_ns

MANY = "1" * 5_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("007", 7),
        ("-12", -12),
        ("0" * 5_000 + "7", 7),
        (MANY, 10**400),
        ("-" + MANY, -(10**400)),
    ],
)
def test_what_has_too_many_digits_is_beyond_all_bounds(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", [f"{MANY}s", f"PT{MANY}S", f"P{MANY}D"])
def test_durations_of_many_digits_are_too_long(text: str) -> None:
    with pytest.raises(ValueError, match="is too long; expected at most 292 years"):
        duration_ns(text)


def test_digits_after_the_point_are_as_many_as_one_likes() -> None:
    assert duration_ns(f"0.5{MANY}s") == 511_111_111
    assert parse_period(f"PT0.{MANY}S") == 100_000_000


def test_a_period_of_many_digits_is_none() -> None:
    with pytest.raises(PeriodError, match="expected a number before the 'S' marker"):
        parse_period(f"PT{MANY}S")


def test_a_cron_field_of_many_digits_is_out_of_range() -> None:
    topology = Topology.parse(
        f"topology: t\nbrokers: {{default: {{}}}}\nsources: {{s: {{"
        f"schedule: '{MANY} * * * *', sink: broker/default}}}}\n"
    )

    with pytest.raises(TopologyError, match="value out of range"):
        Blueprint(topology)


def test_the_terminal_ui_takes_them_for_what_is_not_there() -> None:
    Filter.parse(f"trace:{MANY}")

    assert instant_ns(MANY) == 10**400 * 10**9

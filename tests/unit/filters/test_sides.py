"""Events on both sides of each condition of a filter."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.filters import compile_filters
from simulator.filters.sides import sides

EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "event"}


def found(*filters: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Give the attributes of what passes, and of what does not."""
    them = sides(compile_filters(filters, None), lambda name, text: bool(text), EVENT)
    return (
        [dict(x.attributes) for x in them if x.verdict.delivers],
        [dict(x.attributes) for x in them if not x.verdict.delivers],
    )


@pytest.mark.parametrize(
    ("condition", "passing", "failing"),
    [
        ({"exact": {"a": "one"}}, {"one"}, {"on", "onex", "ONE"}),
        ({"prefix": {"a": "one"}}, {"one", "onex"}, {"on", "xone", "ONE"}),
        ({"suffix": {"a": "one"}}, {"one", "xone"}, {"ne", "onex", "ONE"}),
    ],
)
def test_a_condition_is_tried_from_both_sides(
    condition: dict[str, Any], passing: set[str], failing: set[str]
) -> None:
    yes, no = found(condition)

    assert {event["a"] for event in yes} == passing
    assert {event.get("a") for event in no} == {*failing, None}


def test_a_number_is_tried_around_what_it_is_compared_with_and_at_its_limits() -> None:
    yes, no = found({"cesql": "amount > 100"})

    assert {"101", "2147483647"} <= {event["amount"] for event in yes}
    assert {"100", "99", "-2147483648", None} <= {event.get("amount") for event in no}


def test_one_condition_is_broken_at_a_time_before_several_are() -> None:
    yes, no = found({"exact": {"a": "one"}}, {"exact": {"b": "two"}})

    assert yes == [{"a": "one", "b": "two"}]
    assert {"a": "one"} in no
    assert {"b": "two"} in no
    assert sum(event.get("a") != "one" != event.get("b") for event in no) > 0


def test_each_way_through_an_any_is_found_alone() -> None:
    either = {"any": [{"exact": {"a": "one"}}, {"exact": {"b": "two"}}]}

    yes, no = found(either)

    ways = {(x.get("a") == "one", x.get("b") == "two") for x in yes}
    assert ways == {(True, True), (True, False), (False, True)}
    assert no


def test_a_beginning_and_an_end_are_met_together() -> None:
    yes, _ = found({"prefix": {"a": "order."}}, {"suffix": {"a": ".paid"}})

    assert {"a": "order..paid"} in yes


def test_what_no_event_can_have_is_not_tried() -> None:
    them = sides(
        compile_filters([{"exact": {"a": "one"}}], None), lambda *_: False, EVENT
    )

    assert [dict(x.attributes) for x in them] == [{}]


def test_an_expression_that_nobody_can_read_names_nothing() -> None:
    them = sides(compile_filters([{"cesql": "= ="}], None), lambda *_: True, EVENT)

    assert [dict(x.attributes) for x in them] == [{}]

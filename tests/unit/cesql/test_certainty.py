"""What an expression comes to whatever the event is."""

from __future__ import annotations

from itertools import product

import pytest

from simulator.cesql import compile_expression
from simulator.cesql.certainty import ERROR, NO_BOOLEAN
from simulator.cesql.sdk_go import SDK_GO


def never(text: str) -> tuple[str, ...]:
    return compile_expression(text, SDK_GO).never_true


@pytest.mark.parametrize(
    "part",
    [
        "LENGTH(type) < 0", "LENGTH(type) = 0", "type = ''", "type LIKE ''", "NOT (type = 'a' OR TRUE)",
        "specversion = '2.0'", "type = 'a' XOR type = 'a'", "IS_INT(x) AND x = 'a'", "INT(x) = 5 AND x = '6'",
        "x > 5 AND x < 3", "x > 5 AND x < 6", "x > '5' AND x < '6'", "EXISTS x AND NOT EXISTS x", "x AND NOT x",
        "type = 'a' AND type != 'a'", "x IN ('a') AND x IN ('b')", "LENGTH(x) > 5 AND LENGTH(x) < 6",
        "LENGTH(x) = 3 AND x = 'ab'", "x = TRUE AND x = FALSE", "x LIKE 'a%' AND x NOT LIKE 'a%'",
    ],
)  # fmt: skip
def test_what_is_true_for_no_event_is_told(part: str) -> None:
    assert never(part) == (part,)


@pytest.mark.parametrize(
    "text",
    [
        "type = 'a'", "x > 5", "x > '5'", "x < '-5'", "x > 5 AND x < 7 AND x != '6'", "x = 5 AND x = '05'", "IS_INT(x)", "IS_BOOL(x)",
        "NOT IS_INT(x)", "x LIKE '__' AND x NOT IN ('aa', '__')", "x LIKE '%' AND x NOT IN ('', 'a')", "x = ''",
        "LENGTH(x) = 0", "LENGTH(type) > 900", "x != 'a' AND x != 'b'", "NOT EXISTS x", "type = source", "BOOL(x)",
        "LOWER(type) = 'A'", "x % 2 = 1", "x LIKE 'a%' AND x LIKE '%b'", "x LIKE '1%' AND x > 5", "LENGTH(type) > 5000",
        "x LIKE 'a\\%b'", "x IN (1, 'a', TRUE) AND x != '1' AND x != 'a'", "x", "type", "time = '2026-01-01T00:00:00Z'",
    ],
)  # fmt: skip
def test_what_some_event_may_meet_is_not(text: str) -> None:
    assert never(text) == ()


def test_only_the_parts_that_cannot_be_are_told() -> None:
    text = "x > 5 AND y = 'a' AND x < 5 AND z = 'c' AND LENGTH(type) < 0"

    assert never(text) == ("LENGTH(type) < 0", "x > 5 AND x < 5")


def test_texts_that_exclude_each_other_are_told_elsewhere() -> None:
    assert never("type = 'a' AND type = 'b'") == ()


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("LENGTH(type) >= 0", {True}),
        ("type = 'a' OR type != 'a'", {True}),
        ("type LIKE '%'", {True}),
        ("EXISTS x OR NOT EXISTS x", {True}),
        ("LENGTH(x) >= 0", {True, ERROR}),
        ("x = 'a' OR x != 'a'", {True, ERROR}),
        ("type", {NO_BOOLEAN}),
        ("x", {NO_BOOLEAN, ERROR}),
        ("type = source", set()),
    ],
)
def test_an_expression_has_the_outcomes_that_some_event_makes(
    text: str, outcomes: set[object]
) -> None:
    assert compile_expression(text, SDK_GO).outcomes == outcomes


@pytest.mark.parametrize("join", ["AND", "OR", "XOR"])
def test_what_is_said_holds_for_events_that_were_not_tried(join: str) -> None:
    atoms = (
        "x = 'b'",
        "x != '7'",
        "x > 3",
        "x < 4",
        "x IN ('c', 5)",
        "EXISTS x",
        "NOT x",
    )
    values = (None, "", "a", "b", "c", "true", *map(str, range(-2, 10)), "07", "+5")
    for left, right in product(atoms, repeat=2):
        expression = compile_expression(f"{left} {join} {right}", SDK_GO)
        events = [{} if value is None else {"x": value} for value in values]
        passes = [expression.evaluate(event).value is True for event in events]

        if expression.never_true:
            assert not any(passes)
        if expression.outcomes == {True}:
            assert all(passes)

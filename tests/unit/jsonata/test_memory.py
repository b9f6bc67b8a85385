"""Expressions of runs that are played again and again with little changed."""

from random import Random

import pytest

from simulator.jsonata import Expression
from simulator.jsonata.expression import remembered


@pytest.mark.parametrize(
    "text",
    [
        "a + 1",
        "$random()",
        "[1..a].$random()",
        "a = 1 ? $random() : 2",
        "[$now(), $millis(), $random()]",
        "$toMillis('10:00', '[H]:[m]')",
        "nothing",
    ],
)
def test_what_is_remembered_is_what_would_come_again(text: str) -> None:
    expression = Expression(text)
    values = [({"a": n % 3}, instant) for instant in (0, 86_400_000) for n in range(6)]
    once, chance = Random(7), Random(7)  # noqa: S311
    wanted = [expression.evaluate(value, at, once) for value, at in values]
    after = once.random()

    with remembered():
        for _ in range(2):
            chance.seed(7)
            found = [expression.evaluate(value, at, chance) for value, at in values]

    assert found == wanted
    assert chance.random() == after

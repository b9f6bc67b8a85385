"""Which texts a value starts with."""

from __future__ import annotations

import pytest

from simulator.filters.index import Prefixes


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("order.placed", ["order.", "order", "o"]),
        ("order", ["order", "o"]),
        ("orders", ["order", "o"]),
        ("ordeal", ["o"]),
        ("pay.done", []),
        ("payment", ["payment", "paym"]),
        ("paz", []),
        ("", []),
        ("a", []),
        ("\U0010ffff", []),
    ],
)
def test_a_value_starts_with_texts_the_longest_first(
    value: str, found: list[str]
) -> None:
    texts = ["payment", "order", "paym", "o", "payments", "order.", "order.paid"]

    prefixes = Prefixes({text: text for text in texts})

    assert prefixes.of(value) == found


def test_every_value_starts_with_the_empty_text() -> None:
    prefixes = Prefixes({"": 0, "a": 1})

    assert [prefixes.of(value) for value in ("", "a", "b")] == [[0], [1, 0], [0]]


def test_no_value_starts_with_one_of_no_texts() -> None:
    prefixes: Prefixes[int] = Prefixes({})

    assert prefixes.of("a") == []

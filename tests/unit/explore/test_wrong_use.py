"""What a caller of `explore` gives by mistake is answered before anything is run."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Topology
from simulator.errors import UsageError
from simulator.explore import explore

SHOP = Topology.parse("""
topology: shop
brokers: {default: {}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {}}
""")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"stateless": "shipping"}, "stateless: expected a list, such as ['shipping']"),
        ({"never_twice": "shipping"}, "never_twice: expected a list, such as ['shipping']"),
        ({"always": "shipping"}, "always: expected a list, such as ['shipping']"),
        ({"kinds": "503"}, "kinds: expected a list, such as ['503']"),
        ({"kinds": 503}, "kinds: expected some of 503, reset, "),
        ({"inputs": {"type": "a"}}, "inputs: expected a list, such as [{'type': 'a'}]"),
        ({"inputs": 3}, "inputs: expected events, or their attributes, found 3"),
        ({"budget_s": "10s"}, "budget_s: expected a number of seconds, found '10s'"),
        ({"budget_s": True}, "budget_s: expected a number of seconds, found True"),
    ],
)  # fmt: skip
def test_what_is_searched_with_is_checked_first(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        explore(SHOP, **given)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kinds": "reset"}, "kinds: expected a list, such as ['reset']"),
        ({"stateless": "shipping"}, "stateless: expected a list, such as ['shipping']"),
        ({"kept": {"order#1": 1}}, "kept: expected a list, such as [{'order#1': 1}]"),
        ({"kept": ["order#1"]}, "kept: expected names and what they stand for, found 'order#1'"),
        ({"budget_s": "10s"}, "budget_s: expected a number of seconds, found '10s'"),
    ],
)  # fmt: skip
def test_a_decorator_is_checked_where_it_stands(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        explore(**given)

    assert str(refused.value) == message

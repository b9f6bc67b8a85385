"""A failed expectation shows of what came all that the test asked for."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.errors import UsageError

SHOP = """
topology: shop
brokers: {default: {}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {}}
"""
LINE = "  +0s  order.placed o1  trigger/ship → service/shipping  attempt 1: 200"


@pytest.fixture
def shop() -> Simulation:
    sim = Simulation(Topology.parse(SHOP))
    sim.send(type="order.placed", id="o1", subject="chair", data={"items": [1, 2]})
    sim.run()
    return sim


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"data": {"items": [3]}}, "  (data {'items': [1, 2]})"),
        ({"subject": "table"}, "  (subject 'chair')"),
        ({"source": "/b", "data": 1}, "  (source '/kn-sim', data {'items': [1, 2]})"),
        ({"type": "order.paid"}, ""),
        ({"where": "subject = 'table'"}, ""),
    ],
)
def test_what_came_is_shown_with_what_was_asked_for(
    shop: Simulation, asked: dict[str, Any], shown: str
) -> None:
    with pytest.raises(AssertionError) as failed:
        shop.expect("shipping").once(**asked)

    assert str(failed.value).splitlines()[1] == LINE + shown


def test_what_was_asked_for_and_is_there_is_not_told_again(shop: Simulation) -> None:
    with pytest.raises(AssertionError) as failed:
        shop.expect("shipping").times(2, subject="chair")

    assert str(failed.value).splitlines()[1] == LINE


def test_long_data_are_cut(shop: Simulation) -> None:
    shop.send(type="order.placed", id="o2", data="x" * 1_000)
    shop.run()

    with pytest.raises(AssertionError) as failed:
        shop.expect("shipping").once(data="y")

    assert str(failed.value).splitlines()[2].endswith(f"(data '{'x' * 199}…)")


def test_an_order_is_shown_with_the_attributes_that_it_names(shop: Simulation) -> None:
    wanted = [{"type": "order.placed", "subject": "table", "amount": "3"}]

    with pytest.raises(AssertionError) as failed:
        shop.expect("shipping").in_order(wanted)

    assert str(failed.value).splitlines()[1] == LINE + "  (subject 'chair', no amount)"


def test_attributes_in_an_order_are_text(shop: Simulation) -> None:
    wanted: Any = [{"type": "order.placed", "amount": 3}]

    with pytest.raises(UsageError) as refused:
        shop.expect("shipping").in_order(wanted)

    assert str(refused.value) == "in_order: amount: expected text, found 3"

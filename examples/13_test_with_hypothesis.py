"""Events that a shop's filters tell apart: `pytest examples/13_test_with_hypothesis.py`."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator import Blueprint, Simulation, Topology
from simulator.strategies import events, faults, sends

ORDERS = Path(__file__).parents[1] / "topologies" / "orders.yaml"
SHOP = Blueprint(Topology.load(ORDERS))


@given(events(SHOP))
def test_what_is_priced_was_placed(event: dict[str, str]) -> None:
    """One character off, and pricing never hears of it."""
    shop = Simulation(SHOP)
    sent = shop.send(attributes=event, data={"amount": 1})
    shop.run(until="1s")

    placed = event["type"] == "shop.order.placed"
    assert len(shop.received("pricing", caused_by=sent)) == int(placed)


@given(st.lists(sends(SHOP), max_size=3))
def test_nobody_s_event_is_refused(script: list[dict[str, Any]]) -> None:
    """All that is drawn is a valid event."""
    shop = Simulation(SHOP)
    for send in script:
        shop.send(**send, data={"amount": 1})
    shop.run()

    assert shop.refused == []


@given(faults(SHOP, at=["shipping"]))
def test_the_audit_sees_each_order_whatever_shipping_does(
    fault: dict[str, Any],
) -> None:
    """A broker delivers to each trigger for itself."""
    shop = Simulation(SHOP)
    shop.fault(**fault)
    shop.run()

    shop.expect("audit").times(4, type="shop.order.placed")

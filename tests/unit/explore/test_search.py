import pickle
from typing import Any

import pytest

from simulator import Topology
from simulator.event import Event
from simulator.explore import Plan, Search, work
from simulator.explore.plan import Check, Input

ORDERS = """
topology: orders
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s, timeout: 5s}}}
triggers:
  bill: {filter: {type: order.placed}, subscriber: billing}
  count: {filter: {type: order.placed}, subscriber: stock}
  ship: {filter: {type: order.paid}, subscriber: shipping}
services: {billing: {reply: {type: order.paid}}, stock: {}, shipping: {}}
"""
PLACED = Input(event=Event({"id": "1", "type": "order.placed", "source": "/shop"}))


def plan(*checks: Check, **more: Any) -> Plan:
    return Plan(
        topology=Topology.parse(ORDERS),
        inputs=(PLACED,),
        checks=checks or (Check(word="never-twice", service="shipping"),),
        **more,
    )


def searched(plan: Plan, *, backwards: bool = False) -> Search:
    """Work on all pieces, those that can be worked on at once perhaps last to first."""
    search = Search(plan)
    while pieces := search.pieces():
        for piece in reversed(pieces) if backwards else pieces:
            search.take(work(plan, piece))
    return search


def test_the_first_counter_example_has_as_few_departures_as_any() -> None:
    search = searched(plan(faults=2))

    assert search.found is not None
    assert search.found.choices == (("request/service/shipping#1", 2),)
    assert (
        search.found.why
        == "service/shipping: worked on 1/order.paid twice, at +0s and +0s"
    )


@pytest.mark.parametrize("seeds", [0, 600])
def test_outcomes_that_come_in_any_order_are_the_same_search(seeds: int) -> None:
    searches = [
        searched(plan(seeds=seeds, gathers=True), backwards=each)
        for each in (False, True)
    ]

    first, second = ((s.runs, s.deliveries, s.found, s.digests) for s in searches)
    assert first == second
    assert searches[0].exhausted
    assert searches[0].seeded == seeds


def test_a_plan_and_its_pieces_are_small_data() -> None:
    given = plan(faults=1)
    [piece] = Search(given).pieces()

    sent = pickle.dumps(given)

    assert len(sent) < 3_000
    again: Plan = pickle.loads(sent)  # noqa: S301 - our own
    assert work(again, piece) == work(given, piece)
    assert len(pickle.dumps(piece)) < 200


@pytest.mark.parametrize("reply", ["", "reply: {type: order.paid}"])
def test_deliveries_are_counted_whether_they_settle_at_once_or_not(reply: str) -> None:
    text = ORDERS.replace("reply: {type: order.paid}", reply)
    never_lost = Check(word="never-lost")

    search = searched(
        plan(never_lost, faults=0, delays=0).replace(topology=Topology.parse(text))
    )

    # To billing and stock; with a reply, that to the broker, and to shipping.
    assert (search.runs, search.deliveries) == (1, 4 if reply else 2)

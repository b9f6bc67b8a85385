"""What a test expects of a run: verbs that are judged at once, and say what came instead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation, Topology
from simulator.errors import UnknownAddressError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = """
topology: shop
brokers:
  default: {delivery: {retry: 2, backoffDelay: PT1S, backoffPolicy: exponential, deadLetterSink: parking}}
  other: {}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship: {filter: {type: order.priced}, subscriber: shipping}
  bill: {broker: other, filter: {type: order.billed}, subscriber: billing}
services:
  pricing: {latency: 20ms, reply: {type: order.priced}}
  shipping: {responses: [503, 202]}
  billing: {}
  parking: {}
  idle: {}
"""
LOOP = """
topology: loop
brokers: {default: {delivery: {retry: 0}}}
triggers:
  ping: {filter: {type: ping}, subscriber: there}
  pong: {filter: {type: pong}, subscriber: back}
services: {there: {reply: {type: pong}}, back: {reply: {type: ping}}}
"""


def shop(**options: Any) -> Simulation:
    return Simulation(Topology.parse(SHOP), **options)


def shop_that_sold(**options: Any) -> Simulation:
    sim = shop(**options)
    sim.send(type="order.placed", id="o1", subject="chair", to="broker/default")
    sim.run()
    return sim


def fails(verb: Callable[[], object]) -> list[str]:
    """Give the lines of the failure."""
    with pytest.raises(AssertionError) as failed:
        verb()
    return str(failed.value).splitlines()


def test_what_is_taken_at_the_second_attempt_was_taken_once() -> None:
    sim = shop_that_sold()

    taken = sim.expect("shipping").once(type="order.priced")

    assert (taken.attempt, taken.status) == (2, 202)
    assert len(sim.received("shipping")) == 2


def test_times_counts_what_was_taken_and_gives_the_requests_in_order() -> None:
    sim = shop()
    for number in range(3):
        sim.send(type="order.billed", id=f"b{number}", to="broker/other")
    sim.run()

    taken = sim.expect("billing").times(3, source="/kn-sim")
    none = sim.expect("billing").times(0, type="order.placed")

    assert [each.event.id for each in taken] == ["b0", "b1", "b2"]
    assert none == []


def test_an_answer_that_a_broker_takes_for_a_failure_takes_nothing() -> None:
    bad = "{status: 200, body: oops, headers: {content-type: text/plain}}"
    sim = Simulation(Topology.parse(SHOP.replace("[503, 202]", f"[{bad}, 202]")))
    sim.send(type="order.priced", to="broker/default")
    sim.run()

    taken = sim.expect("shipping").once()

    assert taken.attempt == 2
    [first] = sim.received("shipping", ok=False)
    assert (first.status, first.detail.split(",")[0]) == (200, "the body is no event")


def test_what_a_fault_duplicates_is_taken_twice() -> None:
    sim = shop()
    sim.fault("billing", duplicate=True)
    sim.send(type="order.billed", to="broker/other")

    sim.run()

    assert len(sim.expect("billing").times(2)) == 2


def test_too_many_are_listed_with_their_times_attempts_and_outcomes() -> None:
    sim = shop_that_sold()
    sim.send(type="order.priced", id="o2", to="broker/default")
    sim.run()

    lines = fails(lambda: sim.expect("shipping").once(type="order.priced"))

    assert lines == [
        "service/shipping: expected 1 event (type 'order.priced'); took 2",
        "  +20ms  order.priced o1/order.priced  trigger/ship → service/shipping  attempt 1: 503",
        "  +1.02s  order.priced o1/order.priced  trigger/ship → service/shipping  attempt 2: 202",
        "  +1.02s  order.priced o2  trigger/ship → service/shipping  attempt 1: 202",
    ]


def test_the_nearest_trigger_says_why_it_did_not_take_the_event() -> None:
    sim = shop()
    sim.send(type="order.prized", id="o1", to="broker/default")
    sim.run()

    by_its_type = fails(lambda: sim.expect("shipping").once(type="order.prized"))
    by_the_wanted = fails(lambda: sim.expect("shipping").once(type="order.priced"))

    miss = (
        "  order.prized o1 came into broker/default; nearest is trigger/ship: type is "
        "'order.prized', wanted exactly 'order.priced' (one letter apart)"
    )
    headline = "service/shipping: expected 1 event (type '{}'); took 0"
    assert by_its_type == [headline.format("order.prized"), miss]
    assert by_the_wanted == [
        headline.format("order.priced"),
        "  no such event came into any broker or channel",
        miss,
    ]


def test_a_service_that_nothing_calls_and_one_of_another_broker_are_told() -> None:
    sim = shop_that_sold()

    idle = fails(lambda: sim.expect("idle").once())
    billing = fails(lambda: sim.expect("billing").once(type="order.placed"))

    assert idle[-1] == "  no trigger or subscription calls it"
    assert billing[-1] == (
        "  order.placed o1 came into broker/default; trigger/bill is of broker/other"
    )


def test_other_events_that_came_there_are_what_came_instead() -> None:
    sim = shop_that_sold()

    lines = fails(lambda: sim.expect("pricing").once(subject="table"))

    assert lines[1] == (
        "  +0s  order.placed o1  trigger/price → service/pricing  attempt 1: 200"
        "  (subject 'chair')"
    )


def test_never_counts_attempts_too() -> None:
    sim = shop()
    sim.service("billing", lambda event: 503)
    sim.send(type="order.billed", id="b1", to="broker/other")
    sim.run(until="1ms")

    sim.expect("billing").never(type="order.placed")
    lines = fails(lambda: sim.expect("billing").never())

    assert lines == [
        "service/billing: expected no event; 1 request",
        "  +0s  order.billed b1  trigger/bill → service/billing  attempt 1: 503",
    ]


@pytest.mark.parametrize("within", ["1.02s", 1.02, timedelta(seconds=1.02)])
def test_within_counts_from_the_event_with_which_all_began(within: Any) -> None:
    sim = shop()
    sent = sim.send(type="order.placed", after="1h", to="broker/default")
    sim.run()

    sim.expect("shipping").once(within=within)
    taken = sim.expect("shipping").once(within=within, caused_by=sent)
    lines = fails(lambda: sim.expect("shipping").once(within="1s"))

    assert taken.since(sent) == 1.02
    assert (sent.at_ns, taken.at_s) == (3_600_000_000_000, 3_601.02)
    assert lines[0] == (
        "service/shipping: expected 1 event within 1s; took 1, 1 too late"
    )
    assert lines[2].endswith("attempt 2: 202  too late")


def test_the_order_is_that_of_what_was_taken_over_several_services() -> None:
    sim = shop_that_sold()

    taken = sim.expect("pricing", "shipping").in_order(
        ["order.placed", {"type": "order.priced", "id": "o1/order.priced"}]
    )
    lines = fails(
        lambda: sim.expect("pricing", "shipping").in_order(
            ["order.priced", "order.placed"]
        )
    )

    assert [each.service for each in taken] == ["service/pricing", "service/shipping"]
    assert lines[0] == (
        "service/pricing, service/shipping: expected in order: order.priced, "
        "order.placed; took 2"
    )


def test_one_more_or_one_less_is_another_order() -> None:
    sim = shop_that_sold()

    fails(lambda: sim.expect("pricing").in_order([]))
    fails(lambda: sim.expect("pricing").in_order(["order.placed", "order.placed"]))
    with pytest.raises(UsageError, match="in_order: expected a list of types"):
        sim.expect("pricing").in_order("order.placed")


def test_only_what_follows_from_an_event_counts() -> None:
    sim = shop()
    first = sim.send(type="order.placed", id="o1", to="broker/default")
    second = sim.send(type="order.placed", id="o2", to="broker/default")
    sim.run()

    [priced] = sim.received("pricing", caused_by=first)
    shipped = sim.expect("shipping").once(caused_by=priced)

    assert priced.event.id == "o1"
    assert shipped.event.id == "o1/order.priced"
    assert len(sim.received(caused_by=second, ok=True)) == 2
    assert (
        sim.received(caused_by=sim.trace[second.serial or 0], ok=True, type="x") == []
    )


def test_cesql_and_the_core_attributes_choose_among_the_requests() -> None:
    sim = shop()
    sim.send(type="order.billed", to="broker/other", attributes={"amount": 5})
    sim.send(type="order.billed", to="broker/other", subject="chair", id="b2")
    sim.run()

    assert len(sim.received("billing", where="amount > 3")) == 1
    assert [r.event.id for r in sim.received(subject="chair", source="/kn-sim")] == [
        "b2"
    ]


def test_a_dead_letter_is_found_by_who_refused_it_how_and_where_it_came_from() -> None:
    sim = shop()
    sim.service("shipping", lambda event: 422)
    sim.send(type="order.placed", id="o1", to="broker/default")
    sim.run()

    dead = sim.expect("shipping").dead_lettered(code=422, route="ship").once()
    sim.expect("pricing").dead_lettered().never()
    sim.expect().dead_lettered(route="trigger/ship").times(1, type="order.priced")
    lines = fails(lambda: sim.expect("shipping").dead_lettered(code=503).once())

    assert (dead.service, dead.route) == ("service/parking", "trigger/ship")
    assert lines == [
        "dead letters of service/shipping with 503: expected 1 event; took 0",
        "  +20ms  order.priced o1/order.priced  trigger/ship → service/parking  attempt 1: 200  (dead letter, 422)",
    ]


def test_no_loss_names_what_was_lost() -> None:
    sim = shop()
    sim.service("billing", lambda event: 400)
    sim.send(type="order.billed", id="b1", to="broker/other")
    sim.send(type="order.placed", to="broker/default")
    sim.run()

    sim.expect("pricing", "shipping").no_loss()
    sim.expect().no_loss(type="order.placed")
    lines = fails(lambda: sim.expect("billing").no_loss())

    assert lines == [
        "service/billing: expected no loss",
        "  +0s  lost  order.billed b1  trigger/bill → service/billing  400 no dead letter sink",
    ]
    assert fails(lambda: sim.expect().no_loss())[1:] == lines[1:]


def test_a_refused_event_is_a_loss_and_an_unmatched_one_is_none() -> None:
    sim = shop()
    sim.send(type="nobody.wants.it", to="broker/default")
    sim.run()
    sim.expect().no_loss()

    sim.post("broker/default", body=b"no event")
    sim.run()

    assert fails(lambda: sim.expect().no_loss())[1].split()[1] == "answered"


def test_a_loop_is_shown_with_its_way_and_attempts_are_none() -> None:
    sim = Simulation(Topology.parse(LOOP), max_ttl=3)
    sim.send(type="ping", id="p")
    sim.run()

    lines = fails(lambda: sim.expect().no_loop())
    fails(lambda: sim.expect("there").no_loop())
    shop_that_sold().expect().no_loop()

    assert lines == [
        "all services: expected no loop",
        "  +0s  ping p/pong/ping  trigger/ping → service/there → trigger/pong → service/back → trigger/ping",
    ]


def test_nothing_is_judged_before_anything_ran() -> None:
    sim = shop()
    with pytest.raises(UsageError, match=r"nothing was run .*: send, then run\(\)"):
        sim.expect("shipping").never()

    sim.send(type="order.placed", id="o1", to="broker/default")
    with pytest.raises(UsageError, match=r"order\.placed o1 was sent, and nothing was"):
        sim.expect("shipping").never()
    sim.run()
    sim.send(type="order.placed", id="o2", to="broker/default")
    with pytest.raises(UsageError, match=r"order\.placed o2 was sent, and nothing was"):
        sim.expect().no_loss()


def test_what_follows_from_an_event_that_is_not_sent_yet_is_not_judged() -> None:
    sim = shop()
    late = sim.send(type="order.placed", id="o1", after="1h", to="broker/default")

    sim.run(until="1m")

    sim.expect("pricing").never()
    with pytest.raises(UsageError, match=r"caused by order\.placed o1 is not sent yet"):
        sim.expect("pricing").never(caused_by=late)
    assert sim.received(caused_by=late) == []


def test_a_run_that_dropped_records_judges_only_what_it_has_whole() -> None:
    sim = shop(keep=600)
    for number in range(400):
        sim.send(type="order.billed", id=f"b{number}", to="broker/other")
    sim.run()
    last = sim.send(type="order.billed", id="last", to="broker/other")
    sim.run()

    with pytest.raises(UsageError, match="were dropped, so nothing can be said"):
        sim.expect("shipping").never()

    sim.expect("billing").once(caused_by=last)


def test_wrong_words_are_told_with_the_nearest_right_one() -> None:
    sim = shop_that_sold()
    expected: Any = sim.expect("shipping")

    with pytest.raises(UsageError, match="unknown 'typ'; did you mean 'type'"):
        expected.once(typ="order.priced")
    with pytest.raises(UsageError, match="type: expected text, found 5"):
        sim.expect("shipping").never(type=5)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="caused_by: expected what send gave"):
        sim.received("shipping", caused_by="o1")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="where: is no CESQL"):
        sim.received("shipping", where="type =")
    with pytest.raises(UsageError, match="within: '5x' is no duration"):
        sim.expect("shipping").once(within="5x")
    with pytest.raises(UsageError, match="times: expected how many, 0 or more"):
        sim.expect("shipping").times(-1)
    with pytest.raises(UnknownAddressError, match="did you mean 'shipping'"):
        sim.expect("shiping")


def test_an_expectation_without_a_verb_says_nothing() -> None:
    sim = shop_that_sold()

    sim.expect("shipping")
    sim.expect("pricing").dead_lettered()
    sim.expect("pricing").once()

    assert len(sim.unjudged) == 2
    assert all("test_expectation.py:" in each for each in sim.unjudged)
    assert repr(sim.expect("pricing")) == "<Expectation of service/pricing>"


def test_dead_letters_are_of_a_route_that_there_is_and_of_a_code_that_is_one() -> None:
    sim = shop_that_sold()

    with pytest.raises(UnknownAddressError, match="did you mean 'ship'"):
        sim.expect().dead_lettered(route="shp")
    for code in ("x", 5, True, "5O3"):
        with pytest.raises(UsageError, match="code: expected a status such as 503"):
            sim.expect().dead_lettered(code=code)
    sim.expect().dead_lettered(route="ship", code="503").never()


def test_what_another_simulation_sent_causes_nothing_here() -> None:
    sim, other = shop_that_sold(), shop()
    sent = other.send(type="order.placed", id="o2", to="broker/default")
    other.run()

    with pytest.raises(UsageError, match=r"order\.placed o2 is not of this simulation"):
        sim.expect("billing").never(caused_by=sent)


def test_events_in_order_are_told_with_the_names_of_their_attributes() -> None:
    sim = shop_that_sold()

    with pytest.raises(AssertionError, match=r"order\.priced subject 'table'; took 1"):
        sim.expect("shipping").in_order([{"type": "order.priced", "subject": "table"}])
    with pytest.raises(UsageError, match="in_order: expected a list of types, found 5"):
        sim.expect("shipping").in_order(5)  # type: ignore[arg-type]

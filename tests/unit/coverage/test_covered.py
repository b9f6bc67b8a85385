"""What a run covers of its topology, each item at its place."""

import pytest

from simulator import Simulation, Topology
from simulator.coverage import Coverage, Plan, covered

SHOP = """
topology: shop
brokers:
  default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s, timeout: 5s, deadLetterSink: parking}}
triggers:
  ship:
    filters:
      - any: [{exact: {type: order.paid}}, {not: {prefix: {source: /web}}}]
      - cesql: "amount > 3"
    subscriber: shipping
  audit: {subscriber: audit}
services:
  shipping:
    latency: 1ms
    rules:
      - {match: {flaw: once}, responses: [503, 200]}
      - {match: {flaw: always}, responses: [503]}
      - {match: {flaw: slow}, responses: [{delay: 9s}]}
      - {match: {flaw: none}, responses: [{reply: {type: order.shipped}}]}
  audit: {}
  parking: {}
"""
PAID = {"type": "order.paid", "source": "/web", "amount": "5"}
FLOWS = """
topology: flows
sequences:
  steps: {steps: [{ref: first, delivery: {retry: 1}}, second], reply: last}
parallels:
  ways: {branches: [{filter: sieve, subscriber: last}, {subscriber: last}]}
services:
  first: {responses: [503, {reply: {type: a}}]}
  second: {}
  last: {}
  sieve: {rules: [{match: {type: big}, responses: [{reply: {type: big}}]}]}
"""


def coverage_of(text: str, *events: dict[str, str], to: str | None = None) -> Coverage:
    topology = Topology.parse(text, "shop.yaml")
    simulation = Simulation(topology)
    for event in events:
        simulation.send(**event, to=to)  # type: ignore[arg-type]
    simulation.run()
    plan = Plan(simulation.wiring, topology)
    return Coverage.of(plan.items, covered(plan, simulation.trace))


def told(coverage: Coverage) -> list[str]:
    return [
        item.told for item in coverage.items if item not in frozenset(coverage.missing)
    ]


def test_nothing_is_covered_before_anything_happens() -> None:
    coverage = coverage_of(SHOP)

    assert told(coverage) == []
    assert coverage.percent == 0


def test_an_event_that_a_trigger_wants_covers_the_leaves_that_let_it_pass() -> None:
    coverage = coverage_of(SHOP, PAID)

    assert told(coverage) == [
        "trigger/ship filters[0].any[0].exact.type: true",
        "trigger/ship filters[0].any[1].not.prefix.source: true",
        "trigger/ship filters[1].cesql: true",
        "trigger/ship subscriber: matched",
        "trigger/audit subscriber: matched",
    ]


def test_an_event_that_a_trigger_does_not_want_covers_the_other_side() -> None:
    event = {"type": "order.asked", "source": "/desk", "amount": "1"}

    coverage = coverage_of(SHOP, event)

    assert told(coverage) == [
        "trigger/ship filters: not matched",
        "trigger/ship filters[0].any[0].exact.type: false",
        "trigger/ship filters[0].any[1].not.prefix.source: false",
        "trigger/ship filters[1].cesql: false",
        "trigger/audit subscriber: matched",
    ]


@pytest.mark.parametrize(
    ("flaw", "found"),
    [
        ("once", ["retry: retried", "retry: success after retry"]),
        (
            "always",
            [
                "retry: retried",
                "retry: retries exhausted",
                "deadLetterSink: dead-lettered",
            ],
        ),
        (
            "slow",
            [
                "retry: retried",
                "retry: retries exhausted",
                "timeout: timed out",
                "deadLetterSink: dead-lettered",
            ],
        ),
    ],
)
def test_what_comes_of_a_delivery_covers_the_setting_that_says_it(
    flaw: str, found: list[str]
) -> None:
    coverage = coverage_of(SHOP, {**PAID, "flaw": flaw})

    head = "broker/default delivery."
    settings = [each.removeprefix(head) for each in told(coverage) if head in each]
    assert settings == found


@pytest.mark.parametrize(
    ("flaw", "rule"), [("once", 0), ("always", 1), ("slow", 2), ("none", 3)]
)
def test_the_rule_that_answers_is_covered(flaw: str, rule: int) -> None:
    coverage = coverage_of(SHOP, {**PAID, "flaw": flaw})

    used = [each for each in told(coverage) if each.endswith("used")]
    assert used == [f"service/shipping services.shipping.rules[{rule}]: used"]


def test_a_reply_is_covered_where_a_service_may_reply() -> None:
    coverage = coverage_of(SHOP, {**PAID, "flaw": "none"})

    assert "trigger/ship subscriber: replied" in told(coverage)
    assert not [
        i for i in coverage.items if i.told == "trigger/audit subscriber: replied"
    ]


def test_each_item_has_the_place_of_what_says_it() -> None:
    coverage = coverage_of(SHOP)

    places = {item.told: str(item.position) for item in coverage.items}
    assert places["broker/default delivery.timeout: timed out"] == "shop.yaml:4:75"
    assert places["trigger/ship filters[1].cesql: true"] == "shop.yaml:9:9"
    assert places["service/shipping services.shipping.rules[3]: used"] == (
        "shop.yaml:19:9"
    )


def test_the_steps_of_a_flow_and_their_own_deliveries_are_items() -> None:
    coverage = coverage_of(FLOWS, {"type": "a"}, to="sequence/steps")

    assert told(coverage) == [
        "sequence/steps steps[0]: called",
        "sequence/steps steps[0]: replied",
        "sequence/steps steps[0].delivery.retry: retried",
        "sequence/steps steps[0].delivery.retry: success after retry",
        "sequence/steps steps[1]: called",
    ]


def test_the_filter_of_a_branch_lets_pass_and_holds_back() -> None:
    small = coverage_of(FLOWS, {"type": "small"}, to="parallel/ways")
    big = coverage_of(FLOWS, {"type": "big"}, to="parallel/ways")

    assert told(small) == [
        "parallel/ways branches[0].filter: called",
        "parallel/ways branches[0].filter: not replied",
        "parallel/ways branches[1].subscriber: called",
    ]
    assert told(big) == [
        "parallel/ways branches[0].filter: called",
        "parallel/ways branches[0].filter: replied",
        "parallel/ways branches[0].subscriber: called",
        "parallel/ways branches[1].subscriber: called",
        "service/sieve services.sieve.rules[0]: used",
    ]


def test_an_answer_that_a_fault_gives_is_of_no_rule() -> None:
    faults = "faults: [{at: shipping, status: 418}]\n"

    coverage = coverage_of(SHOP + faults, {**PAID, "flaw": "none"})

    assert not [each for each in told(coverage) if "rules" in each]

"""Tests in YAML: what they may say, what they come to, and what is wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.errors import UsageError
from simulator.testing.suite import Outcome, Suite, keyword

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 2, backoffDelay: 1s, backoffPolicy: linear, deadLetterSink: parked}}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship: {filter: {type: order.priced}, subscriber: shipping}
services:
  pricing: {reply: {type: order.priced, source: /pricing, extra: "it's", data: {total: 5, lines: [{n: 1, at: x}]}}}
  shipping: {}
  parked: {}
"""
ORDER = "{event: {type: order.placed, id: o-1}}"


def outcomes(tests: str, shop: str = SHOP) -> list[Outcome]:
    topology = Topology.parse(f"{shop}tests:\n{tests}", "shop.yaml", partly=True)
    suite = Suite(topology, {}, {"raise_assertions": False})
    return list(suite.run(suite.cases))


def only(expected: str, *, given: str = "{}", send: str = ORDER) -> Outcome:
    test = f"  t: {{given: {given}, send: {send}, expect: [{expected}]}}\n"
    return outcomes(test)[0]


@pytest.mark.parametrize(
    "expected",
    [
        "{received: shipping}",
        "{received: shipping, once: true, within: 5s, causedBy: o-1}",
        "{received: [pricing, shipping], times: 2}",
        "{received: parked, never: true}",
        "{received: any, inOrder: [order.placed, {type: order.priced, source: /pricing}]}",
        "{received: shipping, event: {type: order.priced, extra: it's, data: {total: 5}}}",
        "{received: shipping, event: {data: {lines: [{n: 1}]}}}",
        "{received: shipping, where: \"type LIKE 'order.%'\", event: {extra: it's}}",
        "{deadLettered: any, never: true}",
        "{noLoss: any}",
        "{noLoop: true}",
        "{answered: o-1, status: 202}",
        "{answered: any}",
        "{endsWithin: 1s}",
    ],
)
def test_what_is_so_passes(expected: str) -> None:
    outcome = only(expected)

    assert outcome.failures == ()


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{received: parked}", "service/parked: expected 1 event; took 0"),
        (
            "{received: shipping, never: true}",
            "service/shipping: expected no event; 1 r",
        ),
        (
            "{received: shipping, times: 2}",
            "service/shipping: expected 2 events; took 1",
        ),
        ("{received: shipping, event: {data: {total: true}}}", "took 0"),
        ("{received: shipping, event: {data: {lines: []}}}", "took 0"),
        (
            "{received: shipping, event: {extra: its}}",
            "where \"extra = 'its'\"); took 0",
        ),
        (
            "{received: any, inOrder: [order.priced]}",
            "expected in order: order.priced; t",
        ),
        (
            "{deadLettered: shipping, code: 503}",
            "letters of service/shipping with 503: ",
        ),
        (
            "{answered: any, status: [200, 404]}",
            "senders: expected the answer 200 or 404;",
        ),
    ],
)
def test_what_is_not_so_fails_at_its_place_and_says_what_came(
    expected: str, said: str
) -> None:
    outcome = only(expected)

    (failure,) = outcome.failures
    assert said in failure.text
    assert str(failure.position).startswith("shop.yaml:12:")


def test_a_failure_says_what_python_says() -> None:
    sim = Simulation(Topology.parse(SHOP))
    sim.send(type="order.placed", id="o-1")
    sim.run()
    with pytest.raises(AssertionError) as raised:
        sim.expect("parked").once(type="order.priced")

    outcome = only("{received: parked, event: {type: order.priced}}")

    assert [each.text for each in outcome.failures] == [str(raised.value)]


def test_what_a_test_is_given_is_its_own() -> None:
    tests = f"""
  down:
    given:
      services: {{shipping: {{responses: [503]}}}}
      faults: [{{at: pricing, latency: 2s}}]
    send: {ORDER}
    expect:
    - {{deadLettered: shipping, code: 503, event: {{type: order.priced}}}}
    - {{endsWithin: 1s}}
  up: {{send: {ORDER}, expect: [{{received: shipping, within: 0s}}]}}
"""

    down, up = outcomes(tests)

    (late,) = down.failures
    assert late.text.startswith("the run: expected its end within 1s; at ")
    assert up.passed


def test_tests_that_are_given_alike_share_what_was_made_ready() -> None:
    tests = "".join(
        f"  t{n}: {{given: {{seed: {n}}}, send: {ORDER}, expect: [{{noLoss: true}}]}}\n"
        for n in range(3)
    )

    found = outcomes(tests)

    assert [each.simulation.seed for each in found] == [0, 1, 2]
    assert len({id(each.simulation.wiring) for each in found}) == 1


def test_a_handler_that_raises_fails_its_test(tmp_path: Path) -> None:
    code = tmp_path / "shop.py"
    code.write_text("def ship(event):\n    assert event is None\n")
    text = SHOP.replace("shipping: {}", 'shipping: {handler: "shop.py:ship"}')
    topology = Topology.parse(
        f"{text}tests:\n  t: {{send: {ORDER}, expect: [{{received: pricing}}]}}\n"
    )
    suite = Suite(topology, {}, {"handlers": [str(code)], "raise_assertions": False})

    (outcome,) = suite.run(suite.cases)

    assert (
        "a handler failed\nservice/shipping: AssertionError" in outcome.failures[0].text
    )


WRONG = [
    ("{expect: []}", "Test t: spec.expect: is required"),
    ("{given: {sevices: {}}, expect: [{noLoss: any}]}", "spec.given.sevices: unknown field; did you mean 'services'?"),
    ("{given: {seed: x}, expect: [{noLoss: any}]}", "spec.given.seed: expected a whole number"),
    ("{send: {to: a}, expect: [{noLoss: any}]}", "spec.send.event: is required"),
    ("{send: {event: {id: a}}, expect: [{noLoss: any}]}", "spec.send.event: an event needs a type"),
    ("{send: {event: {type: a}, att: 1s}, expect: [{noLoss: any}]}", "spec.send.att: unknown field; did you mean 'at'?"),
    ("{send: {event: {type: a}, to: broker/defalt}, expect: [{noLoss: any}]}", "did you mean 'broker/default'?"),
    ("{expect: [{recieved: shipping}]}", "found recieved; did you mean 'received'?"),
    ("{expect: [{received: shiping}]}", "spec.expect[0]: nothing has the address 'shiping'; did you mean 'shipping'?"),
    ("{expect: [{received: shipping, noLoss: any}]}", "found received, noLoss"),
    ("{expect: [{received: shipping, once: true, times: 2}]}", "found once, times"),
    ("{expect: [{received: shipping, never: true, within: 2s}]}", ".within: goes with once or times"),
    ("{expect: [{received: shipping, inOrder: a}]}", ".inOrder: expected a list of types"),
    ("{expect: [{received: shipping, event: {my_id: 3}}]}", ".event.my_id: is no name of an attribute"),
    ("{expect: [{received: shipping, where: 'a ='}]}", ".where: is no CESQL"),
    ("{expect: [{received: shipping, causedBy: o-1}]}", "the test sends no event of id 'o-1'"),
    ("{expect: [{deadLettered: any, route: shp}]}", "did you mean 'ship'?"),
    ("{expect: [{deadLettered: any, code: 5}]}", ".code: expected a status such as 503, found 5"),
    ("{expect: [{answered: any, status: [x]}]}", ".status[0]: expected a whole number"),
    ("{expect: [{endsWithin: never}]}", ".endsWithin: 'never' is no duration"),
    ("{given: {sources: {s: {every: 1s, sink: broker/default}}}, expect: [{noLoss: any}]}", "spec.for: source/s would send for ever"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "said"), WRONG)
def test_what_is_wrong_in_a_test_is_told_before_any_runs(test: str, said: str) -> None:
    with pytest.raises(TopologyError) as raised:
        outcomes(f"  fine: {{expect: [{{noLoss: any}}]}}\n  t: {test}\n")

    assert said in str(raised.value)
    assert str(raised.value).startswith("shop.yaml:13:")


def test_all_faults_of_all_tests_are_told_at_once_in_order() -> None:
    tests = "".join(f"  t{n}: {test}\n" for n, (test, _) in enumerate(WRONG[:4]))

    with pytest.raises(TopologyError) as raised:
        outcomes(tests)

    assert len(raised.value.faults) == 4


def test_a_document_of_kind_test_is_a_test_and_its_name_is_its_own() -> None:
    document = """---
apiVersion: simulator/v1
kind: Test
metadata: {name: an order is shipped/parked}
spec: {send: {event: {type: order.placed}}, expect: [{received: shipping}]}
"""
    topology = Topology.parse(SHOP + document)

    suite = Suite(topology, {}, {})

    assert [each.case.name for each in suite.run(suite.cases)] == [
        "an order is shipped/parked"
    ]
    assert Topology.parse(topology.to_short()) == topology
    with pytest.raises(TopologyError, match="Test an order is shipped/parked"):
        Topology.parse(SHOP + document + document.replace("placed", "paid"))


NAMES = ("a paid order is shipped", "a refund is paid", "nothing is lost")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("paid", NAMES[:2]),
        ("Paid Order", NAMES[:1]),
        ("not paid", NAMES[2:]),
        ("paid and not refund", NAMES[:1]),
        ("refund or lost", NAMES[1:]),
        ("not (refund or lost)", NAMES[:1]),
        ("refund or paid and order", NAMES[:2]),
    ],
)
def test_names_are_chosen_as_by_pytest(text: str, meant: tuple[str, ...]) -> None:
    fits = keyword(text)

    assert tuple(name for name in NAMES if fits(name)) == meant


@pytest.mark.parametrize("word", ["or", "and"])
def test_an_expression_may_be_as_long_as_a_command_line(word: str) -> None:
    fits = keyword(f" {word} ".join(["paid"] * 5000))

    assert [name for name in ("paid", "other") if fits(name)] == ["paid"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unexpected the end"),
        ("a and", "unexpected the end"),
        ("(a", "a bracket is not closed"),
        ("a)", "unexpected ')'"),
        ("or a", "unexpected 'or'"),
        ("(" * 5000, "is nested deeper than 50"),
        ("not " * 5000 + "a", "is nested deeper than 50"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="-k") as raised:
        keyword(text)

    assert said in str(raised.value)

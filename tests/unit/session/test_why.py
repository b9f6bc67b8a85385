"""What is explained of an event is what happened to it, or would."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from simulator import Simulation, Topology

TEXT = """
topology: arrivals
brokers: {default: {}}
triggers:
  any: {filters: [{cesql: EXISTS knativearrivaltime}], subscriber: s}
  own: {filters: [{prefix: {knativearrivaltime: "2020"}}], subscriber: s}
  now: {filters: [{prefix: {knativearrivaltime: "2026-01-01T00:00:01"}}], subscriber: s}
  hop: {filters: [{cesql: EXISTS knativebrokerttl}], subscriber: s}
  type: {filter: {type: a}, subscriber: s}
services: {s: {}}
"""
TRIGGERS = ("any", "own", "now", "hop", "type")
TAKEN = {
    ("mt-channel", ""): ["any", "now", "type"],
    ("mt-channel", "2020-01-01T00:00:00Z"): ["any", "now", "type"],
    ("spec", ""): ["type"],
    ("spec", "2020-01-01T00:00:00Z"): ["any", "own", "type"],
}


@pytest.mark.parametrize(("profile", "arrival"), TAKEN)
def test_an_event_is_explained_as_it_was_routed(profile: str, arrival: str) -> None:
    sim = Simulation(Topology.parse(TEXT), profile=profile)
    given: dict[str, Any] = {"knativearrivaltime": arrival} if arrival else {}

    sent = sim.send(type="a", after="1s", **given)
    sim.run()
    sim.run(until="1h")

    whys = {name: sim.why(sent, name) for name in TRIGGERS}
    taken = TAKEN[profile, arrival]
    assert [name for name, why in whys.items() if why.delivered] == taken
    assert [name for name, why in whys.items() if why.matches] == taken


@pytest.mark.parametrize(("profile", "arrival"), TAKEN)
def test_an_event_that_was_not_sent_would_arrive_now(
    profile: str, arrival: str
) -> None:
    sim = Simulation(Topology.parse(TEXT), profile=profile)
    given: dict[str, Any] = {"knativearrivaltime": arrival} if arrival else {}
    other = Simulation(Topology.parse(TEXT))
    event = other.send(type="a", **given)

    sim.run(until="1s")

    found = [why.trigger for why in sim.whys(event) if why.matches]
    taken = TAKEN[profile, arrival]
    assert sorted(found) == sorted(f"trigger/{name}" for name in taken)


def test_there_is_no_order_in_which_brokers_are_explained_but_that_of_the_file() -> (
    None
):
    text = """
topology: classes
brokers: {one: {annotations: {eventing.knative.dev/broker.class: Kafka}}, two: {}, three: {annotations: {eventing.knative.dev/broker.class: Kafka}}}
triggers:
"""
    names = [
        f"{broker}{number}" for broker, number in product(("one", "two", "three"), "12")
    ]
    text += "".join(
        f"  {name}: {{broker: {name[:-1]}, filter: {{type: a}}, subscriber: s}}\n"
        for name in names
    )
    sim = Simulation(Topology.parse(text + "services: {s: {}}\n"))

    whys = sim.whys(sim.send(type="a", to="broker/one"))

    assert [why.trigger for why in whys] == [f"trigger/{name}" for name in names]


@pytest.mark.parametrize(
    ("filters", "remedy"),
    [
        ("[{exact: {type: b}}, {exact: {subject: c}}]", {"type": "b", "subject": "c"}),
        ("[{prefix: {type: order.}}, {suffix: {type: .new}}]", {"type": "order.new"}),
        ("[{exact: {type: b}}, {cesql: \"type != 'b'\"}]", None),
        ("[{exact: {specversion: '2.0'}}]", None),
        ("[{exact: {type: ' b'}}]", None),
        ("[{exact: {source: 'http://[x y'}}]", None),
        ("[{exact: {type: a}}]", None),
        ('[{cesql: "amount > 1000"}]', {"amount": "1001"}),
        (
            "[{cesql: \"region IN ('eu', 'us') AND type = 'b'\"}]",
            {"region": "eu", "type": "b"},
        ),
        (
            "[{cesql: \"EXISTS region AND NOT (type LIKE 'a%')\"}]",
            {"region": "x", "type": "x"},
        ),
        ('[{cesql: "LENGTH(subject) = 3"}]', {"subject": "xxx"}),
        (
            "[{cesql: \"UPPER(type) = 'B'\"}, {suffix: {source: /z}}]",
            {"type": "B", "source": "/z"},
        ),
        ('[{cesql: "paid AND NOT (gone)"}]', {"paid": "true", "gone": "false"}),
        ("[{cesql: \"type = 'b' AND type = 'c'\"}]", None),
        ('[{cesql: "NOSUCH(type)"}]', None),
    ],
)
def test_what_would_match_is_tried_before_it_is_promised(
    filters: str, remedy: dict[str, str] | None
) -> None:
    sim = Simulation(
        Topology.parse(
            "topology: promises\nbrokers: {default: {}}\nservices: {s: {}}\n"
            f"triggers: {{t: {{filters: {filters}, subscriber: s}}}}\n"
        )
    )

    why = sim.why(sim.send(type="a"), "t")

    assert why.remedy == remedy
    if remedy is not None:
        again: dict[str, Any] = {"type": "a", **remedy}
        assert sim.why(sim.send(**again), "t").matches


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ("[{exact: {knativebrokerttl: '255'}}]", "knativebrokerttl"),
        ('[{cesql: "EXISTS knativebrokerttl"}]', "knativebrokerttl"),
        ("[{prefix: {knativearrivaltime: '2020'}}]", "knativearrivaltime"),
    ],
)
def test_no_sender_is_told_to_set_what_the_broker_sets(filters: str, said: str) -> None:
    sim = Simulation(
        Topology.parse(
            "topology: stamped\nbrokers: {default: {}}\nservices: {s: {}}\n"
            f"triggers: {{t: {{filters: {filters}, subscriber: s}}}}\n"
        )
    )
    given: dict[str, Any] = {said: "255" if said.endswith("ttl") else "2020"}

    why = sim.why(sim.send(type="a", **given), "t")

    assert not why.matches
    assert why.remedy is None
    *_, advice = (row.text for row in why.rows())
    assert advice.endswith(f"; but no sender decides on {said}")


def test_another_attribute_may_let_pass_what_the_brokers_own_cannot() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: either\nbrokers: {default: {}}\nservices: {s: {}}\n"
            "triggers: {t: {subscriber: s, filters: [{any: ["
            "{exact: {knativebrokerttl: '255'}}, {exact: {type: order.placed}}]}]}}\n"
        )
    )

    why = sim.why(sim.send(type="a"), "t")

    assert why.remedy == {"type": "order.placed"}


def test_an_event_that_was_made_of_another_was_not_delivered_as_that() -> None:
    sim = Simulation(Topology.parse(TEXT))
    sim.send(type="a")
    sim.run()
    event = sim.received("s")[0].event
    taken = sim.why(event, "type")

    event.get_attributes()["type"] = "b"
    other = sim.why(event, "type")

    assert (taken.matches, len(taken.attempts)) == (True, 2)
    assert (other.matches, other.attempts) == (False, ())

"""Services that reply only to requests that say ``Prefer: reply``."""

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError
from simulator.event import Event
from simulator.graph.build import build
from simulator.kernel.envelope import Envelope
from simulator.kernel.request import AsSent
from simulator.kernel.routes import Target

CAREFUL = """\
topology: careful
brokers: {{default: {{}}}}
triggers:
  price: {{filter: {{type: a}}, subscriber: pricing, delivery: {{deadLetterSink: dlq}}}}
  ship: {{filter: {{type: b}}, subscriber: shipping}}
services:
  pricing: {pricing}
  shipping: {{}}
  dlq: {dlq}
"""
REPLY = "{reply: {type: b, data: {}, whenPreferred: true}}"


def simulated(profile: str, pricing: str = REPLY, dlq: str = "{}") -> Simulation:
    topology = Topology.parse(CAREFUL.format(pricing=pricing, dlq=dlq))
    return Simulation(topology, profile=profile)


def shipped(sim: Simulation) -> int:
    sim.send(type="a", data={})
    sim.run()
    return len(sim.received("shipping"))


@pytest.mark.parametrize(
    "pricing",
    [
        REPLY,
        "{echo: {set: {type: b, id: other}, whenPreferred: true}}",
        """{reply: {jsonata: '{"type": "b", "data": {}}', whenPreferred: true}}""",
        "{responses: [{status: 202, reply: {type: b, data: {}, whenPreferred: true}}]}",
        "{latency: 1s, reply: {type: b, mode: structured, whenPreferred: true}}",
    ],
)
def test_a_reply_is_given_only_where_it_is_asked_for(pricing: str) -> None:
    asking = {
        p: shipped(simulated(p, pricing)) for p in ("mt-channel", "kafka", "natss")
    }
    silent = simulated("rabbitmq", pricing)

    assert set(asking.values()) == {1}
    assert shipped(silent) == 0
    assert silent.received("pricing", ok=True) != []


def test_the_status_and_the_headers_stay_without_the_reply() -> None:
    pricing = "{responses: [{status: 201, reply: {type: b, whenPreferred: true}}]}"
    sim = simulated("rabbitmq", pricing)

    shipped(sim)

    assert [each.status for each in sim.received("pricing")] == [201]


@pytest.mark.parametrize(
    ("header", "asks"),
    [("reply", True), ("respond-async, Reply;foo", True), ("replyall", False)],
)
def test_whoever_sends_by_hand_may_ask(header: str, asks: bool) -> None:
    empty = Envelope(Event({}, None))
    nobody = Target("host/nobody", "http://nobody")

    request = AsSent(empty, nobody, 0, "POST", {"prefer": header}, b"")

    assert request.prefers_reply is asks


def test_a_broker_that_never_asks_is_told_of() -> None:
    found = [str(f) for f in simulated("rabbitmq").findings if f.code == "never-asked"]

    said = "it replies only when asked, and rabbitmq never asks"
    assert found == [
        f"<text>:7:3: KN130 service pricing: {said}: trigger/price gets no reply"
    ]
    assert [f for f in simulated("kafka").findings if f.code == "never-asked"] == []


def test_a_broker_that_asks_a_sink_and_takes_no_reply_is_told_of() -> None:
    found = [
        f.message
        for f in simulated("natss", "{}", REPLY).findings
        if f.code == "never-asked"
    ]

    asks = "natss asks, but takes no reply of a dead letter sink: broker/default"
    assert found == [f"it replies only when asked, and {asks}"]


def test_nothing_goes_in_a_circle_where_no_reply_is_asked_for() -> None:
    loop = "{reply: {type: a, data: {}, whenPreferred: true}}"

    asked = [f.code for f in simulated("kafka", loop).findings]
    unasked = [f.code for f in simulated("rabbitmq", loop).findings]

    assert "loop" in asked
    assert "loop" not in unasked


def test_no_reply_is_drawn_where_none_is_asked_for() -> None:
    drawn = {
        profile: [
            e for e in build(simulated(profile).wiring).edges if e.label == "reply"
        ]
        for profile in ("kafka", "rabbitmq")
    }

    assert len(drawn["kafka"]) == 1
    assert drawn["rabbitmq"] == []


def test_when_preferred_is_a_flag_of_replies_alone() -> None:
    text = CAREFUL.format(
        pricing="{reply: {type: b, whenPreferred: sometimes}}",
        dlq="{emit: [{event: {type: c, whenPreferred: true}, to: broker/default}]}",
    )

    with pytest.raises(TopologyError) as caught:
        Simulation(Topology.parse(text))

    assert "expected true or false, found 'sometimes'" in str(caught.value)
    assert "whenPreferred" in str(caught.value).splitlines()[-1]

"""The EventTypes that are made by themselves, where eventtype-auto-create is on."""

from typing import Any

import pytest

from simulator import Simulation, Topology

ON = """
topology: types
configmaps:
  config-features: {namespace: knative-eventing, data: {eventtype-auto-create: enabled%s}}
"""
INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local/default/default"


def running(text: str, more: str = "") -> Simulation:
    return Simulation(Topology.parse(ON % more + text))


def made(sim: Simulation) -> list[tuple[str, str, str]]:
    """Give maker, type and source of each."""
    return [_of(each) for each in sim.created]


def _of(manifest: dict[str, Any]) -> tuple[str, str, str]:
    spec = manifest["spec"]
    values = {each["name"]: each.get("value") for each in spec["attributes"]}
    reference = spec["reference"]
    return f"{reference['kind']} {reference['name']}", values["type"], values["source"]


def test_a_broker_makes_one_of_each_type_and_source() -> None:
    sim = running("brokers: {default: {}}")

    sim.send(type="a", dataschema="http://x/1")
    sim.send(type="a", dataschema="http://x/2")
    sim.send(type="a", source="/other")
    sim.run()

    assert made(sim) == [
        ("Broker default", "a", "/kn-sim"),
        ("Broker default", "a", "/other"),
    ]
    [created, _] = sim.trace.select(kind="created")
    assert created.source == "broker/default"
    assert created.detail == f"EventType {sim.created[0]['metadata']['name']}"


def test_none_is_made_while_the_feature_is_off() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}"))

    sim.send(type="a")
    sim.run()

    assert sim.created == ()


@pytest.mark.parametrize(
    ("attributes", "status", "makes"),
    [
        ({"knativebrokerttl": "1"}, 400, True),
        ({"specversion": "0.3"}, 202, True),
        ({"source": ""}, 400, False),
    ],
)
def test_one_is_made_of_what_is_let_in_whatever_becomes_of_it(
    attributes: dict[str, str], status: int, *, makes: bool
) -> None:
    sim = running("brokers: {default: {}}")
    event = {"specversion": "1.0", "id": "1", "type": "a", "source": "/", **attributes}
    headers = {f"ce-{name}": value for name, value in event.items()}

    sent = sim.post(INGRESS, headers=headers)
    sim.run()

    assert (sent.status, bool(sim.created)) == (status, makes)


def test_none_is_made_of_what_is_not_let_in() -> None:
    sim = running("brokers: {default: {}}", ", authentication-oidc: enabled")

    sim.send(type="a")
    sim.send(type="b", as_="app")
    sim.run()

    assert [type_ for _, type_, _ in made(sim)] == ["b"]


def test_a_reply_makes_one_of_its_route_and_one_where_it_goes() -> None:
    sim = running(
        """
brokers: {default: {}}
triggers: {pack: {filter: {type: a}, subscriber: packing}}
channels: {audit: {}}
subscriptions: {log: {channel: audit, subscriber: packing, reply: broker/default}}
services: {packing: {reply: {type: b, source: /packing}}}
"""
    )

    sim.send(type="a", to="broker/default")
    sim.send(type="c", to="channel/audit")
    sim.run()

    assert sorted(made(sim)) == [
        ("Broker default", "a", "/kn-sim"),
        ("Broker default", "b", "/packing"),
        ("InMemoryChannel audit", "c", "/kn-sim"),
        ("Subscription log", "b", "/packing"),
        ("Trigger pack", "b", "/packing"),
    ]


def test_one_that_is_there_is_not_made_again() -> None:
    sim = running("brokers: {default: {}}")
    sim.send(type="a")
    sim.run()
    [first] = sim.created
    name = first["metadata"]["name"]
    there = f"eventtypes: {{{name}: {{type: a, reference: default}}}}"

    again = running(f"brokers: {{default: {{}}}}\n{there}")
    again.send(type="a")
    again.run()

    assert again.created == ()

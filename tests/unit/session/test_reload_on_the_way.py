"""Requests that are on their way while another topology takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Topology
from simulator.kernel import Kind
from tests.playbook import lines, simulation

if TYPE_CHECKING:
    from simulator import Simulation

INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local/default"
DISPATCHER = "http://imc-dispatcher.knative-eventing.svc.cluster.local/"
HUB = """
brokers: {default: {}}
triggers: {g: {subscriber: p}}
services: {p: {}, q: {}}
"""
OTHER = HUB.replace("g: {subscriber: p}", "h: {subscriber: q}")
NO_HUB = "services: {p: {}, q: {}}"
EVENT = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/x", "ce-type": "t"}
GATE = "approval: {deadline: 10s, then: approve}, emit: [{event: {type: e}, to: %s}]"


def reload(sim: Simulation, topology: str) -> None:
    sim.reload(Topology.parse(f"topology: play\n{topology}"))


def received(sim: Simulation) -> list[str]:
    return [each.service for each in sim.received()]


def emitting(to: str, more: str = "q: {}") -> Simulation:
    """Let a service wait for a decision, upon which it emits an event."""
    sim = simulation(f"""
brokers: {{default: {{}}, other: {{}}}}
triggers: {{g: {{subscriber: p}}}}
services: {{p: {{{GATE % to}}}, {more}}}
""")
    sim.send(to="broker/default", type="t", id="a")
    sim.run("1s")
    return sim


@pytest.mark.parametrize(
    ("to", "answer"),
    [
        ("q", "10s answered a/e q.default.svc.cluster.local -> service/p (no such host)"),
        ("broker/other", "10s answered a/e broker-ingress -> service/p 404"),
    ],
)  # fmt: skip
def test_what_is_emitted_to_an_address_that_was_taken_away_is_answered_so(
    to: str, answer: str
) -> None:
    sim = emitting(to)

    reload(sim, "brokers: {default: {}}\nservices: {z: {}}")
    sim.run()

    assert answer in lines(sim)


def test_who_approves_what_emits_to_nowhere_sees_no_error() -> None:
    sim = emitting("q")
    reload(sim, "brokers: {default: {}}\nservices: {z: {}}")

    sim.approve(sim.approvals[0].serial)
    sim.run()

    assert "no such host" in [r.detail for r in sim.trace.select(kind="answered")]


def test_a_service_that_stays_emits_to_where_its_address_leads_now() -> None:
    sim = emitting("q", more="q: {hosts: [old.example]}")

    reload(sim, f"""
brokers: {{default: {{}}, other: {{}}}}
triggers: {{g: {{subscriber: p}}}}
services: {{p: {{{GATE % "q"}}}, q: {{hosts: [new.example]}}}}
""")  # fmt: skip
    sim.run()

    assert received(sim)[-1] == "service/q"


def test_a_reload_that_is_refused_leaves_the_addresses_that_services_emit_to() -> None:
    sim = emitting("q")

    with pytest.raises(Exception, match="cannot be read"):
        reload(sim, f"""
brokers: {{default: {{}}}}
services: {{p: {{{GATE % "q"}}}, q: {{hosts: [new.example]}}}}
sources: {{s: {{replay: nowhere.jsonl, sink: broker/default}}}}
""")  # fmt: skip
    sim.run()

    assert received(sim)[-1] == "service/q"


def test_an_event_that_a_fault_delays_meets_the_broker_that_is_there_then() -> None:
    sim = simulation(HUB)
    sim.fault("broker/default", latency="10s")
    sent = sim.send(type="t", id="a")
    sim.run("5s")

    reload(sim, NO_HUB)
    sim.run()

    assert (sent.status, received(sim)) == (404, [])
    assert lines(sim)[-1] == "10s answered a broker-ingress 404"


def test_an_event_that_is_held_meets_the_triggers_that_are_there_then() -> None:
    sim = simulation(HUB)
    sim.break_at("broker/default")
    sim.send(type="t")
    sim.run()

    reload(sim, OTHER)
    sim.release(sim.held[0].serial)
    sim.run()

    assert received(sim) == ["service/q"]


def test_a_reply_that_is_held_meets_the_triggers_that_are_there_then() -> None:
    text = """
brokers: {default: {}}
triggers:
  g: {filter: {type: t}, subscriber: p}
  h: {filter: {type: b}, subscriber: %s}
services: {p: {reply: {type: b}}, q: {}, r: {}}
"""
    sim = simulation(text % "q")
    sim.break_at(type="b", node="trigger/g")
    sim.send(type="t")
    sim.run()

    reload(sim, text % "r")
    sim.release(sim.held[0].serial)
    sim.run()

    assert received(sim) == ["service/p", "service/r"]


def test_a_request_that_is_held_meets_the_service_that_is_there_then() -> None:
    sim = simulation(HUB)
    sim.break_at("service/p")
    sim.send(type="t", id="a")
    sim.run()

    reload(sim, HUB.replace("p: {},", "p: {responses: [201]},"))
    sim.release(sim.held[0].serial)
    sim.run()

    assert "0s responded a service/p -> trigger/g 201" in lines(sim)


def test_a_second_arrival_meets_the_broker_that_is_there_then() -> None:
    sim = simulation(HUB)
    sim.fault("broker/default", duplicate=True)
    sim.send(type="t", id="a")
    while not sim.trace.select(kind=Kind.FAULT_HIT):
        sim.step()

    reload(sim, NO_HUB)
    sim.run()

    accepted = sim.trace.select(kind=Kind.ACCEPTED)
    assert len(accepted) == 1
    assert "0s dispatched a -> broker-ingress" in lines(sim)


RETRIED = """
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: %s}}}
triggers: {g: {subscriber: p}}
services: {p: {responses: [503], latency: 3s}}
"""


@pytest.mark.parametrize("delay", ["PT1S", "PT0S"])
def test_each_attempt_asks_anew_whether_it_waited_or_not(delay: str) -> None:
    sim = simulation(RETRIED % delay)
    sim.send(type="t", id="a")
    sim.run("1s")

    reload(sim, "brokers: {default: {}}\nservices: {p: {}}")
    sim.run()

    answers = [r.source for r in sim.trace.select(kind=Kind.RESPONDED)]
    assert answers == ["service/p", "broker-filter", "broker-filter"]


def test_a_request_that_was_made_is_answered_by_whom_it_was_made_to() -> None:
    sim = simulation((RETRIED % "PT1S").replace(", latency: 3s", ""))
    sim.send(type="t")
    while not sim.trace.select(kind=Kind.DISPATCHED):
        sim.step()

    reload(sim, "brokers: {default: {}}\nservices: {p: {}}")
    sim.run()

    first = sim.trace.select(kind=Kind.RESPONDED)[0]
    assert (first.source, first.status) == ("service/p", 503)


@pytest.mark.parametrize("how", ["send", "post"])
def test_what_comes_later_is_posted_to_what_is_there_then(how: str) -> None:
    sim = simulation(HUB)
    url = f"{INGRESS}/new"
    sent = (
        sim.send(type="t", to=url, after="10s")
        if how == "send"
        else sim.post(url, headers=EVENT, after="10s")
    )
    sim.run("5s")

    reload(sim, HUB.replace("default: {}", "default: {}, new: {}"))
    sim.run()

    assert sent.status == 202


def test_what_names_its_host_is_posted_to_the_channel_that_is_there_then() -> None:
    text = """
channels: {c: {}}
subscriptions: {s: {channel: c, subscriber: %s}}
services: {p: {}, q: {}}
"""
    sim = simulation(text % "p")
    host = {"host": "c-kn-channel.default.svc.cluster.local"}
    sim.post(DISPATCHER, headers={**host, **EVENT}, after="10s")
    sim.run("5s")

    reload(sim, text % "q")
    sim.run()

    assert received(sim) == ["service/q"]


def test_a_source_that_was_away_goes_on_with_its_numbers() -> None:
    text = HUB + "sources: {s: {every: 1s, sink: broker/default}}\n"
    sim = simulation(text)
    sim.run("2s")

    reload(sim, HUB)
    sim.run("4s")
    was_endless = sim.endless
    reload(sim, text)
    sim.run("6s")

    ids: list[Any] = [r.event.id for r in sim.trace.select(kind="sent")]
    assert ids == ["s-1", "s-2", "s-3", "s-4"]
    assert (was_endless, sim.endless) == ((), ("source/s",))


def test_a_channel_stays_gone_however_many_reloads_there_are() -> None:
    sim = simulation("channels: {c: {}}\nservices: {p: {}}")
    url = "http://c-kn-channel.default.svc.cluster.local/"

    reload(sim, NO_HUB)
    reload(sim, "services: {p: {}}")
    sent = sim.send(type="t", to=url)
    sim.run()

    assert sent.status == 500


def test_a_trigger_keeps_the_retries_that_its_delivery_began_with() -> None:
    text = """
brokers: {default: {delivery: {retry: %s}}}
triggers: {g: {subscriber: %s}}
services: {p: {responses: [503], latency: 1s}, q: {responses: [503], latency: 1s}}
"""
    sim = simulation(text % (2, "p"))
    sim.send(type="t")
    sim.run("500ms")

    reload(sim, text % (0, "q"))
    sim.run()

    asked = [r.target for r in sim.trace.select(kind=Kind.DISPATCHED)]
    assert asked == ["service/p", "service/q", "service/q"]


def test_a_trigger_keeps_the_timeout_that_its_delivery_began_with() -> None:
    text = """
brokers: {default: {delivery: {retry: 1, timeout: %s}}}
triggers: {g: {subscriber: %s}}
services: {p: {responses: [503], latency: 500ms}, q: {latency: 3s}}
"""
    sim = simulation(text % ("PT1S", "p"))
    sim.send(type="t")
    sim.run("100ms")

    reload(sim, text % ("PT5S", "q"))
    sim.run()

    answers = [(r.source, r.at_ns) for r in sim.trace.select(kind=Kind.RESPONDED)]
    assert answers == [("service/p", 5 * 10**8), ("service/q", 15 * 10**8)]


def test_a_trigger_that_was_created_anew_and_changed_since_is_the_same_one() -> None:
    text = """
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT1S}}}
triggers: {g: {subscriber: %s}}
services: {p: {responses: [503]}, q: {responses: [503]}}
"""
    sim = simulation(text % "p")
    reload(sim, "brokers: {default: {}}")
    reload(sim, text % "p")
    sim.send(type="t")
    sim.run("500ms")

    reload(sim, text % "q")
    sim.run()

    assert received(sim)[-2:] == ["service/q", "service/q"]


def test_a_fault_hits_what_names_its_channel_in_a_header() -> None:
    sim = simulation("channels: {c: {}}")
    sim.fault("channel/c", outage=True)
    host = {"host": "c-kn-channel.default.svc.cluster.local"}

    sent = sim.post(DISPATCHER, headers={**host, **EVENT})
    sim.run()

    assert sent.error == "refused"

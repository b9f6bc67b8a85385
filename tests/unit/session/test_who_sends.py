"""Who is let in while authentication-oidc is on, and what becomes of the rest."""

import pytest

from simulator import Simulation, Topology
from simulator.access import read_bearer
from simulator.errors import TopologyError, UsageError

TOPOLOGY = """
topology: who
configmaps:
  config-features:
    namespace: knative-eventing
    data: {authentication-oidc: enabled}
"""
INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local/default/default"
POLICY = """
---
apiVersion: eventing.knative.dev/v1alpha1
kind: EventPolicy
metadata: {name: orders}
spec:
  from: [{sub: "system:serviceaccount:default:app"}]
  filters: [{prefix: {type: order.}}]
"""


def running(text: str) -> Simulation:
    return Simulation(Topology.parse(TOPOLOGY + text))


def refusals(sim: Simulation) -> list[tuple[str, int]]:
    return [(each.event.type, each.status) for each in sim.refused]


@pytest.mark.parametrize(
    ("account", "type_", "status"),
    [
        (None, "order.placed", 401),
        ("app", "order.placed", 202),
        ("default/app", "order.placed", 202),
        ("app", "tick", 403),
        ("prod/app", "order.placed", 403),
    ],
)
def test_a_broker_takes_what_its_policies_let_in(
    account: str | None, type_: str, status: int
) -> None:
    sim = running(f"brokers: {{default: {{}}}}{POLICY}")

    sent = sim.send(type=type_, as_=account)
    sim.run()

    assert sent.status == status
    assert refusals(sim) == ([] if status == 202 else [(type_, status)])


def test_a_token_of_ones_own_making_is_judged_as_it_stands() -> None:
    sim = running("brokers: {default: {}}")

    junk = sim.send(type="a", headers={"Authorization": "Bearer junk"})
    raw = sim.post(INGRESS, headers={"authorization": "Basic YTpi"}, body=b"x")
    sim.run()

    assert junk.status == 401
    assert raw.status == 400, "what is no event is refused for that first"


def test_a_name_that_is_no_account_is_refused() -> None:
    sim = running("brokers: {default: {}}")

    with pytest.raises(UsageError, match="as_: expected NAME, NAMESPACE/NAME or a"):
        sim.send(type="a", as_="a/b/c")
    with pytest.raises(TopologyError, match=r"sources\.web\.as: expected NAME"):
        running("sources: {web: {sink: broker/default, as: /web}}")


def test_an_unknown_broker_is_not_there_for_anybody() -> None:
    sim = running("brokers: {default: {}}")

    sent = sim.send(type="a", to=f"{INGRESS}2")
    sim.run()

    assert sent.status == 404


def test_sources_services_and_requests_send_in_the_name_of_an_account() -> None:
    sim = running(
        """
brokers: {default: {}}
triggers: {all: {filter: {type: a}, subscriber: shop}}
pingsources: {tick: {sink: broker/default}}
sources:
  mine: {event: {type: a}, sink: broker/default, as: app}
  strange: {event: {type: b}, sink: broker/default, as: prod/app}
  nobody: {event: {type: c}, sink: broker/default}
services:
  shop: {as: shop, emit: [{to: broker/default, event: {type: e}}]}
"""
    )

    raw = sim.post(
        INGRESS, method="POST", as_="app",
        headers={"ce-id": "1", "ce-specversion": "1.0", "ce-type": "r", "ce-source": "/"},
    )  # fmt: skip
    sim.run(until="1m")

    assert raw.status == 202
    assert refusals(sim) == [("b", 403), ("c", 401)]
    accepted = [each.event.type for each in sim.trace.select(kind="accepted")]
    assert accepted == ["r", "a", "e", "dev.knative.sources.ping"]


def test_replies_of_a_trigger_come_in_its_own_name() -> None:
    topology = """
brokers: {default: {}}
triggers: {all: {filter: {type: order.placed}, subscriber: shop}}
services: {shop: {reply: {type: order.done}}}
"""
    sim, kept = running(topology), running(topology + POLICY)

    first = sim.send(type="order.placed", as_="app")
    second = kept.send(type="order.placed", as_="app")
    sim.run()
    kept.run()

    assert (first.status, refusals(sim)) == (202, [])
    assert (second.status, refusals(kept)) == (500, [("order.done", 403)])


def test_a_subscriber_with_an_audience_gets_the_token_of_the_trigger() -> None:
    sim = running(
        """
brokers: {default: {}}
triggers:
  told: {subscriber: {ref: service/shop, audience: shop}}
  plain: {subscriber: other}
services: {shop: {}, other: {}}
"""
    )

    sim.send(type="a", as_="app")
    sim.run()

    [told], [plain] = sim.received("shop"), sim.received("other")
    token = read_bearer(told.request.headers["authorization"], 0)
    assert not isinstance(token, str)
    assert token.audiences == ("shop",)
    assert token.subject == (
        "system:serviceaccount:default:told-oidc-eventing.knative.dev-trigger"
    )
    assert "authorization" not in plain.request.headers


@pytest.mark.parametrize(("account", "status"), [(None, 401), ("app", 403)])
def test_what_is_inside_of_a_broker_takes_from_nobody_else(
    account: str | None, status: int
) -> None:
    sim = running(
        "brokers: {default: {}}\ntriggers: {all: {subscriber: shop}}\nservices: {shop: {}}"
    )
    channel = "http://default-kne-trigger-kn-channel.default.svc.cluster.local"
    filters = (
        "http://broker-filter.knative-eventing.svc.cluster.local/triggers/default/all/"
        "uid-trigger-default-all"
    )

    inner = sim.send(type="a", to=channel, as_=account)
    judged = sim.send(type="a", to=filters)
    sim.run()

    assert inner.status == status
    assert judged.status == 401


def test_a_flow_hands_on_from_step_to_step() -> None:
    sim = running(
        """
sequences: {steps: {steps: [one, two], reply: last}}
services:
  one: {reply: {type: b}}
  two: {reply: {type: c}}
  last: {}
"""
    )

    sent = sim.send(type="a", to="sequence/steps", as_="app")
    sim.run()

    assert sent.status == 202
    assert [each.event.get_type() for each in sim.received("last")] == ["c"]


def test_an_event_transform_has_a_guard_and_sends_a_token_to_its_sink() -> None:
    sim = running(
        """
brokers: {default: {}}
triggers: {all: {subscriber: shop}}
services: {shop: {}}
---
apiVersion: eventing.knative.dev/v1alpha1
kind: EventTransform
metadata: {name: change}
spec:
  jsonata: {expression: '{"specversion": "1.0", "id": "1", "type": "b", "source": "/"}'}
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default}}
"""
    )
    url = "http://change-jsonata.default.svc.cluster.local"

    unknown = sim.send(type="a", to=url)
    known = sim.send(type="a", to=url, as_="app")
    sim.run()

    assert (unknown.status, known.status) == (401, 202)
    assert [each.event.get_type() for each in sim.received("shop")] == ["b"]


def test_a_run_in_the_name_of_an_account_is_had_again_from_its_trace() -> None:
    text = TOPOLOGY + "brokers: {default: {}}"
    sim = Simulation(Topology.parse(text), journal=True)
    sim.send(type="a", as_="app")
    sim.run()

    fork = sim.fork()

    assert [each.status for each in fork.trace.select(kind="answered")] == [202]

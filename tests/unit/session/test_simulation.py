"""The front door: sending, running, asking."""

from typing import Any

import anyio
import pytest

from simulator import (
    CloudEvent,
    Simulation,
    Topology,
    TopologyError,
    reply,
)
from simulator.errors import EventError, UnknownAddressError, UsageError
from simulator.event import Event
from tests.unit.session.hubs import kinds, one_service

ORDERS = """
topology: orders
brokers: {default: {}}
triggers:
  price: {filter: {type: shop.order.placed}, subscriber: pricing}
  ship: {filter: {type: shop.order.priced}, subscriber: shipping}
  audit: {filter: {type: shop.order.cancelled}, subscriber: auditing}
"""
DEAD = """
topology: dead
brokers: {default: {delivery: {retry: 0, deadLetterSink: dead-letters}}}
triggers:
  a: {filter: {type: a}, subscriber: s}
  b: {filter: {type: b}, subscriber: s, delivery: {deadLetterSink: broken}}
services: {s: {responses: [500]}, broken: {responses: [503]}}
"""
CIRCLE = """
topology: circle
brokers: {default: {delivery: {retry: 0}}}
triggers: {again: {subscriber: s}}
services: {s: {echo: true}}
"""


def of(text: str, **options: Any) -> Simulation:
    return Simulation(Topology.parse(text), **options)


# -- the first example that users read


def test_the_example_of_the_readme_works() -> None:
    sim = of(ORDERS, seed=7)

    @sim.service("pricing")
    def pricing(event: CloudEvent) -> CloudEvent:
        return reply(event, type="shop.order.priced", data={"total": 42})

    sent = sim.send(
        type="shop.order.placed", source="/test", data={"id": 1}, to="broker/default"
    )
    sim.run()

    types = [d.event.get_type() for d in sim.received("shipping")]
    assert types == ["shop.order.priced"]
    assert sent.status == 202
    assert not sim.lost
    assert not sim.dead_letters
    assert str(sim.why(sent.event, "audit")).startswith("trigger/audit: does not match")


# -- sending


def test_an_event_made_of_attributes_gets_an_id_and_a_source() -> None:
    sim = one_service()

    first = sim.send(type="a")
    second = sim.send(type="a", id="mine", source="/me", subject="s")

    assert (first.id, first.event.get_source()) == ("event-1", "/kn-sim")
    assert (second.id, second.event.get_subject()) == ("mine", "s")


def test_a_cloud_event_is_sent_as_it_is_at_that_moment() -> None:
    sim = one_service()
    event = CloudEvent({"id": "1", "source": "/s", "type": "a"}, {"n": 1})
    sent = sim.send(event)

    event.get_attributes()["type"] = "changed"
    sim.run()

    assert sim.received("s")[0].event.get_type() == "a"
    assert sent.event.get_data() == {"n": 1}


def test_an_event_of_our_own_is_sent_without_a_check() -> None:
    sim = one_service()

    sent = sim.send(Event({"type": "a"}))
    sim.run()

    assert sent.status == 400
    assert [r.kind for r in sim.refused] == ["refused"]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({}, "an event needs a type"),
        ({"type": ""}, "type"),
        ({"type": "a", "time": "yesterday"}, "time"),
        ({"type": "a", "data": {1, 2}}, "data cannot be written"),
        ({"type": "a", "no_name": "x"}, "no_name"),
    ],
)
def test_what_makes_no_event_is_refused(
    attributes: dict[str, Any], message: str
) -> None:
    sim = one_service()

    with pytest.raises((EventError, UsageError), match=message):
        sim.send(**attributes)

    assert sim.send(type="a").id == "event-1"


def test_an_event_and_attributes_together_are_refused() -> None:
    sim = one_service()
    event = CloudEvent({"id": "1", "source": "/s", "type": "a"})

    with pytest.raises(UsageError, match="not both"):
        sim.send(event, subject="x")
    with pytest.raises(UsageError, match="not both"):
        sim.send(event, data=1)
    with pytest.raises(UsageError, match="expected a CloudEvent, found"):
        sim.send({"type": "a"})  # type: ignore[arg-type] # wrong on purpose


@pytest.mark.parametrize(
    ("to", "node"),
    [
        ("", "broker/default"),
        ("broker/default", "broker/default"),
        ("s", "service/s"),
        ("service/s", "service/s"),
        ("http://s.default.svc.cluster.local/path", "service/s"),
        ("http://nowhere.example", "nowhere.example"),
    ],
)
def test_an_address_is_a_short_name_a_service_or_a_url(to: str, node: str) -> None:
    assert one_service().target(to).node == node


def test_an_unknown_address_names_the_nearest() -> None:
    with pytest.raises(UnknownAddressError, match="did you mean 'broker/default'"):
        one_service().send(type="a", to="broker/defualt")


def test_no_address_is_enough_only_where_one_hub_is_meant() -> None:
    one = of("topology: t\nbrokers: {other: {}}\n")
    channel = of("topology: t\nchannels: {c: {}}\n")
    two = of("topology: t\nbrokers: {x: {}, y: {}}\n")

    assert one.target("").node == "broker/other"
    assert channel.target("").node == "channel/c"
    with pytest.raises(UnknownAddressError, match="none given"):
        two.target("")


def test_an_event_may_be_sent_later_with_headers_and_a_timeout() -> None:
    sim = one_service("{latency: 10s}")

    sent = sim.send(type="a", after="PT1M", headers={"X-B3-A": "1"}, timeout="5s")
    before = (sent.serial, sent.status, sent.error, repr(sent))
    sim.run()

    assert before == (None, None, None, "<Sent a id=event-1 status=None>")
    assert sent.error == "context deadline exceeded"
    assert sent.answered_ns == 65_000_000_000
    assert sent.serial == 0
    assert sim.received("s")[0].headers["x-b3-a"] == "1"
    assert [r.kind for r in sim.lost] == ["cut"]


def test_a_request_is_posted_as_it_stands() -> None:
    sim = one_service()
    answers: list[int | None] = []
    headers = {"Ce-Id": "1", "Ce-Source": "/s", "Ce-Type": "a", "Ce-Specversion": "1.0"}

    good = sim.post("broker/default", headers=headers, body=b"x", after="1s")
    sim.post("broker/default", then=lambda sent: answers.append(sent.status))
    sim.post("broker/default", method="get", timeout="1s")
    sim.run()

    assert good.status == 202
    assert answers == [400]
    assert sim.received("s")[0].body == b"x"


@pytest.mark.parametrize("argument", ["after", "timeout"])
def test_a_duration_that_is_none_is_named_with_its_argument(argument: str) -> None:
    sim = one_service()

    with pytest.raises(UsageError, match=f"{argument}: 'soon' is no duration"):
        sim.send(type="a", **{argument: "soon"})  # type: ignore[arg-type] # by name
    with pytest.raises(UsageError, match=f"{argument}: 'soon' is no duration"):
        sim.post("broker/default", **{argument: "soon"})  # type: ignore[arg-type] # by name


# -- time


def test_a_run_stops_at_an_instant_and_goes_on_from_there() -> None:
    sim = one_service()
    for seconds in (1, 2, 3):
        sim.send(type="a", after=f"{seconds}s")

    sim.run(until="2s")
    first = len(sim.received("s"))
    sim.run(until="PT10S")

    assert (first, len(sim.received("s"))) == (2, 3)
    assert sim.now_text() == "2026-01-01T00:00:10Z"
    assert sim.now.isoformat() == "2026-01-01T00:00:10+00:00"


def test_time_stands_at_the_start_before_anything_ran() -> None:
    sim = one_service(start="2030-05-05T05:05:05Z")

    assert sim.now_ns == 0
    assert sim.now.year == 2030


def test_steps_lead_to_the_same_records_as_a_run() -> None:
    def sent() -> Simulation:
        sim = of(DEAD)
        sim.send(type="a")
        sim.send(type="b", after="1s")
        return sim

    by_step, by_run = sent(), sent()
    while by_step.step():
        pass
    by_run.run()

    assert list(by_step.trace) == list(by_run.trace)
    assert by_step.step() is False


def test_sources_that_never_end_need_an_end() -> None:
    more = "sources: {tick: {every: 1s, event: {type: a}, sink: broker/default}}"
    sim = one_service(more=more)

    with pytest.raises(UsageError, match=r"source/tick would send for ever.*until="):
        sim.run()
    sim.run(until="3s")

    assert sim.endless == ("source/tick",)
    assert len(sim.received("s")) == 3


def test_an_end_that_is_no_duration_is_refused() -> None:
    with pytest.raises(UsageError, match="until: 'later' is no duration"):
        one_service().run(until="later")


def test_a_run_that_makes_too_many_records_names_the_circle() -> None:
    sim = of(CIRCLE, max_ttl=100_000, most=20_000)
    sim.send(type="round")

    with pytest.raises(UsageError, match=r"events go in a circle: .*→ trigger/again →"):
        sim.run()


def test_watchers_are_told_when_a_run_or_a_step_is_over() -> None:
    sim = one_service()
    told: list[int] = []
    sim.watch(lambda: told.append(len(sim.log)))
    sim.send(type="a")

    sim.step()
    sim.run()

    assert told[-1] == len(sim.log) == len(sim.trace)


# -- settings


def test_the_topology_sets_seed_start_profile_and_time_to_live() -> None:
    text = """
apiVersion: simulator/v1
kind: Simulation
metadata: {name: s}
spec: {seed: 5, start: "2027-01-01T00:00:00Z", profile: mt-channel, maxTTL: 2}
"""
    sim = of(CIRCLE + "---" + text)
    sim.send(type="round")
    sim.run()

    assert (sim.seed, sim.now.year) == (5, 2027)
    assert kinds(sim).count("accepted") == 2
    assert [r.kind for r in sim.refused] == ["expired"]


def test_the_settings_of_the_call_come_first() -> None:
    sim = of(CIRCLE, seed=0, profile="mt-channel", max_ttl=3)
    sim.send(type="round")
    sim.run()

    assert kinds(sim).count("accepted") == 3


def test_a_wrong_setting_is_refused() -> None:
    with pytest.raises(UsageError, match=r"unknown profile 'mt-chanel'; did you mean"):
        one_service(profile="mt-chanel")
    with pytest.raises(UsageError, match="start: 'now' is no RFC 3339 time"):
        one_service(start="now")


def test_a_strict_run_leaves_undescribed_services_unresolved() -> None:
    lenient, strict = of(ORDERS), of(ORDERS, strict=True)

    assert {e.stub for e in lenient.wiring.endpoints} == {True}
    assert strict.wiring.endpoints == ()
    assert strict.findings


# -- questions


def test_what_a_service_received_is_shown_with_all_that_matters() -> None:
    sim = one_service("{responses: [503]}")
    sim.send(type="a", id="e1", data={"n": 1}, after="1s")
    sim.run()

    (received,) = sim.received("s")

    assert received.service == "service/s"
    assert received.attempt == 1
    assert received.role == "event"
    assert received.at_ns == 1_000_000_000
    assert received.at == "2026-01-01T00:00:01Z"
    assert received.attributes["knativearrivaltime"] == "2026-01-01T00:00:01Z"
    assert received.headers["ce-id"] == "e1"
    assert received.body == b'{"n":1}'
    assert received.ok is False
    assert repr(received) == "<Received a id=e1 by service/s -> 503>"
    assert sim.trace[received.serial].kind == "dispatched"


def test_requests_that_never_arrived_were_not_received() -> None:
    sim = one_service("{unreachable: true}")
    sim.send(type="a")
    sim.run()

    assert sim.received("s") == []
    assert len(sim.lost) == 1


def test_a_request_without_an_answer_so_far_hangs() -> None:
    sim = one_service("{latency: 10s}")
    sim.send(type="a")
    sim.run(until="1s")

    (received,) = sim.received("s")

    assert received.fault == "hang"
    assert received.status == 0


def test_services_are_asked_for_by_name_namespace_or_node() -> None:
    text = """
topology: two
brokers: {default: {}}
triggers: {t1: {subscriber: s}, t2: {subscriber: service/team/s}, t3: {subscriber: service/team/t}}
"""
    sim = of(text)
    sim.send(type="a")
    sim.run()

    by_name = {name: sim.received(name) for name in ("s", "team/s", "t", "service/s")}

    assert {k: [r.service for r in v] for k, v in by_name.items()} == {
        "s": ["service/s"],
        "team/s": ["service/team/s"],
        "t": ["service/team/t"],
        "service/s": ["service/s"],
    }
    assert len(sim.received()) == 3


def test_an_unknown_service_names_the_nearest() -> None:
    with pytest.raises(UnknownAddressError, match="did you mean 'pricing'"):
        of(ORDERS).received("prizing")


def test_dead_letters_are_what_the_sinks_took_and_lost_is_what_nothing_took() -> None:
    sim = of(DEAD)
    for kind in ("a", "b", "c"):
        sim.send(type=kind, id=kind)
    sim.run()

    assert [r.event.get_id() for r in sim.dead_letters] == ["a"]
    assert sim.dead_letters[0].event.get_extension("knativeerrorcode") == "500"
    assert [(r.event.id, r.detail) for r in sim.lost] == [
        ("b", "the dead letter sink failed")
    ]
    assert [r.event.id for r in sim.unmatched] == ["c"]


def test_why_tells_of_one_trigger_and_whys_of_all_matching_first() -> None:
    sim = of(ORDERS)
    sent = sim.send(type="shop.order.placed")
    sim.run()

    one = sim.why(sent, "price")
    all_ = sim.whys(sent)

    assert one.matches
    assert one.delivered
    assert one.hub == "broker/default"
    assert all_[0].trigger == "trigger/price"
    assert [w.matches for w in all_] == [True, False, False]
    assert str(one).splitlines() == [
        "trigger/price: matches",
        "  ✓ attributes type: wanted 'shop.order.placed', got 'shop.order.placed'",
        "  attempt 1: service/pricing answered 202",
    ]


def test_why_takes_what_was_sent_what_was_received_and_any_event() -> None:
    sim = of(ORDERS)
    sent = sim.send(type="shop.order.placed", id="1", source="/s")
    sim.run()
    (received,) = sim.received("pricing")
    never_sent = CloudEvent({"id": "9", "source": "/s", "type": "shop.order.placed"})
    same_id = Event({"id": "1", "source": "/other", "type": "shop.order.placed"})

    whys = [
        sim.why(event, "trigger/price")
        for event in (sent, sent.event, received, never_sent, same_id)
    ]

    assert [why.matches for why in whys] == [True] * 5
    assert [why.delivered for why in whys] == [True, True, True, False, False]


def test_why_as_json_has_verdict_filter_and_attempts() -> None:
    sim = of(ORDERS)
    sent = sim.send(type="shop.order.placed", id="1")
    sim.run()

    data = sim.why(sent, "price").to_json()

    assert data["verdict"] == "pass"
    assert data["event"] == {"id": "1", "type": "shop.order.placed"}
    assert data["attempts"] == [
        {"at_ns": 0, "attempt": 1, "status": 202, "detail": None}
    ]


def test_why_of_a_subscription_and_of_a_panic() -> None:
    sim = of("""
topology: t
brokers: {default: {delivery: {retry: 0}}}
channels: {c: {}}
subscriptions: {sub: {channel: c, subscriber: s}}
triggers: {odd: {filters: [{cesql: "1 + 1"}], subscriber: s}}
""")
    sent = sim.send(type="a", to="broker/default")
    sim.run()

    assert "has no filter" in str(sim.why(sent, "sub"))
    assert "makes the filter panic" in str(sim.why(sent, "odd"))
    assert not sim.why(sent, "odd").delivered


def test_why_of_an_unknown_trigger_names_the_nearest() -> None:
    sim = of(ORDERS)

    with pytest.raises(UnknownAddressError, match="did you mean 'price'"):
        sim.why(sim.send(type="a"), "prise")


def test_a_faulty_topology_is_refused_with_every_fault() -> None:
    with pytest.raises(TopologyError) as caught:
        of(ORDERS + "services: {x: {latncy: 1s}, z: {responses: [42]}}\n")

    first, second = (f.partition(": Simulation")[2] for f in caught.value.faults)
    assert first.startswith(
        " orders: spec.services.x.latncy: unknown field; did you mean 'latency'?"
    )
    assert second.startswith(
        " orders: spec.services.z.responses[0].status: expected a whole number from 200"
    )


def test_a_request_that_follows_a_redirect_is_received_as_it_was_made() -> None:
    sim = of("""
topology: moved
brokers: {default: {delivery: {retry: 0}}}
triggers: {t1: {subscriber: old}}
services:
  old: {responses: [{status: 302, headers: {location: "http://new.default.svc.cluster.local/x"}}]}
  new: {}
""")
    sim.send(type="a", data={"x": 1})

    sim.run()

    (received,) = sim.received("new")
    assert received.request.method == "GET"
    assert received.body == b""
    assert received.ok


def test_an_awaited_run_that_makes_too_many_records_is_stopped_too() -> None:
    sim = of(CIRCLE, max_ttl=100_000, most=20_000)
    sim.send(type="round")

    with pytest.raises(UsageError, match=r"stopped after \d+ records at 2026"):
        anyio.run(sim.run_async)

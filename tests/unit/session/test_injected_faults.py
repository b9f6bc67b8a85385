"""What injected faults do to requests, and what the trace says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.errors import UsageError
from simulator.kernel import Kind
from tests.playbook import answers, lines, simulation

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator import CloudEvent

TOPOLOGY = """
brokers: {default: {delivery: {timeout: PT2S, retry: 1}}}
triggers: {work: {subscriber: one}}
services: {one: {latency: 10ms}}
"""
SET = [Kind.FAULT_SET, Kind.SENT, Kind.ACCEPTED]


def hit(node: str = "one", **fault: Any) -> Simulation:
    """Send one event to a broker, with a fault in its way."""
    sim = simulation(TOPOLOGY)
    sim.fault(node, **fault)
    sim.send(id="a", type="t")
    sim.run()
    return sim


def received(sim: Simulation) -> list[tuple[int, int]]:
    return [(r.attempt, r.status) for r in sim.received("one")]


def test_a_status_is_answered_in_place_of_the_service() -> None:
    sim = hit(status=503, count=1)

    assert lines(sim) == [
        "0s fault-set fault-1 -> service/one (fault 1: status 503, count 1)",
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: status 503)",
        "0s responded a service/one -> trigger/work 503",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 0s",
        "0s dispatched a trigger/work -> service/one #2",
        "10ms responded a service/one -> trigger/work #2 200",
        "10ms answered a broker/default 202",
    ]
    assert received(sim) == [(2, 200)]


def test_latency_comes_before_the_service_and_its_own() -> None:
    sim = hit(latency="1s")

    assert lines(sim, without=SET) == [
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: latency 1s)",
        "1.01s responded a service/one -> trigger/work 200",
        "1.01s answered a broker/default 202",
    ]


def test_latency_beyond_the_timeout_is_one() -> None:
    sim = hit(latency="2s", count=1)

    assert lines(sim, without=SET)[:3] == [
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: latency 2s)",
        "2s responded a service/one -> trigger/work (timeout)",
    ]


def test_latencies_add_up_to_the_timeout() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("one", latency="1500ms", count=1)
    sim.fault("one", latency="600ms", count=1)
    sim.send(id="a", type="t")

    sim.run()

    assert lines(sim, without=SET)[:4] == [
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: latency 1.5s)",
        "1.5s fault-hit a trigger/work -> service/one (fault 2: latency 600ms)",
        "2s responded a service/one -> trigger/work (timeout)",
    ]


def test_a_timeout_hangs_until_the_caller_gives_up() -> None:
    sim = hit(timeout=True, count=1)

    assert lines(sim, without=SET)[:3] == [
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: timeout)",
        "2s responded a service/one -> trigger/work (timeout)",
    ]
    assert received(sim) == [(2, 200)]


@pytest.mark.parametrize(
    ("kind", "failure"), [("drop", "reset"), ("outage", "refused")]
)
def test_a_connection_that_fails_is_tried_again(kind: str, failure: str) -> None:
    fault: dict[str, Any] = {kind: True}

    sim = hit("one", **fault, count=1)

    assert lines(sim, without=SET) == [
        "0s dispatched a trigger/work -> service/one",
        f"0s fault-hit a trigger/work -> service/one (fault 1: {kind})",
        f"0s responded a service/one -> trigger/work ({failure})",
        "0s retry-scheduled a trigger/work -> service/one #2 500 after 0s",
        "0s dispatched a trigger/work -> service/one #2",
        "10ms responded a service/one -> trigger/work #2 200",
        "10ms answered a broker/default 202",
    ]
    assert received(sim) == [(2, 200)]


def test_a_duplicate_is_a_second_receipt_whose_answer_counts_for_nothing() -> None:
    sim = hit(duplicate=True)

    assert lines(sim, without=SET) == [
        "0s dispatched a trigger/work -> service/one",
        "0s fault-hit a trigger/work -> service/one (fault 1: duplicate)",
        "0s dispatched a trigger/work -> service/one",
        "10ms responded a service/one -> trigger/work 200",
        "10ms answered a broker/default 202",
        "10ms responded a service/one -> trigger/work 200",
    ]
    assert received(sim) == [(1, 200), (1, 200)]


def test_the_answer_to_the_first_of_two_receipts_counts() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {timeout: PT2S, retry: 0}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{hang: true}, 200]}}
        """
    )
    sim.fault("one", duplicate=True)
    sent = sim.send(id="a", type="t")

    sim.run()

    assert answers([sent]) == [500]
    assert [(r.status, str(r.fault)) for r in sim.received("one")] == [
        (0, "timeout"),
        (200, "None"),
    ]


def test_a_status_at_a_broker_is_for_its_senders() -> None:
    sim = hit("broker/default", status=503)

    assert lines(sim) == [
        "0s fault-set fault-1 -> broker/default (fault 1: status 503)",
        "0s sent a -> broker/default",
        "0s fault-hit a -> broker/default (fault 1: status 503)",
        "0s answered a broker/default 503",
    ]


def test_latency_at_a_broker_is_passed_before_it_takes_the_event() -> None:
    sim = hit("broker/default", latency="3s")

    assert lines(sim)[2:] == [
        "0s fault-hit a -> broker/default (fault 1: latency 3s)",
        "3s accepted a broker/default for 1",
        "3s dispatched a trigger/work -> service/one",
        "3.01s responded a service/one -> trigger/work 200",
        "3.01s answered a broker/default 202",
    ]


def test_a_broker_that_gets_an_event_twice_delivers_it_twice() -> None:
    sim = hit("broker/default", duplicate=True)

    assert lines(sim)[2:] == [
        "0s fault-hit a -> broker/default (fault 1: duplicate)",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "10ms responded a service/one -> trigger/work 200",
        "10ms answered a broker/default 202",
        "10ms responded a service/one -> trigger/work 200",
    ]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"drop": True}, "reset"),
        ({"outage": True}, "refused"),
        ({"timeout": True}, "context deadline exceeded"),
        ({"latency": "9s"}, "context deadline exceeded"),
    ],
    ids=str,
)
def test_a_sender_learns_how_its_connection_failed(
    fault: dict[str, Any], answer: str
) -> None:
    for to in ("broker/default", "one"):
        sim = simulation(TOPOLOGY)
        sim.fault(to, **fault)
        sent = sim.send(id="a", type="t", to=to, timeout="5s")

        sim.run()

        assert answers([sent]) == [answer]


def test_a_broker_that_comes_late_refuses_what_is_no_event() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("broker/default", latency="1s")
    sent = sim.send(
        id="a", type="t", to="broker/default", headers={"x-request-id": "1"}
    )
    expired = sim.send(id="b", type="t", attributes={"knativebrokerttl": "0"})

    sim.run()

    assert answers([sent, expired]) == [202, 400]


REPLIES = """
brokers: {default: {delivery: {retry: 1, deadLetterSink: dead}}}
triggers: {work: {filter: {type: t}, subscriber: one}}
channels: {audit: {}}
subscriptions: {write: {channel: audit, subscriber: dead}}
services: {one: {reply: {type: u}}, dead: {}}
"""


def test_a_reply_meets_the_faults_of_the_broker_it_goes_to() -> None:
    sim = simulation(REPLIES)
    sim.fault("broker/default", status=503, count=1, where="type = 'u'")
    sim.fault("broker/default", latency="1s", where="type = 'u'")
    sim.fault("broker/default", duplicate=True, where="type = 'u'")
    sim.send(id="a", type="t")

    sim.run()

    assert lines(sim)[3:] == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 200",
        "0s replied a/u trigger/work -> broker/default",
        "0s fault-hit a/u trigger/work -> broker/default (fault 1: status 503)",
        "0s responded a/u broker/default -> trigger/work 503",
        "0s retry-scheduled a/u trigger/work -> broker/default #2 503 after 0s",
        "0s replied a/u trigger/work -> broker/default #2",
        "0s fault-hit a/u trigger/work -> broker/default #2 (fault 2: latency 1s)",
        "1s fault-hit a/u trigger/work -> broker/default #2 (fault 3: duplicate)",
        "1s accepted a/u broker/default for 0",
        "1s responded a/u broker/default -> trigger/work #2 202",
        "1s answered a broker/default 202",
        "1s accepted a/u broker/default for 0",
    ]


def test_a_dead_letter_meets_the_faults_of_its_sink() -> None:
    sim = simulation(REPLIES)
    sim.fault("one", status=400)
    sim.fault("dead", status=500, where="EXISTS knativeerrorcode")
    sim.send(id="a", type="t")

    sim.run()

    assert [record.detail for record in sim.lost] == ["the dead letter sink failed"]
    assert sim.dead_letters == []


def test_a_fault_that_spares_a_request_leaves_no_trace_of_itself() -> None:
    runs = []
    for spared in ({}, {"rate": 0.0}, {"from_": "1h"}, {"where": "type = 'x'"}):
        sim = simulation(REPLIES)
        if spared:
            sim.fault("*", drop=True, **spared)
        for to in ("broker/default", "channel/audit", "one"):
            sim.send(id="a", type="t", to=to)
        sim.run()
        runs.append(lines(sim, without=[Kind.FAULT_SET]))

    assert runs[1:] == [runs[0]] * 3


def test_a_fault_hits_only_between_its_instants() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("one", status=400, from_="1s", until="3s")
    for second in range(5):
        sim.send(type="t", after=f"{second}s")

    sim.run()

    assert [r.at_ns // 10**9 for r in sim.received("one")] == [0, 3, 4]


def test_the_rate_of_a_fault_is_drawn_from_the_seed() -> None:
    def spared(seed: int) -> list[str]:
        sim = simulation(TOPOLOGY, seed=seed)
        sim.fault("one", status=400, rate=0.5)
        for number in range(100):
            sim.send(id=str(number), type="t")
        sim.run()
        return [r.request.envelope.event.id for r in sim.received("one")]

    assert spared(1) == spared(1) != spared(2)
    assert 30 < len(spared(1)) < 70


def test_a_handler_that_comes_late_knows_what_it_answers() -> None:
    sim = simulation(
        TOPOLOGY.replace("latency: 10ms", "emit: [{event: {type: u}, to: channel/c}]")
        + "channels: {c: {}}"
    )
    sim.fault("one", latency="1s")
    sim.send(id="a", type="t")

    sim.run()

    [dispatched] = sim.trace.select(kind=Kind.DISPATCHED)
    [emitted] = sim.trace.select(kind=Kind.SENT, type="u")
    assert emitted.cause == dispatched.serial


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [({"latency": "1s"}, [202]), ({"duplicate": True}, [202, 202])],
    ids=str,
)
@pytest.mark.parametrize("to", ["one", "broker/default"])
def test_a_handler_that_waits_answers_what_a_fault_has_hit(
    to: str, fault: dict[str, Any], statuses: list[int]
) -> None:
    sim = simulation(TOPOLOGY)

    async def slow(event: CloudEvent) -> int:
        await sim.sleep("500ms")
        return 202

    sim.service("one", slow)
    sim.fault("one", **fault)
    sent = sim.send(id="a", type="t", to=to)

    sim.run()

    assert answers([sent]) == [202]
    assert [r.status for r in sim.received("one")] == statuses


def test_a_duplicate_that_takes_too_long_is_given_up() -> None:
    sim = simulation(TOPOLOGY)
    naps = ["100ms", "5s"]

    async def slow(event: CloudEvent) -> int:
        await sim.sleep(naps.pop(0))
        return 202

    sim.service("one", slow)
    sim.fault("one", duplicate=True)
    sim.send(id="a", type="t")

    sim.run()

    assert lines(sim, without=SET)[3:] == [
        "110ms responded a service/one -> trigger/work 202",
        "110ms answered a broker/default 202",
        "2s responded a service/one -> trigger/work (timeout)",
    ]


def test_faults_can_be_switched_and_lifted_while_the_run_goes_on() -> None:
    sim = simulation(TOPOLOGY)
    first = sim.fault("one", status=400)
    second = sim.fault("one", status=404)
    steps: list[Callable[[], None]] = [
        lambda: sim.set_fault(first, on=False),
        lambda: sim.set_fault(first, on=False),
        lambda: sim.lift(second),
        lambda: sim.set_fault(first, on=True),
    ]
    answered = []
    for step in (lambda: None, *steps):
        step()
        sim.send(id="a", type="t")
        sim.run()
        answered.append(sim.trace.select(kind=Kind.RESPONDED)[-1].status)

    assert answered == [400, 404, 404, 200, 400]
    assert [
        line for line in lines(sim) if "fault-set" in line or "fault-lifted" in line
    ] == [
        "0s fault-set fault-1 -> service/one (fault 1: status 400)",
        "0s fault-set fault-2 -> service/one (fault 2: status 404)",
        "0s fault-lifted fault-1 -> service/one (fault 1: status 400, switched off)",
        "0s fault-lifted fault-2 -> service/one (fault 2: status 404)",
        "10ms fault-set fault-1 -> service/one (fault 1: status 400, switched on)",
    ]
    assert [(f.number, f.on, f.hits) for f in sim.faults] == [(1, True, 2)]
    with pytest.raises(UsageError, match=r"there is no fault 2 \(there are: 1\)"):
        sim.lift(second)


def test_a_fault_shows_all_that_was_said_of_it() -> None:
    sim = simulation(TOPOLOGY)

    number = sim.fault(
        "broker/default", latency={"uniform": ["10ms", "30ms"]}, from_="90s",
        until="1h", rate=0.25, count=3, where="type = 't'",
    )  # fmt: skip

    [fault] = sim.faults
    assert (number, fault.number, fault.node) == (1, 1, "broker/default")
    assert (fault.kind, fault.value) == ("latency", "uniform 10ms to 30ms")
    assert (fault.on, fault.hits, fault.rate, fault.count) == (True, 0, 0.25, 3)
    assert (fault.from_ns, fault.until_ns) == (90 * 10**9, 3_600 * 10**9)
    assert fault.where == "type = 't'"
    [record] = sim.trace
    assert record.event.to_json()["data"] == {
        "at": "broker/default",
        "latency": {"uniform": ["10ms", "30ms"]},
        "from": "90s",
        "until": "1h",
        "rate": 0.25,
        "count": 3,
        "where": "type = 't'",
    }


def test_handlers_may_come_after_the_faults_of_the_topology() -> None:
    sim = simulation(TOPOLOGY + "faults: [{at: one, status: 400}]")
    numbers = [fault.number for fault in sim.faults]
    sim.service("one", lambda event: 201)

    sim.send(id="a", type="t")
    sim.run()

    assert numbers == [1]
    assert lines(sim)[0] == "0s fault-set fault-1 -> service/one (fault 1: status 400)"
    assert sim.faults[0].hits == 1


def test_whoever_watches_is_told_of_what_is_done_between_runs() -> None:
    sim = simulation(TOPOLOGY)
    seen: list[int] = []
    sim.watch(lambda: seen.append(len(sim.trace)))

    sim.set_fault(sim.fault("one", drop=True), on=False)
    sim.lift(1)

    assert seen == [1, 2, 3]


def test_a_run_without_faults_has_none() -> None:
    assert simulation(TOPOLOGY).faults == ()


@pytest.mark.parametrize(
    ("node", "fault", "said"),
    [
        ("service/on", {"drop": True}, "did you mean 'service/one'?"),
        ("one", {}, "fault: expected one of status, latency, timeout, drop, dupl"),
        ("one", {"drop": True, "status": 1}, "found status and drop; fault.status:"),
        ("one", {"latency": "x"}, "fault.latency: 'x' is no duration"),
        ("one", {"drop": True, "where": "a b"}, "fault.where: is no CESQL: unexpect"),
    ],
    ids=str,
)
def test_what_is_no_fault_is_refused(
    node: str, fault: dict[str, Any], said: str
) -> None:
    sim = simulation(TOPOLOGY)

    with pytest.raises(UsageError) as refused:
        sim.fault(node, **fault)

    assert said in str(refused.value)
    assert sim.faults == ()


def test_faults_at_nodes_that_are_not_there_are_named_with_their_places() -> None:
    text = """topology: shop
brokers: {default: {}}
services: {one: {emit: [{event: {type: a}, to: brokr/default}]}}
faults:
  - {at: service/on, drop: true}
  - {at: "*", drop: true}
  - at: brokr/default
    drop: true
"""
    sim = Simulation(Topology.parse(text, "shop.yaml"))

    with pytest.raises(TopologyError) as refused:
        _ = sim.wiring

    emission, *faults = [fault.split(" (there")[0] for fault in refused.value.faults]
    assert emission.startswith("shop.yaml:3:")
    assert faults == [
        (
            "shop.yaml:5:6: Simulation shop: spec.faults[0].at: nothing has the address "
            "'service/on'; did you mean 'service/one'?"
        ),
        (
            "shop.yaml:7:5: Simulation shop: spec.faults[2].at: nothing has the address "
            "'brokr/default'; did you mean 'broker/default'?"
        ),
    ]


def test_what_is_wrong_with_faults_is_named_with_its_place() -> None:
    text = """topology: shop
services: {one: {}}
faults:
  - {at: one, status: 50, rte: 1}
  - {drop: true, until: 0s}
"""

    with pytest.raises(TopologyError) as refused:
        Simulation(Topology.parse(text, "shop.yaml"))

    assert refused.value.faults == (
        (
            "shop.yaml:4:15: Simulation shop: spec.faults[0].status: expected a whole "
            "number from 200 to 999, found 50"
        ),
        (
            "shop.yaml:4:27: Simulation shop: spec.faults[0].rte: unknown field; did you "
            "mean 'rate'? (expected one of at, status, latency, timeout, drop, duplicate, "
            "outage, from, until, rate, count, where)"
        ),
        (
            "shop.yaml:5:5: Simulation shop: spec.faults[1].at: is required: a node such "
            "as service/pricing, or *"
        ),
        (
            "shop.yaml:5:18: Simulation shop: spec.faults[1].until: expected an instant "
            "later than from"
        ),
    )


@pytest.mark.parametrize(
    "how", [{"method": "OPTIONS"}, {"body": b"junk"}, {"after": "1s"}]
)
def test_an_outage_comes_before_what_the_broker_refuses(how: dict[str, Any]) -> None:
    sim = simulation(TOPOLOGY)
    sent = sim.post("broker/default", **how)
    sim.fault("broker/default", outage=True)

    sim.run()

    assert (sent.status, sent.error) == (None, "refused")


def test_what_does_not_outlast_the_latency_was_not_received() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("one", latency="5s", count=1)
    sim.send(id="a", type="t")
    sim.run()

    assert received(sim) == [(2, 200)]


def test_what_is_still_on_its_way_was_not_received_yet() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("one", latency="1s")
    sim.send(id="a", type="t", to="one", timeout="500ms")
    sim.send(id="b", type="t", to="one")
    sim.run("700ms")
    before = received(sim)

    sim.run()

    assert before == []
    assert [(r.attributes["id"], r.status) for r in sim.received("one")] == [("b", 200)]


def test_a_request_that_is_no_event_arrives_twice_as_it_was_sent() -> None:
    sim = simulation(TOPOLOGY)
    sim.fault("one", duplicate=True)
    headers = {"content-type": "application/cloudevents+json", "authorization": "x"}
    body = b'{"specversion":"1.0","id":"1","type":"t","source":"/s","data":{"a":  1}}'

    sim.post("one", headers=headers, body=body)
    sim.run()

    seen = [(r.headers, r.body, r.status) for r in sim.received("one")]
    assert seen == [(headers, body, 200)] * 2


def test_only_services_and_hubs_are_guarded_though_a_fault_is_everywhere() -> None:
    sim = simulation("brokers: {default: {}}")
    sim.fault("*", status=503)
    url = "http://broker-ingress.knative-eventing.svc.cluster.local/default/none"

    sent = [sim.send(type="t", to=url), sim.send(type="t", to="http://no.where/")]
    sim.run()

    assert answers(sent) == [404, "no such host"]


def test_the_twin_of_an_event_that_a_service_emits_names_its_sender() -> None:
    sim = simulation("""
services:
  one: {emit: [{event: {type: e}, to: two}]}
  two: {}
""")
    sim.fault("two", duplicate=True)
    sim.send(type="t", to="one")
    sim.run()

    asked = sim.trace.select(kind=Kind.DISPATCHED, node="service/two")
    assert [r.source for r in asked] == ["service/one"] * 2


def test_a_handler_that_answers_after_a_latency_follows_from_its_own_request() -> None:
    sim = simulation(TOPOLOGY)

    @sim.service("one")
    def one(event: CloudEvent) -> None:
        if event.get_type() == "t":
            sim.send(type="u", to="one")

    sim.fault("one", latency="1s", count=1)
    sim.send(type="t", id="a", to="one")
    sim.run()

    (follows,) = sim.trace.select(kind=Kind.SENT, type="u")
    (asked,) = sim.trace.select(kind=Kind.DISPATCHED, type="t")
    assert follows.cause == asked.serial

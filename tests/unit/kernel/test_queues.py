"""Brokers that store events first: a small profile proves that the kernel takes it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.kernel import Kind
from simulator.profiles import MT_CHANNEL, Profile
from simulator.profiles.endings import Replies
from simulator.profiles.profile import Queue
from simulator.profiles.specification import SPEC
from tests.playbook import answers, line, lines, simulation

ONE_BY_ONE = SPEC.replace(name="queue", queue=Queue(workers=1))
GOES_BACK = SPEC.replace(name="stream", queue=Queue(workers=1, retry_holds=False))
BY_KEY = SPEC.replace(name="keyed", queue=Queue(ordered_by="key"))
WORK = """
brokers: {{default: {{delivery: {{{delivery}}}}}}}
triggers: {{work: {{subscriber: one}}}}
services: {{one: {{{one}}}, dead: {{}}}}
"""
RETRY = "retry: 2, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead"


def run_with(
    profile: Profile, topology: str, events: str = "a", **attributes: Any
) -> Simulation:
    sim = simulation(topology, profile=profile)
    for name in events:
        sim.send(id=name, type="t", **attributes)
    sim.run()
    return sim


def work(one: str = "", delivery: str = "retry: 0") -> str:
    return WORK.format(one=one, delivery=delivery)


def told(sim: Simulation, *kinds: Kind) -> list[str]:
    return [line(record) for record in sim.trace if record.kind in kinds]


def test_the_sender_is_answered_once_the_event_is_stored() -> None:
    sim = run_with(ONE_BY_ONE, work("latency: 1s"))

    assert lines(sim) == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s answered a broker/default 202",
        "0s dispatched a trigger/work -> service/one",
        "1s responded a service/one -> trigger/work 200",
    ]


def test_a_delivery_that_fails_for_good_is_no_matter_of_the_sender() -> None:
    sim = simulation(work("responses: [500]"), profile=ONE_BY_ONE)
    sent = sim.send(id="a", type="t")
    sim.run()

    assert answers([sent]) == [202]
    assert told(sim, Kind.LOST) == [
        "0s lost a trigger/work -> service/one 500 (no dead letter sink)"
    ]


def test_one_worker_takes_events_one_after_another() -> None:
    sim = run_with(ONE_BY_ONE, work("latency: 1s"), "abc")

    assert told(sim, Kind.DISPATCHED) == [
        "0s dispatched a trigger/work -> service/one",
        "1s dispatched b trigger/work -> service/one",
        "2s dispatched c trigger/work -> service/one",
    ]


def test_so_many_workers_take_so_many_events_at_once() -> None:
    two = SPEC.replace(name="two", queue=Queue(workers=2))

    sim = run_with(two, work("latency: 1s"), "abcd")

    assert [r.at_ns for r in sim.trace.select(kind="dispatched")] == [
        0, 0, 1_000_000_000, 1_000_000_000,
    ]  # fmt: skip


def test_without_a_number_of_workers_all_events_go_at_once() -> None:
    sim = run_with(SPEC, work("latency: 1s"), "abcd")

    assert [r.at_ns for r in sim.trace.select(kind="dispatched")] == [0, 0, 0, 0]


def test_the_triggers_of_a_broker_do_not_wait_for_each_other() -> None:
    topology = """
    brokers: {default: {delivery: {retry: 0}}}
    triggers: {slow: {subscriber: slow}, fast: {subscriber: fast}}
    services: {slow: {latency: 1h}, fast: {latency: 1s}}
    """

    sim = run_with(ONE_BY_ONE, topology, "ab")

    assert [r.at_ns for r in sim.trace.select(kind="dispatched", node="service/fast")] == [
        0, 1_000_000_000,
    ]  # fmt: skip


def test_a_retry_that_holds_its_worker_holds_up_all_that_comes_behind() -> None:
    sim = run_with(ONE_BY_ONE, work("responses: [503, 503, 200]", RETRY), "ab")

    assert told(sim, Kind.DISPATCHED, Kind.RETRY_SCHEDULED) == [
        "0s dispatched a trigger/work -> service/one",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 1s",
        "1s dispatched a trigger/work -> service/one #2",
        "1s retry-scheduled a trigger/work -> service/one #3 503 after 1s",
        "2s dispatched a trigger/work -> service/one #3",
        "2s dispatched b trigger/work -> service/one",
    ]


def test_a_retry_that_goes_back_lets_others_pass_and_then_comes_first() -> None:
    sim = run_with(
        GOES_BACK, work("responses: [503, 200], latency: 700ms", RETRY), "abcd"
    )

    assert told(sim, Kind.DISPATCHED) == [
        "0s dispatched a trigger/work -> service/one",
        "700ms dispatched b trigger/work -> service/one",
        "1.4s dispatched c trigger/work -> service/one",
        "2.1s dispatched a trigger/work -> service/one #2",
        "2.8s dispatched d trigger/work -> service/one",
    ]


def test_events_of_one_key_go_on_one_after_another_and_others_beside_them() -> None:
    sim = simulation(work("latency: 1s"), profile=BY_KEY)
    for name, key in (("a", "1"), ("b", "1"), ("c", "2"), ("d", "1"), ("e", "2")):
        sim.send(id=name, type="t", attributes={"key": key})
    sim.send(id="f", type="t")
    sim.run()

    assert told(sim, Kind.DISPATCHED) == [
        "0s dispatched a trigger/work -> service/one",
        "0s dispatched c trigger/work -> service/one",
        "0s dispatched f trigger/work -> service/one",
        "1s dispatched b trigger/work -> service/one",
        "1s dispatched e trigger/work -> service/one",
        "2s dispatched d trigger/work -> service/one",
    ]


def test_a_dead_letter_and_a_reply_belong_to_the_delivery_and_hold_its_worker() -> None:
    topology = """
    brokers: {default: {delivery: {retry: 0, deadLetterSink: dead}}}
    triggers: {work: {filter: {type: t}, subscriber: one}, after: {filter: {type: r}, subscriber: two}}
    services: {one: {responses: [503, {reply: {type: r}}, 200]}, dead: {latency: 1s}, two: {}}
    """

    sim = run_with(ONE_BY_ONE, topology, "ab")

    assert told(sim, Kind.DISPATCHED, Kind.DEAD_LETTERED, Kind.REPLIED) == [
        "0s dispatched a trigger/work -> service/one",
        "0s dead-lettered a trigger/work -> service/dead",
        "1s dispatched b trigger/work -> service/one",
        "1s replied b/r trigger/work -> broker/default",
        "1s dispatched b/r trigger/after -> service/two",
    ]


def test_linear_backoff_of_the_specification_is_the_same_each_time() -> None:
    sim = run_with(SPEC, work("responses: [503]", RETRY))

    assert [r.at_ns for r in sim.trace.select(kind="dispatched")] == [
        0, 1_000_000_000, 2_000_000_000,
    ]  # fmt: skip


@pytest.mark.parametrize(("status", "routed"), [(200, 1), (202, 0), (201, 0)])
def test_a_reply_comes_with_status_200_only(status: int, routed: int) -> None:
    one = f"responses: [{{status: {status}, reply: {{type: r}}}}]"

    sim = run_with(
        SPEC, work(one).replace("subscriber", "filter: {type: t}, subscriber")
    )

    assert len(sim.trace.select(kind="replied")) == routed


def test_a_redirect_is_an_error_and_is_not_retried() -> None:
    one = "responses: [{status: 302, headers: {location: /there}}]"

    sim = run_with(SPEC, work(one, RETRY))

    assert told(sim, Kind.RESPONDED, Kind.DEAD_LETTERED)[:2] == [
        "0s responded a service/one -> trigger/work 302",
        "0s dead-lettered a trigger/work -> service/dead",
    ]


def test_a_status_outside_the_table_is_retried() -> None:
    sim = run_with(SPEC, work("responses: [600, 200]", RETRY))

    assert [r.status for r in sim.trace.select(kind="responded")] == [600, 200]


def test_when_the_reply_is_refused_the_delivery_is_tried_again() -> None:
    topology = """
    brokers: {default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead}}}
    triggers: {work: {filter: {type: t}, subscriber: one}}
    services: {one: {reply: {type: r}}, dead: {}}
    faults: [{at: broker/default, status: 507, where: "type = 'r'"}]
    """

    sim = run_with(SPEC, topology)

    assert lines(sim, without=[Kind.FAULT_SET, Kind.FAULT_HIT])[3:] == [
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 200",
        "0s replied a/r trigger/work -> broker/default",
        "0s responded a/r broker/default -> trigger/work 507",
        "0s retry-scheduled a trigger/work -> service/one #2 507 after 1s",
        "1s dispatched a trigger/work -> service/one #2",
        "1s responded a service/one -> trigger/work #2 200",
        "1s replied a/r trigger/work -> broker/default",
        "1s responded a/r broker/default -> trigger/work 507",
        "1s dead-lettered a trigger/work -> service/dead",
        "1s responded a service/dead -> trigger/work 200",
    ]


def test_a_broker_that_counts_no_hops_passes_a_time_to_live_on_as_it_came() -> None:
    sim = run_with(SPEC, work(), knativebrokerttl="1")

    (received,) = sim.received("one")
    assert received.attributes == {
        "specversion": "1.0",
        "id": "a",
        "source": "/kn-sim",
        "type": "t",
        "knativebrokerttl": "1",
    }


def test_any_delivery_option_of_a_trigger_leaves_nothing_of_the_brokers() -> None:
    topology = """
    brokers: {default: {delivery: {retry: 3, deadLetterSink: dead}}}
    triggers: {work: {subscriber: one, delivery: {retry: 0}}, rest: {subscriber: two, delivery: {}}}
    services: {one: {responses: [503]}, two: {responses: [503]}, dead: {}}
    """

    sim = run_with(SPEC, topology)

    assert told(sim, Kind.LOST, Kind.DEAD_LETTERED) == [
        "0s lost a trigger/work -> service/one 503 (no dead letter sink)",
        "0s dead-lettered a trigger/rest -> service/dead",
    ]


def test_two_implementations_run_in_one_topology_each_in_its_own_way() -> None:
    topology = """
    brokers:
      default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}}
      other:
        annotations: {eventing.knative.dev/broker.class: Pulsar}
        delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}
    triggers: {here: {subscriber: one}, there: {broker: other, subscriber: one}}
    services: {one: {responses: [503]}}
    """
    sim = simulation(topology)
    senders = [
        sim.send(id=to, type="t", to=f"broker/{to}") for to in ("default", "other")
    ]
    sim.run()

    attempts = {
        node: [r.at_ns // 10**9 for r in sim.trace.select(kind="dispatched", node=node)]
        for node in ("trigger/here", "trigger/there")
    }
    assert attempts == {"trigger/here": [0, 0, 1], "trigger/there": [0, 1, 2]}
    assert answers(senders) == [500, 202]


def test_a_broker_of_channels_takes_storage_and_retries_from_its_kind_of_channel() -> (
    None
):
    channel = ONE_BY_ONE.replace(
        name="queue-channel", replies=Replies(repeat_delivery=False)
    )
    profile = MT_CHANNEL.over(channel)

    sim = run_with(
        profile, work("responses: [503, 503, 200], latency: 1s", RETRY), "ab"
    )

    assert told(sim, Kind.ANSWERED, Kind.DISPATCHED)[:4] == [
        "0s answered a broker/default 202",
        "0s answered b broker/default 202",
        "0s dispatched a trigger/work -> service/one",
        "2s dispatched a trigger/work -> service/one #2",
    ]
    (first, *_) = sim.received("one")
    assert "knativearrivaltime" in first.attributes
    assert profile.name == "mt-channel over queue-channel"


def test_a_reload_carries_what_is_stored_over_to_the_changed_trigger() -> None:
    before = work("latency: 10s")
    after = before.replace("subscriber: one", "subscriber: two").replace(
        "dead: {}", "dead: {}, two: {}"
    )
    sim = simulation(before, profile=ONE_BY_ONE)
    for name in "abc":
        sim.send(id=name, type="t")
    sim.run(until="1s")

    sim.reload(Topology.parse("topology: play\n" + after))
    sim.run()

    assert told(sim, Kind.DISPATCHED) == [
        "0s dispatched a trigger/work -> service/one",
        "10s dispatched b trigger/work -> service/two",
        "10s dispatched c trigger/work -> service/two",
    ]


def test_what_is_stored_for_a_trigger_that_is_deleted_is_lost_and_said_so() -> None:
    before = work("latency: 10s")
    sim = simulation(before, profile=ONE_BY_ONE)
    for name in "ab":
        sim.send(id=name, type="t")
    sim.run(until="1s")

    sim.reload(
        Topology.parse(
            "topology: play\n"
            + before.replace("triggers: {work: {subscriber: one}}", "")
        )
    )
    sim.run()

    assert told(sim, Kind.LOST) == [
        "1s lost b trigger/work -> service/one (nobody takes from the queue any more)"
    ]

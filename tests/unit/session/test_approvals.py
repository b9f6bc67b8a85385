"""Services that hold requests until somebody, a policy or a deadline decides."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from simulator import CloudEvent
from simulator.errors import EventError, UsageError
from simulator.event import Event
from simulator.kernel import Kind
from tests.playbook import answers, lines, simulation

if TYPE_CHECKING:
    from simulator import Simulation

TOPOLOGY = """
brokers: {{default: {{delivery: {{timeout: PT1H, retry: 1, deadLetterSink: dead}}}}}}
triggers: {{work: {{filter: {{type: t}}, subscriber: gate}}}}
services:
  gate: {{approval: {{approve: {{reply: {{type: ok}}}}{more}}}{beside}}}
  dead: {{}}
channels: {{log: {{}}}}
"""
BEFORE = (Kind.SENT, Kind.ACCEPTED)
WAITING = [
    "0s dispatched a trigger/work -> service/gate",
    "0s waiting a service/gate -> trigger/work",
]
APPROVED = [
    "responded a service/gate -> trigger/work 200",
    "replied a/ok trigger/work -> broker/default",
    "responded a/ok broker/default -> trigger/work 202",
    "answered a broker/default 202",
]
REJECTED = [
    "responded a service/gate -> trigger/work 403",
    "dead-lettered a trigger/work -> service/dead",
    "responded a service/dead -> trigger/work 200",
    "answered a broker/default 202",
]


def waiting(more: str = "", beside: str = "", **event: Any) -> Simulation:
    """Send one event and let a second pass."""
    sim = simulation(TOPOLOGY.format(more=more, beside=beside))
    sim.send(id="a", type="t", to="broker/default", **event)
    sim.run(until="1s")
    return sim


def after(instant: str, *rest: str) -> list[str]:
    return [*WAITING, *(f"{instant} {line}" for line in rest)]


def test_what_waits_is_shown_and_a_run_without_a_deadline_ends_meanwhile() -> None:
    sim = waiting(", deadline: 1m")

    [approval] = sim.approvals
    assert lines(sim, without=BEFORE) == WAITING
    assert (approval.serial, approval.service) == (2, "service/gate")
    assert (approval.event.id, approval.attempt) == ("a", 1)
    assert (approval.since_ns, approval.deadline_ns) == (0, 60 * 10**9)


def test_a_direct_request_waits_although_nothing_is_due() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))
    sent = sim.send(id="a", type="t", to="gate")
    sim.run()
    [approval] = sim.approvals

    sim.approve(approval.serial)
    sim.run()

    assert sim.now_ns == 0
    assert answers([sent]) == [200]
    assert sim.approvals == ()


def test_an_approved_request_is_answered_with_the_reply() -> None:
    sim = waiting()

    sim.approve(2)
    sim.run()

    assert lines(sim, without=BEFORE) == after(
        "1s", "approved a -> service/gate 200", *APPROVED
    )
    assert sim.approvals == ()


def test_a_rejected_request_is_refused_for_good_and_the_reason_goes_with_it() -> None:
    sim = waiting()

    sim.reject(2, "too dear")
    sim.run()

    assert lines(sim, without=BEFORE) == after(
        "1s", "rejected a -> service/gate 403 (too dear)", *REJECTED
    )
    [dead] = sim.dead_letters
    assert dead.attributes["knativeerrordata"] == "dG9vIGRlYXI="


@pytest.mark.parametrize(
    ("reply", "type_", "data"),
    [
        ({"type": "yes", "data": {"by": "ann"}}, "yes", b'{"by":"ann"}'),
        (Event({"id": "1", "source": "/s", "type": "yes"}), "yes", None),
        (CloudEvent({"id": "1", "source": "/s", "type": "yes"}, "x"), "yes", b'"x"'),
    ],
    ids=["members", "event", "cloudevent"],
)
def test_whoever_approves_may_say_with_what_reply(
    reply: Any, type_: str, data: bytes | None
) -> None:
    sim = waiting()

    sim.approve(2, reply)
    sim.run()

    [replied] = sim.trace.select(kind=Kind.REPLIED)
    assert (replied.event.type, replied.event.body) == (type_, data)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("yes", ["approved a -> service/gate 200 (policy)", *APPROVED]),
        ("no", ["rejected a -> service/gate 403 (policy)", *REJECTED]),
        ("both", ["rejected a -> service/gate 403 (policy)", *REJECTED]),
    ],
)
def test_a_policy_decides_after_its_time(subject: str, told: list[str]) -> None:
    policy = """, policy: {approve: "subject IN ('yes', 'both')",
        reject: "subject IN ('no', 'both')", after: 5s}, deadline: 1m"""

    sim = waiting(policy, subject=subject)
    sim.run()

    assert lines(sim, without=BEFORE) == after("5s", *told)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", ["rejected a -> service/gate 403 (deadline)", *REJECTED]),
        (
            ", then: approve",
            ["approved a -> service/gate 200 (deadline)", *APPROVED],
        ),
        (
            ", reject: {status: 409, body: late}",
            [
                "rejected a -> service/gate 409 (deadline)",
                "responded a service/gate -> trigger/work 409",
                "retry-scheduled a trigger/work -> service/gate #2 409 after 0s",
            ],
        ),
    ],
)
def test_the_deadline_decides_where_nobody_else_did(more: str, told: list[str]) -> None:
    sim = waiting(f", deadline: 1m{more}")

    sim.run()

    assert lines(sim, without=BEFORE)[: len(told) + 2] == after("1m", *told)


def test_a_deadline_that_is_a_timeout_leaves_the_caller_waiting() -> None:
    sim = waiting(", deadline: 1m, then: timeout")

    sim.run(until="2m")

    assert lines(sim, without=BEFORE) == after(
        "1m", "withdrawn a service/gate -> trigger/work (deadline)"
    )
    assert sim.approvals == ()


@pytest.mark.parametrize(
    "more", ["", ", deadline: 10s", ", deadline: 1s, then: timeout"]
)
def test_a_caller_whose_time_is_up_withdraws_what_it_asked(more: str) -> None:
    text = TOPOLOGY.format(more=more, beside="").replace("PT1H", "PT3S")
    sim = simulation(text)
    sim.send(id="a", type="t")

    sim.run(until="3s")

    said = "1s withdrawn a service/gate -> trigger/work (deadline)"
    if "then" not in more:
        said = "3s withdrawn a service/gate -> trigger/work (the caller's time is up)"
    assert lines(sim, without=BEFORE) == [
        *WAITING,
        said,
        "3s responded a service/gate -> trigger/work (timeout)",
        "3s retry-scheduled a trigger/work -> service/gate #2 500 after 0s",
        "3s dispatched a trigger/work -> service/gate #2",
        "3s waiting a service/gate -> trigger/work #2",
    ]
    assert [approval.attempt for approval in sim.approvals] == [2]


def test_a_fan_out_waits_a_quarter_of_an_hour_for_an_approval() -> None:
    sim = waiting()

    sim.run()

    assert lines(sim, without=BEFORE) == after(
        "15m",
        "withdrawn a service/gate -> trigger/work (the caller has gone)",
        "cut a service/gate (client gone)",
        "answered a broker/default 500",
    )
    assert sim.approvals == ()
    with pytest.raises(UsageError, match=r"no approval waits under 2 \(there wait: no"):
        sim.approve(2)


def test_what_was_decided_cannot_be_decided_again() -> None:
    sim = waiting()
    sim.approve(2)

    with pytest.raises(UsageError, match="no approval waits under 2"):
        sim.reject(2)


def test_a_reply_that_is_no_event_decides_nothing() -> None:
    sim = waiting()

    for reply in ({"id": ""}, {"type": 1}, Event({})):
        with pytest.raises(EventError):
            sim.approve(2, reply)

    assert [approval.serial for approval in sim.approvals] == [2]


def test_an_approved_request_emits_and_takes_its_time() -> None:
    emit = "{event: {type: noted}, to: channel/log}"
    sim = waiting(beside=f", latency: 2s, emit: [{emit}]")

    sim.approve(2)
    sim.run()

    [approved] = sim.trace.select(kind=Kind.APPROVED)
    [noted] = sim.trace.select(kind=Kind.SENT, type="noted")
    [responded] = sim.trace.select(kind=Kind.RESPONDED, node="service/gate")
    assert noted.cause == approved.serial
    assert responded.at_ns == 3 * 10**9


@pytest.mark.parametrize(
    "more",
    [
        ", reject: {reply: {jsonata: '$error(\"no\")'}}",
        ", reject: 200",
    ],
)
def test_a_decision_whose_events_cannot_be_made_is_answered_500(more: str) -> None:
    emit = "{event: {jsonata: '$error(\"no\")'}, to: channel/log}"
    sim = waiting(more, beside=f", emit: [{emit}]")

    sim.reject(2)
    sim.run(until="1s")

    responded = sim.trace.select(kind=Kind.RESPONDED, node="service/gate")
    assert [record.status for record in responded] == [500]


def test_a_run_that_is_forgotten_withdraws_nothing() -> None:
    sim = waiting()
    trace = sim.trace

    del sim

    assert trace.select(kind=Kind.WITHDRAWN) == []


def test_a_fault_stands_before_the_approval() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))
    sim.fault("gate", latency="10s", duplicate=False)
    sim.send(id="a", type="t")
    sim.run(until="5s")
    none_yet = sim.approvals

    sim.run(until="10s")

    assert none_yet == ()
    assert [approval.since_ns for approval in sim.approvals] == [10 * 10**9]


def test_a_duplicate_waits_for_a_decision_of_its_own() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))
    sim.fault("gate", duplicate=True)
    sent = sim.send(id="a", type="t")
    sim.run(until="1s")
    first, second = sim.approvals

    sim.approve(first.serial)
    sim.reject(second.serial)
    sim.run()

    assert answers([sent]) == [202]
    assert [r.status for r in sim.received("gate")] == [200, 403]


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_who_decides_in_the_instant_of_the_deadline_is_first(decide: str) -> None:
    sim = simulation(
        TOPOLOGY.format(more=", deadline: 10s, then: reject", beside="")
        + "sources: {clock: {at: 10s, event: {type: x}, sink: channel/log}}\n"
    )
    sim.break_at("channel/log")
    sim.send(id="late", type="x", to="channel/log", after="10s")
    sim.send(id="a", type="t", to="broker/default")
    sim.run()
    [approval] = sim.approvals  # its deadline is due, and something else came first

    getattr(sim, decide)(approval.serial)
    while sim.held:
        sim.release(sim.held[0].serial)
        sim.run()

    decisions = sim.trace.select(kind=(Kind.APPROVED, Kind.REJECTED, Kind.WITHDRAWN))
    assert [(r.kind.value[:6], r.detail) for r in decisions] == [(decide[:6], None)]


def test_decisions_of_one_instant_are_answered_in_their_order() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))
    for name in ("a", "b"):
        sim.send(id=name, type="t", to="broker/default")
    sim.run(until="1s")
    first, second = sim.approvals

    sim.approve(first.serial)
    sim.approve(second.serial)
    sim.run()

    answered = [r.event.id for r in sim.trace.select(kind=Kind.ANSWERED)]
    assert answered == ["a", "b"]


def test_a_reason_does_not_replace_the_answer_that_a_rejection_has() -> None:
    sim = waiting(", reject: {status: 400, body: taken}")

    sim.reject(sim.approvals[0].serial, "too late")
    sim.run()

    (dead,) = sim.dead_letters
    assert dead.attributes["knativeerrorcode"] == "400"
    assert base64.b64decode(dead.attributes["knativeerrordata"]) == b"taken"


def test_what_is_decided_in_advance_counts_for_each_request_in_its_time() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))
    sim.send(id="a", type="t", to="broker/default")
    sim.send(id="b", type="t", to="broker/default", after="3s")
    sim.run(until="1s")

    sim.decide("gate", "approve", after="10s")
    sim.run()

    decided = sim.trace.select(kind=Kind.APPROVED)
    assert [(r.event.id, r.at_ns // 10**9, r.detail) for r in decided] == [
        ("a", 10, "in advance"),
        ("b", 13, "in advance"),
    ]
    assert sim.now_ns == 13 * 10**9


def test_the_last_word_counts_for_what_waits_and_what_is_late_is_decided_at_once() -> (
    None
):
    sim = waiting()

    sim.decide("gate", "approve", after="10s")
    sim.decide("gate", "reject", after="500ms", reason="too dear")
    sim.run()

    assert lines(sim, without=BEFORE) == after(
        "1s", "rejected a -> service/gate 403 (too dear)", *REJECTED
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (", policy: {reject: 'TRUE'}", "approved 10 in advance"),
        (", policy: {reject: 'TRUE', after: 9s}", "rejected 9 policy"),
        (", deadline: 10s", "approved 10 in advance"),
        (", deadline: 9s", "rejected 9 deadline"),
    ],
)
def test_whoever_decides_first_decides(more: str, told: str) -> None:
    sim = simulation(TOPOLOGY.format(more=more, beside=""))
    at_once = "policy" in more and "after" not in more
    sim.decide("gate", "approve", after="0s" if at_once else "10s")
    sim.send(id="a", type="t", to="broker/default", after="10s" if at_once else "0s")

    sim.run()

    decided = sim.trace.select(kind=(Kind.APPROVED, Kind.REJECTED))
    assert [f"{r.kind} {r.at_ns // 10**9} {r.detail}" for r in decided] == [told]
    assert sim.due_ns is None


def test_what_cannot_be_decided_in_advance_is_refused() -> None:
    sim = simulation(TOPOLOGY.format(more="", beside=""))

    for call, said in (
        (("gate", "aprove"), "found 'aprove'; did you mean 'approve'"),
        (("gat", "approve"), "did you mean 'gate'"),
        (("dead", "approve"), r"service/dead asks for no approval \(.*: gate\)"),
    ):
        with pytest.raises(UsageError, match=said):
            sim.decide(*call)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="after: "):
        sim.decide("gate", "approve", after="soon")
    with pytest.raises(UsageError, match="with a rejection only"):
        sim.decide("gate", "approve", reason="fine")

"""Requests that are held before they are carried out, while time stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from simulator import CloudEvent
from simulator.errors import EventError, UsageError
from simulator.event import Event
from simulator.kernel import Kind, Role
from tests.playbook import answers, lines, simulation

if TYPE_CHECKING:
    from simulator import Simulation

TOPOLOGY = """
brokers: {default: {delivery: {timeout: PT2S, retry: 1, deadLetterSink: dead}}}
triggers:
  work: {filter: {type: t}, subscriber: one}
  copy: {filter: {type: t}, subscriber: channel/log}
channels: {log: {}}
subscriptions: {write: {channel: log, subscriber: two}}
sources: {clock: {at: 1s, event: {id: x, type: t}, sink: broker/default}}
services: {one: {latency: 1s, reply: {type: u}}, two: {}, dead: {}}
"""
STOPS = (Kind.HELD, Kind.RELEASED)


def stopped(**breakpoint_: Any) -> Simulation:
    """Run up to the first request that is held."""
    sim = simulation(TOPOLOGY)
    sim.break_at(**breakpoint_)
    sim.run()
    return sim


def undisturbed() -> list[str]:
    sim = simulation(TOPOLOGY)
    sim.run()
    return lines(sim)


def released(sim: Simulation) -> list[tuple[str, str, Role]]:
    """Release whatever is held until the end; tell what it was."""
    seen = []
    while sim.held:
        [held] = sim.held
        seen.append((held.source, held.target, held.role))
        sim.release(held.serial)
        sim.run()
    return seen


SENT = ("source/clock", "broker/default", Role.DIRECT)
ASKED = ("trigger/work", "service/one", Role.EVENT)
COPIED = ("trigger/copy", "channel/log", Role.EVENT)
WRITTEN = ("subscription/write", "service/two", Role.EVENT)
REPLIED = ("trigger/work", "broker/default", Role.REPLY)


@pytest.mark.parametrize(
    ("breakpoint_", "expected"),
    [
        ({"node": "one"}, [ASKED]),
        ({"node": "service/one", "type": "t"}, [ASKED]),
        ({"node": "broker/default"}, [SENT, REPLIED]),
        ({"node": "trigger/work"}, [ASKED, REPLIED]),
        ({"node": "subscription/write"}, [WRITTEN]),
        ({"node": "source/clock"}, [SENT]),
        ({"edge": ("trigger/work", "service/one")}, [ASKED]),
        ({"edge": ("trigger/work", "broker/default")}, [REPLIED]),
        ({"edge": ("broker/default", "trigger/copy")}, [COPIED]),
        ({"edge": ("source/clock", "broker/default")}, [SENT]),
        ({"type": "u"}, [REPLIED]),
        ({"where": "EXISTS knativearrivaltime"}, [ASKED, COPIED, WRITTEN]),
        ({}, [SENT, ASKED, COPIED, WRITTEN, REPLIED]),
        ({"node": "dead"}, []),
        ({"type": "t", "where": "subject = 'none'"}, []),
        ({"enabled": False}, []),
    ],
    ids=str,
)
def test_a_breakpoint_holds_the_requests_that_fit_and_changes_nothing_else(
    breakpoint_: dict[str, Any], expected: list[tuple[str, str, Role]]
) -> None:
    sim = stopped(**breakpoint_)

    seen = released(sim)

    assert seen == expected
    assert [b.hits for b in sim.breakpoints] == [len(expected)]
    assert sorted(lines(sim, without=STOPS)) == sorted(undisturbed())


def test_a_run_that_is_held_goes_on_where_it_stopped() -> None:
    sim = stopped(node="one")

    released(sim)

    assert lines(sim, without=STOPS) == undisturbed()


def test_nothing_goes_on_and_time_stands_still_while_something_is_held() -> None:
    sim = stopped(node="one")
    before = lines(sim)

    sim.run()
    sim.run(until="1h")
    stepped = sim.step()

    [held] = sim.held
    assert (sim.now_ns, stepped, lines(sim)) == (10**9, False, before)
    assert before[-1] == ("1s held x trigger/work -> service/one (breakpoint 1)")
    assert (held.serial, held.attempt, held.breakpoint) == (len(before) - 1, 1, 1)
    assert held.event.attributes["knativearrivaltime"] == "2026-01-01T00:00:01Z"


def test_a_run_stops_at_a_breakpoint_step_by_step_as_well() -> None:
    sim = simulation(TOPOLOGY)
    sim.break_at("one")
    steps = 0
    while sim.step():
        steps += 1
    assert sim.held

    sim.release(sim.held[0].serial)
    while sim.step():
        steps += 1

    assert steps > 5
    assert lines(sim, without=STOPS) == undisturbed()


def test_a_dropped_request_is_reset_so_that_it_is_tried_again() -> None:
    sim = stopped(node="one")

    sim.drop(sim.held[0].serial)
    sim.run()

    assert [
        line for line in lines(sim) if "one" in line and "dispatched" not in line
    ] == [
        "1s held x trigger/work -> service/one (breakpoint 1)",
        "1s dropped x -> service/one",
        "1s responded x service/one -> trigger/work (reset)",
        "1s retry-scheduled x trigger/work -> service/one #2 500 after 0s",
        "1s held x trigger/work -> service/one #2 (breakpoint 1)",
    ]
    assert sim.received("one") == []
    assert released(sim) == [ASKED]
    assert [r.attempt for r in sim.received("one")] == [2]


def test_a_sender_whose_event_is_dropped_learns_of_it() -> None:
    for to in ("broker/default", "one"):
        sim = simulation(TOPOLOGY)
        sim.break_at(to, where="id = 'a'")
        sent = sim.send(id="a", type="t", to=to)
        sim.run()

        sim.drop(sim.held[0].serial)
        sim.run()

        assert answers([sent]) == ["reset"]


@pytest.mark.parametrize(
    "event",
    [
        Event({"specversion": "1.0", "id": "b", "source": "/s", "type": "v"}, b"1"),
        CloudEvent({"id": "b", "source": "/s", "type": "v"}, "1"),
    ],
    ids=["event", "cloudevent"],
)
def test_a_request_may_go_on_with_another_event(event: Any) -> None:
    sim = stopped(node="one")

    sim.release(sim.held[0].serial, event)
    sim.run()

    [received] = sim.received("one")
    [told] = sim.trace.select(kind=Kind.RELEASED)
    assert (received.event.get_id(), received.event.get_type()) == ("b", "v")
    assert told.event.id == "b"
    assert told.event.body == received.body
    assert received.attributes["knativearrivaltime"] == "2026-01-01T00:00:01Z"


@pytest.mark.parametrize("node", ["source/clock", "channel/log"])
def test_a_hub_takes_the_event_that_was_put_in(node: str) -> None:
    sim = stopped(node=node)
    other = {"specversion": "1.0", "id": "b", "source": "/s", "type": "t"}

    sim.release(sim.held[0].serial, Event(other))
    sim.run()

    [two] = sim.received("two")
    assert two.event.get_id() == "b"


def test_faults_hit_what_is_released_as_it_is_then() -> None:
    sim = simulation(TOPOLOGY)
    sim.break_at("one")
    sim.fault("one", status=404, where="id = 'b'")
    sim.run()
    other = {"specversion": "1.0", "id": "b", "source": "/s", "type": "t"}

    sim.release(sim.held[0].serial, Event(other))
    sim.run()

    assert [fault.hits for fault in sim.faults] == [1]
    assert sim.received("one") == []


def test_an_event_that_is_none_releases_nothing() -> None:
    sim = stopped(node="one")

    with pytest.raises(EventError):
        sim.release(sim.held[0].serial, Event({}))

    assert len(sim.held) == 1


def test_a_held_service_knows_later_which_request_it_answers() -> None:
    sim = simulation(TOPOLOGY)
    sim.service("one", lambda _event, context: context.emit(EMITTED, "two"))
    sim.break_at("one")
    sim.run()

    released(sim)

    [dispatched] = sim.trace.select(kind=Kind.DISPATCHED, node="trigger/work")
    [emitted] = sim.trace.select(kind=Kind.SENT, type="v")
    assert emitted.cause == dispatched.serial


EMITTED = CloudEvent({"id": "b", "source": "/s", "type": "v"})


def test_a_handler_that_waits_may_be_held_up_before() -> None:
    sim = simulation(TOPOLOGY)

    async def slow(event: CloudEvent) -> int:
        await sim.sleep("500ms")
        return 202

    sim.service("one", slow)
    sim.service("two", slow)
    sim.break_at("two")
    sim.run()
    [held] = sim.held

    sim.run()
    seen = released(sim)

    assert held.target == "service/two"
    assert seen == [WRITTEN]
    assert [r.status for r in sim.received()] == [202, 202]


def test_breakpoints_can_be_switched_and_removed() -> None:
    sim = simulation(TOPOLOGY)
    everything, source = sim.break_at(), sim.break_at("source/clock")
    sim.set_break(everything, on=False)

    sim.run()
    sim.set_break(everything, on=True)
    sim.unbreak(source)
    [held] = sim.held
    sim.unbreak(everything)
    seen = released(sim)

    assert (held.breakpoint, seen) == (source, [SENT])
    assert sim.breakpoints == ()
    with pytest.raises(UsageError, match=r"no breakpoint 1 \(there are: none\)"):
        sim.set_break(everything, on=True)


def test_a_breakpoint_that_is_gone_before_its_turn_holds_nothing() -> None:
    sim = simulation(TOPOLOGY.replace("channel/log", "two"))
    number = sim.break_at(edge=("broker/default", "trigger/work"))
    sim.break_at(edge=("broker/default", "trigger/copy"))
    sim.run()
    sim.unbreak(2)

    sim.release(sim.held[0].serial)
    sim.run()

    assert sim.held == ()
    assert [b.number for b in sim.breakpoints] == [number]


def test_a_breakpoint_shows_what_was_said_of_it() -> None:
    sim = simulation(TOPOLOGY)

    number = sim.break_at(
        "one", edge=("trigger/work", "one"), type="t", where="id = 'x'"
    )

    [shown] = sim.breakpoints
    assert (shown.number, shown.node) == (number, "service/one")
    assert shown.edge == ("trigger/work", "service/one")
    assert (shown.type, shown.where, shown.on, shown.hits) == ("t", "id = 'x'", True, 0)


@pytest.mark.parametrize(
    ("breakpoint_", "said"),
    [
        ({"node": "trigger/wrok"}, "did you mean 'trigger/work'?"),
        ({"edge": ("trigger/work", "service/on")}, "did you mean 'service/one'?"),
        ({"node": "*"}, "nothing has the address"),
        ({"where": "a b"}, "where: is no CESQL: unexpected 'b'"),
    ],
    ids=str,
)
def test_what_is_no_breakpoint_is_refused(
    breakpoint_: dict[str, Any], said: str
) -> None:
    sim = simulation(TOPOLOGY)

    with pytest.raises(UsageError) as refused:
        sim.break_at(**breakpoint_)

    assert said in str(refused.value)
    assert sim.breakpoints == ()


def test_what_is_not_held_cannot_be_let_go() -> None:
    sim = simulation(TOPOLOGY)
    held_nothing = sim.held

    with pytest.raises(UsageError, match=r"nothing is held under 3 \(held: nothing\)"):
        sim.release(3)

    assert held_nothing == ()
    assert sim.breakpoints == ()


def test_a_redirect_goes_on_with_the_event_that_was_put_in() -> None:
    sim = simulation("""
brokers: {default: {}}
triggers: {work: {subscriber: one}}
services:
  one: {responses: [{status: 307, headers: {location: "http://two.default.svc.cluster.local/"}}]}
  two: {}
""")  # fmt: skip
    sim.break_at("one")
    sim.send(type="t", id="old")
    sim.run()

    sim.release(sim.held[0].serial, sim.held[0].event.with_attributes({"id": "new"}))
    sim.run()

    assert [r.attributes["id"] for r in sim.received()] == ["new", "new"]
    assert "0s redirected new service/one -> service/two 307" in [
        line.partition(" (")[0] for line in lines(sim)
    ]


def test_time_stands_still_while_a_request_is_held() -> None:
    sim = stopped(node="one")

    with pytest.raises(UsageError, match="time stands still while a request is held"):
        sim.arrive(5 * 10**9)

    assert (sim.now_ns, sim.due_ns) == (10**9, None)


@pytest.mark.parametrize("how", [{"method": "OPTIONS"}, {"body": b"junk"}])
def test_a_request_that_a_broker_refuses_is_held_before(how: dict[str, Any]) -> None:
    sim = simulation("brokers: {default: {}}")
    sim.break_at("broker/default")
    sent = sim.post("broker/default", **how)
    sim.run()
    status_before = sent.status

    sim.release(sim.held[0].serial)
    sim.run()

    assert status_before is None
    assert sent.status in (200, 400)


def test_a_run_in_an_event_loop_stops_at_what_is_held_and_stays_there() -> None:
    sim = simulation(TOPOLOGY)
    sim.break_at("one")

    anyio.run(sim.run_async, "5s")
    at_the_stop = (sim.now_ns, len(sim.trace))
    anyio.run(sim.run_async, "6s")

    assert (sim.now_ns, len(sim.trace)) == at_the_stop
    assert at_the_stop[0] == 10**9


def test_what_a_breakpoint_stops_is_no_notice_of_the_run() -> None:
    sim = simulation(TOPOLOGY, journal=True)
    sim.break_at("one")
    sim.run()
    sim.release(sim.held[0].serial)
    sim.step()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)
    for each in (sim, fork):
        each.run()
    assert list(fork.trace) == list(sim.trace)


def test_what_is_let_go_goes_before_what_is_due_in_the_same_instant() -> None:
    sim = simulation("services: {one: {}, two: {}}")
    sim.break_at("one")
    sim.send(type="t", id="a", to="one")
    sim.send(type="t", id="b", to="two")
    sim.run()

    sim.release(sim.held[0].serial)
    sim.run()

    answered = [r.event.id for r in sim.trace.select(kind=Kind.RESPONDED)]
    assert answered == ["a", "b"]


def test_an_event_that_is_held_before_a_broker_goes_before_the_next() -> None:
    sim = simulation("brokers: {default: {}}")
    sim.break_at("broker/default", where="id = 'a'")
    sim.send(type="t", id="a")
    sim.send(type="t", id="b")
    sim.run()
    seen_first = [r.event.id for r in sim.trace.select(kind=Kind.SENT)]

    sim.release(sim.held[0].serial)
    sim.run()

    accepted = [r.event.id for r in sim.trace.select(kind=Kind.ACCEPTED)]
    assert (seen_first, accepted) == (["a"], ["a", "b"])


def test_a_breakpoint_that_was_removed_holds_nothing_more() -> None:
    sim = simulation(TOPOLOGY)
    first = sim.break_at("one")
    second = sim.break_at("two")
    sim.unbreak(first)

    sim.run()

    assert [held.breakpoint for held in sim.held] == [second]
    assert [held.target for held in sim.held] == ["service/two"]

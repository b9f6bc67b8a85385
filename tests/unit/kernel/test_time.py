"""Time passes from one notice to the next, and records are kept as asked."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.kernel import Kind
from tests.playbook import answers, lines, simulation

SLOW = """
brokers: {default: {delivery: {}}}
triggers: {work: {subscriber: one}}
services: {one: {responses: [{delay: 10s}]}}
"""
LOOP = """
brokers: {default: {delivery: {}}}
triggers: {loop: {subscriber: one}}
services: {one: {reply: {type: t}}}
"""


def test_a_run_stops_at_an_instant_inclusive_and_goes_on_later() -> None:
    sim = simulation(SLOW)
    sent = sim.send(id="a", type="t")

    sim.run("9s")
    before = (sim.now_ns, sent.status)
    sim.run("10s")
    at = (sim.now_ns, sent.status)
    sim.run("1h")

    assert (before, at) == ((9_000_000_000, None), (10_000_000_000, 202))
    assert sim.now_ns == 3_600_000_000_000


def test_time_does_not_go_back_to_an_instant_that_has_passed() -> None:
    sim = simulation(SLOW)
    sim.run("1h")
    sim.run("1m")

    assert sim.now_ns == 3_600_000_000_000


def test_stepping_gives_the_same_records_as_running() -> None:
    stepped, ran = simulation(SLOW), simulation(SLOW)
    for sim in (stepped, ran):
        sim.send(id="a", type="t")
        sim.send(id="b", type="t", after="5s")

    steps = 0
    while stepped.step():
        steps += 1
    ran.run()

    assert steps > 2
    assert lines(stepped) == lines(ran)


def test_a_run_stops_before_the_fan_out_gives_up_when_told_so() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {stuck: {subscriber: one}}
        services: {one: {responses: [{hang: true}]}}
        """
    )
    sent = sim.send(id="a", type="t")

    sim.run("PT14M59S")
    waiting = sent.status
    sim.run("15m")

    assert (waiting, sent.status) == (None, 500)


def test_thousands_of_waiting_events_are_all_answered() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{hang: true}, {delay: 1s}]}}
        """
    )
    sent = [sim.send(id=str(n), type="t", after=f"{n}ms") for n in range(5_000)]
    sim.run()

    assert (sent[0].status, sent[0].answered_ns) == (500, 900_000_000_000)
    assert answers(sent[1:]) == [202] * 4_999


def test_only_about_the_newest_records_are_kept_when_asked_and_numbers_go_on() -> None:
    all_, few = simulation(LOOP), simulation(LOOP, keep=100)
    for sim in (all_, few):
        sim.send(id="a", type="t")
        sim.run()

    kept = list(few.trace)
    assert 100 <= len(kept) <= 300
    assert kept == list(all_.trace)[-len(kept) :]
    assert few.trace[0] == kept[0]
    assert few.trace[-1].serial == len(all_.trace) - 1
    with pytest.raises(IndexError):
        few.trace[len(kept)]


def test_whoever_watches_sees_each_record_before_it_is_dropped() -> None:
    sim = simulation(LOOP, keep=100)
    seen: list[int] = []

    def note() -> None:
        last = seen[-1] if seen else -1
        seen.extend(r.serial for r in sim.trace if r.serial > last)

    sim.watch(note)
    sim.send(id="a", type="t")
    sim.run()

    assert seen == list(range(len(seen)))
    assert len(seen) > 1_000


def test_a_run_that_goes_in_a_circle_is_stopped_and_says_where() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {retry: 10}}}
        triggers: {loop: {subscriber: one}}
        services: {one: {reply: {type: t}}}
        """,
        most=5_000,
    )
    sim.send(id="a", type="t")

    with pytest.raises(UsageError, match="events go in a circle") as raised:
        sim.run()

    assert "broker/default → trigger/loop → service/one → broker/default" in str(
        raised.value
    )
    assert sim.trace.select(kind=Kind.REPLIED) != []


def test_a_run_ends_with_an_error_before_an_instant_that_is_292_years_away() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: one}}
        services: {one: {}}
        sources: {late: {every: 100000d, count: 3, event: {type: t}, sink: broker/default}}
        """
    )

    with pytest.raises(UsageError) as stopped:
        sim.run()

    assert str(stopped.value) == (
        "stopped at 2299-10-17T00:00:00Z: what is due next is later than a run may last, "
        "292 years; run(until=…) ends it before"
    )
    assert len(sim.received("one")) == 1


def test_a_wait_for_a_retry_is_never_longer_than_292_years() -> None:
    sim = simulation(
        """
        brokers:
          default:
            annotations: {messaging.knative.dev/async-handler: "true"}
            delivery: {retry: 100, backoffPolicy: exponential, backoffDelay: PT1S}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503]}}
        """
    )
    sim.send(type="t")

    with pytest.raises(UsageError, match="later than a run may last"):
        sim.run()

    last = sim.trace[-1]
    assert (last.kind, last.detail) == (Kind.RETRY_SCHEDULED, 2**33 * 1_000_000_000)
    assert last.at_ns == (2**33 - 1) * 1_000_000_000

"""Async handlers that wait: for something real, or in virtual time."""

import asyncio
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from simulator import CloudEvent, Simulation, Topology, reply
from simulator.errors import UsageError
from tests.unit.session.hubs import kinds, one_service

TWO = """
topology: two
brokers: {default: {}}
triggers: {first: {subscriber: one}, second: {subscriber: two}}
"""


def records(sim: Simulation) -> list[tuple[Any, ...]]:
    """Give all that is in the trace, events spelled out."""
    return [(*r[:4], repr(r.event), r.event.attributes, *r[5:]) for r in sim.trace]


def waiting(sim: Simulation, *, real_s: float = 0.001) -> None:
    """Let the service wait for something real before it replies."""

    @sim.service("s")
    async def handler(event: CloudEvent) -> CloudEvent:
        await anyio.sleep(real_s)
        return reply(event, type="b")


def test_a_sync_run_waits_in_an_event_loop_of_its_own() -> None:
    sim = one_service()
    waiting(sim)
    sent = sim.send(type="a")

    sim.run()

    assert sent.status == 202
    assert kinds(sim).count("replied") == 1
    assert sim.now_ns == 0


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_run_may_be_awaited_under_asyncio_and_trio(backend: str) -> None:
    sim = one_service()
    waiting(sim)
    sim.send(type="a")

    anyio.run(sim.run_async, backend=backend)

    assert kinds(sim).count("replied") == 1


def test_the_records_are_the_same_under_every_loop() -> None:
    def run(backend: str) -> list[tuple[Any, ...]]:
        sim = one_service()
        waiting(sim)
        sim.send(type="a")
        anyio.run(sim.run_async, backend=backend)
        return records(sim)

    assert run("asyncio") == run("trio")


def test_inside_a_running_loop_a_sync_run_says_what_to_do_and_goes_on() -> None:
    sim = one_service()
    waiting(sim)
    sim.send(type="a")

    async def main() -> None:
        with pytest.raises(UsageError, match=r"await sim.run_async\(\) instead"):
            sim.run()
        await sim.run_async()

    asyncio.run(main())

    assert kinds(sim).count("replied") == 1


def test_a_sync_run_inside_a_loop_is_fine_when_nothing_waits() -> None:
    async def main() -> int | None:
        sim = one_service()
        sent = sim.send(type="a")
        sim.run()
        return sent.status

    assert asyncio.run(main()) == 202


def test_steps_wait_too() -> None:
    sim = one_service()
    waiting(sim)
    sent = sim.send(type="a")

    while sim.step():
        pass

    assert sent.status == 202


def test_what_a_waiting_handler_raises_is_a_500() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await anyio.sleep(0.0001)
        raise LookupError("gone")

    sim.send(type="a")
    sim.run()

    (received,) = sim.received("s")
    (record,) = sim.trace.select(kind="responded", node="service/s")
    assert received.status == 500
    assert str(record.detail).endswith("LookupError: gone")


def test_a_handler_sleeps_in_virtual_time() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> CloudEvent:
        await sim.sleep("PT5M")
        await anyio.sleep(0.0001)
        await sim.sleep("30s")
        return reply(event, type="b", data=sim.now_text())

    sim.send(type="a")
    sim.run()

    (replied,) = sim.trace.select(kind="replied")
    assert replied.at_ns == 330_000_000_000
    assert replied.event.body == b'"2026-01-01T00:05:30Z"'


def test_a_sleeping_handler_goes_on_in_a_later_run() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> int:
        await sim.sleep("10s")
        return 204

    sent = sim.send(type="a")
    sim.run(until="4s")
    before = sent.status
    sim.run()

    assert (before, sent.status) == (None, 202)
    assert sent.answered_ns == 10_000_000_000


def test_sleeping_outside_a_handler_is_refused() -> None:
    sim = one_service()

    async def main() -> None:
        with pytest.raises(UsageError, match="belongs into an async handler"):
            await sim.sleep("1s")

    sim.run()
    anyio.run(main)


def test_sleeping_in_a_task_of_the_handlers_own_is_refused() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await asyncio.gather(sim.sleep("1s"), sim.sleep("2s"))

    sim.send(type="a")
    sim.run()

    (record,) = sim.trace.select(kind="responded", node="service/s")
    assert "belongs into an async handler itself" in str(record.detail)


def test_a_duration_that_is_none_fails_the_handler() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await sim.sleep("long")

    sim.send(type="a")
    sim.run()

    (record,) = sim.trace.select(kind="responded", node="service/s")
    assert "sleep: 'long' is no duration" in str(record.detail)


def test_a_handler_cut_by_a_timeout_is_closed_and_time_does_not_wait_for_it() -> None:
    sim = Simulation(
        Topology.parse("""
topology: late
brokers: {default: {delivery: {timeout: PT5S, retry: 0}}}
triggers: {to-s: {subscriber: s}}
""")
    )
    ends: list[str] = []

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        try:
            await sim.sleep("1h")
            ends.append("slept")
        finally:
            ends.append("closed")

    sim.send(type="a")
    sim.run()

    assert ends == ["closed"]
    assert sim.now_ns == 5_000_000_000
    assert [r.detail for r in sim.trace.select(kind="responded")] == ["timeout"]


def test_a_handler_whose_sender_hung_up_is_closed() -> None:
    sim = one_service()
    ends: list[str] = []

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        try:
            await sim.sleep("1h")
        finally:
            ends.append("closed")
            raise LookupError("nobody is told")

    sent = sim.send(type="a", timeout="2s")
    sim.run()

    assert ends == ["closed"]
    assert sim.now_ns == 2_000_000_000
    assert sent.error == "context deadline exceeded"


def test_a_waiting_handler_takes_as_long_as_the_latency_of_its_service() -> None:
    sim = one_service("{latency: 3s}")
    waiting(sim)

    sent = sim.send(type="a")
    sim.run()

    assert sent.answered_ns == 3_000_000_000


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_who_finishes_first_does_not_matter(backend: str) -> None:
    def run(first_s: float, second_s: float) -> list[tuple[Any, ...]]:
        sim = Simulation(Topology.parse(TWO))

        async def handler(wait_s: float, name: str, event: CloudEvent) -> None:
            await anyio.sleep(wait_s)
            sim.send(type="late", id=name, to="service/log")
            sim.send(type="later", id=name, to="service/log", after="1s")
            await sim.sleep("1s")
            sim.send(type="last", id=name, to="service/log", headers={"X": "y"})

        sim.service("one", partial(handler, first_s, "one"))
        sim.service("two", partial(handler, second_s, "two"))
        sim.service("log", lambda _: None)
        sim.send(type="a")
        anyio.run(sim.run_async, backend=backend)
        return records(sim)

    assert run(0.0, 0.02) == run(0.02, 0.0)


def test_events_sent_by_a_waiting_handler_follow_from_its_request() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await anyio.sleep(0.0001)
        sim.send(type="b", id="inner", timeout="5s")

    sim.send(type="a")
    sim.run()

    (inner,) = sim.trace.select(kind="sent", id="inner")
    assert sim.trace[inner.cause or 0].target == "service/s"


def test_a_run_that_is_cancelled_stops() -> None:
    sim = one_service()
    waiting(sim, real_s=60)
    sim.send(type="a")

    async def main() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await sim.run_async()
        return scope.cancelled_caught

    assert anyio.run(main)


def test_what_an_approval_emits_follows_from_the_approval_in_a_handler_too() -> None:
    sim = Simulation(
        Topology.parse("""
topology: t
services:
  gate: {approval: {}, emit: [{event: {type: e}, to: seen}]}
  person: {}
  seen: {}
""")
    )

    @sim.service("person")
    async def person(event: CloudEvent) -> None:
        await anyio.lowlevel.checkpoint()
        sim.approve(sim.approvals[0].serial)

    sim.send(type="a", to="gate")
    sim.send(type="b", to="person", after="1s")
    sim.run()

    (approved,) = sim.trace.select(kind="approved")
    (emitted,) = sim.trace.select(kind="sent", type="e")
    assert emitted.cause == approved.serial


def test_a_handler_that_waits_for_what_was_cancelled_has_failed() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        waited = asyncio.ensure_future(asyncio.sleep(60))
        waited.cancel()
        await waited

    sim.send(type="a")

    sim.run()

    [failed] = sim.handler_errors
    assert failed.what == "the handler waited for what was cancelled"
    assert [received.status for received in sim.received("s")] == [500]

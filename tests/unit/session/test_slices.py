"""Driving a run in slices, for programs with an event loop of their own."""

import asyncio

import anyio
import anyio.lowlevel
import pytest

from simulator import CloudEvent, Simulation, reply
from simulator.errors import UsageError
from simulator.trace import Kind
from tests.playbook import simulation
from tests.unit.session.hubs import kinds, one_service

TICKS = "sources: {tick: {every: 1s, sink: broker/default, event: {type: a}}}"
CIRCLE = """
channels: {c: {}}
subscriptions: {again: {channel: c, subscriber: s, reply: channel/c}}
services: {s: {echo: true}}
"""


def advance(sim: Simulation, until_ns: int | None = None, **options: object) -> bool:
    return asyncio.run(sim.advance(until_ns, **options))  # type: ignore[arg-type]


def test_what_is_due_is_told_before_and_after_it_happens() -> None:
    sim = one_service("{latency: 5ms}")
    sim.send(type="a", after="1s")
    seen = [sim.due_ns]

    while sim.step():
        seen.append(sim.due_ns)

    assert seen[0] == 1_000_000_000
    assert 1_005_000_000 in seen
    assert seen[-1] is None


def test_an_event_that_was_just_sent_is_due_now() -> None:
    sim = one_service()

    sim.send(type="a")

    assert sim.due_ns == sim.now_ns == 0


def test_a_timeout_that_counts_no_more_is_not_due() -> None:
    sim = one_service("{latency: 1s}")
    sim.send(type="a", timeout="1h")

    sim.run("2s")

    assert sim.due_ns is None


def test_the_longest_wait_of_a_hub_is_due_when_a_service_hangs() -> None:
    sim = one_service("{responses: [{hang: true}]}")
    sim.send(type="a")

    advance(sim, 0)

    assert sim.due_ns == 15 * 60 * 1_000_000_000


def test_a_handler_that_could_go_on_is_due_now() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await anyio.lowlevel.checkpoint()

    sim.send(type="a")
    while sim.due_ns is not None and not sim.trace.select(kind=Kind.DISPATCHED):
        sim.step()

    assert sim.due_ns == sim.now_ns


def test_a_run_in_slices_of_one_instant_makes_the_same_records() -> None:
    def made(*, sliced: bool) -> list[object]:
        sim = one_service("{responses: [503, 200], latency: 5ms}", more=TICKS)
        if sliced:
            while (sim.due_ns or 0) <= 10_000_000_000:
                advance(sim, 10_000_000_000, enough=lambda: True)
            sim.arrive(10_000_000_000)
        else:
            sim.run("10s")
        return [sim.now_ns, *sim.trace]

    assert made(sliced=True) == made(sliced=False)


def test_advance_ends_at_an_instant_and_says_that_more_is_due() -> None:
    sim = one_service(more=TICKS)

    more = advance(sim, 3_500_000_000)

    assert more
    assert sim.now_ns == 3_000_000_000
    assert sim.due_ns == 4_000_000_000


def test_advance_says_when_nothing_is_left() -> None:
    sim = one_service()
    sim.send(type="a")

    more = advance(sim)

    assert not more
    assert kinds(sim)[-1] == "answered"


def test_a_slice_of_a_run_without_any_bound_is_refused() -> None:
    sim = one_service(more=TICKS)

    with pytest.raises(UsageError, match="source/tick would send for ever"):
        advance(sim)


def test_a_long_instant_is_left_in_its_middle() -> None:
    sim = one_service()
    for _ in range(1_000):
        sim.send(type="a")

    more = advance(sim, enough=lambda: True)

    assert more
    assert sim.due_ns == 0
    assert 500 < len(sim.trace) < 600


def test_after_an_instant_with_more_due_in_it_the_slice_goes_on() -> None:
    sim = one_service("{responses: [503, 200]}")
    asked: list[int] = []

    def enough() -> bool:
        asked.append(len(sim.trace))
        return True

    @sim.service("s")
    async def handler(event: CloudEvent) -> CloudEvent:
        await anyio.lowlevel.checkpoint()
        return reply(event, type="b")

    sim.send(type="a")
    advance(sim, enough=enough)

    assert kinds(sim)[-1] == "answered"
    assert len(asked) == 2


def test_the_slice_is_not_asked_before_anything_has_happened() -> None:
    sim = one_service(more=TICKS)

    advance(sim, enough=lambda: True)

    assert sim.now_ns == 1_000_000_000


def test_time_passes_only_to_an_instant_before_which_nothing_is_due() -> None:
    sim = one_service(more=TICKS)
    sim.arrive(500_000_000)

    with pytest.raises(UsageError, match="a notice is due at 1000000000 ns"):
        sim.arrive(1_000_000_000)
    with pytest.raises(UsageError, match="499999999 ns are past, it is 500000000 ns"):
        sim.arrive(499_999_999)
    assert sim.now_ns == 500_000_000


def test_a_circle_ends_a_slice_and_goes_on_with_a_higher_limit() -> None:
    sim = simulation(CIRCLE, most=2_000)
    sim.send(type="a", to="channel/c")

    with pytest.raises(
        UsageError, match=r"in a circle: channel/c → subscription/again"
    ):
        advance(sim)
    made = len(sim.trace)
    with pytest.raises(UsageError, match=f"more than {made} records"):
        sim.raise_limit(made)
    sim.raise_limit(4_000)
    with pytest.raises(UsageError, match="stopped after 4"):
        advance(sim)

    assert 2_000 <= made < 2_600
    assert [r.serial for r in sim.trace] == list(range(len(sim.trace)))


def test_a_handler_cannot_advance_the_run_that_called_it() -> None:
    sim = one_service()
    told: list[str] = []

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        with pytest.raises(UsageError) as caught:
            await sim.advance()
        told.append(str(caught.value))

    sim.send(type="a")
    sim.run()

    assert told[0].startswith("the run is going on already")


def test_handlers_wait_as_long_when_a_run_is_made_of_steps() -> None:
    def made(*, steps: bool) -> list[object]:
        sim = one_service("{latency: 1s}", more="subscriptions: {}")

        @sim.service("s")
        async def handler(event: CloudEvent) -> CloudEvent:
            await anyio.lowlevel.checkpoint()
            return reply(event, type="b")

        for _ in range(3):
            sim.send(type="a")
        sim.send(type="a", to="service/s", after="1s")
        if steps:
            while sim.step():
                pass
        else:
            sim.run()
        return list(sim.trace)

    assert made(steps=True) == made(steps=False)

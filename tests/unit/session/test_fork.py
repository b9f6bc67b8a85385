"""Forks: another run like this one up to a record."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import anyio
import anyio.lowlevel
import pytest

from simulator import CloudEvent, Simulation, Topology, reply
from simulator.errors import UsageError
from simulator.session.journal import journaled
from simulator.trace import Kind
from tests.unit.session.hubs import kinds, one_service

RETRIED = """
topology: retried
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT1S}}}
triggers: {work: {subscriber: s}}
services: {s: {responses: [503, 503, 200]}}
"""


def retried() -> Simulation:
    return Simulation(Topology.parse(RETRIED), journal=True)


def test_a_fork_before_a_retry_stands_at_its_instant() -> None:
    sim = retried()
    sim.send(type="a")
    sim.run()
    third = sim.trace.select(kind=Kind.DISPATCHED)[2]

    fork = sim.fork(third.serial)

    assert list(fork.trace) == list(sim.trace)[: third.serial]
    assert fork.now_ns == fork.due_ns == third.at_ns == 1_000_000_000


def test_a_fork_goes_another_way_when_something_else_happens() -> None:
    sim = retried()
    sim.send(type="a")
    sim.run()

    fork = sim.fork(4)
    fork.send(type="b")
    fork.run()

    assert {r.event.type for r in sim.trace} == {"a"}
    assert {r.event.type for r in fork.trace} == {"a", "b"}


def test_inputs_after_the_record_are_left_out() -> None:
    sim = one_service(journal=True)
    for name in ("first", "second", "third"):
        sim.send(type="a", id=name)
        sim.run()

    fork = sim.fork(5)
    fork.run()

    assert [r.event.id for r in fork.trace.select(kind=Kind.SENT)] == [
        "first",
        "second",
    ]


def test_records_of_one_notice_come_together_or_not_at_all() -> None:
    sim = one_service(journal=True)
    sim.send(type="a")
    sim.run()

    fork = sim.fork(3)

    assert len(sim.trace) == 5
    assert len(fork.trace) == 0
    assert fork.due_ns == 0


@pytest.mark.parametrize("before", [-1, 6])
def test_a_fork_before_no_record_is_wrong_use(before: int) -> None:
    sim = one_service(journal=True)
    sim.send(type="a")
    sim.run()

    with pytest.raises(UsageError, match=rf"a record from 0 to 5, found {before}"):
        sim.fork(before)


def test_a_run_without_a_journal_is_not_forked() -> None:
    with pytest.raises(UsageError, match=r"make it with Simulation\(…, journal=True\)"):
        one_service().fork()


def test_a_run_to_which_nothing_happened_is_forked() -> None:
    sim = one_service(journal=True)

    fork = sim.fork()
    fork.send(type="a")
    fork.run()

    assert kinds(fork)[-1] == "answered"
    assert len(sim.trace) == 0


def test_what_failed_is_repeated_too_as_ids_are_counted() -> None:
    sim = one_service(journal=True)
    with pytest.raises(UsageError):
        sim.send(type="a", to="nowhere")
    sim.send(type="a")
    sim.run()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)


def test_an_event_that_its_sender_changes_later_is_repeated_as_it_was() -> None:
    sim = one_service(journal=True)
    data = {"n": [1]}
    sent = {"n": 1}
    event = CloudEvent({"type": "a", "source": "/x", "id": "1"}, sent)
    sim.send(type="a", data=data)
    sim.send(event)
    data["n"].append(2)
    sent["n"] = 2
    sim.run()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)


def test_what_a_handler_sends_is_sent_by_the_handler_again() -> None:
    sim = one_service(journal=True)

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        sim.send(type="b", data=sim.now_text(), after="1s")
        sim.send(type="b", data=[sim.now_ns, str(sim.now)])

    sim.send(type="a", after="1s")
    sim.run()
    made = list(sim.trace)

    fork = sim.fork()

    assert list(fork.trace) == made == list(sim.trace)
    assert sim.due_ns is None


def test_an_instance_is_made_of_a_handler_class_for_each_fork(tmp_path: Path) -> None:
    code = """
from simulator import reply
class Counter:
    def __init__(self):
        self.count = 0
    def __call__(self, event):
        self.count += 1
        return reply(event, type="counted", data=self.count)
"""
    (tmp_path / "counting.py").write_text(code)
    sim = one_service(
        "{handler: 'counting.py:Counter'}",
        handlers=[str(tmp_path / "counting.py")],
        journal=True,
    )
    for _ in range(3):
        sim.send(type="a")
    sim.run()

    fork = sim.fork(len(sim.trace))

    assert list(fork.trace) == list(sim.trace)


def test_a_handler_that_waits_is_repeated_in_a_loop_of_its_own() -> None:
    sim = one_service(journal=True)
    waiting(sim)
    sim.send(type="a")
    sim.run("1s")

    fork = sim.fork()
    for each in (sim, fork):
        each.run()

    assert list(fork.trace) == list(sim.trace)
    assert kinds(fork).count("replied") == 1


def test_in_an_event_loop_a_fork_is_awaited() -> None:
    sim = one_service(journal=True)
    waiting(sim)

    async def main() -> Simulation:
        for _ in range(400):
            sim.send(type="a")
        await sim.run_async()
        with pytest.raises(UsageError, match="an event loop runs already"):
            sim.fork()
        return await sim.fork_async(len(sim.trace) - 1)

    fork = asyncio.run(main())

    assert list(fork.trace) == list(sim.trace)[: len(fork.trace)]
    fork.run()
    assert list(fork.trace) == list(sim.trace)


def test_an_input_while_handlers_wait_is_repeated_before_they_go_on() -> None:
    sim = one_service(journal=True)
    waiting(sim)

    async def main() -> None:
        sim.send(type="a")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sim.run_async)
            while not sim.trace.select(kind=Kind.DISPATCHED):
                await anyio.lowlevel.checkpoint()
            sim.send(type="b", after="2s")

    asyncio.run(main())

    assert list(sim.fork().trace) == list(sim.trace)


def test_a_handler_cannot_fork_the_run_that_called_it() -> None:
    sim = one_service(journal=True)
    told: list[str] = []

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        with pytest.raises(UsageError) as caught:
            sim.fork()
        told.append(str(caught.value))

    sim.send(type="a")
    sim.run()

    assert told == ["fork: a handler calls, while its run is going on"]


def test_a_run_that_was_broken_off_is_not_forked() -> None:
    sim = one_service(journal=True)

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        raise KeyboardInterrupt

    sim.send(type="a")
    with pytest.raises(KeyboardInterrupt):
        sim.run()

    with pytest.raises(UsageError, match="by KeyboardInterrupt, which cannot be"):
        sim.fork()


def test_a_new_input_needs_no_more_than_its_mark() -> None:
    class Louder(Simulation):
        @journaled
        def shout(self, times: int) -> None:
            for _ in range(times):
                self.send(type="a")

    topology = Topology.parse(RETRIED)
    sim = Louder(topology, journal=True)
    sim.shout(2)
    sim.run()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)
    assert sim.journal is not None
    assert [each.name for each in sim.journal.inputs] == ["shout"]


def waiting(sim: Simulation) -> None:
    """Let the service wait for something real, then in virtual time."""

    @sim.service("s")
    async def handler(event: CloudEvent) -> CloudEvent:
        await anyio.sleep(0.001)
        await sim.sleep("2s")
        return reply(event, type="b")


def test_a_handler_that_a_fork_calls_sees_what_waits_and_is_set_there() -> None:
    seen: list[object] = []
    topology = Topology.parse("topology: t\nservices: {gate: {approval: {}}, s: {}}")
    sim = Simulation(topology, journal=True)

    @sim.service("s")
    def look(event: CloudEvent) -> None:
        seen.append((len(sim.approvals), len(sim.faults), len(sim.breakpoints)))
        sim.approve(sim.approvals[0].serial)

    fork = sim.fork()
    fork.fault("gate", latency="1s")
    fork.break_at("gate", enabled=False)
    fork.send(type="a", to="gate")
    fork.send(type="b", to="s", after="5s")
    fork.run()

    assert seen == [(1, 1, 1)]
    assert (fork.approvals, sim.approvals) == ((), ())
    assert [each.status for each in fork.received("gate")] == [200]


def test_arguments_are_kept_as_they_were_whatever_they_are_in() -> None:
    class Edge(NamedTuple):
        source: str
        target: str

    configmaps = {"config-br-defaults": {"a": "b"}}
    sim = Simulation(Topology.parse(RETRIED), journal=True, configmaps=configmaps)
    sim.break_at(edge=Edge("trigger/work", "s"))
    configmaps["config-br-defaults"] = {"default-br-config": "is: {no: thing"}

    fork = sim.fork()

    assert fork.breakpoints == sim.breakpoints

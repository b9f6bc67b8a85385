"""Laws of forks: whatever was done to a run, and however it was driven."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
import anyio.lowlevel
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Simulation, Topology, reply
from simulator.errors import UsageError
from simulator.trace import Kind
from tests.properties.test_run_laws import Play, plays
from tests.unit.trace.written import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator import CloudEvent, Record

# Each example is several runs.
few = settings(max_examples=settings().max_examples // 3)
HOUR = "PT1H"
OF_INPUTS = (Kind.RECONFIGURED, Kind.RELEASED, Kind.DROPPED)
SECOND = 1_000_000_000
SOURCES = {
    "tick": {"every": "700ms", "count": 5, "sink": "broker/default"},
    "rare": {"rate": "2/s", "count": 4, "sink": "broker/default"},
}


class Story(NamedTuple):
    """A topology, and what is done to a run of it."""

    play: Play
    handled: bool
    deeds: list[tuple[str, Any]]


sends = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["a", "b"]),
        "to": st.sampled_from(["broker/default", "channel/c", "one", "nowhere"]),
    },
    optional={
        "after": st.sampled_from(["0ms", "300ms", "2s"]),
        "timeout": st.just("1s"),
    },
)
deeds = st.lists(
    st.tuples(st.just("send"), sends)
    | st.tuples(st.just("post"), st.sampled_from(["broker/default", "one"]))
    | st.tuples(st.just("step"), st.integers(1, 9))
    | st.tuples(st.just("run"), st.integers(0, 4000))
    | st.tuples(st.just("slice"), st.integers(0, 4000))
    | st.tuples(st.just("arrive"), st.integers(0, 4000))
    | st.tuples(st.just("reload"), st.integers(0, 5))
    | st.tuples(st.just("break"), st.sampled_from(["service/one", "broker/default"]))
    | st.tuples(st.sampled_from(["release", "drop"]), st.none()),
    max_size=9,
)
stories = st.builds(Story, plays(), st.booleans(), deeds)


def topology_of(play: Play, without: int | None = None) -> Topology:
    """Give the topology of a play, or what is left of it without one manifest.

    Its services answer in the other order then.
    """
    services, manifests = play.services, list(play.manifests)
    if without is not None and without < len(manifests):
        del manifests[without]
        services = {
            name: {"responses": service["responses"][::-1]}
            for name, service in services.items()
        }
    document = {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": "s", "namespace": "default"},
        "spec": {"services": services, "sources": SOURCES},
    }
    return Topology.of(*manifests, document)


def begin(story: Story, *, journal: bool = True, **options: Any) -> Simulation:
    topology = topology_of(story.play)
    sim = Simulation(
        topology, seed=story.play.seed, max_ttl=3, journal=journal, **options
    )
    if story.handled:
        sim.service("two", partial(answer, sim))
    return sim


async def answer(sim: Simulation, event: CloudEvent) -> CloudEvent:
    if sim.now_ns < 2 * SECOND:
        sim.send(type="b", to="channel/c", after="100ms")
    await anyio.lowlevel.checkpoint()
    await sim.sleep("300ms")
    return reply(event, type="b")


def act(sim: Simulation, story: Story, deeds: Sequence[tuple[str, Any]]) -> None:
    for name, what in deeds:
        try:
            if name == "reload":
                sim.reload(topology_of(story.play, what))
            else:
                _do(sim, name, what)
        except UsageError:  # no such address, or something is due before
            continue


def _do(sim: Simulation, name: str, what: Any) -> None:
    if name == "send":
        sim.send(**what)
    elif name == "post":
        sim.post(what, headers={"ce-id": "1"}, body=b"x")
    elif name == "step":
        for _ in range(what):
            sim.step()
    elif name == "run":
        sim.run(f"{what}ms")
    elif name == "break":
        sim.break_at(what)
    elif name in ("release", "drop"):
        for held in sim.held:
            (sim.release if name == "release" else sim.drop)(held.serial)
    elif name == "slice":
        anyio.run(partial(sim.advance, what * 1_000_000, enough=lambda: True))
    else:
        sim.arrive(what * 1_000_000)


@few
@given(stories, deeds)
def test_a_fork_stands_where_its_run_does_and_goes_on_as_that_does(
    story: Story, more: list[tuple[str, Any]]
) -> None:
    sim = begin(story)
    act(sim, story, story.deeds)

    fork = sim.fork()

    assert written(fork.log) == written(sim.log)
    assert (fork.now_ns, fork.due_ns) == (sim.now_ns, sim.due_ns)
    assert (fork.held, fork.breakpoints) == (sim.held, sim.breakpoints)
    for each in (sim, fork):
        act(each, story, more)
        each.run(HOUR)
    assert written(fork.log) == written(sim.log)


@few
@given(stories, st.data())
def test_a_fork_has_the_records_before_one_and_would_write_that_next(
    story: Story, data: st.DataObject
) -> None:
    sim = begin(story)
    act(sim, story, story.deeds)
    records: list[Record] = list(sim.trace)
    before = data.draw(st.integers(0, len(records)))

    fork = sim.fork(before)

    stands_at = len(fork.trace)
    assert list(fork.trace) == records[:stands_at]
    assert stands_at <= before
    if before < len(records) and records[before].kind in OF_INPUTS:
        assert stands_at == before
    elif before < len(records):
        assert fork.now_ns == records[stands_at].at_ns
        fork.step()
        assert len(fork.trace) > before
        assert list(fork.trace) == records[: len(fork.trace)]


@few
@given(stories, deeds, st.data())
def test_a_fork_of_a_fork_is_as_good(
    story: Story, more: list[tuple[str, Any]], data: st.DataObject
) -> None:
    sim = begin(story)
    act(sim, story, story.deeds)
    first = sim.fork(data.draw(st.integers(0, len(sim.trace))))
    act(first, story, more)

    second = first.fork()

    assert written(second.log) == written(first.log)
    for each in (first, second):
        each.run(HOUR)
    assert written(second.log) == written(first.log)


@few
@given(stories)
def test_a_fork_leaves_its_run_as_it_was(story: Story) -> None:
    sim, alone = begin(story), begin(story)
    for each in (sim, alone):
        act(each, story, story.deeds)

    sim.fork().run(HOUR)

    for each in (sim, alone):
        each.run(HOUR)
    assert written(sim.log) == written(alone.log)


@few
@given(stories)
def test_a_journal_changes_nothing(story: Story) -> None:
    with_, without = begin(story), begin(story, journal=False)
    for each in (with_, without):
        act(each, story, story.deeds)
        each.run(HOUR)

    assert written(with_.log) == written(without.log)


@few
@given(stories, st.integers(20, 60))
def test_a_run_that_was_stopped_for_its_records_is_forked_where_it_stands(
    story: Story, most: int
) -> None:
    sim = begin(story, most=most)
    act(sim, story, story.deeds)
    act(sim, story, [("run", 4000)])

    fork = sim.fork()

    assert written(fork.log) == written(sim.log)
    for each in (sim, fork):
        each.raise_limit(100_000)
        each.run(HOUR)
    assert written(fork.log) == written(sim.log)

"""Leaving out orders that make no difference leaves out no outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.explore import Plan, Search, work
from simulator.explore.plan import Input
from simulator.explore.working import ground_of

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICES = ("one", "two", "three")
_MOST_RUNS = 100
FOLDER = Path(__file__).parents[2] / "topologies"
TOPOLOGIES = [path.name for path in sorted(FOLDER.glob("*.yaml"))]
HANDLERS = {"inventory.yaml": [FOLDER / "inventory.py"]}
EVENT = {"source": "/s", "specversion": "1.0"}


def outcomes(plan: Plan) -> tuple[set[str], int]:
    """Give what all runs within the bound came to, and how many they were."""
    search = Search(plan.replace(gathers=True))
    while pieces := search.pieces():
        for piece in pieces:
            search.take(work(plan.replace(gathers=True), piece))
        if search.known > _MOST_RUNS:
            return set(), search.known
    return search.digests, search.runs


def in_python(names: frozenset[str]) -> Callable[[Simulation], None]:
    """Play services by functions that share what they remember, and answer by it."""

    def register(sim: Simulation) -> None:
        seen: list[str] = []

        def play(event: Any) -> Any:
            seen.append(event.get_type())
            if event.get_type() != "a" or len(seen) > 6:
                return 200 if len(seen) % 2 else 500
            about = {
                "id": f"{event.get_id()}.r",
                "source": "/r",
                "type": "b",
                "specversion": "1.0",
            }
            return Event(about, "".join(seen).encode())

        for name in sorted(names):
            sim.service(name, play)

    return register


QUIET = [
    "{}",
    "{responses: [503, 200]}",
    "{responses: [500]}",
    "{latency: 1s}",
    "{latency: 3s}",
]
services = st.sampled_from(
    [
        *QUIET,
        "{reply: {type: c}}",
        "{reply: {type: c}, latency: 1s}",
        "{emit: [{to: broker/default, event: {type: c}}]}",
    ]
)
deliveries = st.sampled_from(
    [
        "{}",
        "{retry: 1, backoffPolicy: linear, backoffDelay: 1s}",
        "{retry: 2, backoffPolicy: linear, backoffDelay: 0s, timeout: 2s}",
        "{retry: 1, backoffPolicy: linear, backoffDelay: 1s, deadLetterSink: three}",
        "{deadLetterSink: three, timeout: 1s}",
    ]
)


@st.composite
def topologies(draw: st.DrawFn) -> str:
    """Small ones without circles: a broker, a channel, three services; c ends at the last."""
    ends = st.tuples(st.sampled_from("ab"), st.sampled_from([*SERVICES, "channel/mid"]))
    drawn = draw(st.lists(ends | st.just(("c", "three")), min_size=1, max_size=4))
    triggers = "\n".join(
        f"  t{n}: {{filter: {{type: {type_}}}, subscriber: {to}}}"
        for n, (type_, to) in enumerate(drawn)
    )
    return (
        f"topology: drawn\nbrokers: {{default: {{delivery: {draw(deliveries)}}}}}\n"
        f"triggers:\n{triggers}\n"
        "channels: {mid: {}}\n"
        f"subscriptions: {{s: {{channel: mid, subscriber: {draw(st.sampled_from(SERVICES))}, "
        f"reply: broker/default, delivery: {draw(deliveries)}}}}}\n"
        f"services:\n  one: {draw(services)}\n  two: {draw(services)}\n"
        f"  three: {draw(st.sampled_from(QUIET))}\n"
    )


class Play(NamedTuple):
    """A topology, what is sent when, what is played in Python, and the bound."""

    text: str
    sent: list[tuple[str, str]]
    played: frozenset[str]
    faults: int
    delays: int
    kinds: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        return Plan(
            topology=Topology.parse(self.text),
            inputs=tuple(
                Input(
                    event=Event({**EVENT, "id": f"e{n}", "type": type_}),
                    to="broker/default",
                    after=after,
                )
                for n, (type_, after) in enumerate(self.sent)
            ),
            given=in_python(self.played),
            faults=self.faults,
            delays=self.delays,
            kinds=self.kinds,
        )


plays = st.builds(
    Play,
    topologies(),
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["0s", "1s"])),
        min_size=1,
        max_size=2,
    ),
    st.frozensets(st.sampled_from(SERVICES)),
    st.integers(0, 1),
    st.integers(1, 2),
    st.sampled_from(
        [("503",), ("lost-answer", "duplicate"), ("reset", "timeout", "slow")]
    ),
)


@given(plays)
def test_pruning_changes_no_outcome(play: Play) -> None:
    note(play.text)
    every, runs = outcomes(play.plan.replace(prunes=False))
    if runs > _MOST_RUNS:
        return

    pruned, fewer = outcomes(play.plan)

    assert pruned == every
    assert fewer <= runs


@given(plays, st.integers(0, 3))
def test_the_choices_of_a_run_make_it_again(play: Play, seed: int) -> None:
    ground = ground_of(play.plan)
    made = ground.run((), seed, is_random=True)

    again = ground.again(made.simulation.choices, seed)

    assert list(again.trace) == list(made.simulation.trace)


@pytest.mark.parametrize("name", TOPOLOGIES)
@pytest.mark.parametrize(
    ("faults", "delays", "kinds"), [(0, 2, ()), (1, 1, ("503", "lost-answer"))]
)
def test_pruning_changes_no_outcome_of_our_topologies(
    name: str, faults: int, delays: int, kinds: tuple[str, ...]
) -> None:
    plan = Plan(
        topology=Topology.load(FOLDER / name),
        options={"handlers": HANDLERS.get(name, []), "folder": FOLDER},
        until="12s",
        faults=faults,
        delays=delays,
        kinds=kinds,
    )
    every, runs = outcomes(plan.replace(prunes=False))
    if runs > _MOST_RUNS:
        return

    pruned, fewer = outcomes(plan)

    assert pruned == every
    assert fewer <= runs

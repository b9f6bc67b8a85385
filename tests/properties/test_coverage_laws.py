"""Laws of coverage, on all topologies that we ship and with all brokers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.coverage import Coverage, Item, Plan, covered
from simulator.coverage.item import Fact
from simulator.errors import Position
from simulator.implementations import BROKERS
from simulator.trace import Kind

FILES = sorted((Path(__file__).parents[2] / "topologies").glob("*.yaml"))
NAMES = st.sampled_from(["a", "b", "c"])
ITEMS = st.builds(
    Item,
    node=NAMES,
    path=NAMES,
    fact=st.sampled_from(Fact),
    position=st.builds(Position, NAMES, st.integers(0, 3), st.integers(0, 3)),
)


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    items = draw(st.lists(ITEMS, max_size=6))
    some = draw(st.lists(st.sampled_from(items))) if items else []
    return Coverage.of(items, frozenset(item.name for item in some))


@given(coverages(), coverages(), coverages())
def test_coverages_are_joined_in_whatever_order(
    one: Coverage, two: Coverage, three: Coverage
) -> None:
    assert one | two == two | one
    assert (one | two) | three == one | (two | three)
    assert one | one == one
    assert one.covered <= (one | two).covered


@pytest.mark.parametrize("profile", [None, *BROKERS])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_run_has_delivered_is_covered_and_nothing_else_is_named(
    file: Path, profile: str | None
) -> None:
    topology = Topology.load(file)
    handlers = [str(file.with_suffix(".py"))] if file.stem == "inventory" else []
    simulation = Simulation(topology, profile=profile, handlers=handlers)
    simulation.run(until="9s")
    plan = Plan(simulation.wiring, topology)
    names = {item.name for item in plan.items}

    found = covered(plan, simulation.trace)

    assert found <= names
    wanted = {
        plan.routes[record.source].facts[fact]
        for record in simulation.trace
        if record.kind is Kind.DISPATCHED and record.source in plan.routes
        for fact in (Fact.MATCHED, Fact.CALLED)
        if fact in plan.routes[record.source].facts
    }
    assert wanted <= found

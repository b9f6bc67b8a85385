"""What callers of interventions, forks and drives get wrong is told in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.errors import UnknownAddressError, UsageError
from tests.playbook import simulation

if TYPE_CHECKING:
    from collections.abc import Callable

    Wrong = Callable[[Any], Any]  # no caller of these cares for types

TOPOLOGY = """
brokers: {default: {}}
triggers: {g: {subscriber: p}}
sources: {s: {at: 1s, sink: broker/default}}
services: {p: {}}
"""
RECEIVERS = "service/p, broker/default, *"
WRONG: list[tuple[Wrong, str]] = [
    (lambda s: s.break_at(edge=("a",)), "edge: expected two nodes, found ('a',)"),
    (lambda s: s.break_at(edge="ab"), "edge: expected two nodes, found 'ab'"),
    (lambda s: s.break_at(5), "expected a node such as 'service/pricing', found 5"),
    (lambda s: s.break_at(type=5), "type: expected text, found 5"),
    (lambda s: s.break_at(where=5), "where: expected text, found 5"),
    (lambda s: s.raise_limit("x"), "raise_limit: expected more than 0 records, found 'x'"),
    (lambda s: s.arrive("5s"), "arrive: expected nanoseconds, found '5s'"),
    (lambda s: s.fork("x"), "fork: expected a record from 0 to 0, found 'x'"),
    (lambda s: s.approve([1]), "no approval waits under [1] (there wait: none)"),
    (lambda s: s.release([1]), "nothing is held under [1] (held: nothing)"),
    (lambda s: s.lift([1]), "there is no fault [1] (there are: none)"),
    (lambda s: s.unbreak([1]), "there is no breakpoint [1] (there are: none)"),
    (lambda s: s.reload(None), "reload: expected a Topology, found None"),
    (
        lambda s: s.fault("trigger/g", outage=True),
        f"no request goes to 'trigger/g': faults hit services, brokers and channels (there are: {RECEIVERS})",
    ),
    (
        lambda s: s.fault("source/s", outage=True),
        f"no request goes to 'source/s': faults hit services, brokers and channels (there are: {RECEIVERS})",
    ),
    (
        lambda s: s.fault("p", outage=True, until="5"),
        "fault.until: '5' is no duration; expected an ISO 8601 duration such as PT0.5S, or 500ms, 2s, 5m, 1h, 1d",
    ),
    (lambda s: s.fault(5, outage=True), "fault.at: expected text, found 5"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=[said[:30] for _, said in WRONG])
def test_what_is_wrong_is_told_in_one_sentence_and_changes_nothing(
    wrong: Wrong, said: str
) -> None:
    sim = simulation(TOPOLOGY, journal=True)

    with pytest.raises(UsageError) as refused:
        wrong(sim)

    assert str(refused.value) == said
    assert (len(sim.trace), sim.faults, sim.breakpoints) == (0, (), ())


def test_a_fault_of_a_topology_at_a_trigger_is_refused_with_its_place() -> None:
    with pytest.raises(Exception, match=r"faults\[0\]\.at: no request goes to"):
        simulation(TOPOLOGY + "faults: [{at: trigger/g, drop: true}]").run()


def test_a_fault_at_what_is_not_there_names_the_nearest_node() -> None:
    sim = simulation(TOPOLOGY)

    with pytest.raises(UnknownAddressError, match="did you mean 'broker/default'"):
        sim.fault("broker/defalt", drop=True)

import pytest

from simulator import Simulation, Topology
from simulator.errors import UsageError
from simulator.trace import Kind
from tests.unit.trace.runs import ORDERS, orders

CIRCLE = """
topology: circle
brokers: {default: {}}
triggers: {again: {subscriber: echo}}
services: {echo: {echo: true}}
"""


def test_records_are_read_by_number_from_either_end_and_by_slice() -> None:
    trace = orders().trace

    assert len(trace) == 12
    assert trace[0].kind is Kind.SENT
    assert trace[-1].kind is Kind.ANSWERED
    assert [r.serial for r in trace[3:5]] == [3, 4]
    assert [r.serial for r in trace] == list(range(12))


@pytest.mark.parametrize("index", [12, -13])
def test_a_record_that_is_not_there_is_an_index_error(index: int) -> None:
    trace = orders().trace

    with pytest.raises(IndexError):
        trace[index]


def test_the_trace_grows_with_the_run() -> None:
    sim = Simulation(Topology.parse(ORDERS))
    trace = sim.trace
    before = len(trace)

    sim.send(type="other")
    sim.run()

    assert (before, len(trace)) == (0, 3)


def test_records_are_picked_by_kind_node_type_id_and_condition() -> None:
    trace = orders().trace

    assert [r.serial for r in trace.select(kind="accepted")] == [1, 5]
    assert [r.serial for r in trace.select(kind=("sent", "answered"))] == [0, 11]
    assert [r.serial for r in trace.select(node="service/pricing")] == [2, 3]
    assert [r.serial for r in trace.select(type="order.placed", kind="sent")] == [0]
    assert [r.serial for r in trace.select(id="o1", kind="responded")] == [3]
    assert [r.serial for r in trace.select(where=lambda r: r.status == 503)] == [7]


def test_attempts_are_requests_to_a_node_and_its_answers() -> None:
    trace = orders().trace

    attempts = trace.attempts(node="service/shipping", id="o1/order.priced")

    assert [(r.kind, r.status) for r in attempts] == [
        (Kind.DISPATCHED, 0),
        (Kind.RESPONDED, 503),
    ]
    assert trace.attempts(node="service/shipping", id="o1") == []


def test_an_event_appears_where_it_is_handed_over_the_first_time() -> None:
    trace = orders().trace

    priced = trace.appearances("o1/order.priced")

    assert [(r.kind, r.target) for r in priced] == [
        (Kind.REPLIED, "broker/default"),
        (Kind.DEAD_LETTERED, "service/dead-letters"),
    ]
    assert [r.serial for r in trace.appearances("o1", source="/shop")] == [0]
    assert trace.appearances("o1", source="/elsewhere") == []


def test_the_lineage_of_a_record_is_its_causes_and_what_followed() -> None:
    trace = orders().trace

    ancestors, below = trace.lineage(6)

    assert [r.serial for r in ancestors] == [0, 1, 2, 3, 4, 5]
    assert [r.serial for r in below] == [6, 7, 8, 9]
    assert [depth for depth, _ in below.walk()] == [0, 1, 2, 3]


def test_the_trees_of_a_run_are_one_per_event_sent() -> None:
    sim = orders()
    sim.send(type="other", id="o2")
    sim.run()

    first, second = sim.trace.trees()

    assert sorted(r.serial for r in first) == list(range(12))
    assert [r.kind for r in second] == [Kind.SENT, Kind.ACCEPTED, Kind.ANSWERED]


def test_a_circle_of_255_replies_is_one_deep_tree() -> None:
    sim = Simulation(Topology.parse(CIRCLE))
    sim.send(type="around")

    sim.run()

    (tree,) = sim.trace.trees()
    assert max(depth for depth, _ in tree.walk()) > 254 * 3
    assert len(list(tree)) == len(sim.trace)


def test_an_unknown_serial_has_no_lineage() -> None:
    with pytest.raises(UsageError, match="there is no record"):
        orders().trace.lineage(99)


def test_of_a_bounded_trace_the_newest_records_are_kept() -> None:
    sim = Simulation(Topology.parse(ORDERS), keep=50)
    sizes = []
    for _ in range(20):
        for _ in range(100):
            sim.send(type="other")
        sim.run()
        sizes.append(len(sim.trace))

    assert max(sizes) <= 150
    assert len(sim.log) == 6_000
    assert sim.trace[-1].serial == 5_999
    assert sim.trace[0].serial == 6_000 - len(sim.trace)
    assert [r.serial for r in sim.trace] == [
        sim.trace[i].serial for i in range(len(sim.trace))
    ]


def test_a_record_whose_cause_was_dropped_is_a_root() -> None:
    sim = Simulation(Topology.parse(CIRCLE), keep=100)
    sim.send(type="around")
    sim.run()

    roots = sim.trace.trees()
    ancestors, _ = sim.trace.lineage(sim.trace[-1].serial)

    assert len(roots) >= 1
    assert all(r.serial >= sim.trace[0].serial for r in ancestors)


def test_a_lineage_is_shown_short_and_compared_however_deep_it_is() -> None:
    sim = Simulation(Topology.parse(CIRCLE), max_ttl=500)
    sim.send(type="a", timeout="1s")
    sim.run("1ms")

    (tree,) = sim.trace.trees()

    assert len(list(tree)) > 1_000
    assert repr(tree) == f"<Lineage of {sim.trace[0]!r}, 1 children>"
    assert tree == sim.trace.trees()[0]
    assert hash(tree) == hash(sim.trace.trees()[0])
    assert tree != tree.children[0]

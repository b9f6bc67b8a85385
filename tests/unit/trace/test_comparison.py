"""Two traces side by side."""

from simulator import Simulation, Topology
from simulator.trace import Tally, compare

SHOP = """
topology: shop
brokers: {default: {}}
triggers: {price: {subscriber: pricing}}
services: {pricing: {latency: 1ms}}
"""


def shop(*, events: int) -> Simulation:
    sim = Simulation(Topology.parse(SHOP))
    for _ in range(events):
        sim.send(type="a")
        sim.run()
    return sim


def test_equal_runs_have_equal_traces() -> None:
    found = compare(shop(events=2).trace, shop(events=2).trace)

    assert found.equal
    assert found.common == 10
    assert (found.first, found.second) == (None, None)


def test_a_trace_that_goes_on_parts_where_the_other_ends() -> None:
    longer = shop(events=2).trace

    found = compare(shop(events=1).trace, longer)

    assert not found.equal
    assert found.common == 5
    assert found.first is None
    assert found.second == longer[5]
    assert compare(longer, shop(events=1).trace).first == longer[5]


def test_traces_part_at_the_first_record_that_says_anything_else() -> None:
    one, other = shop(events=1), Simulation(Topology.parse(SHOP))
    other.send(type="b")
    other.run()

    found = compare(one.trace, other.trace)

    assert found.common == 0
    assert found.first is not None
    assert found.second is not None
    assert (found.first.event.type, found.second.event.type) == ("a", "b")


def test_counters_stand_side_by_side() -> None:
    found = compare(shop(events=1).trace, shop(events=3).trace)

    assert [str(tally.name) for tally in found.kinds] == [
        "sent", "accepted", "dispatched", "responded", "answered",
    ]  # fmt: skip
    assert found.kinds[2] == Tally(name="dispatched", first=1, second=3)
    assert found.nodes == (
        Tally(name="broker/default", first=3, second=9),
        Tally(name="service/pricing", first=2, second=6),
        Tally(name="trigger/price", first=2, second=6),
    )


def test_nothing_is_equal_to_nothing() -> None:
    assert compare([], []).equal

"""What chance decides can be chosen, point by point, and nothing else moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import UsageError
from simulator.kernel import Chooser
from tests.playbook import lines, simulation

if TYPE_CHECKING:
    from simulator import Simulation

FAULTS = """
brokers: {default: {delivery: {retry: 0}}}
triggers: {work: {subscriber: one}}
services: {one: {latency: {uniform: [10ms, 20ms]}}}
faults: [{at: service/one, status: 503, rate: 0.5}]
seed: 3
"""
GENERATOR = """
brokers: {default: {}}
sources: {shop: {rate: 1/s, count: 4, event: {type: t}, sink: broker/default}}
"""
GATE = """
services:
  gate: {approval: {policy: {approve: "TRUE", after: {uniform: [1s, 2s]}}}}
"""


def sent(topology: str, count: int = 4, **options: object) -> Simulation:
    sim = simulation(topology, **options)
    for number in range(count):
        sim.send(id=str(number), type="t", after=f"{number}s")
    sim.run()
    return sim


def hits(sim: Simulation) -> list[str]:
    return [record.event.id for record in sim.trace.select(kind="fault-hit")]


def latencies(sim: Simulation) -> list[int]:
    return [
        record.at_ns % 1_000_000_000
        for record in sim.trace.select(kind="responded")
        if record.status == 200
    ]


def test_a_fault_hits_where_it_is_chosen_to_and_nowhere_else_other_than_before() -> (
    None
):
    drawn = hits(sent(FAULTS))

    spared = sent(FAULTS, choices={f"fault/1#{int(drawn[0]) + 1}": 0})

    assert drawn == ["0", "2", "3"]
    assert hits(spared) == drawn[1:]


def test_a_choice_that_the_seed_makes_anyway_changes_nothing_and_is_not_noted() -> None:
    drawn = sent(FAULTS)

    same = sent(FAULTS, choices={"fault/1#1": 1, "fault/1#2": 0})

    assert lines(same) == lines(drawn)
    assert same.choices == {}


def test_a_latency_that_is_chosen_moves_no_later_one() -> None:
    drawn = latencies(sent(FAULTS))

    chosen = sent(FAULTS, choices={"latency/service/one#1": "250ms"})

    assert latencies(chosen) == [250_000_000, *drawn[1:]]
    assert chosen.choices == {"latency/service/one#1": 250_000_000}


def test_a_point_keeps_its_name_when_the_rest_of_the_topology_changes() -> None:
    more = (
        FAULTS.replace(
            "services: {", "services: {two: {latency: {exponential: 5ms}}, "
        ).replace("triggers: {", "triggers: {also: {subscriber: two}, ")
        + "sources: {s: {rate: 9/s, count: 3, event: {type: u}, sink: two}}\n"
    )
    choices = {"fault/1#2": 1, "latency/service/one#1": "40ms"}

    alone, among = sent(FAULTS, choices=choices), sent(more, choices=choices)

    assert hits(alone) == hits(among) == ["0", "1", "2", "3"]
    assert alone.choices == among.choices


@pytest.mark.parametrize(("number", "hit"), [(1, 0), (3, 1)], ids=["spared", "hit"])
def test_a_hit_that_is_chosen_moves_neither_later_hits_nor_their_latencies(
    number: int, hit: int
) -> None:
    late = FAULTS.replace("latency: {uniform: [10ms, 20ms]}", "").replace(
        "status: 503", "latency: {uniform: [100ms, 900ms]}"
    )

    def delays(**options: object) -> list[int]:
        sim = sent(late, 10, **options)
        return [
            record.at_ns - sim.trace[record.cause or 0].at_ns
            for record in sim.trace.select(kind="answered")
        ]

    drawn, chosen = delays(), delays(choices={f"fault/1#{number}": hit})

    assert [bool(delay) for delay in drawn[:3]] == [True, True, False]
    assert bool(chosen.pop(number - 1)) is bool(hit)
    assert chosen == drawn[: number - 1] + drawn[number:]


def test_a_fault_that_draws_its_latency_takes_the_chosen_one() -> None:
    late = FAULTS.replace("status: 503, rate: 0.5", "latency: {uniform: [1s, 2s]}")

    sim = sent(late, 1, choices={"fault/1/latency#1": "5s", "latency/service/one#1": 0})

    assert [r.at_ns for r in sim.trace.select(kind="answered")] == [5_000_000_000]


def test_a_source_waits_for_its_next_event_as_long_as_chosen() -> None:
    drawn = simulation(GENERATOR)
    drawn.run()
    chosen = simulation(GENERATOR, choices={"interval/source/shop#2": "1h"})
    chosen.run()

    before = [r.at_ns for r in drawn.trace.select(kind="sent")]
    after = [r.at_ns for r in chosen.trace.select(kind="sent")]
    longer = 3_600_000_000_000 - (before[1] - before[0])
    assert after == [before[0], *(at + longer for at in before[1:])]


def test_a_policy_decides_when_it_is_chosen_to() -> None:
    sim = simulation(GATE, choices={"approval/service/gate#1": "3h"})
    sim.send(type="t", to="gate")
    sim.run()

    assert [r.at_ns for r in sim.trace.select(kind="approved")] == [10_800_000_000_000]


def test_what_is_due_in_one_instant_can_be_put_off_behind_the_others() -> None:
    def order(**options: object) -> list[str]:
        sim = simulation("channels: {c: {}}", **options)
        for name in "abc":
            sim.send(id=name, type="t", to="channel/c")
        sim.run()
        return [record.event.id for record in sim.trace.select(kind="sent")]

    assert order() == ["a", "b", "c"]
    assert order(choices={"order/caller#1": 1}) == ["b", "a", "c"]
    assert order(choices={"order/caller#1": 2}) == ["b", "c", "a"]
    assert order(choices={"order/caller#2": 1}) == ["a", "c", "b"]
    assert order(choices={"order/caller#1": 2, "order/caller#2": 1}) == ["c", "b", "a"]


def test_who_has_let_others_go_first_is_not_asked_again_when_its_turn_comes() -> None:
    points = []

    def choose(_: str, name: str, number: int, default: int, count: int | None) -> int:
        points.append((name, number, count))
        return 1 if number == 1 else default

    sim = simulation("channels: {c: {}}", choices=Chooser(0, None, choose, ("order/",)))
    for name in "abc":
        sim.send(id=name, type="t", to="channel/c")
    sim.run()

    assert [r.event.id for r in sim.trace.select(kind="sent")] == ["b", "a", "c"]
    assert points == [("order/caller", 1, 3), ("order/caller", 2, 3)]


def test_deliveries_of_one_instant_can_overtake_each_other() -> None:
    topology = """
    brokers: {default: {}}
    triggers: {one: {subscriber: a}, two: {subscriber: b}}
    services: {a: {latency: 1s}, b: {latency: 1s}}
    """

    def order(**options: object) -> list[str]:
        sim = simulation(topology, **options)
        sim.send(type="t")
        sim.run()
        return [r.source for r in sim.trace.select(kind="responded")]

    assert order() == ["service/a", "service/b"]
    assert order(choices={"order/trigger/one#2": 1}) == ["service/b", "service/a"]


def test_a_run_driven_step_by_step_makes_the_same_choices() -> None:
    choices = {"order/caller#1": 1, "fault/1#1": 0, "latency/service/one#2": "9ms"}
    at_once = simulation(FAULTS, choices=choices)
    by_step = simulation(FAULTS, choices=choices)
    for sim in (at_once, by_step):
        sim.send(id="a", type="t")
        sim.send(id="b", type="t")
    at_once.run()
    while by_step.step():
        pass

    assert lines(by_step) == lines(at_once)
    assert by_step.choices == at_once.choices


def test_a_fork_makes_the_choices_of_its_run() -> None:
    choices = {"fault/1#1": 0, "order/caller#1": 1}
    sim = simulation(FAULTS, choices=choices, journal=True)
    sim.send(id="a", type="t")
    sim.send(id="b", type="t")
    sim.run()

    fork = sim.fork()

    assert list(fork.trace) == list(sim.trace)
    assert fork.choices == sim.choices


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"fault": 1}, r"expected a point such as 'fault/2#7', found 'fault'"),
        ({7: 1}, r"expected a point such as 'fault/2#7', found 7"),
        ({"fault/1#0": 1}, r"expected a point such as 'fault/2#7', found 'fault/1#0'"),
        ({"falt/1#1": 1}, r"unknown sort of choice 'falt'; did you mean 'fault'\?"),
        ({"fault/1#1": "1s"}, r"fault/1#1: expected 0 or more, found '1s'"),
        ({"fault/1#1": True}, r"fault/1#1: expected 0 or more, found True"),
        ({"fault/1#1": -1}, r"fault/1#1: expected 0 or more, found -1"),
        ({"latency/service/one#1": "soon"}, r"latency/service/one#1: "),
        (
            {"latency/service/one#1": 1.5},
            r"expected ns up to 292 years, or a duration such as 250ms",
        ),
        ([1], r"expected points and what is chosen there, found \[1\]"),
    ],
)
def test_what_is_no_choice_is_refused(choices: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        simulation(FAULTS, choices=choices)


def test_all_points_that_are_about_nothing_are_named_with_the_nearest() -> None:
    sim = simulation(
        FAULTS, choices={"latency/service/on#1": 1, "order/trigger/wrk#1": 1}
    )

    with pytest.raises(UsageError) as error:
        sim.run()

    assert str(error.value).splitlines() == [
        (
            "choices: latency/service/on#1: there is no latency/service/on; did you "
            "mean 'latency/service/one'?"
        ),
        (
            "choices: order/trigger/wrk#1: there is no order/trigger/wrk; did you mean "
            "'order/trigger/work'?"
        ),
    ]


def test_a_choice_out_of_range_is_refused_where_the_run_comes_to_it() -> None:
    with pytest.raises(UsageError, match=r"fault/1#1: expected 0 to 1, found 2"):
        sent(FAULTS, choices={"fault/1#1": 2})


def test_points_that_a_run_never_came_to_are_told_when_it_is_asked() -> None:
    sim = sent(FAULTS, 2, choices={"fault/1#7": 1, "fault/2#1": 1, "fault/1#1": 0})

    with pytest.raises(UsageError) as error:
        sim.check_choices()

    assert str(error.value).splitlines() == [
        "choices: fault/1#7: the run came to fault/1#2 and no further",
        (
            "choices: fault/2#1: the run never came to fault/2; did you mean 'fault/1'? "
            "(it came to: fault/1, latency/service/one)"
        ),
    ]


def test_a_run_that_met_a_choice_out_of_range_does_not_go_on_damaged() -> None:
    sim = simulation(FAULTS, choices={"fault/1#1": 5})
    sim.send(type="t")

    with pytest.raises(UsageError) as first:
        sim.run()
    with pytest.raises(UsageError) as again:
        sim.run()

    assert str(first.value) == str(again.value)
    assert str(again.value) == "choices: fault/1#1: expected 0 to 1, found 5"


def test_a_request_that_is_called_off_in_its_own_instant_has_an_end() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: PT1S}}}
        triggers: {ask: {filter: {type: t}, subscriber: one}, told: {filter: {type: u}, subscriber: two}}
        services: {one: {responses: [503, {reply: {type: u}}]}, two: {responses: [503]}}
        """,
        choices={"order/caller#1": 1},
    )
    sim.send(id="a", type="t", timeout="1s")
    sim.run()

    assert lines(sim)[-4:] == [
        "1s dispatched a/u trigger/told -> service/two",
        "1s cut a/u broker/default (client gone)",
        "1s cut a/u service/two (client gone)",
        "1s answered a broker/default (context deadline exceeded)",
    ]

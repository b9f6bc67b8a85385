"""The benchmarks run; what they find is no test."""

from __future__ import annotations

import json
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from benchmarks.__main__ import main
from benchmarks.aims import AIMS
from benchmarks.catalogue import manifests
from benchmarks.deliveries import RETRIES, at_the_third_attempt
from benchmarks.engine import FAILED, broker, event, exact, fresh
from benchmarks.kernel import KERNEL, aim, kind_of
from benchmarks.measure import Effort, Row, SkippedError, quiet_rounds
from benchmarks.mesh import MESH, RECORDS
from benchmarks.peer_kn_sim import samples
from benchmarks.peers import names, rate
from simulator import Blueprint, Simulation, Topology
from simulator.kernel import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITTLE = Effort(rounds=1, pairs=1, share=0.01, deliveries=2_000, processes=1)


@pytest.mark.parametrize("name", AIMS)
def test_every_aim_is_measured(name: str) -> None:
    try:
        row = AIMS[name](_LITTLE)
    except SkippedError as reason:
        pytest.skip(str(reason))

    assert row.what
    assert row.detail
    assert row.figure > 0


def test_each_delivery_of_the_retries_takes_three_attempts() -> None:
    program = broker([exact("wanted")], at_the_third_attempt, RETRIES)
    kernel, target = fresh(program)

    kernel.send(target, event())
    kernel.send(target, event())
    kernel.run()

    kinds = [row[3] for row in kernel.log.rows()]
    assert kinds.count(Kind.DISPATCHED) == 6
    assert kinds.count(Kind.RETRY_SCHEDULED) == 4


@pytest.mark.parametrize(
    ("figure", "most", "least"),
    [
        (100, "met", "met"),
        (99, "met", "near"),
        (101, "near", "met"),
        (90, "met", "near"),
        (110, "near", "met"),
        (89, "met", "NOT MET"),
        (111, "NOT MET", "met"),
    ],
)
def test_an_aim_is_the_most_or_the_least_and_within_a_tenth_it_is_near(
    figure: float, most: str, least: str
) -> None:
    time = Row(what="time", figure=figure, aim=100)
    speed = Row(what="speed", figure=figure, aim=100, at_least=True)

    assert (time.verdict, speed.verdict) == (most, least)


def test_each_event_of_the_waiting_deliveries_waits_for_one_retry() -> None:
    program = broker([exact("wanted")], lambda _: FAILED, RETRIES)
    kernel, target = fresh(program)

    kernel.send(target, event())
    kernel.run(0)

    assert [row[3] for row in kernel.log.rows()] == [
        Kind.SENT, Kind.ACCEPTED, Kind.DISPATCHED, Kind.RESPONDED, Kind.RETRY_SCHEDULED,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_a_run_of_the_mesh_makes_as_many_records_whatever_its_seed(seed: int) -> None:
    simulation = Simulation(Blueprint(Topology.parse(MESH)), seed=seed)

    simulation.send(event("step.0"))
    simulation.run()

    assert len(simulation.log) == RECORDS
    assert simulation.lost == []


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/lib/simulator/kernel/kernel.py", "pure"),
        *(
            (f"/lib/simulator/kernel/kernel{end}", "compiled")
            for end in EXTENSION_SUFFIXES
        ),
    ],
)
def test_a_kernel_of_an_extension_module_is_a_compiled_one(
    file: str, kind: str
) -> None:
    assert kind_of(file) == kind


def test_a_row_may_have_another_aim_where_the_kernel_is_compiled() -> None:
    aims = {"pure": 1.0, "compiled": 0.4}

    assert aim(1.0, compiled=0.4) == aims[KERNEL]


def test_a_round_in_which_the_machine_was_slow_does_not_count() -> None:
    calibrations = [1.0, 2.0, 1.1, 1.2]

    assert quiet_rounds(calibrations) == [0, 2]


def test_a_row_is_printed_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--json", "--only", "memory-fan-out"])

    row = json.loads(capsys.readouterr().out)
    found = row["name"], row["aim"], row["verdict"], row["met"], row["kernel"]
    assert found == ("memory-fan-out", 400, "met", True, KERNEL)
    assert row["figure"] <= row["aim"]


def test_a_row_is_printed_for_readers(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--only", "memory-fan-out"])

    printed = capsys.readouterr().out
    assert f"\nkernel: {KERNEL}\n" in printed
    assert "one event shared by 100" in printed


def test_a_name_that_no_row_has_is_answered_with_the_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "speed"])

    assert "the names are delivery, delivery-new" in capsys.readouterr().err


def test_the_generated_manifests_are_such_as_an_author_means() -> None:
    simulation = Simulation(Topology.parse(manifests(200)))

    assert {finding.code for finding in simulation.findings} == {"stub"}
    assert len(simulation.wiring.hubs) == 2
    assert sum(len(hub.routes) for hub in simulation.wiring.hubs) == 160


@pytest.mark.parametrize(("every", "deliveries"), [(False, 1), (True, 3)])
def test_our_side_of_the_peers_delivers_to_the_rules_that_match(
    *, every: bool, deliveries: int
) -> None:
    sample = next(samples(3, every))

    events = 40_000 // 12 // deliveries
    assert sample[0] == events * deliveries
    assert names(3, every=every)[-1] == "wanted"


def test_a_peer_is_rated_by_its_best_sample() -> None:
    def peer(_rules: int, _every: bool) -> Iterator[tuple[int, float]]:
        yield from ((10, 2.0), (10, 1.0), (10, 4.0))

    assert rate(peer, 1, every=False) == 10.0

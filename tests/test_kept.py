"""A recorded run of each topology that we ship becomes a test that passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.cli import main

TOPOLOGIES = Path(__file__).parents[1] / "topologies"
ALL = sorted(TOPOLOGIES.glob("*.yaml"))
SENT = {
    "reply-loop": ["--send", "type=ping", "--seed", "4"],
    "request-reply": ["--send", "type=price.asked"],
    "prefer-reply": ["--send", "type=order.placed"],
}


@pytest.mark.parametrize("topology", ALL, ids=lambda path: path.stem)
def test_the_test_of_a_recorded_run_passes_on_its_topology(
    topology: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace, kept = tmp_path / "run.jsonl", tmp_path / "kept.yaml"
    handlers = topology.with_suffix(".py")
    own = ["--handlers", str(handlers)] if handlers.exists() else []
    sent = SENT.get(topology.stem, [])
    main(
        ["run", str(topology), *own, *sent, "--for", "10m", "-q", "--trace", str(trace)]
    )
    capsys.readouterr()

    code = main(["trace", "test", str(trace), *own])
    written = capsys.readouterr()
    kept.write_text(written.out)

    assert (code, written.err) == (0, "")
    assert main(["test", str(topology), str(kept), *own]) == 0


def test_the_function_for_pytest_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topology, trace = str(TOPOLOGIES / "reply-loop.yaml"), str(tmp_path / "run.jsonl")
    main(["run", topology, *SENT["reply-loop"], "-q", "--trace", trace])
    capsys.readouterr()

    code = main(["trace", "test", trace, "--to", "pytest", "--of", topology])
    written = capsys.readouterr()
    module: dict[str, Any] = {}
    exec(written.out, module)  # noqa: S102 - ours

    made: list[Simulation] = []

    def simulate(path: str, **options: Any) -> Simulation:
        made.append(Simulation(Topology.load(path), **options))
        return made[-1]

    assert (code, written.err) == (0, "")
    module["test_run"](simulate)
    assert len(made[0].received("parrot")) == 5


def test_what_a_test_cannot_say_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topology, trace = str(TOPOLOGIES / "cdevents/poc-2021"), str(tmp_path / "run.jsonl")
    main(["run", topology, "--approve", "approval-service", "-q", "--trace", trace])
    capsys.readouterr()

    code = main(["trace", "test", trace])

    told = capsys.readouterr().err.splitlines()
    assert code == 1
    assert told[0].startswith("kn-sim: not kept: decide at 0s")
    assert any("what does not hold in a test" in line for line in told)

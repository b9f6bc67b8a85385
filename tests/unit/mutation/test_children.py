"""Tests that a command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import Topology
from simulator.manifests.mutant import remember
from simulator.mutation.campaign import Verdict, campaign, candidates_of
from simulator.mutation.children import Children

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[3]


def test_a_command_that_does_not_end_with_a_mutant_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    file, program = tmp_path / "shop.yaml", tmp_path / "check.py"
    file.write_text(
        "topology: shop\nbrokers: {b: {}}\ntriggers: {a: {broker: b, subscriber: s}}"
    )
    program.write_text(
        "from simulator import Topology\n"
        f"while not Topology.load({str(file)!r}).of_kind('Trigger'): pass\n"
    )
    remember([str(file)])
    candidates = candidates_of([Topology.load(file)])

    tests = Children([sys.executable, str(program)], spare_s=0.1)
    attempts = [attempt for _, attempt in campaign(candidates, tests)]

    assert [(each.candidate.mutant.name, each.verdict) for each in attempts] == [
        ("trigger/a:drop-trigger", Verdict.TIMED_OUT)
    ]

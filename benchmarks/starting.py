"""What starting costs: loading many manifests, and a whole process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.catalogue import manifests
from benchmarks.measure import Row, compare, timed
from simulator import Simulation, Topology

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Effort

_ROOT = Path(__file__).parents[1]
_DOCUMENTS = 2_000
_QUICKSTART = "topologies/quickstart.yaml"
_IMPORTS = "import argparse, yaml, cloudevents.core.v1.event"
# These samples are a hundred times longer than the others.
_MOST_PAIRS, _MOST_ROUNDS = 2, 7


def load(effort: Effort) -> Row:
    """Manifests loaded, checked and reconciled, against the C loader alone."""
    count = effort.of(_DOCUMENTS)
    text = manifests(count)
    long = replace(
        effort,
        pairs=min(effort.pairs, _MOST_PAIRS),
        rounds=min(effort.rounds, _MOST_ROUNDS),
    )

    def ours() -> float:
        return timed(lambda: Simulation(Topology.parse(text)).wiring, 1)

    def theirs() -> float:
        return timed(lambda: list(yaml.load_all(text, Loader=yaml.CSafeLoader)), 1)

    found = compare(ours, theirs, long, collecting=True)
    size = f"{count:,} manifests, {len(text) // 1000} KB"
    return Row(
        what=f"{size}, loaded, checked, reconciled / CSafeLoader alone",
        figure=found.ratio,
        aim=2.1,
        detail=f"{found.ours * 1e3:.0f} against {found.theirs * 1e3:.0f} ms, "
        f"{found.quiet} of {found.rounds} rounds quiet",
    )


def cold(effort: Effort) -> Row:
    """A whole first run from the shell, against an interpreter with the libraries."""
    script = Path(sys.executable).with_name("kn-sim")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "simulator"]
    ours = [*command, "run", _QUICKSTART]
    theirs = [sys.executable, "-c", _IMPORTS]
    _process(ours)  # so that the bytecode is there
    _process(theirs)
    pairs = [(_process(ours), _process(theirs)) for _ in range(effort.processes)]
    mine, others = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Row(
        what=f"kn-sim run {_QUICKSTART} / python -c '{_IMPORTS}'",
        figure=statistics.median(one / other for one, other in pairs),
        aim=1.9,
        detail=f"{mine * 1e3:.0f} against {others * 1e3:.0f} ms, {len(pairs)} pairs",
    )


def _process(command: Sequence[str]) -> float:
    """Give the seconds from the start of a process to its end."""
    kept = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - the words are ours
        command, check=True, stdout=subprocess.DEVNULL, cwd=_ROOT, env=kept
    )
    return time.perf_counter() - start

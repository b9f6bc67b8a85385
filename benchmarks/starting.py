"""What starting costs: loading many manifests, and a whole process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.measure import Row, compare, timed
from simulator import Simulation, Topology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ROOT = Path(__file__).parents[1]
_BASE = "import argparse, yaml, cloudevents.core.v1.event"
_PAIRS = 21
_TRIGGER = """\
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: trigger-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: orders
    app.kubernetes.io/part-of: shop
  annotations:
    example.com/owner: team-{team}@example.com
spec:
  broker: default
  filters:
  - exact:
      type: com.example.order.{n}
  - prefix:
      source: /shop/eu
  subscriber:
    ref:
      apiVersion: v1
      kind: Service
      name: service-{n}
  delivery:
    retry: 5
    backoffPolicy: exponential
    backoffDelay: PT0.5S
---
"""
_BROKER = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata:
  name: default
  namespace: team-{team}
---
"""


def manifests(count: int = 2_000) -> str:
    """Write so many manifests: a broker for each team of a hundred, triggers, services."""
    teams = [_BROKER.format(team=n) for n in range(count // 100)]
    rest = count - len(teams)
    return "".join(
        [*teams, *(_TRIGGER.format(n=n, team=n % len(teams)) for n in range(rest))]
    )


def load() -> Iterator[Row]:
    """Load, check and reconcile 2,000 manifests, against the C loader alone."""
    text = manifests()

    def ours() -> float:
        return timed(lambda: Simulation(Topology.parse(text)).wiring, 1)

    def bare() -> float:
        return timed(lambda: list(yaml.load_all(text, Loader=yaml.CSafeLoader)), 1)

    found = compare(ours, bare, rounds=3)
    what = f"2,000 manifests ({len(text) // 1000} KB) loaded, checked, reconciled / CSafeLoader"
    detail = f"{found.ours * 1e3:.0f} against {found.theirs * 1e3:.0f} ms"
    yield Row("load", what, found.ratio, 2.5, detail=detail)


def cold() -> Iterator[Row]:
    """The whole process of a first run, against an interpreter with its libraries."""
    ours = [sys.executable, "-m", "simulator", "run", "topologies/quickstart.yaml"]
    base = [sys.executable, "-c", _BASE]
    _process(ours)  # so that the bytecode is there
    pairs = [(_process(ours), _process(base)) for _ in range(_PAIRS)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    figures = [statistics.median(side) * 1e3 for side in zip(*pairs, strict=True)]
    what = "kn-sim run topologies/quickstart.yaml / python -c 'import argparse, yaml, cloudevents…'"
    detail = f"{figures[0]:.0f} against {figures[1]:.0f} ms"
    yield Row("cold", what, ratio, 2.0, detail=detail)


def _process(command: Sequence[str]) -> float:
    environment = {
        k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
    }
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own words
        command, check=True, stdout=subprocess.DEVNULL, cwd=_ROOT, env=environment
    )
    return time.perf_counter() - start

"""Checkers of types see what a test misspells in `simulate`, `send` and `expect`."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from simulator import Simulation
from simulator.session.options import Options
from tests.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
from datetime import timedelta

from simulator import Received, Simulate


def test_orders(simulate: Simulate) -> None:
    sim = simulate("orders.yaml", seed=3, strict=True)
    sent = sim.send(type="a", subject="s", attributes={"amount": 5}, after=0.5)
    sim.run(until=timedelta(hours=1))
    one: Received = sim.expect("shipping").once(type="a", within="5s", caused_by=sent)
    sim.expect("shipping").dead_lettered(code=503).never(where="amount > 3")
    assert sim.received("shipping", type="a", ok=True, caused_by=one) == []
"""
WRONG = [
    ('simulate("orders.yaml", sed=3)', '"sed"'),
    ('simulate("orders.yaml", seed="3")', '"seed"'),
    ('sim.send(typ="a")', '"typ"'),
    ('sim.send(type="a", sorce="/s")', '"sorce"'),
    ("sim.send(type=5)", '"type"'),
    ('sim.expect("shipping").once(typ="a")', '"typ"'),
    ('sim.expect("shipping").onec()', '"onec"'),
    ('sim.expect("shipping").never(within="5s")', '"within"'),
    ('sim.received("shipping", typ="a")', '"typ"'),
    ("sim.run(until=[5])", '"until"'),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Check all of it at once; give what mypy says, line by line."""
    pytest.importorskip("mypy")
    folder: Path = tmp_path_factory.mktemp("typed")
    body = "".join(f"    {wrong}\n" for wrong, _ in WRONG)
    (folder / "test_it.py").write_text(HEAD + body)
    cache = f"--cache-dir={ROOT / '.mypy_cache'}"
    ran = subprocess.run(  # noqa: S603 - our own checker, on what stands above
        [sys.executable, "-m", "mypy", "--strict", cache, str(folder / "test_it.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not ran.stderr, ran.stderr
    return [line for line in ran.stdout.splitlines() if ": error: " in line]


def test_what_is_right_passes(told: list[str]) -> None:
    last_right = len(HEAD.splitlines())

    at = [int(line.rpartition("test_it.py:")[2].partition(":")[0]) for line in told]

    assert [number for number in at if number <= last_right] == []


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[wrong for wrong, _ in WRONG])
def test_what_is_misspelt_is_an_error(told: list[str], number: int) -> None:
    place = f"test_it.py:{len(HEAD.splitlines()) + 1 + number}: error: "

    said = [line for line in told if place in line]

    assert [line for line in said if WRONG[number][1] in line]


def test_the_options_of_simulate_are_those_of_a_simulation() -> None:
    parameters = inspect.signature(Simulation.__init__).parameters
    named = {
        name: each.annotation
        for name, each in parameters.items()
        if each.kind is each.KEYWORD_ONLY
    }

    assert {**Options.__annotations__}.keys() == named.keys()
    written = {n: t.__forward_arg__ for n, t in Options.__annotations__.items()}
    assert written == named

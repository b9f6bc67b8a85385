"""``kn-sim mutate FILE -- pytest``: each mutant meets the tests that may notice it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SHOP = """topology: shop
brokers: {default: {}}
triggers:
  ship: {filter: {type: order.paid}, subscriber: shipping}
  bill: {filter: {type: order.billed}, subscriber: billing}
"""
TESTS = """
import pytest
from pathlib import Path
from simulator import Simulation, Topology

@pytest.fixture(scope="module")
def topology():
    return Topology.parse(Path("shop.yaml").read_text())

def test_shipping(simulate):
    sim = simulate("shop.yaml")
    sim.send(type="order.paid")
    sim.run()
    assert sim.received("shipping")

def test_first(topology):
    assert topology

def test_second(topology):
    assert topology.get("Trigger", "bill")

def test_another():
    assert not Path("changed").exists()
"""
SLOW = """
import json, os

folder = os.environ["KN_SIM_MUTATION"]
with open(os.path.join(folder, "order.json")) as order:
    assert json.load(order)["mutant"] is None, "nobody asks for a test in here"

def test_nothing():
    pass
"""


def test_pytest_runs_once_for_each_mutant_with_the_tests_that_may_notice_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:syrupy -p no:textual-snapshot")
    pytester.makefile(".yaml", shop=SHOP)
    pytester.makepyfile(test_shop=TESTS, test_slow=SLOW)
    kn_sim = (sys.executable, "-m", "simulator", "mutate", "shop.yaml", "-j", "2")
    words = ("-o", "json", "-k", "drop-trigger")

    ran = pytester.run(*kn_sim, *words, "--", sys.executable, "-m", "pytest", "-q")

    assert ran.ret == 0
    found = json.loads("\n".join(ran.outlines))["mutants"]
    assert [(each["name"], each["verdict"], each["by"]) for each in found] == [
        ("trigger/ship:drop-trigger", "killed", "test_shop.py::test_shipping"),
        ("trigger/bill:drop-trigger", "killed", "test_shop.py::test_second"),
    ]

"""``@explore``: a test that is run again in other orders, and with faults."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = """topology: shop
brokers: {default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}
triggers:
  ship: {filter: {type: order.paid}, subscriber: shipping}
  tell: {filter: {type: order.paid}, subscriber: mail}
services: {shipping: {}, mail: {}}
"""
HEAD = """
import pytest
from simulator.explore import explore

def paid(simulate, **options):
    sim = simulate("shop.yaml", **options)
    sim.send(type="order.paid", id="A1")
    return sim
"""
ONCE = """
@explore(faults=1, delays=1)
def test_it_is_shipped_once(simulate):
    shipped = []
    ship = lambda event: shipped.append(event.get_id())
    sim = paid(simulate, services={"shipping": ship})
    sim.run()
    assert shipped == ["A1"]
"""
ORDERED = """
@pytest.fixture
def first():
    return "shipping"

@pytest.mark.parametrize("second", ["mail", "shipping"])
@explore(faults=0, delays=1)
def test_one_comes_before_the_other(simulate, first, second):
    came = []
    play = {name: lambda event, name=name: came.append(name) for name in ("mail", "shipping")}
    sim = paid(simulate, services=play)
    sim.run()
    assert came.index(first) <= came.index(second)
"""
GREEN = """
@explore
def test_nothing_is_lost(simulate):
    sim = paid(simulate)
    sim.run()
    sim.expect().no_loss()
"""
KEPT = """
@explore(faults=0, delays=0, kept=[{"request/service/shipping#1": "reset"}])
def test_kept(simulate):
    shipped = []
    sim = paid(simulate, services={"shipping": lambda event: shipped.append(1)})
    sim.run()
    assert shipped == [1]

@explore(kept=[{"request/service/shipping#9": 2}])
def test_kept_for_nothing(simulate):
    paid(simulate).run()
"""
RED = """
@explore
def test_red_as_it_is(simulate):
    sim = paid(simulate)
    sim.run()
    sim.expect().once()

@explore(faults=0, delays=1)
def test_a_handler_raises(simulate):
    there = {}
    ship = lambda event: there.update({event.get_id(): 1})
    mail = lambda event: there[event.get_id()] and None
    paid(simulate, services={"shipping": ship, "mail": mail}).run()

@explore
def test_skipped(simulate):
    pytest.skip("not today")
"""
WRONG = """
@explore
def test_makes_none(simulate):
    pass

@explore
def test_makes_two(simulate):
    paid(simulate), paid(simulate)

@explore
def test_chooses(simulate):
    paid(simulate, choices={"order/trigger/ship#1": 1})
"""
WRONG_ABOVE = {
    "none": "@explore\ndef test_x(request): pass",
    "async": "@explore\nasync def test_x(simulate): pass",
    "unknown": "@explore(fault=1)\ndef test_x(simulate): pass",
    "range": "@explore(faults=-1)\ndef test_x(simulate): pass",
}


class Ran:
    """What pytest said of the tests of a user, in a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        alone = ("-p", "no:textual-snapshot", "-p", "no:syrupy", "-p", "no:anyio")
        command = [sys.executable, "-m", "pytest", "-rA", *alone, *words]
        done = subprocess.run(  # noqa: S603 - of ours
            command, cwd=folder, capture_output=True, check=False, encoding="utf-8"
        )
        self.out = done.stdout

    def of(self, test: str) -> str:
        """Give what stands below the name of a test or file."""
        found = re.search(
            rf"^_+ [^\n]*\b{test} _+\n(.*?)^[_=]{{4}}",
            self.out,
            re.MULTILINE | re.DOTALL,
        )
        return found[1] if found else ""

    def outcome(self, test: str) -> str:
        found = re.search(
            rf"^(PASSED|FAILED|SKIPPED|ERROR) .*\b{test}\b", self.out, re.MULTILINE
        )
        return found[1] if found else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a user."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    tests = HEAD + ONCE + ORDERED + GREEN + KEPT + RED + WRONG
    (folder / "test_shop.py").write_text(tests, encoding="utf-8")
    for name, test in WRONG_ABOVE.items():
        (folder / f"test_{name}.py").write_text(HEAD + test, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ran(folder: Path) -> Ran:
    """All of his tests, run once."""
    return Ran(folder, "--continue-on-collection-errors", "-n", "0")


def test_the_shortest_red_run_is_shown_with_how_to_repeat_and_keep_it(ran: Ran) -> None:
    shown = ran.of("test_it_is_shipped_once")

    assert "E       AssertionError: assert ['A1', 'A1'] == ['A1']" in shown
    assert re.search(
        r"E       kn-sim: counter-example after \d+ runs of \d+ (known )?within 1 fault, 1 delay\n"
        r"E       to repeat it:  simulate\(…, choices={'request/service/shipping#1': 'reset'}\)\n"
        r"E       to keep it:    @explore\(…, kept=\[{'request/service/shipping#1': 'reset'}\]\)\n",
        shown,
    )
    assert re.search(
        r"\+0s .* trigger/ship → service/shipping +connection reset", shown
    )
    assert "kn-sim ui --replay " in shown


def test_a_test_that_is_green_in_all_runs_is_one_green_test(ran: Ran) -> None:
    assert ran.outcome("test_nothing_is_lost") == "PASSED"
    assert ran.outcome("test_skipped") == "SKIPPED" or "not today" in ran.out


def test_fixtures_and_parameters_are_as_in_any_test(ran: Ran) -> None:
    mail = ran.of(r"test_one_comes_before_the_other\[mail\]")

    assert "choices={'later/trigger/ship#1': 1})" in mail
    assert "PASSED test_shop.py::test_one_comes_before_the_other[shipping]" in ran.out


def test_what_is_kept_is_run_whatever_the_bound(ran: Ran) -> None:
    kept = "kn-sim: in the run of kept[0]: {'request/service/shipping#1': 'reset'}"

    assert f"E       {kept}\n" in ran.of("test_kept")


def test_what_is_kept_and_means_nothing_any_more_is_told(ran: Ran) -> None:
    shown = ran.of("test_kept_for_nothing")

    assert "the run came to request/service/shipping#1 and no further" in shown


def test_a_test_that_is_red_as_it_is_needs_no_search(ran: Ran) -> None:
    shown = ran.of("test_red_as_it_is")

    assert "AssertionError: all services: expected" in shown
    assert "counter-example" not in shown


def test_what_a_handler_raises_in_another_order_makes_it_red(ran: Ran) -> None:
    shown = ran.of("test_a_handler_raises")

    assert shown.startswith("service/mail: KeyError: 'A1' (test_shop.py:")
    assert "traceback" not in shown.lower()
    assert "to repeat it:  simulate(…, choices={'later/trigger/ship#1': 1})" in shown


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("test_none.py", "test_x does not take the fixture 'simulate'"),
        ("test_async.py", "test_x is async or a generator, expected a function"),
        ("test_unknown.py", "unknown 'fault'; did you mean 'faults'?"),
        ("test_range.py", "faults: expected a whole number from 0 to 20, found -1"),
        ("test_makes_none", "test_makes_none makes no simulation"),
        ("test_makes_two", "test_makes_two makes a second simulation, expected one"),
        ("test_chooses", "choices=… is what is explored; leave either of them out"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(test: str, message: str, ran: Ran) -> None:
    assert message in ran.of(test)


def test_workers_of_xdist_explore_the_same(folder: Path) -> None:
    ran = Ran(folder, "-n", "2", "test_shop.py", "-k", "mail or shipped_once")

    assert ran.outcome("test_it_is_shipped_once") == "FAILED"
    assert "choices={'later/trigger/ship#1': 1})" in ran.out

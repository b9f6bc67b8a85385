"""``kn-sim mutate`` on tests in YAML and on commands, as users type it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.cli import main
from tests.terminal import INTERRUPTIBLE

ROOT = Path(__file__).parents[3]
SHOP = """topology: shop
brokers:
  default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}
triggers:
  ship: {filter: {type: order.paid}, subscriber: shipping}
  bill: {filter: {type: order.billed}, subscriber: billing}
services: {shipping: {responses: [503, 200]}, billing: {}}
"""
TESTS = """topology: tests of shop
tests:
  what is paid is shipped:
    send: {event: {type: order.paid}}
    expect: [{received: shipping, once: true}, {noLoss: any}]
  what is asked is not:
    send: {event: {type: order.asked}}
    expect: [{received: shipping, never: true}]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a topology and its tests, and stand in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "tests.yaml").write_text(TESTS)
    return tmp_path


KN_SIM_TEST = ("--", "kn-sim", "test", "shop.yaml", "tests.yaml")


def verdicts(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    main(["mutate", "-o", "json", *words])
    found = json.loads(capsys.readouterr().out)
    return {each["name"]: each["verdict"] for each in found["mutants"]}


def test_tests_in_yaml_kill_what_they_notice(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = verdicts(["shop.yaml", *KN_SIM_TEST], capsys)

    assert found["broker/default:delivery.retry:no-retry"] == "killed"
    assert found["trigger/ship:drop-trigger"] == "killed"
    assert found["trigger/ship:filter:drop-filter"] == "killed"
    assert found["trigger/ship:filter.attributes.type:exact-to-prefix"] == "survived"
    assert found["trigger/bill:drop-trigger"] == "not_covered"


def test_a_survivor_is_told_with_its_place_and_the_event_that_shows_it(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["mutate", "shop.yaml", "-k", "ship and exact-to-prefix", *KN_SIM_TEST])

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "survived: no test has noticed",
        "  shop.yaml:5:19: trigger/ship: filter type: exact 'order.paid' → prefix",
        "      noticed by: an event with type=order.paidb that passes only with the mutant",
        "",
        "Name       Mutants  Killed  Survived  Not covered  Score",
        "--------------------------------------------------------",
        "shop.yaml        1       0         1            0     0%",
        "--------------------------------------------------------",
        "TOTAL            1       0         1            0     0%",
        "",
        "1 mutant: 1 survived; score 0%",
    ]


def test_too_few_that_are_noticed_fail_the_command(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["mutate", "shop.yaml", "--fail-under", "99", *KN_SIM_TEST])

    assert code == 1
    assert "less than --fail-under 99" in capsys.readouterr().err


def test_a_mutant_that_would_go_on_for_ever_is_stopped_and_counts_as_noticed(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "shop.yaml").write_text(
        """topology: circle
channels: {ring: {}}
subscriptions:
  turn: {channel: ring, subscriber: quiet, reply: channel/ring}
  loud: {channel: ring, subscriber: echo}
services: {quiet: {}, echo: {echo: true}}
"""
    )
    (shop / "tests.yaml").write_text(
        """topology: tests
tests:
  once: {send: {event: {type: a}}, expect: [{received: quiet, once: true}]}
"""
    )

    found = verdicts(["shop.yaml", "-k", "subscription/turn:sub", *KN_SIM_TEST], capsys)

    assert found == {"subscription/turn:subscriber:swap-subscriber": "timed_out"}


def test_tests_that_fail_without_any_mutant_end_it(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "tests.yaml").write_text(TESTS.replace("once: true", "times: 3"))

    code = main(["mutate", "shop.yaml", *KN_SIM_TEST])

    told = capsys.readouterr().err
    assert code == 2
    assert "the test 'what is paid is shipped' fails without any mutant" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["shop.yaml"], "say what runs the tests: kn-sim mutate FILE -- pytest -q"),
        (["gone.yaml"], "say what runs the tests: kn-sim mutate FILE -- pytest -q"),
        (["-", "--", "pytest"], "-: tests cannot read stdin again; name a file"),
        (["shop.yaml", "-k", "nothing", *KN_SIM_TEST], "selects none of"),
        (
            ["shop.yaml", "--", "kn-sim", "test", "tests.yaml"],
            "kn-sim test does not read shop.yaml, which is to be changed",
        ),
        (["tests.yaml", *KN_SIM_TEST], "there is nothing to change"),
        (
            ["shop.yaml", *KN_SIM_TEST, "--watch"],
            "--watch of kn-sim test makes no sense",
        ),
        (["shop.yaml", "--", "no-such-program"], "no-such-program"),
    ],
)
def test_wrong_use_is_told_in_a_line(
    shop: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["mutate", *words])

    error = capsys.readouterr().err
    assert code == 2
    assert told in error
    assert "Traceback" not in error


def test_all_that_is_wrong_with_the_files_is_told_at_once(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = SHOP.replace("retry: 1", "retry: -1").replace(
        "ship: {filter:", "ship: {fliter:"
    )
    (shop / "shop.yaml").write_text(faulty)

    code = main(["mutate", "shop.yaml", *KN_SIM_TEST])

    faults = capsys.readouterr().err.splitlines()[:-1]
    assert code == 2
    assert [fault.partition(" ")[0] for fault in faults] == [
        "shop.yaml:3:24:",
        "shop.yaml:5:10:",
    ]


def test_mutants_are_listed_without_any_tests(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["mutate", "shop.yaml", "--list", "-k", "retry or bill and drop"])

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "shop.yaml:3:24: broker/default: delivery.retry 1 → 0",
        "shop.yaml:6:3: trigger/bill: trigger dropped",
        "shop.yaml:6:10: trigger/bill: filter dropped, every event passes",
        "3 mutants",
    ]


def test_any_command_that_fails_if_a_test_does_will_do(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "check.py").write_text(
        "from simulator import Simulation, Topology\n"
        "sim = Simulation(Topology.load('shop.yaml'))\n"
        "sim.send(type='order.paid')\n"
        "sim.run()\n"
        "assert len(sim.received('shipping')) == 2\n"
    )
    words = ["shop.yaml", "-k", "no-retry or bill and trigger dropped", "-j", "2"]

    found = verdicts([*words, "--", sys.executable, "check.py"], capsys)

    assert found == {
        "broker/default:delivery.retry:no-retry": "killed",
        "trigger/bill:drop-trigger": "survived",
    }


def test_an_interruption_tells_what_was_tried_and_ends_what_runs(shop: Path) -> None:
    (shop / "sleep.py").write_text(
        "import os, time\n"
        "from simulator import Topology\n"
        "topology = Topology.load('shop.yaml')\n"
        "if len(topology.of_kind('Trigger')) < 2:\n"
        "    open('sleeps', 'w').write(str(os.getpid()))\n"
        "    time.sleep(60)\n"
    )
    command = [*INTERRUPTIBLE, "mutate", "shop.yaml"]
    words = ["-k", "drop-trigger", "--", sys.executable, "sleep.py"]
    child = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    asleep = shop / "sleeps"
    while not (asleep.exists() and asleep.read_text()):
        time.sleep(0.02)

    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)

    assert child.returncode == 130
    assert err == "kn-sim: interrupted after 0 of 2 mutants\n"
    assert out.endswith("2 mutants: 2 not tried\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(asleep.read_text()), 0)

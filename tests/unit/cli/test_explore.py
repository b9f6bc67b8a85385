import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.cli import main

ORDERS = """
topology: orders
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s, timeout: 5s}}}
triggers:
  bill: {filter: {type: order.placed}, subscriber: billing}
  ship: {filter: {type: order.paid}, subscriber: shipping}
services: {billing: {reply: {type: order.paid}}, shipping: {}}
"""
TWICE = ["--never-twice", "shipping", "--hit", "lost-answer"]


@pytest.fixture(autouse=True)
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.yaml").write_text(ORDERS)
    Path("shop.py").write_text("def never(sim):\n    return 'the sky is green'\n")


def explored(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["explore", "orders.yaml", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_line_that_is_printed_repeats_the_counter_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sends = ["--send", "type=other", "--send", "type=order.placed,id=o-1"]

    code, out, _ = explored(capsys, *sends, *TWICE, "--choices-out", "found.json")

    assert code == 1
    assert out.startswith(
        "✗ counter-example after 3 runs of 3 within 1 fault, 2 delays\n"
    )
    assert (
        "never-twice shipping: service/shipping: worked on o-1/order.paid twice" in out
    )
    again = out.splitlines()[-1].removeprefix("again: ")
    assert '"id": "o-1"' in again
    assert '"other"' not in again  # it is not needed
    assert again.endswith("--choices @found.json")
    flow = out.split("\n\n")[1]
    main(shlex.split(again)[1:])
    assert capsys.readouterr().out.split("\n\n")[0] == flow


def test_a_counter_example_is_kept_as_a_test_in_yaml(
    capsys: pytest.CaptureFixture[str],
) -> None:
    explored(
        capsys, "--send", "type=order.placed", *TWICE, "--to-test", "yaml:tests.yaml"
    )

    code = main(["test", "orders.yaml", "tests.yaml"])

    assert code == 1
    said = "service/shipping: worked on event-1/order.paid twice, at +0s and +5s"
    assert said in capsys.readouterr().out


def test_a_counter_example_is_kept_as_a_test_in_python(
    capsys: pytest.CaptureFixture[str],
) -> None:
    explored(
        capsys, "--send", "type=order.placed", *TWICE, "--to-test", "pytest:test_it.py"
    )

    module = runpy.run_path("test_it.py")

    def simulate(file: str, **options: Any) -> Simulation:
        return Simulation(Topology.load(file), **options)

    with pytest.raises(AssertionError, match=r"worked on event-1/order.paid twice"):
        module["test_never_twice_shipping"](simulate)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--never-twice", "shiping"], "never-twice shiping: there is no service 'shiping'; did you mean 'shipping'?"),
        (["--always", "billing=soon"], "--always billing=soon: expected SERVICE=within 1h"),
        (["--always", "shipping", "--hit", "504", "--delays", "99"], "delays: expected a whole number from 0 to 20, found 99\nkinds: nothing that goes wrong is '504'"),
        (["--check", "shop.py"], "check shop.py: expected FILE.py:NAME"),
        (["--check", "shop.py:nver"], "shop.py has no function 'nver'; did you mean 'never'?"),
        (["--stateless", "x"], "stateless: there is no service 'x'"),
        (["--to-test", "junit"], "--to-test junit: expected yaml or pytest"),
        (["--trace", "orders.yaml"], "--trace orders.yaml: is a file that is read"),
        (["--campaign", "c.json", "--trace", "c.json"], "--campaign c.json: is what --trace writes; name another"),
        (["--choices-out", "c.json", "--trace", "./c.json"], "--trace ./c.json: is what --choices-out writes; name another"),
        (["--to-test", "pytest:shop.py"], "--to-test shop.py: is there, and is no test"),
        (["--choices-out", "no/found.json"], "--choices-out no/found.json: there is no folder no"),
        (["--faults", "-1"], "argument --faults: expected 0 or more, found -1"),
    ],
)  # fmt: skip
def test_wrong_words_are_told(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = explored(capsys, "--send", "type=order.placed", *words)

    assert (code, out) == (2, "")
    assert message in err


def test_a_search_needs_a_topology(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["explore"])

    told = "kn-sim: name at least one FILE, or a folder with --kustomize DIR\n"
    assert (code, capsys.readouterr().err) == (2, told)


def test_the_trace_of_a_counter_example_is_run_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    explored(capsys, "--send", "type=order.placed", *TWICE, "--trace", "found.jsonl")

    main(["run", "--replay", "found.jsonl", "--trace", "again.jsonl", "--quiet"])

    assert Path("again.jsonl").read_bytes() == Path("found.jsonl").read_bytes()


def test_a_function_of_the_user_s_says_what_does_not_hold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--send", "type=order.placed", "--check", "shop.py:never"]

    code, out, _ = explored(capsys, *words)

    assert code == 1
    assert "check shop.py:never: the sky is green" in out


def test_a_search_whose_time_is_up_says_how_far_it_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = explored(capsys, "--send", "type=order.placed", "--budget", "0s")

    assert code == 0
    assert out.startswith("· nothing found in 1 run of ")
    assert out.endswith(" within 1 fault, 2 delays, as far as known\n")

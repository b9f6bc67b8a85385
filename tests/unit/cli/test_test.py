"""`kn-sim test`: exit codes, and what it shows."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from simulator.cli import main
from tests.terminal import INTERRUPTIBLE

ROOT = Path(__file__).parents[3]
SHOP = """\
topology: shop
brokers: {default: {}}
triggers: {ship: {filter: {type: order.placed}, subscriber: shipping}}
services: {shipping: {}}
"""
TESTS = """\
tests:
  an order is shipped: {send: {event: {type: order.placed}}, expect: [{received: shipping}]}
  an offer is shipped: {send: {event: {type: order.offered}}, expect: [{received: shipping}]}
  nothing is lost: {send: {event: {type: order.placed}}, expect: [{noLoss: true}]}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP + TESTS)
    return "shop.yaml"


def test_a_failing_test_shows_place_reason_and_flow(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["test", shop])

    shown = capsys.readouterr().out.splitlines()
    assert code == 1
    assert shown[:3] == [
        "✓ an order is shipped",
        "✗ an offer is shipped",
        "    shop.yaml:7:72: service/shipping: expected 1 event; took 0",
    ]
    assert (
        "    +0s       · order.offered event-1 → broker/default  no trigger matches"
        in shown
    )
    assert shown[-2:] == ["✓ nothing is lost", "✗ 1 failed, 2 passed"]


@pytest.mark.parametrize(
    ("words", "code", "last"),
    [
        (["-k", "order or lost"], 0, "✓ 2 passed, 1 not selected"),
        (["-x"], 1, "✗ 1 failed, 1 passed, 1 not run"),
    ],
)
def test_some_tests_are_run(
    shop: str,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    last: str,
) -> None:
    assert main(["test", shop, *words]) == code

    assert capsys.readouterr().out.splitlines()[-1] == last


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (SHOP, [], "no tests: add tests: to the short form"),
        (SHOP + TESTS, ["-k", "refund"], "-k 'refund' selects none of the tests:"),
        (SHOP + TESTS, ["--handlers", "no.py"], "--handlers no.py: there is no such"),
        (SHOP + TESTS.replace("noLoss", "noLos"), [], "did you mean 'noLoss'?"),
    ],
)
def test_wrong_use_and_faults_exit_2(
    shop: str,
    capsys: pytest.CaptureFixture[str],
    text: str,
    words: list[str],
    said: str,
) -> None:
    Path(shop).write_text(text)

    code = main(["test", shop, *words])

    assert code == 2
    assert said in capsys.readouterr().err


def test_check_finds_names_that_are_none_and_a_handler_that_is_missing_once(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text(SHOP + TESTS.replace("received: shipping", "received: shp"))
    named = main(["check", shop]), capsys.readouterr().out.splitlines()
    code = SHOP.replace("shipping: {}", 'shipping: {handler: "shop.py:ship"}')
    Path(shop).write_text(code + TESTS)

    missing = main(["test", shop]), capsys.readouterr().err.splitlines()

    assert named[0] == 1
    assert len(named[1]) == 3
    assert "spec.expect[0]: nothing has the address 'shp'" in named[1][0]
    assert missing[0] == 2
    assert len(missing[1]) == 1
    assert "name it with --handlers shop.py" in missing[1][0]


def test_run_takes_no_notice_of_tests_and_check_judges_them(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text(SHOP + TESTS.replace("noLoss", "noLos"))

    ran = main(["run", shop, "--send", "type=order.placed"])
    checked = main(["check", shop])

    assert (ran, checked) == (0, 1)
    assert (
        "Test nothing is lost: spec.expect[0]: expected one of"
        in capsys.readouterr().out
    )


# junit-10.xsd of Jenkins' xUnit plugin: element -> its attributes, and what it may hold.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped"},
        {"testcase", "testsuite"},
    ),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"failure", "skipped", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def test_junit_is_as_jenkins_reads_it(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text(
        SHOP
        + TESTS.replace("an offer is", '"<\\u0001> & an offer is"').replace(
            '" shipped', ' shipped"'
        )
    )

    code = main(["test", shop, "-o", "junit"])

    root = ET.fromstring(capsys.readouterr().out)  # noqa: S314 - our own
    cases = root.findall("testsuite/testcase")
    assert code == 1
    for element in root.iter():
        attributes, members = JUNIT[element.tag]
        assert set(element.attrib) <= attributes
        assert {each.tag for each in element} <= members
    assert (root.attrib["tests"], root.attrib["failures"]) == ("3", "1")
    assert [each.attrib["name"] for each in cases] == [
        "an order is shipped", "<\\u0001> & an offer is shipped", "nothing is lost",
    ]  # fmt: skip
    assert [each.find("failure") is not None for each in cases] == [False, True, False]
    assert "took 0" in cases[1].findtext("failure", "")
    assert "no trigger matches" in cases[1].findtext("system-out", "")


def test_tap_has_a_line_for_each_test_and_yaml_where_one_failed(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text(SHOP + TESTS.replace("an offer is shipped", r"'offer \ #1'"))

    main(["test", shop, "-o", "tap"])

    lines = capsys.readouterr().out.splitlines()
    begin, end = lines.index("  ---"), lines.index("  ...")
    found = yaml.safe_load("\n".join(lines[begin + 1 : end]))
    assert [*lines[:begin], *lines[end + 1 :]] == [
        "TAP version 14",
        "ok 1 - an order is shipped",
        r"not ok 2 - offer \\ \#1",
        "ok 3 - nothing is lost",
        "1..3",
    ]
    assert found["at"].startswith("shop.yaml:7:")
    assert found["message"] == "service/shipping: expected 1 event; took 0"
    assert found["flow"][0] == "events (seed 0)"


def test_watch_runs_again_when_a_file_changes_until_it_is_interrupted(
    shop: str,
) -> None:
    with subprocess.Popen(  # noqa: S603 - our own command
        [*INTERRUPTIBLE, "test", shop, "--watch"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = next(line for line in process.stdout if "passed" in line)
        Path(shop).write_text(SHOP + TESTS.replace("order.offered", "order.placed"))
        second = next(line for line in process.stdout if "passed" in line)
        Path(shop).write_text(SHOP + TESTS.replace("noLoss", "noLos"))
        fault = next(line for line in process.stderr if "noLoss" in line)
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(60)
        finally:
            process.kill()

    assert (first, second) == ("✗ 1 failed, 2 passed\n", "✓ 3 passed\n")
    assert "did you mean 'noLoss'?" in fault
    assert code == 130


@pytest.mark.parametrize(
    ("words", "said"),
    [(["-"], "stdin does not change"), (["shop.yaml", "-o", "tap"], "not -o tap")],
)
def test_watch_takes_files_and_tells_people(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["test", *words, "--watch"])

    assert code == 2
    assert said in capsys.readouterr().err

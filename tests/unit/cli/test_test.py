"""`kn-sim test`: exit codes, and what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.cli import main

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

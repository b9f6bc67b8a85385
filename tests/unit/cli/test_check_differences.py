"""What `kn-sim check` says of other brokers."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

SHOP = """\
topology: shop
brokers: {default: {delivery: {retry: 10, backoffPolicy: exponential, backoffDelay: PT0.2S}}}
triggers:
  bill: {filters: [{prefix: {type: order.}}], subscriber: billing}
services: {billing: {responses: [{body: {ok: true}}]}}
"""
SAID = """\
  filters-ignored trigger/bill: only filters | mt-channel, here: counts, and beats filter \
| rabbitmq: is ignored: without filter, every event is delivered
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP)
    return "shop.yaml"


def test_check_counts_the_differences_that_apply(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", shop])

    lines = capsys.readouterr().out.splitlines()
    counted = "on other brokers: 6 known differences apply (kn-sim check --differences)"
    assert lines[-2] == counted


def test_check_lists_them_a_line_each(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", shop, "--differences"])

    out = capsys.readouterr().out
    assert "on other brokers (6)\n" in out
    assert SAID in out
    assert "kafka (read): dead-lettered at once, not retried" in out


def test_check_is_silent_of_them_when_it_is_to_be_quiet(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", shop, "--quiet"])

    assert "on other brokers" not in capsys.readouterr().out


def test_json_has_each_with_the_source_of_both_answers(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", shop, "-o", "json"])

    found = json.loads(capsys.readouterr().out)["differences"]
    (ignored,) = [each for each in found if each["code"] == "filters-ignored"]
    assert ignored["nodes"] == ["trigger/bill"]
    assert ignored["here"]["profile"] == "mt-channel"
    (rabbitmq,) = ignored["elsewhere"]
    assert rabbitmq["source"] == (
        "run: filters_cesql_ignored, filters_and_filter; "
        "knative-extensions/eventing-rabbitmq at bd1ee997"
    )


def test_annotations_have_them_at_the_trigger_when_asked(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", shop, "-o", "github"])
    without = capsys.readouterr().out
    main(["check", shop, "-o", "github", "--differences"])

    assert "filters-ignored" not in without
    start = "::notice file=shop.yaml,line=4,col=3,title=trigger/bill::filters-ignored"
    assert start in capsys.readouterr().out


def test_nothing_is_said_where_there_is_no_broker(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text("topology: t\nchannels: {audit: {}}\n")

    main(["check", shop, "--differences"])

    assert "on other brokers" not in capsys.readouterr().out

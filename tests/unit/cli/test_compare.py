"""``kn-sim compare`` as its user sees it."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

SHOP = """\
topology: shop
brokers: {default: {}}
triggers:
  ship:
    filter: {type: order.placed}
    subscriber: shipping
    delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dlq}
  log: {subscriber: logger}
services: {shipping: {responses: [503, 200]}, logger: {}, dlq: {}}
"""
SENT = ["--send", "type=order.placed"]
TEXT = """\
the run           mt-channel  kafka
  records                 10     10
  lasts                   0s     1s
  a sender waits          0s     0s

trigger/ship      mt-channel  kafka
  last at                 0s     1s
  kafka: order.placed event-1: attempt 2 at 0s: 200 → attempt 2 at 1s: 200
    waits: linear 0, d, 2d; exponential d, 2d, 4d → linear d, 2d, 3d;
      exponential 2d, 4d, 8d

rules
  waits: the waits before retries (rows 35, 36)
    mt-channel: linear 0, d, 2d; exponential d, 2d, 4d (run: knative-runtime,
      Retries; knative/eventing at 8cf4c4b6)
    kafka: linear d, 2d, 3d; exponential 2d, 4d, 8d (unit tests:
      linearBackoffPolicy, exponentialBackoffPolicy;
      knative-extensions/eventing-kafka-broker at 7d8fe89f)

✗ 1 of 2 routes differ from mt-channel; alike: trigger/log
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP)
    return "shop.yaml"


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["compare", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_what_differs_is_shown_with_the_rule_behind_it(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["compare", shop, "--profiles", "mt-channel,kafka", *SENT])

    assert capsys.readouterr().out == TEXT
    assert code == 1


def test_nothing_differs_under_one_profile_twice(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["compare", shop, "--profiles", "natss,natss", *SENT])

    assert (
        capsys.readouterr().out.splitlines()[-1] == "✓ nothing differs: natss as natss"
    )
    assert code == 0


def test_without_profiles_all_brokers_are_compared_with_that_of_the_topology(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text(
        SHOP.replace(
            "{default: {}}",
            "{default: {annotations: {eventing.knative.dev/broker.class: Kafka}}}",
        )
    )

    main(["compare", shop, *SENT, "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    assert found["profiles"] == ["kafka", "mt-channel", "rabbitmq", "natss", "spec"]


def test_json_has_the_rule_with_its_source(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["compare", shop, "--profiles", "mt-channel,rabbitmq", *SENT, "-o", "json"])

    (row,) = json.loads(capsys.readouterr().out)["differing"]
    (parting,) = row["partings"]
    assert row["node"] == "trigger/ship"
    assert (parting["first"], parting["other"]) == (
        "attempt 2 at 0s: 200",
        "attempt 2 at 1s: 200",
    )
    assert [rule["code"] for rule in parting["rules"]] == ["waits"]
    assert parting["rules"][0]["source"] == (
        "run: retry_linear, retry_exponential; "
        "knative-extensions/eventing-rabbitmq at bd1ee997"
    )


def test_markdown_is_a_table_and_a_list(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--profiles", "mt-channel,kafka", *SENT, "-o", "markdown"]

    main(["compare", shop, *words])

    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "| | mt-channel | kafka |",
        "|---|---|---|",
        "| records | 10 | 10 |",
    ]
    assert "| `trigger/ship` last at | 0s | 1s |" in lines


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--profiles", "kafka"], "--profiles kafka: expected two or more names"),
        (["--profiles", "kafka,"], "--profiles kafka,: expected two or more names"),
        (["--profiles", "kafka,rabitmq"], "unknown profile 'rabitmq'; did you mean"),
        (
            ["--profile", "kafka"],
            "unknown option --profile; did you mean '--profiles'?",
        ),
    ],
)
def test_profiles_that_are_none_are_refused(
    shop: str, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, shop, *SENT, *words)


def test_an_account_sends_what_is_named(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "--as says who sends what --send names; there is no --send"

    assert told in refused(capsys, shop, "--as", "app")


def test_a_topology_without_a_broker_is_refused(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop).write_text("topology: t\nchannels: {audit: {}}\n")

    assert "there is no broker" in refused(capsys, shop, *SENT)


def test_nothing_that_is_sent_is_refused(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "say with --send what is sent" in refused(capsys, shop)
    assert "there is no --send" in refused(capsys, shop, "--to", "broker/default")


def test_faults_are_told_once(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(shop).write_text(SHOP.replace("retry: 1", "retry: -1"))

    assert refused(capsys, shop, *SENT).count("retry") == 1


def test_sources_that_never_end_are_compared_for_a_while(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = "sources: {tick: {every: 1m, event: {type: a}, sink: broker/default}}\n"
    Path(shop).write_text(SHOP + sources)

    main(["compare", shop, "--profiles", "mt-channel,spec", "-o", "json"])

    found = json.loads(capsys.readouterr().out)
    assert [run["now_ns"] for run in found["runs"]] == [300_000_000_000] * 2
    assert found["same"]

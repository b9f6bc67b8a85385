"""``kn-sim timetable --profile all``: the ladders of all brokers side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli import main

ORDERS = """\
topology: orders
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}}
triggers:
  ship: {subscriber: shipping, delivery: {retry: 2, deadLetterSink: dlq}}
  lost: {broker: nowhere, subscriber: shipping}
services: {shipping: {}, dlq: {}}
"""
SHIP = """\
trigger/ship  broker/default → service/shipping

  in force                              mt-channel         kafka      rabbitmq       natss          spec
  retry                                          2             2             2           2             2
  backoffPolicy                                  ·   exponential   exponential           ·             ·
  backoffDelay                                   ·         200ms          50ms           ·             ·
  timeout                                        ·           10m             ·           ·             ·
  deadLetterSink                       dlq dlq dlq dlq dlq
  each attempt fails by 503 at once:
  attempt 1                                    +0s           +0s           +0s         +0s           +0s
  attempt 2                                    +0s        +400ms        +100ms           ·           +0s
  attempt 3                                    +0s         +1.2s        +300ms           ·           +0s
  dead-lettered                                +0s         +1.2s        +300ms           ·           +0s
  its process dies                               ·             ·             ·         +0s             ·

  ! natss: at the first retry filter dies: panic: runtime error: invalid memory
    address or nil pointer dereference, for a retry without policy or delay;
    nothing is delivered any more until it is started again, and then it dies
    again

trigger/lost gets no events
  BrokerDoesNotExist: Broker "nowhere" does not exist
"""
NAMES = ["mt-channel", "kafka", "rabbitmq", "natss", "spec"]


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("orders.yaml").write_text(ORDERS)
    return "orders.yaml"


def squeezed(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_each_profile_has_a_column(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", orders, "--profile", "all"])

    assert squeezed(capsys.readouterr().out) == squeezed(SHIP)
    assert code == 0


def test_json_has_a_timetable_for_each_profile(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "ship", "--profile", "all", "-o", "json"])

    tables = json.loads(capsys.readouterr().out)["timetables"]
    last = [table["courses"][0]["attempts"][-1]["at_ns"] for table in tables]
    assert [table["profile"] for table in tables] == NAMES
    assert last == [0, 1_200_000_000, 300_000_000, 0, 0]


def test_a_status_that_one_broker_takes_and_another_gives_up_ends_differently(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["timetable", orders, "ship", "--profile", "all", "--status", "400"]

    main([*words, "-o", "json"])

    tables = json.loads(capsys.readouterr().out)["timetables"]
    ends = [table["courses"][0]["end"] for table in tables]
    assert ends == ["dead-lettered", "dead-lettered", "taken", "lost", "dead-lettered"]
    assert [len(t["courses"][0]["dead_letter_attempts"]) for t in tables] == [
        1,
        1,
        0,
        0,
        1,
    ]


def test_what_rabbitmq_takes_counts_as_delivered(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["timetable", orders, "ship", "--profile", "rabbitmq", "--status", "400"]

    main(words)

    out = capsys.readouterr().out
    assert "counts as delivered" in out
    assert "dead-lettered" not in out


def test_all_are_read_once_from_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from io import BytesIO, TextIOWrapper

    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(ORDERS.encode())))

    assert main(["timetable", "-", "ship", "--profile", "all"]) == 0
    assert "rabbitmq" in capsys.readouterr().out


def test_all_is_for_timetables_alone(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["graph", orders, "--profile", "all"]) == 2
    assert "unknown profile 'all'" in capsys.readouterr().err


TOPOLOGY = """
topology: cold
brokers: {default: {}}
triggers:
  price:
    subscriber: pricing
    delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT1S, timeout: TIMEOUT}
ksvcs:
  pricing:
    template: {metadata: {annotations: {autoscaling.knative.dev/min-scale: "LEAST"}}}
services: {pricing: {pods: {start: {exactly: 2s}}}}
"""


@pytest.mark.parametrize(
    ("timeout", "least", "said"),
    [
        ("PT10S", "0", "attempt 1, made at +0s, waits for it, 10s at most"),
        (
            "PT1S",
            "0",
            "attempt 1 may be over before; attempt 2, made at +2s, meets it",
        ),
        (
            "PT0.1S",
            "0",
            "attempts 1 to 2 may be over before; attempt 3, made at +3.2s, meets it",
        ),
        ("PT10S", "1", "never: min-scale keeps 1 pod"),
    ],
)
def test_the_first_attempt_that_lasts_until_a_pod_is_ready_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    timeout: str,
    least: str,
    said: str,
) -> None:
    file = tmp_path / "cold.yaml"
    text = TOPOLOGY.replace("TIMEOUT", timeout).replace("LEAST", least)
    file.write_text(text, encoding="utf-8")

    code = main(["timetable", str(file), "--cold"])

    *_, head, last = capsys.readouterr().out.splitlines()
    assert (code, head) == (0, "trigger/price → service/pricing from zero")
    assert last.endswith(said)


def test_a_delivery_of_which_no_attempt_meets_a_pod_is_told_as_data_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cold.yaml"
    text = TOPOLOGY.replace("TIMEOUT", "PT0.1S").replace("retry: 2", "retry: 0")
    file.write_text(text.replace("LEAST", "0"), encoding="utf-8")

    main(["timetable", str(file), "--cold", "--format", "json"])

    [cold] = json.loads(capsys.readouterr().out)["cold"]
    assert (cold["attempt"], cold["at_ns"], cold["lasts_ns"]) == (None, None, 10**8)


def test_without_pods_there_is_nothing_to_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "warm.yaml"
    text = TOPOLOGY.partition("ksvcs")[0].replace("TIMEOUT", "PT1S")
    file.write_text(text, encoding="utf-8")

    main(["timetable", str(file), "--cold"])

    assert "no trigger calls a service with pods" in capsys.readouterr().err

"""``kn-sim timetable --profile all``: the ladders of all brokers side by side."""

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

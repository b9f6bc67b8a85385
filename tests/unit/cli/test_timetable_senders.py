"""``kn-sim timetable``: who else sends again, or waits."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

FILE = """\
topology: senders
brokers: {default: {}}
kafkasources:
  clicks: {topics: [clicks], sink: shop, bootstrapServers: ['k:9092']}
pingsources: {tick: {schedule: "* * * * *", sink: shop}}
requestreplies: {ask: {brokerRef: default}}
services: {shop: {}}
"""
TICK = """\
pingsource/tick  → service/shop

  each attempt fails by   503 at once
  attempt 1                       +0s
  attempt 2                    +100ms
  attempt 3                    +300ms
  attempt 4                    +700ms
  attempt 5                     +1.5s
  attempt 6                     +3.1s
  lost                          +3.1s

  ! sent again without an answer, and after 404, 413, 425, 429, 502, 503, 504;
    after no other status
"""
ASK = """\
requestreply/ask  → broker/default

  waits in vain for     and answers    at
  a reply             200, no event   +1m
  its broker                    500   +1m
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "senders.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_an_adapter_sends_again_and_a_request_reply_waits_its_minute(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", file, "tick", "requestreply/ask"])

    assert (code, capsys.readouterr().out) == (0, f"{TICK}\n{ASK}")


@pytest.mark.parametrize("status", [429, 500])
def test_an_adapter_sends_again_what_the_sdk_takes_for_passing(
    file: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", file, "tick", "--status", str(status), "-o", "json"])

    [source] = json.loads(capsys.readouterr().out)["sources"]
    attempts = [each["at_ns"] // 1_000_000 for each in source["attempts"]]
    assert attempts == ([0, 100, 300, 700, 1500, 3100] if status == 429 else [0])
    assert source["failed_ns"] == attempts[-1] * 1_000_000


def test_what_a_source_does_by_itself_is_told_once_beside_all_profiles(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["timetable", file, "kafkasource/clicks", "tick", "--profile", "all"]

    main(words)
    text = capsys.readouterr().out
    main([*words, "-o", "json"])
    found = json.loads(capsys.readouterr().out)

    assert "in force" not in text
    assert text.count("attempt 11 ") == 1
    assert len(found["timetables"]) == len(found["sources"]) == 1


def test_the_controller_of_2022_sends_again_ten_times_and_nobody_else_of_a_life(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    path = tmp_path / "lives.yaml"
    path.write_text(
        "topology: lives\nservices: {log: {}}\nsources:\n"
        "  old: {service: {image: a}, vocabulary: cd-v1, sink: log}\n"
        "  new: {service: {image: a}, sink: log}\n",
        encoding="utf-8",
    )

    # when
    main(["timetable", str(path), "-o", "json"])

    # then
    [source] = json.loads(capsys.readouterr().out)["sources"]
    assert source["source"] == "source/old"
    assert len(source["attempts"]) == 11
    assert source["failed_ns"] == 20_460_000_000

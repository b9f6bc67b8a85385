"""``kn-sim timetable --format json`` as a program reads it."""

import json
from pathlib import Path

import pytest

from simulator.cli import main
from tests.unit.cli.test_timetable import ORDERS

S = 1_000_000_000
EPOCH = "1970-01-01T00:00:00Z"


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(ORDERS, encoding="utf-8")
    return str(file)


def test_json_lists_every_attempt(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", orders, "ship", "--format", "json"])

    assert code == 0
    found = json.loads(capsys.readouterr().out)
    at_once, timeout = found["timetables"][0]["courses"]
    assert [each["at_ns"] for each in at_once["attempts"]][:4] == [0, 0, 2 * S, 6 * S]
    assert len(at_once["attempts"]) == len(timeout["attempts"]) == 41
    assert sum(each["made"] for each in timeout["attempts"]) == 30


def test_json_of_a_route_is_complete(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "price", "lost", "--format", "json", "--at", EPOCH])

    assert json.loads(capsys.readouterr().out) == {
        "format": "kn-sim-timetable/1",
        "timetables": [
            {
                "route": "trigger/price",
                "hub": "broker/default",
                "profile": "mt-channel",
                "asynchronous": False,
                "subscriber": "service/pricing",
                "settings": {
                    "retry": {"value": 2, "origin": "broker/default"},
                    "backoffPolicy": {
                        "value": "exponential",
                        "origin": "broker/default",
                    },
                    "backoffDelay": {
                        "ns": S // 2,
                        "written": "PT0.5S",
                        "origin": "broker/default",
                    },
                    "timeout": None,
                    "retryAfterMax": None,
                    "deadLetterSink": {
                        "value": "service/dead-letters",
                        "url": "http://dead-letters.default.svc.cluster.local",
                        "origin": "broker/default",
                    },
                },
                "courses": [
                    {
                        "fails_by": 503,
                        "limit_ns": 900 * S,
                        "cut_off": False,
                        "end": "dead-lettered",
                        "attempts": attempts(0, S // 2, 3 * S // 2),
                        "unlisted": 0,
                        "failed_ns": 3 * S // 2,
                        "dead_letter_attempts": attempts(3 * S // 2, 2 * S, 3 * S),
                        "dead_letter_failed_ns": 3 * S,
                    }
                ],
                "warnings": [],
            }
        ],
        "sources": [],
        "waiting": [],
        "idle": [
            {
                "route": "trigger/lost",
                "reason": 'BrokerDoesNotExist: Broker "nowhere" does not exist',
            }
        ],
    }


def attempts(*instants: int) -> list[dict[str, object]]:
    return [
        {"number": number, "at_ns": at, "made": True, "epoch_ns": at}
        for number, at in enumerate(instants, start=1)
    ]

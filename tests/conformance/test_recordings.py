"""The comparison notices every change that counts, and no other."""

from __future__ import annotations

import base64
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.recordings import differences
from tests.shared_data import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
SELF_TEST = DATA.parent / "tools" / "compare_selftest.json"
TIMEOUT = 'Post "http://10.0.0.1:8080": context deadline exceeded'
OTHER_TIMEOUT = (
    'Post "http://10.96.7.2:<port>": net/http: request canceled '
    "(Client.Timeout exceeded while awaiting headers)"
)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def request(service: str, event_id: str, at_ms: int, **changes: Any) -> Json:
    return {
        "service": service,
        "atMs": at_ms,
        "after": 0,
        "method": "POST",
        "path": "/",
        "mode": "binary",
        "ce": {"id": event_id, "type": "t", "knativearrivaltime": "<time>"},
        "headers": {"content-type": "application/json", "prefer": "reply"},
        "body": '{"n": 1.0}',
        "answer": {"status": 200},
        **changes,
    }


def dead_letter(error: str) -> Json:
    made = request("sink", "1", 2300)
    made["ce"]["knativeerrordata"] = b64(error)
    return made


def structured() -> Json:
    return request(
        "shop",
        "1",
        2320,
        after=1,
        mode="structured",
        headers={"content-type": "application/cloudevents+json"},
        body='{"knativearrivaltime":"<time>","id":"1"}',
    )


def recording() -> Json:
    return {
        "senders": [
            {"index": 0, "to": "broker:default", "status": 202, "doneMs": 2301},
            {"index": 1, "to": "broker:default", "error": "EOF", "doneMs": 2400},
        ],
        "requests": [
            request("shop", "1", 2, answer={"status": 503}),
            request("ship", "1", 3, body="raw", headers={"content-type": "text/plain"}),
            request("shop", "1", 1003, answer={"fault": "reset"}),
            dead_letter(TIMEOUT),
            request("shop", "2", 2310, after=1),
            structured(),
        ],
    }


def swap(requests: list[Json], one: int, other: int) -> None:
    first, second = requests[one], requests[other]
    requests[one] = {**second, "atMs": first["atMs"]}
    requests[other] = {**first, "atMs": second["atMs"]}


CHANGES: dict[str, tuple[Callable[[Json], Any], list[str]]] = {
    "dropped request": (
        lambda r: r["requests"].pop(1),
        ["request ship / id=1 type=t: expected 1, found none"],
    ),
    "dropped retry": (
        lambda r: r["requests"].pop(2),
        ["request shop / id=1 type=t: number: expected 2, found 1"],
    ),
    "extra request": (
        lambda r: r["requests"].append(request("shop", "9", 2310)),
        ["request shop / id=9 type=t: expected none, found 1"],
    ),
    "status of an answer": (
        lambda r: r["requests"][0]["answer"].update(status=500),
        ["request shop / id=1 type=t no. 1: answer: expected 503, found 500"],
    ),
    "fault": (
        lambda r: r["requests"][2].update(answer={"fault": "close"}),
        ["request shop / id=1 type=t no. 2: answer: expected 'reset', found 'close'"],
    ),
    "attribute": (
        lambda r: r["requests"][1]["ce"].update(type="changed"),
        ["request ship / id=1 type=t: ce.type: expected 't', found 'changed'"],
    ),
    "attribute taken away": (
        lambda r: r["requests"][1]["ce"].pop("knativearrivaltime"),
        [
            (
                "request ship / id=1 type=t: ce.knativearrivaltime: "
                "expected '<time>', found None"
            )
        ],
    ),
    "arrival that is no time": (
        lambda r: r["requests"][1]["ce"].update(knativearrivaltime="noon"),
        [
            (
                "request ship / id=1 type=t: ce.knativearrivaltime: "
                "expected '<time>', found 'noon'"
            )
        ],
    ),
    "error data": (
        lambda r: r["requests"][3]["ce"].update(knativeerrordata=b64("other")),
        [
            (
                "request sink / id=1 type=t: ce.knativeerrordata: "
                "expected 'text: Post \"http://<address>\": <timeout>', "
                "found 'text: other'"
            )
        ],
    ),
    "error data that is no base64": (
        lambda r: r["requests"][3]["ce"].update(knativeerrordata="%"),
        [
            (
                "request sink / id=1 type=t: ce.knativeerrordata: "
                "expected 'text: Post \"http://<address>\": <timeout>', found '%'"
            )
        ],
    ),
    "header": (
        lambda r: r["requests"][1]["headers"].update(prefer="reply"),
        ["request ship / id=1 type=t: headers.prefer: expected None, found 'reply'"],
    ),
    "body": (
        lambda r: r["requests"][1].update(body="Raw"),
        ["request ship / id=1 type=t: body.bytes: expected 'raw', found 'Raw'"],
    ),
    "JSON body": (
        lambda r: [r["requests"].pop(4), r["requests"].insert(4, _second('{"n": 2}'))],
        ["request shop / id=2 type=t: body.json.n: expected 1, found 2"],
    ),
    "JSON true for 1": (
        lambda r: [
            r["requests"].pop(4),
            r["requests"].insert(4, _second('{"n": true}')),
        ],
        ["request shop / id=2 type=t: body.json.n: expected 1, found True"],
    ),
    "path": (
        lambda r: r["requests"][1].update(path="/?q=1"),
        ["request ship / id=1 type=t: path: expected '/', found '/?q=1'"],
    ),
    "method": (
        lambda r: r["requests"][1].update(method="GET"),
        ["request ship / id=1 type=t: method: expected 'POST', found 'GET'"],
    ),
    "mode": (
        lambda r: r["requests"][1].update(mode="none"),
        ["request ship / id=1 type=t: mode: expected 'binary', found 'none'"],
    ),
    "order of a delivery and its retry": (
        lambda r: swap(r["requests"], 0, 2),
        [
            "request shop / id=1 type=t no. 1: answer: expected 503, found 'reset'",
            "request shop / id=1 type=t no. 2: answer: expected 'reset', found 503",
        ],
    ),
    "order across a sender's answer": (
        lambda r: r["requests"].insert(0, r["requests"].pop(4)),
        [
            "request shop / id=1 type=t: comes too late in the order at shop",
            "request shop / id=1 type=t: comes too late in the order at shop",
        ],
    ),
    "300 ms": (
        lambda r: r["requests"][2].update(atMs=1303),
        ["request shop / id=1 type=t no. 2: expected at 1003 ms, found 1303 ms"],
    ),
    "status of a sender": (
        lambda r: r["senders"][0].update(status=500),
        ["sender 0 to broker:default: expected 202, found 500"],
    ),
    "answer instead of an error": (
        lambda r: [
            r["senders"][1].pop("error"),
            r["senders"][1].update(status=202),
        ],
        ["sender 1 to broker:default: expected 'EOF', found 202"],
    ),
    "time of a sender": (
        lambda r: r["senders"][0].update(doneMs=2601),
        ["sender 0 to broker:default: answered at 2301 ms, found 2601 ms"],
    ),
    "dropped sender": (
        lambda r: r["senders"].pop(),
        [
            "number of senders: expected 2, found 1",
            "sender 1 to broker:default: not found",
        ],
    ),
    "crash": (
        lambda r: r.update(crashed=True),
        ["crashed: expected False, found True"],
    ),
}


def _second(body: str) -> Json:
    return request("shop", "2", 2310, after=1, body=body)


@pytest.mark.parametrize(("change", "lines"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_in_one_line_each(
    change: Callable[[Json], Any], lines: list[str]
) -> None:
    found = recording()
    change(found)

    assert differences(recording(), found) == lines


ALLOWED: dict[str, Callable[[Json], Any]] = {
    "nothing changed": lambda r: None,
    "order between lanes": lambda r: r["requests"].insert(1, r["requests"].pop(0)),
    "order between services": lambda r: r["requests"].insert(0, r["requests"].pop(3)),
    "arrival time": lambda r: r["requests"][0]["ce"].update(
        knativearrivaltime="2026-01-01T00:00:00.5Z"
    ),
    "arrival time in a structured body": lambda r: r["requests"][5].update(
        body='{"knativearrivaltime": "2026-01-01T00:00:00Z", "id": "1"}'
    ),
    "100 ms": lambda r: r["requests"][2].update(atMs=1103),
    "8 % of a long time": lambda r: r["senders"][0].update(doneMs=2301 * 1.07),
    "addresses and the wording of a timeout": lambda r: r["requests"][3]["ce"].update(
        knativeerrordata=b64(OTHER_TIMEOUT)
    ),
    "white space in JSON": lambda r: r["requests"][0].update(body='{ "n":1 }'),
    "base64 instead of text": lambda r: [
        r["requests"][1].pop("body"),
        r["requests"][1].update(bodyBase64=b64("raw")),
    ],
    "a header that is not compared": lambda r: r["requests"][0]["headers"].update(
        accept="*/*"
    ),
    "the text of a sender's error": lambda r: r["senders"][1].update(error="reset"),
    "the number at a service": lambda r: r["requests"][0].update(n=7),
}


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_what_may_differ_is_accepted(change: Callable[[Json], Any]) -> None:
    found = recording()
    change(found)

    assert differences(recording(), found) == []


def test_a_file_may_ask_for_a_wider_tolerance() -> None:
    expected, found = recording(), recording()
    expected["toleranceMs"] = 400
    found["requests"][2]["atMs"] = 1303

    assert differences(expected, found) == []


def test_only_the_crash_counts_in_a_recorded_crash() -> None:
    crash = {"crashed": True, "error": "exit status 2"}

    assert differences(crash, {"crashed": True}) == []
    assert differences(crash, recording()) == ["crashed: expected True, found False"]


def test_broken_json_is_compared_as_bytes() -> None:
    expected, found = recording(), recording()
    expected["requests"][4]["body"] = "{"
    found["requests"][4]["body"] = "{ "

    assert len(differences(expected, found)) == 1


# -- the test data of the recordings' own comparison


def _cases() -> list[Json]:
    if not SELF_TEST.is_file():
        return []
    cases: list[Json] = json.loads(SELF_TEST.read_text(encoding="utf-8"))
    return cases


def _swap_at_one_service(recorded: Json) -> None:
    """Swap two requests of one service whose order counts."""
    requests = recorded["requests"]
    same = ("service", "method", "path", "mode", "ce", "headers", "body")
    for i, one in enumerate(requests):
        for j in range(i + 1, len(requests)):
            other = requests[j]
            if one["service"] != other["service"]:
                continue
            alike = all(one.get(name) == other.get(name) for name in same)
            first, second = one["answer"], other["answer"]
            retried = alike and first.get("status") != second.get("status")
            if retried or (not alike and one.get("after", 0) < other.get("after", 0)):
                swap(requests, i, j)
                return
    raise AssertionError("there is no order to break")


MUTATIONS: dict[str, Callable[[Json], Any]] = {
    "a dropped request": lambda r: r["requests"].pop(),
    "a changed status": lambda r: r["senders"][0].update(
        status=500 if r["senders"][0].get("status") != 500 else 202
    ),
    "a changed attribute": lambda r: r["requests"][0]["ce"].update(type="changed"),
    "a swapped order": _swap_at_one_service,
    "300 ms": lambda r: r["requests"][-1].update(
        atMs=r["requests"][-1]["atMs"] + 300 + r["requests"][-1]["atMs"] * 0.08
    ),
}

needs_self_test = pytest.mark.skipif(
    not SELF_TEST.is_file(), reason=f"{SELF_TEST} is absent"
)


@needs_self_test
@pytest.mark.parametrize("case", _cases(), ids=lambda case: str(case["name"]))
def test_a_second_run_of_knative_is_accepted(case: Json) -> None:
    assert differences(case["expected"], case["again"]) == []


@needs_self_test
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
@pytest.mark.parametrize("case", _cases(), ids=lambda case: str(case["name"]))
def test_a_changed_run_of_knative_is_refused(
    case: Json, mutation: Callable[[Json], Any]
) -> None:
    again = copy.deepcopy(case["again"])
    mutation(again)

    assert differences(case["expected"], again) != []

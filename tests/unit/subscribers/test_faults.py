"""Faults of Simulation documents: all at once, each with its path and what was meant."""

from typing import Any

import pytest

from simulator.subscribers.parse import SimulationSpec, parse_simulation

Json = dict[str, Any]


def faults(spec: Any, **top: Any) -> list[str]:
    """Give the faults of a document, as ``path: message``."""
    return [str(fault) for fault in parse(spec, **top)[1]]


def parse(spec: Any, **top: Any) -> Any:
    return parse_simulation({"apiVersion": "simulator/v1", "spec": spec, **top})


def service(**members: Any) -> list[str]:
    return faults({"services": {"s": members}})


def source(**members: Any) -> list[str]:
    return faults({"sources": {"s": members}})


def test_a_document_without_faults_has_none() -> None:
    spec, found = parse({"services": {"s": None}, "sources": None, "seed": 3})

    assert found == []
    assert spec.seed == 3
    assert spec.services["s"].is_constant


def test_an_empty_document_says_nothing() -> None:
    assert parse(None) == (SimulationSpec(), [])


@pytest.mark.parametrize("written", ["whenPrefered", "whenpreferred"])
def test_a_misspelt_member_of_a_reply_is_no_attribute(written: str) -> None:
    assert service(reply={"type": "b", written: True}) == [
        f"spec.services.s.reply.{written}: unknown field; did you mean 'whenPreferred'?"
    ]


def test_all_faults_come_at_once() -> None:
    found = faults(
        {
            "sevices": {},
            "seed": -1,
            "profile": "kafka-ish",
            "start": "soon",
            "maxTTL": 0,
            "services": {"s": {"latency": "fast"}, 7: {}},
            "sources": {"g": {"every": "0s"}},
        },
        apiVersion="v1",
    )

    assert [fault.partition(":")[0] for fault in found] == [
        "apiVersion",
        "spec.sevices",
        "spec.services.7",
        "spec.services.s.latency",
        "spec.sources.g.every",
        "spec.seed",
        "spec.profile",
        "spec.start",
        "spec.maxTTL",
    ]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (faults({"seeed": 1}), "spec.seeed: unknown field; did you mean 'seed'"),
        (faults([]), "spec: expected a mapping, found []"),
        (faults({"services": 3}), "spec.services: expected a mapping, found 3"),
        (faults({"profile": 3}), "spec.profile: expected text, found 3"),
        (faults({"profile": "mt"}), "spec.profile: unknown profile 'mt'"),
        (faults({"start": "soon"}), "spec.start: expected an RFC 3339 time such as"),
        (faults({"seed": True}), "spec.seed: expected a whole number from 0"),
    ],
    ids=lambda value: value.split(":")[0] if isinstance(value, str) else "",
)
def test_faults_of_the_document(found: list[str], expected: str) -> None:
    assert [fault[: len(expected)] for fault in found] == [expected]


SERVICE_FAULTS: list[tuple[Json, str]] = [
    ({"replay": 1}, "replay: unknown field; did you mean 'reply'"),
    ({"namespace": "team"}, "namespace: unknown field"),
    ({"hosts": [1]}, "hosts: expected a text or a list of texts, found [1]"),
    ({"hosts": {}}, "hosts: expected a text or a list of texts, found {}"),
    ({"unreachable": "yes"}, "unreachable: expected true or false, found 'yes'"),
    ({"latency": 5}, "latency: 5 is no duration; expected an ISO 8601"),
    ({"latency": {}}, "latency: expected exactly one of uniform, normal"),
    ({"latency": {"gauss": 1}}, "latency.gauss: unknown field"),
    ({"latency": {"uniform": ["1s"]}}, "latency.uniform: expected two durations"),
    ({"latency": {"uniform": ["1s", "x"]}}, "latency.uniform[1]: 'x' is no duration"),
    ({"latency": {"uniform": ["2s", "1s"]}}, "latency.uniform: the lowest duration"),
    ({"latency": {"normal": {"meen": "1s"}}}, "latency.normal.meen: unknown field"),
    ({"latency": {"exponential": "x" * 60}}, "latency.exponential: 'xxxxxxxxxxxxx"),
    ({"responses": []}, "responses: expected at least one response"),
    ({"responses": ["x"]}, "responses[0]: expected a status or a mapping, found 'x'"),
    (
        {"responses": ["503"]},
        (
            "responses[0]: expected a status or a mapping, found '503'; write 503 without "
            "quotes"
        ),
    ),
    ({"responses": [True]}, "responses[0]: expected a mapping, found True"),
    ({"responses": [100]}, "responses[0].status: expected a whole number from 200"),
    ({"responses": [{"stat": 1}]}, "responses[0].stat: unknown field; did you mean"),
    ({"responses": [{"times": 0}]}, "responses[0].times: expected a whole number"),
    ({"responses": {"delay": "x"}}, "responses[0].delay: 'x' is no duration"),
    (
        {"responses": [{"reset": True, "hang": True}]},
        "responses[0]: expected at most one of reset, close, hang, refuse",
    ),
    ({"responses": [{"bodyBase64": "*"}]}, "responses[0].bodyBase64: is not base64"),
    (
        {"responses": [{"body": "x", "reply": {"type": "t"}}]},
        "responses[0].body: a response has a body or a reply, not both",
    ),
    ({"responses": [{"headers": {"a": []}}]}, "responses[0].headers.a: expected text"),
    ({"responses": [{"headers": 1}]}, "responses[0].headers: expected a mapping"),
    ({"rules": [{"responses": [1]}]}, "rules[0].responses[0].status: expected"),
    ({"rules": [{"match": {"a": "b"}}]}, "rules[0].responses: expected at least one"),
    ({"rules": {"matches": {}, "responses": 200}}, "rules.matches: unknown field"),
    ({"reply": {"type": 3}}, "reply: is no event: type"),
    ({"reply": {"mode": "xml"}}, "reply.mode: expected binary or structured"),
    ({"reply": {"jsonata": "(("}}, "reply.jsonata: does not parse"),
    ({"reply": {"jsonata": "1", "type": "t"}}, "reply.type: unknown field"),
    ({"reply": {}, "echo": True}, "echo: expected a reply or an echo, not both"),
    ({"echo": 3}, "echo: expected a mapping, found 3"),
    ({"echo": {"st": {}}}, "echo.st: unknown field; did you mean 'set'"),
    ({"echo": {"set": {"time": "soon"}}}, "echo.set: is no event: time"),
    ({"echo": {"set": {"x": []}}}, "echo.set: is no event: x"),
    ({"emit": [{"to": "x"}]}, "emit[0].event: is required"),
    ({"emit": [{"event": {}}]}, "emit[0].to: is required"),
    ({"emit": {"event": {"type": 1}, "to": "x"}}, "emit.event: is no event: type"),
    (
        {"handler": "function"},
        "handler: expected module:function or kn-sim/NAME, found 'function'",
    ),
    ({"handler": "m:f", "reply": {}}, "reply: a service with a handler answers"),
    ({"handler": "m:f", "approval": {}}, "approval: a service with a handler ans"),
    ({"approval": True}, "approval: expected a mapping, found True"),
    ({"approval": {}, "reply": {}}, "reply: a service with an approval answers"),
    ({"approval": {"aprove": 200}}, "approval.aprove: unknown field; did you mean"),
    ({"approval": {"approve": 20}}, "approval.approve.status: expected a whole"),
    ({"approval": {"reject": {"times": 2}}}, "approval.reject.times: is for one of"),
    ({"approval": {"deadline": 3}}, "approval.deadline: 3 is no duration"),
    ({"approval": {"then": "reject"}}, "approval.then: says what happens at the"),
    (
        {"approval": {"deadline": "1h", "then": "aprove"}},
        "approval.then: expected one of approve, reject, timeout, found 'aprove'; did",
    ),
    ({"approval": {"policy": {"when": "a"}}}, "approval.policy.when: unknown field"),
    ({"approval": {"policy": {"reject": "("}}}, "approval.policy.reject: is no CESQL"),
]


@pytest.mark.parametrize(
    ("members", "expected"), SERVICE_FAULTS, ids=[text for _, text in SERVICE_FAULTS]
)
def test_faults_of_a_service(members: Json, expected: str) -> None:
    found = service(**members)

    assert found[0][: len(expected) + 16] == f"spec.services.s.{expected}"


INJECTED_FAULTS: list[tuple[Json, str]] = [
    ({"drop": True}, ".at: is required: a node such as service/pricing, or *"),
    (
        {"at": "*"},
        (
            ": expected one of status, latency, timeout, drop, duplicate, outage; "
            "found none of them"
        ),
    ),
    ({"at": "*", "drop": False}, ": expected one of status, latency, timeout, drop"),
    ({"at": "*", "drop": 1}, ".drop: expected true or false, found 1"),
    (
        {"at": "*", "status": 503, "drop": True},
        (
            ": expected one of status, latency, "
            "timeout, drop, duplicate, outage; found status and drop"
        ),
    ),
    ({"at": "*", "latency": "0s"}, ".latency: must be longer than nothing"),
    ({"at": "*", "latency": "x"}, ".latency: 'x' is no duration"),
    (
        {"at": "*", "drop": True, "from": "1s", "until": "1s"},
        ".until: expected an inst",
    ),
    ({"at": "*", "drop": True, "rate": 2}, ".rate: expected a number from 0 to 1, fo"),
    ({"at": "*", "drop": True, "rate": True}, ".rate: expected a number from 0 to 1"),
    ({"at": "*", "drop": True, "count": 0}, ".count: expected a whole number from 1"),
    ({"at": "*", "drop": True, "where": "type ="}, ".where: is no CESQL: "),
    ({"node": "*"}, ".node: unknown field (expected one of at, status, latency"),
]


@pytest.mark.parametrize(
    ("members", "expected"), INJECTED_FAULTS, ids=[text for _, text in INJECTED_FAULTS]
)
def test_faults_of_an_injected_fault(members: Json, expected: str) -> None:
    found = faults({"faults": [members]})

    assert found[0].startswith(f"spec.faults[0]{expected}")


@pytest.mark.parametrize(
    "written",
    [
        {"at": "service/s", "status": 503, "until": "90s", "count": 2},
        {"at": "*", "latency": "200ms", "rate": 0.5, "from": "1h"},
        {"at": "*", "latency": {"uniform": ["10ms", "1s"]}},
        {"at": "*", "latency": {"exponential": "10us"}},
        {"at": "*", "latency": {"normal": {"mean": "10ns", "deviation": "2d"}}},
        {"at": "broker/default", "duplicate": True, "where": "type = 'a'"},
    ],
    ids=str,
)
def test_an_injected_fault_says_itself_what_a_document_would(written: Json) -> None:
    spec, found = parse({"faults": written})

    assert found == []
    assert [fault.members for fault in spec.faults] == [written]


@pytest.mark.parametrize(
    ("latency", "shown"),
    [
        ("1500ms", "latency 1.5s"),
        ({"uniform": ["10ms", "1s"]}, "latency uniform 10ms to 1s"),
        ({"exponential": "10us"}, "latency exponential 10us"),
        ({"normal": {"mean": "10ms", "deviation": "2ms"}}, "latency normal 10ms ± 2ms"),
    ],
    ids=str,
)
def test_an_injected_latency_is_read_as_one_phrase(latency: Any, shown: str) -> None:
    spec, _ = parse({"faults": {"at": "*", "latency": latency}})

    assert [str(fault) for fault in spec.faults] == [shown]


SOURCE_FAULTS: list[tuple[Json, str]] = [
    ({"evry": "1s"}, ".evry: unknown field; did you mean 'every'"),
    ({"every": "1s", "rate": 3}, ": expected one of every, at, rate, replay, found"),
    ({"every": "0s"}, ".every: must be longer than nothing"),
    ({"at": ["1s", "x"]}, ".at[1]: 'x' is no duration"),
    ({"at": 3}, ".at[0]: 3 is no duration"),
    ({"rate": "fast"}, ".rate: expected events per time such as 10/s or 5/m"),
    ({"rate": "3/day"}, ".rate: expected events per time"),
    ({"rate": -1}, ".rate: expected events per time"),
    ({"rate": 1e9}, ".rate: expected events per time"),
    ({"count": 1.5}, ".count: expected a whole number from 0"),
    ({"replay": "f", "event": {"type": "t"}}, ".event: a replay brings its own"),
    ({"event": {"time": "soon"}}, ".event: is no event: time"),
    ({"sink": 3}, ".sink: expected a reference such as broker/default"),
    ({"for": 3}, ".for: expected text, found 3"),
    ({"namespace": []}, ".namespace: expected text, found []"),
]


@pytest.mark.parametrize(
    ("members", "expected"), SOURCE_FAULTS, ids=[text for _, text in SOURCE_FAULTS]
)
def test_faults_of_a_source(members: Json, expected: str) -> None:
    found = source(**members)

    assert found[0][: len(expected) + 14] == f"spec.sources.s{expected}"


def test_the_forms_of_a_rate() -> None:
    rates = ["10", "10/s", "600/m", "36000/h", 10, 10.0]

    spec, found = parse({"sources": {str(n): {"rate": r} for n, r in enumerate(rates)}})

    assert found == []
    assert {round(each.rate) for each in spec.sources.values()} == {10}


@pytest.mark.parametrize(
    "spec",
    [
        {"sources": {"p": {"every": "1s", "event": {"type": "a", "v": 1.1}}}},
        {"services": {"s": {"reply": {"type": "a", "v": 1.1}}}},
        {"services": {"s": {"echo": {"set": {"v": 1.1}}}}},
    ],
    ids=["source", "reply", "echo"],
)
def test_a_number_with_a_fraction_is_no_attribute(spec: dict[str, Any]) -> None:
    [fault] = parse(spec)[1]

    assert fault.reason.removeprefix(f"{fault.path}: ") == (
        "is no event: v: 1.1 is no attribute value (text, integer, boolean); write it in "
        "quotes"
    )

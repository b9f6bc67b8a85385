"""EventTransforms as they were recorded, each request against the process alone."""

from __future__ import annotations

import hashlib
import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.jsonata import Expression
from simulator.kernel.answer import Failure
from simulator.subscribers.transform import Posted, Surrounded, Transform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.kernel import Answer

Json = dict[str, Any]
_NOW_NS = 1_767_225_600_000_000_000
_NOW = "2026-01-01T00:00:00.000Z"
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_FAILURES = {"close", "refused"}
_LONG = 3_000


def differences(case: Json) -> Iterator[str]:
    """Say where what we answer differs from what was recorded.

    What JavaScript says of an error, behind ``TypeError:``, is not compared.
    """
    expected, spec = case["expected"], case["spec"]
    run = Surrounded(now_ns=_NOW_NS, random=Random(1))  # noqa: S311
    try:
        transform = transform_of(spec)
    except ValueError as error:
        if expected.get("start") != "failed":
            yield f"does not parse: {error}"
        return
    if expected.get("start") == "failed":
        yield "parses, and did not"
        return
    method, path, headers, body = request_of(case["request"])
    answer = transform.take(method, path, headers, body, run)
    posted = []
    if isinstance(answer, Posted):
        posted = [answer]
        answer = transform.answered(*response_of(case.get("sink") or {}), run)
    if (case.get("sink") or {}).get("fault") != "refused":
        yield from _of_sink(expected.get("sinkRequests", []), posted)
    yield from _of_answer(expected["response"], answer)


def transform_of(spec: Json) -> Transform:
    """Make the process of a manifest's spec."""
    reply = spec.get("reply") or {}
    again = reply.get("jsonata")
    return Transform(
        expression=Expression(spec["jsonata"].get("expression", "")),
        has_sink=spec.get("sink") is not None,
        reply=None if again is None else Expression(again["expression"]),
        discards=bool(reply.get("discard")),
    )


def request_of(request: Json) -> tuple[str, str, Mapping[str, str], bytes]:
    """Give method, path, headers and body of a recorded request."""
    method, path = request.get("method", "POST"), request.get("path", "/")
    if request.get("mode") == "raw":
        body = request.get("body", "") * request.get("bodyRepeat", 1)
        return method, path, request["headers"], body.encode()
    headers, sent = message(request["event"], request.get("mode", "binary"))
    return method, path, {**headers, **request.get("headers", {})}, sent


def response_of(sink: Json) -> tuple[int, Mapping[str, str], bytes]:
    """Give status, headers and body of what a sink answers; 0 for no answer."""
    if sink.get("fault") in _FAILURES:
        return 0, {}, b""
    status = sink.get("status", 200)
    if "event" in sink:
        return (status, *message(sink["event"], sink.get("mode", "binary")))
    return status, sink.get("headers", {}), sink.get("body", "").encode()


def message(event: Json, mode: str) -> tuple[dict[str, str], bytes]:
    """Write an event, valid or not, as it travels."""
    if mode == "structured":
        return {"content-type": "application/cloudevents+json"}, _dump(event)
    headers: dict[str, str] = {}
    body = b""
    for name, value in event.items():
        if name == "data":
            plain = isinstance(value, str) and "datacontenttype" in event
            body = value.encode() if plain else _dump(value)
            headers.setdefault("content-type", "application/json")
        elif name == "datacontenttype":
            headers["content-type"] = value
        else:
            headers[f"ce-{name}"] = (
                value if isinstance(value, str) else json.dumps(value)
            )
    return headers, body


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _of_sink(expected: list[Json], posted: list[Posted]) -> Iterator[str]:
    if len(expected) != len(posted):
        yield f"the sink got {len(posted)} requests, recorded {len(expected)}"
        return
    for wanted, made in zip(expected, posted, strict=True):
        if made.content_type != wanted["headers"]["content-type"]:
            yield f"the sink got {made.content_type}, recorded {wanted['headers']}"
        yield from _of_body(wanted.get("body", ""), made.body, "the sink's body")


def _of_answer(expected: Json, answer: Answer) -> Iterator[str]:
    if "error" in expected:
        if answer.failure is not Failure.CLOSED:
            yield f"answers {answer.status}, recorded {expected['error']}"
        return
    if answer.status != expected["status"]:
        yield f"answers {answer.status} ({answer.detail}), recorded {expected['status']}"
        return
    for name in ("content-type", "allow"):
        if answer.headers.get(name) != expected["headers"].get(name):
            yield (
                f"{name}: {answer.headers.get(name)}, recorded {expected['headers'].get(name)}"
            )
    if "bodySha256" in expected:
        if hashlib.sha256(answer.body).hexdigest() != expected["bodySha256"]:
            yield f"another body of {len(answer.body)} bytes, recorded {expected['bodyLength']}"
    else:
        yield from _of_body(expected.get("body", ""), answer.body, "body")


def _of_body(expected: str, found: bytes, what: str) -> Iterator[str]:
    text = found.decode(errors="replace")
    if "<now>" in expected:
        text = text.replace(_NOW, "<now>")
    if "<uuid>" in expected:
        text = _UUID.sub("<uuid>", text)
    try:
        same = json.loads(expected) == json.loads(text)
    except ValueError:
        same = expected == text
    if not same:
        yield f"{what}: {text[:200]}, recorded {expected[:200]}"

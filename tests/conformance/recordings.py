"""Two recordings of one scenario agree, or a line says where they do not.

The rules are those of the recordings' own description (FORMAT.md, "Comparing"):
numbers in the comments below are its paragraphs.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

_ABSOLUTE_MS = 120.0
_RELATIVE = 0.08
_MOST_DIFFERENCES = 6
_HEADER = re.compile(
    r"prefer|kn-namespace|content-type|x-request-id|retry-after|knative-.*|x-b3-.*"
    r"|traceparent"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_ARRIVAL_MEMBER = re.compile(rb'("knativearrivaltime"\s*:\s*)"[^"]*"')
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}:(?:\d+|<port>)")
_TIMEOUT = re.compile(
    r"(?:net/http: request canceled|context deadline exceeded)"
    r"(?: \(Client\.Timeout[^)]*\))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a recording.

    Args:
        view: What must be exactly the same, by name.
        lane: The same as one text: requests with the same lane cannot be told apart.
        service: Who received it.
        outcome: The status or the fault that it was answered with.
        at_ms: When it came, since the start.
        after: How many senders had their answer by then.
    """

    view: Mapping[str, Any]
    lane: str
    service: str
    outcome: int | str | None
    at_ms: float
    after: int

    def __str__(self) -> str:
        attributes = self.view["ce"]
        return (
            f"request {self.service} {self.view['path']} "
            f"id={attributes.get('id')} type={attributes.get('type')}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far two times may lie apart (5)."""

    absolute_ms: float

    def near(self, expected_ms: float, found_ms: float) -> bool:
        """Tell whether the times count as the same."""
        allowed = max(self.absolute_ms, _RELATIVE * expected_ms)
        return abs(expected_ms - found_ms) <= allowed


def differences(expected: Json, found: Json) -> list[str]:
    """Say in which points a run differs from a recording.

    Args:
        expected: The recording, the part called ``expected`` of its file.
        found: The run, in the same form.

    Returns:
        One line for each difference, none when they agree.

    Raises:
        KeyError: Either is not of that form.
    """
    tolerance = Tolerance(absolute_ms=max(_ABSOLUTE_MS, expected.get("toleranceMs", 0)))
    crashed = bool(expected.get("crashed")), bool(found.get("crashed"))
    lines = [] if crashed[0] == crashed[1] else [_unlike("crashed", *crashed)]
    if expected.get("crashed"):
        return lines
    lines += _senders(expected["senders"], found["senders"], tolerance)
    lines += _requests(
        [_request(each) for each in expected["requests"]],
        [_request(each) for each in found["requests"]],
        tolerance,
    )
    return lines


def _unlike(what: str, expected: object, found: object) -> str:
    return f"{what}: expected {expected!r}, found {found!r}"


# -- paragraph 1: senders


def _senders(
    expected: Sequence[Json], found: Sequence[Json], tolerance: Tolerance
) -> Iterator[str]:
    by_index = {sender["index"]: sender for sender in found}
    if len(by_index) != len(expected):
        yield _unlike("number of senders", len(expected), len(by_index))
    for sender in expected:
        what = f"sender {sender['index']} to {sender['to']}"
        same = by_index.get(sender["index"])
        if same is None:
            yield f"{what}: not found"
        elif _answered(sender) != _answered(same):
            yield _unlike(what, _shown_answer(sender), _shown_answer(same))
        elif not tolerance.near(sender["doneMs"], same["doneMs"]):
            yield f"{what}: answered at {sender['doneMs']} ms, found {same['doneMs']} ms"


def _answered(sender: Json) -> tuple[int, bool]:
    return sender.get("status", 0), bool(sender.get("error"))


def _shown_answer(sender: Json) -> int | str:
    answer: int | str = sender.get("status") or sender.get("error") or "nothing"
    return answer


# -- paragraph 2: what a request is


def _request(recorded: Json) -> Request:
    headers = {n.lower(): v for n, v in recorded.get("headers", {}).items()}
    view = {
        "service": recorded["service"],
        "method": recorded.get("method", "POST"),
        "path": recorded.get("path", "/"),
        "mode": recorded["mode"],
        "ce": _attributes(recorded.get("ce", {})),
        "headers": {n: v for n, v in headers.items() if _HEADER.fullmatch(n)},
        "body": _body(recorded, str(headers.get("content-type", ""))),
    }
    answer = recorded.get("answer", {})
    return Request(
        view=view,
        lane=json.dumps(view, sort_keys=True, ensure_ascii=False),
        service=recorded["service"],
        outcome=answer.get("fault") or answer.get("status"),
        at_ms=recorded["atMs"],
        after=recorded.get("after", 0),
    )


def _attributes(recorded: Mapping[str, Any]) -> Json:
    attributes = dict(recorded)
    if _TIME.fullmatch(str(attributes.get("knativearrivaltime"))):
        attributes["knativearrivaltime"] = "<time>"
    if isinstance(attributes.get("knativeerrordata"), str):
        attributes["knativeerrordata"] = _error_data(attributes["knativeerrordata"])
    return attributes


def _error_data(encoded: str) -> str:
    """Decode error data, without addresses and without the wording of a timeout."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return encoded
    return "text: " + _TIMEOUT.sub("<timeout>", _ADDRESS.sub("<address>", text))


def _body(recorded: Json, content_type: str) -> Json:
    if recorded.get("bodyBase64"):
        raw = base64.b64decode(recorded["bodyBase64"])
    else:
        raw = (recorded.get("body") or "").encode()
    if recorded["mode"] == "structured":
        raw = _ARRIVAL_MEMBER.sub(rb'\1"<time>"', raw)
    if "json" in content_type.lower():
        try:
            return {"json": _plain(json.loads(raw))}
        except ValueError:
            pass  # what is called JSON and is none is compared as bytes
    return {"bytes": raw.decode("utf-8", "backslashreplace"), "length": len(raw)}


def _plain(value: object) -> object:
    """Give a JSON value in which 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def lane_of(recorded: Json) -> str:
    """Give what a recorded request has in common with those that are the same."""
    return _request(recorded).lane


# -- paragraph 3: lanes

_Lanes = dict[str, list[tuple[int, Request]]]


def _lanes(requests: Sequence[Request]) -> _Lanes:
    """Group requests that cannot be told apart, with their places, in order."""
    lanes: _Lanes = {}
    for place, request in enumerate(requests):
        lanes.setdefault(request.lane, []).append((place, request))
    return lanes


def _requests(
    expected: Sequence[Request], found: Sequence[Request], tolerance: Tolerance
) -> Iterator[str]:
    wanted, got = _lanes(expected), _lanes(found)
    yield from _unmatched(wanted, got)
    after: dict[int, int] = {}
    for lane in wanted:
        if lane not in got:
            continue
        if len(wanted[lane]) != len(got[lane]):
            what = f"{wanted[lane][0][1]}: number"
            yield _unlike(what, len(wanted[lane]), len(got[lane]))
        pairs = zip(wanted[lane], got[lane], strict=False)
        for number, ((_, one), (place, other)) in enumerate(pairs, 1):
            after[place] = one.after
            yield from _pair(one, other, number, tolerance)
    yield from _order(after, found)


def _pair(
    one: Request, other: Request, number: int, tolerance: Tolerance
) -> Iterator[str]:
    if one.outcome != other.outcome:
        yield _unlike(f"{one} no. {number}: answer", one.outcome, other.outcome)
    if not tolerance.near(one.at_ms, other.at_ms):
        yield f"{one} no. {number}: expected at {one.at_ms} ms, found {other.at_ms} ms"


def _unmatched(wanted: _Lanes, got: _Lanes) -> Iterator[str]:
    """Name the lanes of one side only; what differs in little is told as a pair."""
    extra = [got[lane][0][1] for lane in got if lane not in wanted]
    for lane, ((_, missing), *_rest) in wanted.items():
        if lane in got:
            continue
        alike = [other for other in extra if other.service == missing.service]
        if not alike:
            number = len(wanted[lane])
            yield f"{missing}: expected {number}, found none"
            continue
        nearest = min(alike, key=lambda o: len(_deep(missing.view, o.view)))
        extra.remove(nearest)
        points = _deep(missing.view, nearest.view)
        yield f"{missing}: {'; '.join(points[:_MOST_DIFFERENCES])}"
    for request in extra:
        yield f"{request}: expected none, found {len(got[request.lane])}"


def _deep(expected: object, found: object, at: str = "") -> list[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        names = dict.fromkeys([*expected, *found])
        return [
            line
            for name in sorted(names)
            for line in _deep(
                expected.get(name), found.get(name), f"{at}.{name}" if at else name
            )
        ]
    # Numbers and booleans that Python takes for equal are not the same JSON.
    same = expected == found and type(expected) is type(found)
    return [] if same else [_unlike(at, expected, found)]


# -- paragraph 4: order


def _order(after: Mapping[int, int], found: Sequence[Request]) -> Iterator[str]:
    """See that nothing at a service comes before what an earlier answer precedes."""
    latest: dict[str, int] = {}
    for place in sorted(after):
        request = found[place]
        if after[place] < latest.get(request.service, 0):
            yield f"{request}: comes too late in the order at {request.service}"
        latest[request.service] = max(after[place], latest.get(request.service, 0))

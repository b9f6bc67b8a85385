"""A PingSource."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Final

from simulator.control.config import UNLIMITED
from simulator.control.defaulting import from_webhook
from simulator.control.faults import Fault, both_of, invalid, via
from simulator.control.go_types import embed, text
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SOURCES
from simulator.control.shared_rules import check_source
from simulator.control.sources import (
    conditions_of_source,
    report_unsendable,
    source_of,
    unsendable_overrides,
)
from simulator.control.types_duck import SOURCE_SPEC
from simulator.cron import LocationError, Schedule, ScheduleError
from simulator.event.text import media_type
from simulator.manifests import shorthand
from simulator.manifests.sections import Short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_JSON = "application/json"
_EVERY_MINUTE = "* * * * *"


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """The sink's namespace is left to the reconciler.

    Source: knative-resources 6.12 and 2.1; knative/eventing ping_defaults.go.
    """
    spec = source["spec"]
    if not spec.get("schedule"):
        origin = from_webhook("every minute")
        defaulting.put(spec, "spec.schedule", _EVERY_MINUTE, origin)


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 6.12; knative/eventing ping_validation.go."""
    spec = source["spec"]
    faults = _check_schedule(spec["schedule"], spec.get("timezone", ""))
    faults += check_source(spec, checking)
    data, encoded = spec.get("data"), spec.get("dataBase64")
    limit = checking.config.ping_data_max_size
    if data and encoded:
        faults.append(both_of("data", "dataBase64"))
    elif encoded:
        faults += _check_size("dataBase64", encoded, limit)
        faults += _check_base64(encoded, spec.get("contentType"))
    elif data:
        faults += _check_size("data", data, limit)
        faults += _check_json("data", data, spec.get("contentType"))
    return via(faults, "spec")


def _check_schedule(schedule: str, zone: str) -> list[Fault]:
    faults: list[Fault] = []
    if "@every" in schedule:
        faults.append(invalid("unsupported descriptor @every", "schedule"))
    try:
        Schedule.parse(f"CRON_TZ={zone} {schedule}" if zone else schedule)
    except LocationError as error:
        faults.append(invalid(error, "timezone"))
    except ScheduleError as error:
        faults.append(invalid(error, "schedule"))
    return faults


def _check_size(field: str, payload: str, limit: int) -> list[Fault]:
    size = len(payload.encode())
    if limit <= UNLIMITED or size <= limit:
        return []
    found = f"the {field} length of {size} bytes exceeds limit set at {limit}."
    return [invalid(found, field)]


def _check_base64(encoded: str, content_type: str | None) -> list[Fault]:
    try:
        decoded = decode_base64(encoded)
    except PayloadError as error:
        return [invalid(error, "dataBase64")]
    return _check_json("dataBase64", decoded.decode("utf-8", "replace"), content_type)


def _check_json(field: str, payload: str, content_type: str | None) -> list[Fault]:
    if content_type != _JSON:
        return []
    try:
        check_json_object(payload)
    except PayloadError as error:
        return [invalid(error, field)]
    return []


_FIELDS = (
    *embed(SOURCE_SPEC),
    text("schedule"),
    text("timezone"),
    text("contentType"),
    text("data"),
    text("dataBase64"),
)


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.12 and 7.5; E:pkg/reconciler/pingsource."""
    wired = source_of(source, cluster, silent=False)
    unsendable = [*unsendable_overrides(source.spec), *_unsendable(source.spec)]
    report_unsendable(cluster, source, unsendable)
    schedule = str(source.spec.get("schedule") or _EVERY_MINUTE)
    wired = wired.replace(
        schedule="" if unsendable else schedule,
        timezone=str(source.spec.get("timezone") or ""),
    )
    return Reconciled(
        conditions=conditions_of_source(cluster, wired.sink), source=wired
    )


def _unsendable(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Source: knative-kinds, PingSource (run): they pass admission."""
    type_ = spec.get("contentType")
    has_data = spec.get("data") or spec.get("dataBase64")
    if has_data and type_ and media_type(str(type_)) is None:
        yield "spec.contentType", f"{type_!r} is no media type"


KIND: Final = Kind(
    group=SOURCES,
    name="PingSource",
    webhooks=webhooks(
        "PingSource",
        ("v1", "v1beta2"),
        *_FIELDS,
        set_defaults=set_defaults,
        validate=validate,
    ),
    reconcile={Phase.SOURCES: reconcile},
    sends=True,
    short=Short(
        fields=(
            *("schedule", "timezone", "contentType", "data", "dataBase64"),
            *("sink", "ceOverrides"),
        ),
        notations={"sink": shorthand.DESTINATION},
    ),
)

_ALPHABET = re.compile(r"[A-Za-z0-9+/]")
_QUANTUM = 4
# Characters of a quantum that make its first byte; the rest may be padding.
_ONE_BYTE = 2
# As CPython's json words it, which names four hexadecimal digits by four letters.
_PYTHONS_ESCAPE = f"Invalid \\u{'X' * 4} escape"
_GO_TYPE = "map[string]interface {}"
_JSON_NAMES = {
    list: "array", str: "string", bool: "bool", int: "number", float: "number",
}  # fmt: skip


class PayloadError(ValueError):
    """A payload does not fit; says so in Go's words."""


def decode_base64(text: str) -> bytes:
    """Decode padded base64; line ends are skipped.

    Raises:
        PayloadError: With the place of the first byte that does not fit.

    Source: Go, encoding/base64, StdEncoding.DecodeString.
    """
    kept = [(i, c) for i, c in enumerate(text) if c not in "\r\n"]
    for start in range(0, len(kept), _QUANTUM):
        bad = _bad_place(kept[start : start + _QUANTUM], kept, start, len(text))
        if bad is not None:
            place = len(text[:bad].encode())
            raise PayloadError(f"illegal base64 data at input byte {place}")
    return b64decode("".join(char for _, char in kept))


def _bad_place(
    quantum: list[tuple[int, str]], kept: list[tuple[int, str]], start: int, end: int
) -> int | None:
    for offset, (place, char) in enumerate(quantum):
        if _ALPHABET.fullmatch(char):
            continue
        if char != "=" or offset < _ONE_BYTE:
            return place
        following = kept[start + offset + 1 :]
        if offset == _ONE_BYTE:  # then a second = has to come
            if not following:
                return end
            if following[0][1] != "=":
                return following[0][0] - 1
            following = following[1:]
        return following[0][0] if following else None
    return None if len(quantum) == _QUANTUM else end - len(quantum)


def check_json_object(text: str) -> None:
    """Check that a text is a JSON object, or null.

    Raises:
        PayloadError: It is no JSON, or another JSON value.

    Source: knative-resources 6.12 [quirk]: arrays, strings and numbers are refused.
    """
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except JSONDecodeError as error:
        raise PayloadError(_go_words(text, error)) from None
    except RecursionError:
        raise PayloadError("exceeded max depth") from None
    if found is not None and not isinstance(found, dict):
        name = _JSON_NAMES[type(found)]
        raise PayloadError(
            f"json: cannot unmarshal {name} into Go value of type {_GO_TYPE}"
        )


def _no_constant(name: str) -> object:
    raise JSONDecodeError("Expecting value", name, 0)


def _go_words(text: str, error: JSONDecodeError) -> str:
    """Say a syntax error in the words of Go's scanner, as near as Python knows it."""
    # Python 3.13 points at a trailing comma, Go and older ones at what follows it.
    why = error.msg
    place = error.pos + why.startswith("Illegal trailing comma")
    while why != "Invalid control character at" and text[place : place + 1] in tuple(
        " \t\r\n"
    ):
        place += 1
    if place >= len(text) or why.startswith("Unterminated string"):
        return "unexpected end of JSON input"
    shown = _quoted_char(text[place])
    if why == "Extra data":
        return f"invalid character {shown} after top-level value"
    contexts = {
        "Expecting property name enclosed in double quotes": (
            "looking for beginning of object key string"
        ),
        "Illegal trailing comma before end of object": (
            "looking for beginning of object key string"
        ),
        "Expecting ':' delimiter": "after object key",
        "Invalid control character at": "in string literal",
        "Invalid \\escape": "in string escape code",
        _PYTHONS_ESCAPE: "in \\u hexadecimal character escape",
    }
    if why == "Expecting ',' delimiter":
        inside = (
            "object key:value pair" if _in_object(text[:place]) else "array element"
        )
        return f"invalid character {shown} after {inside}"
    if why == "Invalid \\escape":
        shown = _quoted_char(text[place + 1 : place + 2] or '"')
    if why == "Expecting value":
        literal = _broken_literal(text[place:])
        if literal is not None:
            return literal
    return f"invalid character {shown} {contexts.get(why, 'looking for beginning of value')}"


def _broken_literal(text: str) -> str | None:
    for word in ("true", "false", "null"):
        if text[0] != word[0]:
            continue
        for good, found in zip(word, text, strict=False):
            if good != found:
                wanted = f"in literal {word} (expecting {_quoted_char(good)})"
                return f"invalid character {_quoted_char(found)} {wanted}"
        return "unexpected end of JSON input"
    if text == "-":
        return "unexpected end of JSON input"
    if text[0] == "-":
        return f"invalid character {_quoted_char(text[1])} in numeric literal"
    return None


def _in_object(before: str) -> bool:
    depth: list[str] = []
    in_string = escaped = False
    for char in before:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{[":
            depth.append(char)
        elif char in "}]":
            depth.pop()
    return depth[-1:] == ["{"]


def _quoted_char(char: str) -> str:
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    escaped = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}.get(char)
    if escaped is None and not char.isprintable():
        escaped = f"\\x{ord(char):02x}"
    return f"'{escaped or char}'"

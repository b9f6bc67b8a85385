"""From HTTP headers and body to an event, as sdk-go reads them."""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator import urls
from simulator.event.event import Event
from simulator.event.text import (
    BATCH,
    STRUCTURED,
    is_envelope,
    is_json_type,
    is_uri_reference,
    normal_time,
    whole_text,
)
from simulator.event.writing import binary_headers
from simulator.typed_text import TypedText

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from json import JSONDecoder, JSONEncoder

SPEC_VERSIONS = ("1.0", "0.3")
_NAME = re.compile(r"[A-Za-z0-9]+")
_INT32 = range(-(2**31), 2**31)
_URI_ATTRIBUTES = ("source", "dataschema", "schemaurl")
# Those that are only trimmed, and those that are more than that.
_TRIMMED = frozenset(("specversion", "id", "type", "subject", "datacontenttype", "datacontentencoding"))  # fmt: skip
_TEXT_ATTRIBUTES = _TRIMMED.union(("time", *_URI_ATTRIBUTES))
_DATA = ("data", "data_base64")
_BASE64 = "base64"
_ONCE = ("specversion", "datacontenttype")
_SPACE = " \t\n\r"


class NotAnEventError(ValueError):
    """The HTTP message is not encoded as a CloudEvent at all."""


class UnparsableEventError(ValueError):
    """The HTTP message claims to be a CloudEvent and cannot be read as one."""


def read_http(headers: Mapping[str, str], body: bytes) -> Event:
    """Read the event in an HTTP request or response.

    Args:
        headers: Lower-case names.
        body: Empty for no body.

    Raises:
        NotAnEventError: No encoding is recognised.
        UnparsableEventError: It is malformed, or a batch. What can be read but is not
            valid (no id, say) is the business of `rules`.

    Source: knative-resources 10 (encoding detection); knative-runtime, Ingress.
    """
    content_type = headers.get("content-type", "")
    media = content_type.partition(";")[0].strip().lower()
    if media == STRUCTURED:
        return _read_structured(body)
    if media == BATCH:
        raise UnparsableEventError("a batch is no single event")
    if headers.get("ce-specversion") in SPEC_VERSIONS:
        return _read_binary(headers, body)
    raise NotAnEventError("no CloudEvent is recognised")


def _read_binary(headers: Mapping[str, str], body: bytes) -> Event:
    attributes: dict[str, str] = {}
    for header, value in headers.items():
        if header.startswith("ce-"):
            put(attributes, header[3:], value)
    if headers.get("content-type"):
        attributes["datacontenttype"] = headers["content-type"]
    return Event(attributes, body or None)


class UnreadEvent(Event):
    """A binary message that is handed on as it stands, read by nobody on the way."""

    __slots__ = ()

    def read(self) -> Event:
        """Read it as its receiver does.

        Raises:
            UnparsableEventError: It is malformed; or its Content-Type claims that it is
                structured, and the body is not.
        """
        return read_http(binary_headers(self.attributes), self.body or b"")


def take_http(headers: Mapping[str, str], body: bytes) -> Event:
    """Take the event in an HTTP message in order to hand it on, not to look into it.

    Raises:
        NotAnEventError: No encoding is recognised.
        UnparsableEventError: It is a batch, or structured and malformed. What is malformed
            in the binary form is for its next receiver to find out.

    Source: sdk-go binding.Write: binary messages are copied header by header, others
        are read first.
    """
    malformed = None
    try:
        event = read_http(headers, body)
    except UnparsableEventError as error:
        malformed, event = error, Event({})
    if is_envelope(headers.get("content-type")):
        if malformed is not None:
            raise malformed
        return event
    written = {n[3:]: v.strip(" \t") for n, v in headers.items() if n.startswith("ce-")}
    if headers.get("content-type"):
        written["datacontenttype"] = headers["content-type"]
    return event if event.attributes == written else UnreadEvent(written, body or None)


def put(attributes: dict[str, str], name: str, value: str) -> None:
    """Set an attribute in its normal spelling; drop what sdk-go reads as absent.

    Raises:
        UnparsableEventError: The name or the value is none; the message says why.
    """
    if name in _TRIMMED:
        value = value.strip(" \t")
        if value:
            attributes[name] = value
        return
    if not _NAME.fullmatch(name):
        raise UnparsableEventError(
            f"{name!r} is no attribute name (letters and digits)"
        )
    name = name.lower()
    if name == "time":
        normal = normal_time(value)
        if normal is None:
            raise UnparsableEventError(f"time: {value!r} is not RFC 3339")
        value = normal
    elif name in _URI_ATTRIBUTES and value:
        if not is_uri_reference(value):
            raise UnparsableEventError(f"{name}: {value!r} is no URI reference")
        value = urls.written(value)
    # HTTP trims what surrounds a header's value.
    value = value.strip(" \t")
    if value or name not in _TEXT_ATTRIBUTES:
        attributes[name] = value


def _read_structured(body: bytes) -> Event:
    members, data_text = _members(body)
    if _has_foreign_data(members):
        content_type = members["datacontenttype"]
        raise UnparsableEventError(
            f"data: is no string, and Knative does not take {content_type} for JSON"
        )
    if rb"\u" in body:
        members = {name: whole_text(value) for name, value in members.items()}
    event = _of_members(members, data_text)
    for name, value in members.items():
        if isinstance(value, int | float) and name.lower() in event.attributes:
            text = event.attributes[name.lower()]
            event.attributes[name.lower()] = TypedText(text)
    return event


def _has_foreign_data(members: Mapping[str, Any]) -> bool:
    """Tell whether sdk-go does not find the string that it expects as data.

    Source: knative-kinds 8.1; sdk-go v2/event/event_unmarshal.go consumeData.
    """
    content_type = members.get("datacontenttype")
    return (
        isinstance(content_type, str)
        and members.get("data") is not None
        and not isinstance(members["data"], str)
        and not is_json_type(content_type)
    )


def _of_members(members: Mapping[str, Any], data_text: str) -> Event:
    """Make an event of its members, and of the text of the one called ``data``.

    Data of a media type that is not JSON may be any JSON value, which becomes text.
    """
    version = members.get("specversion")
    if version not in SPEC_VERSIONS:
        found = "is missing" if version is None else f"{version!r} is not known"
        raise UnparsableEventError(f"specversion {found}")
    if version == "0.3" and members.get("datacontentencoding", _BASE64) != _BASE64:
        raise UnparsableEventError("datacontentencoding: only base64 is allowed")
    attributes: dict[str, str] = {}
    for name, value in members.items():
        if value is not None and name not in _DATA:
            put(attributes, name, _attribute_text(name, value))
    data = _data(members, data_text, attributes, version)
    if version == "0.3":
        attributes.pop("datacontentencoding", None)
    return Event(attributes, data)


def _members(body: bytes) -> tuple[dict[str, Any], str]:
    """Read a JSON object; give its members, and the text of ``data`` as it stands."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise UnparsableEventError("the body is not UTF-8") from error
    members: dict[str, Any] = {}
    data_text = ""
    try:
        at = _skip(text, 0, "{")
        if text[at] == "}":
            _end(text, at + 1)
            return members, data_text
        read = _decoder().raw_decode
        while True:
            name, at = read(text, at)
            if not isinstance(name, str):
                raise UnparsableEventError("the body is no JSON object")
            start = _skip(text, at, ":")
            value, end = read(text, start)
            if is_second(name, members):
                raise UnparsableEventError(f"{name} is written twice")
            members[name] = value
            if name == "data":
                data_text = text[start:end]
            at = _past_space(text, end)
            if text[at] == "}":
                _end(text, at + 1)
                return members, data_text
            at = _skip(text, at, ",")
    except (ValueError, IndexError, RecursionError) as error:
        if isinstance(error, UnparsableEventError):
            raise
        raise UnparsableEventError("the body is no JSON object") from error


@cache
def _decoder() -> JSONDecoder:
    from json import JSONDecoder  # events without data are described without JSON

    return JSONDecoder()


@cache
def _encoder() -> JSONEncoder:
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def is_second(name: str, before: Collection[str]) -> bool:
    """Tell whether sdk-go refuses a member of an event because of those before it.

    Source: sdk-go v2/event/event_unmarshal.go readJsonFromIterator: before
        ``specversion``, a second ``datacontenttype`` counts, as a second of any other.
    """
    return name in _ONCE and name in before and "specversion" in before


def _past_space(text: str, at: int) -> int:
    end = len(text)
    while at < end and text[at] in _SPACE:
        at += 1
    return at


def _skip(text: str, at: int, mark: str) -> int:
    at = _past_space(text, at)
    if text[at] != mark:
        raise UnparsableEventError("the body is no JSON object")
    return _past_space(text, at + 1)


def _end(text: str, at: int) -> None:
    if text[at:].strip(_SPACE):
        raise UnparsableEventError("something follows the JSON object")


def _attribute_text(name: str, value: object) -> str:
    """Spell a JSON value as sdk-go does when it becomes a header.

    Source: knative-runtime, Ingress: integers within int32, booleans and strings;
        1.5 is accepted and cut to 1; the rest is refused.
    """
    if isinstance(value, str):
        return value
    if name.lower() in _TEXT_ATTRIBUTES:
        raise UnparsableEventError(f"{name}: is no string")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and _INT32[0] <= value <= _INT32[-1]:
        return str(int(value))
    import json

    raise UnparsableEventError(f"{name}: {json.dumps(value)} is no attribute value")


def _data(
    members: Mapping[str, Any], text: str, attributes: Mapping[str, str], version: str
) -> bytes | None:
    if "data_base64" in members and version == "1.0":
        return _from_base64("data_base64", members["data_base64"])
    if "data" not in members:
        return None
    value = members["data"]
    if version == "0.3" and attributes.get("datacontentencoding") == _BASE64:
        return _from_base64("data", value)
    if not is_json_type(attributes.get("datacontenttype")):
        if value is None:
            return None
        text = value if isinstance(value, str) else text
    return text.encode("utf-8", "surrogatepass") or None


def _from_base64(name: str, value: object) -> bytes:
    if not isinstance(value, str):
        raise UnparsableEventError(f"{name}: is not base64")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnparsableEventError(f"{name}: is not base64") from error


def read_json(event: Mapping[str, Any]) -> Event:
    """Read an event given as the data of its structured JSON form.

    ``specversion`` may be left out; the body is spelled without white space. It only
    describes the event, so its data may be any JSON value, whatever the media type.

    Raises:
        UnparsableEventError: It is none.
    """
    whole = {"specversion": "1.0", **event}
    read = _read_at_once(whole)
    if read is not None:
        return read
    try:
        text = _encoder().encode(whole)
    except (TypeError, ValueError, RecursionError) as error:
        raise UnparsableEventError(f"it cannot be written as JSON: {error}") from error
    return _of_members(*_members(text.encode("utf-8", "surrogatepass")))


def read_written(event: Mapping[str, Any]) -> Event:
    """Read an event as `read_json` does that somebody has written down.

    On the wire a number with a fraction loses it; here it is none of the author's.

    Raises:
        UnparsableEventError: It is none, or an attribute is such a number.
    """
    for name, value in event.items():
        if isinstance(value, float) and name != "data":
            raise UnparsableEventError(
                f"{name}: {value} is no attribute value (text, integer, boolean); "
                "write it in quotes"
            )
    return read_json(event)


def _read_at_once(members: Mapping[str, Any]) -> Event | None:
    """Read an event whose members JSON would give back as they are; None for others.

    None, too, for what is no event: its text says what is wrong with it first.
    """
    try:
        for name, value in members.items():
            if type(name) is not str or not name.isascii():
                return None
            if type(value) is str:
                value.encode()  # no half of a surrogate pair
            elif name != "data" and not (
                value is None
                or type(value) is bool
                or (type(value) is int and value in _INT32)
            ):
                return None
        text = ""
        if "data" in members:
            text = _encoder().encode(members["data"])
            text.encode()
        return _of_members(members, text)
    except (TypeError, ValueError, RecursionError):
        return None

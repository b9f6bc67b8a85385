"""From an event to HTTP headers and body, as sdk-go writes them."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from simulator.event.text import is_json_like, is_json_type
from simulator.typed_text import TypedText

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORDER = ("specversion", "id", "source", "type", "subject", "datacontenttype", "dataschema",
          "schemaurl", "time")  # fmt: skip
_WHITE_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\n\r]+')
_ANY_SPACE = re.compile(rb"[ \t\n\r]")
_ESCAPED = re.compile(rb'[\x00-\x1f"\\<>&]|\xe2\x80[\xa8\xa9]')
_SHORT_ESCAPES = {
    b'"': rb"\"",
    b"\\": rb"\\",
    b"\n": rb"\n",
    b"\r": rb"\r",
    b"\t": rb"\t",
}


def write_json(attributes: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    """Give the structured form as data, in the order in which sdk-go writes it.

    Source: knative-runtime, Encoding ("attribute order specversion, id, source,
        type, ..., data, then extensions"); data that is no JSON is a string, since
        the binary hop lost the flag.
    """
    out: dict[str, Any] = {n: attributes[n] for n in _ORDER if n in attributes}
    if body is not None:
        out["data"] = _json_data(attributes.get("datacontenttype"), body)
    for name in sorted(attributes):
        if name not in out:
            out[name] = attributes[name]
    return out


def _json_data(content_type: str | None, body: bytes) -> Any:
    text = body.decode("utf-8", "replace")
    if is_json_like(content_type):
        import json

        try:
            return json.loads(text)
        except (ValueError, RecursionError):  # no JSON, or deeper than anybody follows
            return text
    return text


def write_structured(attributes: Mapping[str, str], body: bytes | None) -> bytes:
    """Give the bytes of the structured form; JSON data loses its white space only.

    Source: knative-runtime, Encoding ("JSON data is never re-spelled").
    """
    members = [_member(name, attributes[name]) for name in _ORDER if name in attributes]
    if body is not None:
        members.append(
            b'"data":' + _json_bytes(attributes.get("datacontenttype"), body)
        )
    members += [
        _member(name, attributes[name])
        for name in sorted(attributes)
        if name not in _ORDER
    ]
    return b"{" + b",".join(members) + b"}"


def write_file(
    attributes: Mapping[str, str], body: bytes | None, *, in_base64: bool = False
) -> bytes:
    """Give an event as sdk-go marshals it: data of JSON byte by byte, types kept.

    Args:
        in_base64: It came so, in a structured event.

    Source: knative-kinds 3, event file; sdk-go v2/event/event_marshal.go.
    """
    members = [_typed(name, attributes[name]) for name in _ORDER if name in attributes]
    if body is not None and in_base64:
        members.append(b'"data_base64":"%s"' % b64encode(body))
    elif body is not None:
        is_json = is_json_type(attributes.get("datacontenttype"))
        members.append(b'"data":' + (body if is_json else _quoted(body)))
    members += [
        _typed(name, attributes[name])
        for name in sorted(attributes)
        if name not in _ORDER
    ]
    return b"{" + b",".join(members) + b"}"


def _typed(name: str, value: str) -> bytes:
    """Write a member as the number or boolean that it is, or as text."""
    if isinstance(value, TypedText):
        return b'"%s":%s' % (name.encode(), value.encode())
    return _member(name, value)


def _member(name: str, value: str) -> bytes:
    return b'"%s":%s' % (name.encode(), _quoted(value.encode("utf-8", "surrogatepass")))


def _json_bytes(content_type: str | None, body: bytes) -> bytes:
    if is_json_type(content_type):
        if _ANY_SPACE.search(body) is None:  # and so as data of ours is spelled
            return body
        return _WHITE_SPACE.sub(rb"\1", body)
    return _quoted(body)


def _quoted(text: bytes) -> bytes:
    """Quote as json-iterator does with HTML escaping: broken UTF-8 goes through.

    Source: golden recordings of delivery.format json.
    """
    return b'"' + _ESCAPED.sub(_escape, text) + b'"'


def _escape(match: re.Match[bytes]) -> bytes:
    found = match[0]
    short = _SHORT_ESCAPES.get(found)
    return short if short is not None else b"\\u%04x" % ord(found.decode())


def binary_headers(attributes: Mapping[str, str]) -> dict[str, str]:
    """Write attributes as headers: ``ce-type``, but ``content-type``; lower-case names."""
    return {
        "content-type" if name == "datacontenttype" else f"ce-{name}": value
        for name, value in attributes.items()
    }

"""How an event stands in a trace file: in one line, once, exact to the byte.

Only this file knows the members of such a line::

    {"specversion":"1.0","id":"o1","source":"/shop","type":"placed","data":{"id":1}}
    {"of":0,"knativearrivaltime":"2026-01-01T00:00:00Z"}

*of* counts back from the event told last: 0 is that one. The body is ``data`` where it is
JSON in one line, as it stands; else ``data_text`` where it is UTF-8; else
``data_base64``. An event with an attribute of one of these names has its attributes in
a member ``attributes``, and its body in base64.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import orjson

from simulator.event import Event
from simulator.trace.record import FaultyLineError, unexpected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MEMBERS = frozenset({
    "serial", "of", "attributes", "data", "data_text", "data_base64", "run", "input",
})  # fmt: skip
_DATA = b',"data":'
_TEXT = frozenset({str})
# Shorter bodies are not nested so deeply that orjson writes no such thing (254 levels).
_SHALLOW = 500


def quoted(value: str | Mapping[str, str]) -> str:
    """Spell texts in JSON; what is no Unicode, such as half a surrogate, as escapes."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half a surrogate, from a handler in Python
        return json.dumps(value)


def whole_text(event: Event) -> str:
    """Give the line of an event."""
    attributes, body = event.attributes, event.body
    members = quoted(attributes)
    if attributes and _MEMBERS.isdisjoint(attributes):
        data = "" if body is None else _data_text(body)
        return f"{members[:-1]}{data}}}"
    data = "" if body is None else _base64_text(body)
    return f'{{"attributes":{members}{data}}}'


def changed_text(of: int, more: Mapping[str, str]) -> str:
    """Give the line of an event that is another one with further attributes.

    Args:
        of: How many events back the other was told.
        more: What a hop sets, perhaps in the place of its own; at least one, and none
            named like a member.
    """
    return f'{{"of":{of},{quoted(more)[1:]}'


def _data_text(body: bytes) -> str:
    try:
        if b"\n" not in body and b"\r" not in body:
            data = orjson.loads(body)
            if len(body) > _SHALLOW:
                orjson.dumps(data)
            return f',"data":{body.decode()}'
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    try:
        return f',"data_text":{quoted(body.decode())}'
    except UnicodeDecodeError:
        return _base64_text(body)


def _base64_text(body: bytes) -> str:
    return f',"data_base64":"{b64encode(body).decode()}"'


def read_event(line: bytes, members: dict[str, Any], events: Sequence[Event]) -> Event:
    """Read an event.

    Args:
        line: As it stands in the file, without its line end.
        members: What JSON says it is; taken apart.
        events: Those of the lines before.

    Raises:
        FaultyLineError: It is none.
    """
    base = event_told(events, members.pop("of"), "of") if "of" in members else None
    body = _body(line, members)
    attributes = _attributes(members)
    if base is None:
        return Event(attributes, body)
    body = base.body if body is None else body
    return Event({**base.attributes, **attributes}, body)


def event_told(events: Sequence[Event], back: Any, name: str) -> Event:
    """Give the event that was told so many events before the last.

    Raises:
        FaultyLineError: There is none; the message calls the number *name*.
    """
    if type(back) is not int or not 0 <= back < len(events):
        raise unexpected(
            f"{name}: expected how many of {len(events)} events back it was told", back
        )
    return events[-1 - back]


def _attributes(members: dict[str, Any]) -> dict[str, str]:
    """Give the attributes among what is left of the members."""
    attributes = members.pop("attributes", members)
    if type(attributes) is not dict:
        raise unexpected("attributes: expected an object", attributes)
    if members and attributes is not members:
        raise FaultyLineError(f"{next(iter(members))}: stands beside attributes")
    if not _TEXT.issuperset(map(type, attributes.values())):
        name = next(n for n, v in attributes.items() if type(v) is not str)
        raise unexpected(f"{name}: expected a text", attributes[name])
    return attributes


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _spelled(data: Any) -> bytes:
    """Write data of a line that somebody else has spelled."""
    try:
        return orjson.dumps(data)
    except orjson.JSONEncodeError as error:
        raise FaultyLineError(f"data: cannot be written as JSON ({error})") from error


def _body(line: bytes, members: dict[str, Any]) -> bytes | None:
    """Take the body out of the members of an event's line."""
    if "data" in members:
        data = members.pop("data")
        # In the line that the writer made, the body is the last member, as it stands.
        at = line.find(_DATA)
        body = line[at + len(_DATA) : -1]
        return body if at >= 0 and _is_json(body) else _spelled(data)
    if "data_text" in members:
        text = members.pop("data_text")
        if type(text) is not str:
            raise unexpected("data_text: expected a text", text)
        return text.encode("utf-8", "surrogatepass")
    if "data_base64" in members:
        text = members.pop("data_base64")
        try:
            return b64decode(text, validate=True)
        except (TypeError, binascii.Error, ValueError):
            raise unexpected("data_base64: expected base64", text) from None
    return None

"""What the process behind an EventTransform makes of a request, and of its sink's answer.

It is a JavaScript program on Express, and answers as that does; a request is not checked
for being an event, neither is a result.

Source: knative-kinds 1 (eventing-integrations, transform-jsonata/jsonata.js, run).
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from simulator.event.text import epoch_ns, instant_text
from simulator.jsonata import Expression, JsonataError, as_json
from simulator.kernel import Answer
from simulator.kernel.answer import Failure
from simulator.resource import mapping
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random

_STRUCTURED = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_JSON = "application/json"
_TEXT = "text/plain"
# In this order, as the SDK for JavaScript spells an event; extensions come behind.
_ATTRIBUTES = ("id", "time", "type", "source", "specversion", "datacontenttype", "subject",
               "dataschema", "data_base64", "data")  # fmt: skip
_MOST_BYTES = 102_400
_NS_PER_MS = 1_000_000
_MEDIA_TYPE = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*;.*)?"
)
# What Node refuses in a header.
_NO_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_CHARSET = re.compile(r"\s*;\s*charset=[^;]*", re.IGNORECASE)
_REASON = "TypeError: Cannot use 'in' operator to search for 'contenttype' in "
_PAGE = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n'
    "</head>\n<body>\n<pre>{}</pre>\n</body>\n</html>\n"
)


class Surrounded(Value):
    """What a run decides: the time, ns since 1970, and chance."""

    now_ns: int
    random: Random


class Posted(Value):
    """What is posted to the sink; no header of the request goes with it."""

    body: bytes
    content_type: str


class Transform(Value):
    """The process behind one EventTransform.

    Args:
        has_sink: The result is posted, and is not the answer.
        reply: Of what the sink answers; None where it goes back as it is.
        discards: Nothing of what the sink answers goes back but its status.
    """

    expression: Expression
    has_sink: bool = False
    reply: Expression | None = None
    discards: bool = False

    def take(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        run: Surrounded,
    ) -> Answer | Posted:
        """Transform what is in a request; give the answer, or what goes to the sink first.

        Args:
            method: In upper case.
            path: With its query.
            headers: Lower-case names.

        Raises:
            NoEndError: The expression comes to no end.
        """
        refused = _refused(method, path.partition("?")[0], headers, body)
        if refused is not None:
            return refused
        made = self._result(self.expression, _input(headers, body, run), run)
        if isinstance(made, Answer):
            return made
        if self.has_sink:
            return Posted(body=made[0].encode(), content_type=made[1])
        return _sent(200, *made)

    def answered(
        self, status: int, headers: Mapping[str, str], body: bytes, run: Surrounded
    ) -> Answer:
        """Answer with what the sink has answered.

        Args:
            status: Of the sink's answer; 0 where the connection failed.
            headers: Lower-case names.

        Raises:
            NoEndError: The expression of the reply comes to no end.
        """
        if not status or status in _FOLLOWED:
            return _failed("TypeError: fetch failed")
        if self.discards:
            return Answer(status)
        if self.reply is None:
            return Answer(status, body=body)
        if status in _WITHOUT_BODY:
            return _failed("TypeError: Cannot read properties of null")
        made = self._result(self.reply, _reply_input(headers, body, run), run)
        return made if isinstance(made, Answer) else _sent(status, *made)

    def _result(
        self, expression: Expression, value: object, run: Surrounded
    ) -> Answer | tuple[str, str]:
        """Give a result in JSON and its type, or the answer that it comes to."""
        try:
            given = as_json(value)
            text = expression.evaluate_text(given, run.now_ns // _NS_PER_MS, run.random)
        except JsonataError as error:
            return _failed("[object Object]", str(error))
        if text is None or text[0] not in "{[":
            return _no_object(text)
        result = json.loads(text)
        fields = mapping(result)
        type_ = fields.get("contenttype") or (
            _STRUCTURED if "specversion" in fields else _JSON
        )
        if not isinstance(type_, str) or not _MEDIA_TYPE.fullmatch(type_):
            return _failed("TypeError: invalid media type")
        return text, type_


# Source: the Fetch standard, "redirect status"; knative-kinds 1, With a sink.
_FOLLOWED = (301, 302, 303, 307, 308)
_WITHOUT_BODY = (204, 304)


def _refused(
    method: str, path: str, headers: Mapping[str, str], body: bytes
) -> Answer | None:
    """Answer for Express itself, before anything is transformed."""
    if len(body) > _MOST_BYTES:
        return _page(413, "Payload Too Large")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _JSON and body and not isinstance(_read(body), dict | list):
        return _page(400, "Bad Request")
    if method == "GET" and path in ("/healthz", "/readyz"):
        return _html(200, "OK")
    if path == "/" and method == "OPTIONS":
        return _html(200, "POST", allow="POST")
    if path != "/" or method != "POST":
        return _page(404, f"Cannot {method} {path}")
    return None


def _input(headers: Mapping[str, str], body: bytes, run: Surrounded) -> object:
    type_ = headers.get("content-type", "")
    data = _data(type_, body)
    if type_.startswith(_STRUCTURED) and isinstance(data, dict):
        return _event(data, run)
    if type_.startswith(_BATCH) or not headers.get("ce-id"):
        return data
    fields: dict[str, Any] = {
        name.removeprefix("ce-"): value.encode("utf-8", "surrogateescape").decode(
            "latin-1"
        )
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    if type_:
        fields["datacontenttype"] = type_
    return _event({**fields, "data": data}, run, keeps_empty=True)


def _data(type_: str, body: bytes) -> Any:
    """Read a body; an object where there is none, or none that says what it is."""
    if not type_ or not body:
        return {}
    text = body.decode(errors="replace")
    if type_.partition(";")[0].strip().lower() == _TEXT:
        return text
    read = _read(body)
    return text if read is _NOTHING else read


def _reply_input(headers: Mapping[str, str], body: bytes, run: Surrounded) -> object:
    """Give what the expression of a reply sees of the sink's answer.

    An event is one of which only the bytes were read.
    """
    type_ = headers.get("content-type", "")
    if type_.startswith(_STRUCTURED):
        return _event({str(n): byte for n, byte in enumerate(body)}, run)
    if not headers.get("ce-id"):
        read = _read(body) if "json" in type_ else _NOTHING
        return body.decode(errors="replace") if read is _NOTHING else read
    fields: dict[str, Any] = {
        name.removeprefix("ce-"): value
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    if type_:
        fields["datacontenttype"] = type_
    fields["data_base64"] = base64.b64encode(body).decode()
    if not body:
        fields["data"] = {"type": "Buffer", "data": []}
    return _event(fields, run, keeps_empty=True)


def _event(
    fields: Mapping[str, Any], run: Surrounded, *, keeps_empty: bool = False
) -> dict[str, Any]:
    """Give an event as the SDK for JavaScript has it, in its order.

    Where there are none, the run gives an id and a time; *keeps_empty*: data that JavaScript
    takes for false stays.
    """
    made = {"specversion": "1.0", **fields}
    if not made.get("id"):
        bits = run.random.getrandbits(128)
        made["id"] = str(uuid.UUID(int=bits, version=4))
    made["time"] = _time(made.get("time"), run)
    if not (keeps_empty or made.get("data") or made.get("data") in _OBJECTS):
        made.pop("data", None)
    indices = [name for name in made if name.isdecimal()]
    return {
        name: made[name] for name in _unique(indices, _ATTRIBUTES, made) if name in made
    }


_OBJECTS: tuple[object, ...] = ({}, [])


def _unique(*names: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(name for each in names for name in each)


def _time(value: object, run: Surrounded) -> str:
    """Spell a time as JavaScript does, in UTC and ms; now for what is none."""
    at_ns = epoch_ns(value) if isinstance(value, str) else None
    if at_ns is None:
        at_ns = run.now_ns
    seconds, ns = divmod(at_ns, 1_000_000_000)
    whole = instant_text(seconds * 1_000_000_000).removesuffix("Z")
    return f"{whole}.{ns // _NS_PER_MS:03}Z"


_NOTHING = object()


def _read(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _NOTHING


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _no_object(text: str | None) -> Answer:
    """Answer for a result in which no field can be looked for.

    The process dies of a text that cannot stand in a header: it is the reason.
    """
    value = "undefined" if text is None else text
    if value.startswith('"'):
        value = json.loads(value)
    if _NO_HEADER.search(value):
        return Answer(0, failure=Failure.CLOSED, detail=f"{_REASON}{value!r}")
    return _failed(f"{_REASON}{value}")


def _failed(reason: str, detail: str | None = None) -> Answer:
    return Answer(500, headers={"reason": reason}, detail=detail or reason)


def _sent(status: int, text: str, type_: str) -> Answer:
    type_ = f"{_CHARSET.sub('', type_)}; charset=utf-8"
    return Answer(status, headers={"content-type": type_}, body=text.encode())


def _page(status: int, text: str) -> Answer:
    return _html(status, _PAGE.format(text))


def _html(status: int, text: str, **headers: str) -> Answer:
    told = {"content-type": "text/html; charset=utf-8", **headers}
    return Answer(status, headers=told, body=text.encode())

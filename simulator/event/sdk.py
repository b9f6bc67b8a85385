"""From and to the `CloudEvent` of the Python SDK, the form in which users see events.

The SDK's event keeps and hands out mutable dicts, so what users get is made for
them, its attributes and data copied when first looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

import orjson
from cloudevents.core.v1.event import CloudEvent

from simulator.errors import EventError
from simulator.event.event import Event, data_of
from simulator.event.http import UnparsableEventError, put, read_json
from simulator.event.ids import reply_id
from simulator.event.rules import valid_event
from simulator.event.text import epoch_ns, is_json_like, normal_time

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CloudEvent",
    "EventView",
    "cloud_event",
    "event_of",
    "is_cloud_event",
    "new_event",
    "reply",
]

_MICROSECOND = 1_000
_JSON = "application/json"


class Whole(Protocol):
    """Whoever knows the attributes that the hops added, too."""

    @property
    def attributes(self) -> dict[str, str]:
        """All attributes; a new dict."""
        ...


class EventView(CloudEvent):
    """The SDK's event as users see it: with its getters, and with plain properties.

    Made over an `Event`, valid already, so nothing is checked again.
    """

    def __init__(
        self,
        attributes: dict[str, str],
        body: bytes | None,
        whole: Whole | None,
        *,
        valid: bool,
    ) -> None:
        self._wire = attributes
        # The attributes as they are now: once copied, their user may change them.
        self._now: Mapping[str, Any] = attributes
        self._body = body
        self._whole = whole
        self._valid = valid
        self._copied = False

    def _whole_wire(self) -> dict[str, str]:
        """Give all attributes as they travel; nobody changes them."""
        return self._wire if self._whole is None else self._whole.attributes

    def _copy(self) -> None:
        attributes: dict[str, Any] = dict(self._whole_wire())
        if "time" in attributes:
            attributes["time"] = _datetime(attributes["time"])
        self._now = self._attributes = attributes
        self._data = data_of(attributes.get("datacontenttype"), self._body)
        self._copied = True

    def _keeps_body(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether its user left the data alone: JSON is not re-spelled then."""
        content_type = self._wire.get("datacontenttype")
        if attributes.get("datacontenttype") != content_type:
            return False
        read = data_of(content_type, self._body)
        return _body(dict(attributes), read) == _body(dict(attributes), self._data)

    def get_id(self) -> str:
        """Give the attribute ``id``."""
        return str(self._now["id"])

    def get_source(self) -> str:
        """Give the attribute ``source``."""
        return str(self._now["source"])

    def get_type(self) -> str:
        """Give the attribute ``type``."""
        return str(self._now["type"])

    def get_specversion(self) -> str:
        """Give the attribute ``specversion``."""
        return str(self._now["specversion"])

    def get_datacontenttype(self) -> str | None:
        """Give the attribute ``datacontenttype``; None where there is none."""
        return self._now.get("datacontenttype")

    def get_dataschema(self) -> str | None:
        """Give the attribute ``dataschema``; None where there is none."""
        return self._now.get("dataschema")

    def get_subject(self) -> str | None:
        """Give the attribute ``subject``; None where there is none."""
        return self._now.get("subject")

    @property
    def id(self) -> str:
        """The attribute ``id``."""
        return self.get_id()

    @property
    def source(self) -> str:
        """The attribute ``source``."""
        return self.get_source()

    @property
    def type(self) -> str:
        """The attribute ``type``."""
        return self.get_type()

    @property
    def subject(self) -> str | None:
        """The attribute ``subject``; None where there is none."""
        return self.get_subject()

    @property
    def data(self) -> Any:
        """The data: JSON as values, other text as str, else bytes; None without."""
        return self.get_data()

    def get_time(self) -> datetime | None:
        """Give the attribute ``time``; None where there is none."""
        if not self._copied:
            self._copy()
        return super().get_time()

    def get_extension(self, extension_name: str) -> Any:
        """Give an attribute beside those of the specification."""
        if not self._copied:
            self._copy()
        return super().get_extension(extension_name)

    def get_data(self) -> dict[str, Any] | str | bytes | None:
        """Give the data as `data` does."""
        if not self._copied:
            self._copy()
        return super().get_data()

    def get_attributes(self) -> dict[str, Any]:
        """Give all attributes; the caller may change them."""
        if not self._copied:
            self._copy()
        return super().get_attributes()

    def __getstate__(self) -> dict[str, Any]:
        """Give what a copy needs: nothing of the run that it came from."""
        wire = self._whole_wire()
        state = {**vars(self), "_wire": wire, "_now": wire, "_whole": None}
        if self._copied:
            state["_now"] = state["_attributes"] = dict(self._attributes)
        return state

    def __repr__(self) -> str:
        return f"<CloudEvent {self._now.get('type')} id={self._now.get('id')}>"


def _datetime(text: str) -> datetime:
    nanoseconds = epoch_ns(text) or 0
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.replace(microsecond=rest // _MICROSECOND)


def cloud_event(
    attributes: dict[str, str],
    body: bytes | None,
    whole: Whole | None = None,
    *,
    valid: bool = False,
) -> EventView:
    """Give users the event with these attributes; theirs to change.

    Args:
        whole: Is asked for all attributes when somebody looks further than at id,
            source, type, subject, dataschema and datacontenttype.
        valid: It was found valid, so that who takes it back need not look again.
    """
    return EventView(attributes, body, whole, valid=valid)


def is_cloud_event(value: object) -> TypeGuard[CloudEvent]:
    # The SDK's class is a protocol, and asking for a subclass of one takes a microsecond.
    return type(value) is EventView or isinstance(value, CloudEvent)


def event_of(event: CloudEvent) -> Event:
    """Take a user's event as it is now; EventError where it is not valid, or no JSON."""
    if type(event) is EventView and not event._copied:
        whole = event._whole
        made = Event(event._wire if whole is None else whole.attributes, event._body)
        made.checked = event._valid
        return made
    attributes: dict[str, str] = {}
    _set_all(attributes, event.get_attributes())
    if type(event) is EventView and event._keeps_body(attributes):
        return Event(attributes, event._body)
    body = _body(attributes, event.get_data())
    return Event(attributes, body)


def _set_all(attributes: dict[str, str], given: Mapping[str, Any]) -> None:
    """Set attributes as a user writes them, None as absent; EventError for what is none."""
    for name, value in given.items():
        if value is None:
            continue
        attributes.pop(name.lower(), None)
        try:
            put(attributes, name, _text(name, value))
        except UnparsableEventError as error:
            raise EventError(f"no CloudEvent: {error}") from error


def _text(name: str, value: object) -> str:
    if type(value) is str:
        if not value.isascii():
            _utf8(name, value)
        return value
    if isinstance(value, datetime):
        moment = _moment(name, value)
        return normal_time(moment) or str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    raise _no_value(name, value)


def _moment(name: str, value: datetime) -> str:
    if value.tzinfo is None:
        raise EventError(f"{name}: {value} has no time zone")
    return value.isoformat()


def _utf8(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise EventError(
            f"{name}: a lone surrogate, {text[error.start]!r}, is no text in UTF-8"
        ) from error


def _no_value(name: str, value: object) -> EventError:
    return EventError(
        f"{name}: {value!r} is no attribute value (text, integer, boolean)"
    )


def _body(attributes: dict[str, str], data: object) -> bytes | None:
    if data is None:
        return None
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    content_type = attributes.get("datacontenttype")
    if isinstance(data, str) and content_type and not is_json_like(content_type):
        return _utf8("data", data)
    if content_type is None:
        attributes["datacontenttype"] = _JSON
    try:
        body = orjson.dumps(data)
    except TypeError as error:
        raise EventError(f"data cannot be written as JSON: {error}") from error
    if b"null" in body and _has_no_number(data):
        raise EventError("data cannot be written as JSON: NaN and infinity are none")
    return body


def _has_no_number(data: object) -> bool:
    """Tell whether there is a NaN or an infinity in data, which orjson writes as null.

    It writes members of enumerations and instances of dataclasses, too.
    """
    if isinstance(data, Enum):
        data = data.value
    if isinstance(data, float):
        return not isfinite(data)
    fields = getattr(type(data), "__dataclass_fields__", ())
    if fields:  # those with an underscore are not written
        data = [getattr(data, name, None) for name in fields if name[0] != "_"]
    elif isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, list | tuple):
        return False
    return any(map(_has_no_number, data))


def new_event(attributes: Mapping[str, Any], data: object = None) -> Event:
    """Make a valid event from attributes as a user writes them, data perhaps among them.

    Raises:
        EventError: It is none; the message names every fault.
    """
    given: dict[str, Any] = {}
    for name, value in attributes.items():
        # JSON has it, attributes do not.
        if isinstance(value, float) and name != "data":
            raise _no_value(name, value)
        if value is not None:
            is_time = isinstance(value, datetime) and name != "data"
            given[name] = _moment(name, value) if is_time else value
    try:
        event = read_json(given)
    except UnparsableEventError as error:
        _refuse_attributes(given)
        raise EventError(f"no CloudEvent: {error}") from error
    if data is not None:
        event = Event(event.attributes, _body(event.attributes, data))
    return valid_event(event)


def _refuse_attributes(given: Mapping[str, Any]) -> None:
    """Name the attribute that is no value of JSON; what writes JSON does not."""
    for name, value in given.items():
        if name == "data":
            continue
        if isinstance(value, str):
            _utf8(name, value)
        elif not isinstance(value, int | dict | list | tuple):
            raise _no_value(name, value)


def _attributes_of(event: CloudEvent | Event) -> Mapping[str, Any]:
    if isinstance(event, Event):
        return event.attributes
    if not is_cloud_event(event):
        raise EventError(f"reply: expected the event that is answered, found {event!r}")
    return event.get_attributes()


def reply(
    event: CloudEvent | Event, *, type: str, data: object = None, **attributes: Any
) -> EventView:
    """Make an event that answers *event*.

    Unless given, the source is the event's own, and the id is made from the
    event's id and the new type, so that a retry answers with the same event.
    Extensions are not carried over. Data other than text and bytes is JSON.
    """
    view = event if isinstance(event, EventView) else None
    of = view._wire if view is not None else _attributes_of(event)
    if not isinstance(type, str):
        raise EventError(f"reply: expected the type as text, found {type!r}")
    wire = {
        "specversion": "1.0",
        "id": reply_id(of["id"], type),
        "source": of["source"],
        "type": _text("type", type),
    }
    if attributes:
        _set_all(wire, attributes)
    body = None if data is None else _body(wire, data)
    blank = not type or type.isspace()
    if attributes or blank or view is None or not view._valid:
        valid_event(Event(wire, body))
    return EventView(wire, body, None, valid=True)

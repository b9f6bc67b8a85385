"""Arguments of the inputs of a run as JSON, and back: for its trace.

Text, numbers, lists and mappings stand for themselves; what JSON has no word for is a
mapping with one name that begins with ``$``.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from simulator.errors import UsageError, with_article
from simulator.event import Event
from simulator.topology import Topology


class NotToldError(Exception):
    """A trace cannot hold this; the message says what it is."""


def told_value(value: object) -> Any:
    """Give a value as JSON has it.

    Raises:
        NotToldError: It cannot, as of a function.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [told_value(each) for each in value]
    if isinstance(value, Mapping):
        if any(not isinstance(n, str) or n.startswith("$") for n in value):
            raise NotToldError("a mapping with names that are no text")
        return {name: told_value(each) for name, each in value.items()}
    return _tagged(value)


def _tagged(value: object) -> dict[str, Any]:
    """Give what JSON has no word for."""
    match value:
        case bytes():
            return {"$bytes": b64encode(value).decode()}
        case datetime():
            return {"$time": value.isoformat()}
        case timedelta():
            return {"$seconds": value.total_seconds()}
        case Topology():
            return {"$topology": [dict(each.manifest) for each in value.resources]}
        case Event():
            return {"$event": [value.attributes, _told_body(value.body)]}
    return _told_cloud_event(value)


def _told_body(body: bytes | None) -> Any:
    """Give a body as text where it is UTF-8."""
    try:
        return None if body is None else body.decode()
    except UnicodeDecodeError:
        return _tagged(body)


def _told_cloud_event(value: object) -> dict[str, Any]:
    from simulator.event.sdk import event_of, is_cloud_event  # the SDK

    if is_cloud_event(value):
        return {"$cloudevent": told_value(event_of(value))["$event"]}
    raise NotToldError(with_article(type(value).__name__))


def read_value(told: Any) -> Any:
    """Give the value of what `told_value` made.

    Raises:
        UsageError: It is none of that.
    """
    if isinstance(told, list):
        return [read_value(each) for each in told]
    if not isinstance(told, dict):
        return told
    name = next(iter(told), "")
    if not name.startswith("$"):
        return {name: read_value(each) for name, each in told.items()}
    try:
        return _READERS[name](told[name])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"expected a value of an input, found {told!r}") from error


def _event(told: Any) -> Event:
    attributes, body = told
    read = read_value(body)
    return Event(dict(attributes), read.encode() if isinstance(read, str) else read)


def _cloud_event(told: Any) -> object:
    from simulator.event.sdk import cloud_event  # the SDK

    event = _event(told)
    return cloud_event(event.attributes, event.body)


_READERS: dict[str, Callable[[Any], object]] = {
    "$bytes": b64decode,
    "$time": datetime.fromisoformat,
    "$seconds": lambda seconds: timedelta(seconds=seconds),
    "$event": _event,
    "$cloudevent": _cloud_event,
    "$topology": lambda manifests: Topology.of(*manifests),
}

"""A described event, made once but for what the event decides that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import Event, UnparsableEventError, faults, read_http, read_json
from simulator.event.ids import reply_id
from simulator.event.writing import binary_headers
from simulator.kernel.envelope import known_valid

if TYPE_CHECKING:
    from collections.abc import Mapping


class Template:
    """The events that one description makes for one service.

    All are like the first one, but for the id and the type where the description gives
    none. Where those are not plain text, and so may be refused or spelled otherwise,
    the event is made from the start.

    Args:
        members: The structured JSON form, perhaps without id, source and type.

    Attributes:
        travels_bare: Its events have no body, and whoever reads their headers reads
            what was written; known once there is one.
    """

    __slots__ = ("_first", "_makes_id", "_members", "_once", "_service", "_takes_type",
                 "_type", "travels_bare")  # fmt: skip

    def __init__(self, members: Mapping[str, Any], service: str) -> None:
        self._members = members
        self._service = service
        self._first: Event | None = None
        self._makes_id = "id" not in members
        self._takes_type = "type" not in members
        self._type = str(members.get("type") or "")
        # Not where what is filled in is not what the event gets: `ID`, or a blank type.
        others = [str(name).lower() for name in members if name not in ("id", "type")]
        self._once = not ("id" in others or "type" in others) and (
            self._takes_type or bool(self._type.strip())
        )
        self.travels_bare = False

    def event(self, answered: Event) -> Event:
        """Make the event that answers another; UnparsableEventError where it is none."""
        first = self._first
        if first is None:
            return self._make_first(answered)
        attributes = first.attributes.copy()
        if self._makes_id:
            id_ = reply_id(answered.id, self._type or answered.type)
            if not id_.isascii():
                return _completed(self._members, answered, self._service)
            attributes["id"] = id_.strip(" \t")
        if self._takes_type:
            if not _is_plain(answered.type):
                return _completed(self._members, answered, self._service)
            attributes["type"] = answered.type.strip(" \t")
        event = Event(attributes, first.body)
        event.checked = first.checked
        event.plain = first.plain
        return event

    def _make_first(self, answered: Event) -> Event:
        made = _completed(self._members, answered, self._service)
        if self._once and (_is_plain(answered.type) or not self._takes_type):
            if not faults(made):
                known_valid(made)
            self.travels_bare = made.body is None and _reads_alike(made)
            self._first = made
        return made


def _is_plain(type_: str) -> bool:
    return type_.isascii() and bool(type_.strip())


def _reads_alike(event: Event) -> bool:
    """Tell whether the receiver of an event without body reads what was written."""
    try:
        read = read_http(binary_headers(event.attributes), b"")
    except UnparsableEventError:
        return False
    return list(read.attributes.items()) == list(event.attributes.items())


def _completed(members: Mapping[str, Any], answered: Event, service: str) -> Event:
    type_ = str(members.get("type") or answered.type)
    filled = {
        "id": reply_id(answered.id, type_),
        "source": f"/{service}",
        "type": type_,
        **members,
    }
    if filled.get("data") is not None and "datacontenttype" not in filled:
        filled["datacontenttype"] = "application/json"
    return read_json(filled)

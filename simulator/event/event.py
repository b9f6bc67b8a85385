"""An event in the form in which every Knative hop hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event.text import is_json_like
from simulator.event.writing import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event:
    """Context attributes as text, and the body as bytes.

    Shared by all its deliveries and never changed: what a hop adds lives in the
    hop's envelope.

    Args:
        attributes: Lower-case name -> the text of the ``ce-`` header, with
            ``datacontenttype`` for the Content-Type. Not copied: hand it over.
        body: The data as it travels; None when there is none.

    Source: knative-runtime, "What each hop adds, removes, changes": events are
        delivered in binary mode whatever they came in; extensions become strings.
    """

    __slots__ = ("attributes", "body", "checked", "plain")

    def __init__(self, attributes: dict[str, str], body: bytes | None = None) -> None:
        self.attributes = attributes
        self.body = body
        # What the kernel found out about it, so that no later hop looks again: that it
        # is valid, and that nothing in it is the broker's own.
        self.checked = False
        self.plain = False

    @property
    def id(self) -> str:
        """The attribute ``id``; empty where there is none."""
        return self.attributes.get("id", "")

    @property
    def type(self) -> str:
        """The attribute ``type``; empty where there is none."""
        return self.attributes.get("type", "")

    @property
    def source(self) -> str:
        """The attribute ``source``; empty where there is none."""
        return self.attributes.get("source", "")

    @property
    def subject(self) -> str | None:
        """The attribute ``subject``; None where there is none."""
        return self.attributes.get("subject")

    @property
    def data(self) -> Any:
        """The data: JSON as values, other text as str, else bytes; None without."""
        return data_of(self.attributes.get("datacontenttype"), self.body)

    # -- as the Python SDK calls them

    def get_id(self) -> str:
        return self.id

    def get_source(self) -> str:
        return self.source

    def get_type(self) -> str:
        return self.type

    def get_subject(self) -> str | None:
        return self.subject

    def get_extension(self, extension_name: str) -> str | None:
        """Give any attribute as text; None where there is none."""
        return self.attributes.get(extension_name)

    def get_attributes(self) -> dict[str, str]:
        """Give all attributes as text; a new dict."""
        return dict(self.attributes)

    def get_data(self) -> Any:
        return self.data

    def with_attributes(self, more: Mapping[str, str]) -> Event:
        """Make an event with further attributes, or others in their place."""
        return Event({**self.attributes, **more}, self.body)

    def to_json(self) -> dict[str, Any]:
        """Give the structured JSON form as data; extensions stay text."""
        return write_json(self.attributes, self.body)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return (self.attributes, self.body) == (other.attributes, other.body)

    def __hash__(self) -> int:
        return hash((self.attributes.get("source"), self.attributes.get("id")))

    def __repr__(self) -> str:
        return f"Event(id={self.id!r}, source={self.source!r}, type={self.type!r})"


def data_of(content_type: str | None, body: bytes | None) -> Any:
    """Read a body: JSON as values, other text as str, else bytes; None without one."""
    import orjson  # costs 8 ms

    if body is None:
        return None
    if is_json_like(content_type):
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            if content_type:
                return body
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body

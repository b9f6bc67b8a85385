"""What makes an event valid for Knative's receivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import EventError
from simulator.event.text import is_absolute_uri, is_uri_reference, media_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event.event import Event


def faults(event: Event) -> tuple[str, ...]:
    """List what makes a parsed event invalid, nothing when it is valid.

    Source: knative-runtime, Ingress ("What counts as valid"); sdk-go
        EventContextV1.Validate.
    """
    attributes = event.attributes
    get = attributes.get
    id_, type_, source = get("id"), get("type"), get("source")
    # What nearly every event is; each part is a rule below, asked the cheap way.
    if (
        id_
        and type_
        and source
        and not (id_.isspace() or type_.isspace() or source.isspace())
        and is_uri_reference(source)
        and ("subject" not in attributes or attributes["subject"].strip())
        and "dataschema" not in attributes
        and (
            "datacontenttype" not in attributes
            or media_type(attributes["datacontenttype"]) is not None
        )
    ):
        return ()
    return _all_faults(attributes)


def _all_faults(attributes: Mapping[str, str]) -> tuple[str, ...]:
    found = [
        f"{name}: MUST be a non-empty string"
        for name in ("id", "source", "type")
        if not attributes.get(name, "").strip()
    ]
    source = attributes.get("source", "")
    if source and not is_uri_reference(source):
        found.append("source: MUST be a URI reference")
    content_type = attributes.get("datacontenttype")
    if content_type and media_type(content_type) is None:
        found.append("datacontenttype: is no media type")
    schema = attributes.get("dataschema")
    if schema and not is_absolute_uri(schema):
        found.append("dataschema: MUST be an absolute URI")
    if "subject" in attributes and not attributes["subject"].strip():
        found.append("subject: if present, MUST be a non-empty string")
    return tuple(found)


def valid_event(event: Event, *, where: str = "") -> Event:
    """Give the event back when it is valid; an EventError names every fault."""
    found = faults(event)
    if found:
        raise EventError("no valid CloudEvent: " + "; ".join(found), where=where)
    return event

"""How a filter reads an attribute: by its name, but for five names that are derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Reader: TypeAlias = Callable[[Mapping[str, str]], str]

ZERO_TIME = "0001-01-01T00:00:00Z"  # Go's zero time: how an absent `time` reads


def reader(name: str) -> Reader:
    """Give the function that reads this attribute of an event.

    It answers an empty string for an absent attribute: no dialect tells the two
    apart, since exact, prefix and suffix never want an empty value.

    Source: knative-resources 5.1, look-up names; knative-runtime, "Filters":
        dataschema also as schemaurl, datamediatype without parameters, an absent
        time as the zero time. sdk-go, v2/event/eventcontext_v1_reader.go: a 1.0
        event has no datacontentencoding, whatever extension has that name.
    """
    derived = _DERIVED.get(name)
    return derived[0] if derived else lambda attributes: attributes.get(name, "")


def is_derived(name: str) -> bool:
    """Whether reading it takes more than looking up its name."""
    return name in _DERIVED


def read_names(name: str) -> tuple[str, ...]:
    """List the attributes of the event that this name depends on."""
    derived = _DERIVED.get(name)
    return derived[1] if derived else (name,)


def actual(name: str, attributes: Mapping[str, str]) -> str | None:
    """Read the attribute as a filter does; None if there is nothing to read."""
    if is_derived(name):
        return reader(name)(attributes) or None
    return attributes.get(name)


def _time(attributes: Mapping[str, str]) -> str:
    return attributes.get("time") or ZERO_TIME


def _data_schema(attributes: Mapping[str, str]) -> str:
    name = "schemaurl" if attributes.get("specversion") == "0.3" else "dataschema"
    return attributes.get(name, "")


def _data_media_type(attributes: Mapping[str, str]) -> str:
    return attributes.get("datacontenttype", "").partition(";")[0]


def _data_content_encoding(attributes: Mapping[str, str]) -> str:
    if attributes.get("specversion") != "0.3":
        return ""
    return attributes.get("datacontentencoding", "")


_SCHEMA = (_data_schema, ("specversion", "dataschema", "schemaurl"))
_DERIVED: Mapping[str, tuple[Reader, tuple[str, ...]]] = {
    "time": (_time, ("time",)),
    "dataschema": _SCHEMA,
    "schemaurl": _SCHEMA,
    "datamediatype": (_data_media_type, ("datacontenttype",)),
    "datacontentencoding": (
        _data_content_encoding,
        ("specversion", "datacontentencoding"),
    ),
}

"""How a filter reads an attribute, and what is remembered of those that it read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    derived = _DERIVED.get(name)
    return derived[1] if derived else (name,)


def actual(name: str, attributes: Mapping[str, str]) -> str | None:
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

MOST = 4_096
"""Entries of a memory: more than a topology has types, and a few hundred kilobytes."""

K = TypeVar("K")
V = TypeVar("V")


class Finder(Protocol):
    def find(self, attributes: Mapping[str, str]) -> Sequence[int]:
        """Give them in any order, ``~number`` for a filter that panics on the event."""


def remember(memory: dict[K, V], key: K, value: V, most: int = MOST) -> V:
    """Write an entry into a memory, which is emptied before when it is full; give the value.

    Where every key is new, that is as cheap as forgetting can be: 4,096 at one go, no
    entry is ever moved or counted. Two threads may do it at once: each step leaves the
    memory valid, and all it can lose is entries.
    """
    if len(memory) >= most:
        memory.clear()
    memory[key] = value
    return value


class Memory:
    """A finder that asks another one only for what it does not know yet.

    The attributes *reads* alone decide what the other finds.
    """

    __slots__ = ("_finder", "_known", "_most", "_reads")

    def __init__(
        self, reads: tuple[str, ...], finder: Finder, most: int = MOST
    ) -> None:
        self._reads = reads
        self._finder = finder
        self._most = most
        self._known: dict[tuple[str | None, ...], tuple[int, ...]] = {}

    def find(self, attributes: Mapping[str, str]) -> tuple[int, ...]:
        """Give what the other finds: the same object for equal values, as long as known."""
        values = tuple(map(attributes.get, self._reads))
        found = self._known.get(values)
        if found is None:
            asked = tuple(self._finder.find(attributes))
            found = remember(self._known, values, asked, self._most)
        return found

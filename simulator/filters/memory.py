"""What was found for an event before is known for all that look the same to a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 4_096
"""Entries of a memory: more than a topology has types, and a few hundred kilobytes."""

K = TypeVar("K")
V = TypeVar("V")


class Finder(Protocol):
    """What tells the numbers of the filters that take an event."""

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

    Args:
        reads: The attributes that alone decide what the other finds.
        finder: The other.
        most: The entries that are kept.
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

"""Items, each something that a topology may do and somebody has written, and those covered."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.errors import Position


class Fact(Enum):
    """What may happen at a place; the value is how it is told."""

    MATCHED = "matched"
    PASSED_OVER = "not matched"
    TRUE = "true"
    FALSE = "false"
    CALLED = "called"
    REPLIED = "replied"
    HELD_BACK = "not replied"
    """A filter of a Parallel that lets an event not pass."""
    RETRIED = "retried"
    RECOVERED = "success after retry"
    EXHAUSTED = "retries exhausted"
    TIMED_OUT = "timed out"
    DEAD_LETTERED = "dead-lettered"
    USED = "used"


class Item(Value):
    """Something that can be covered.

    Args:
        node: What it is of: ``trigger/ship``, ``broker/default``, ``service/pricing``.
        path: The field that it stands in: ``spec.filters[0].exact.type``.
        position: Where the field is written, or its nearest parent that is.
    """

    node: str
    path: str
    fact: Fact
    position: Position

    @property
    def name(self) -> str:
        """What tells it from all others, in whatever run: file, node, field and fact."""
        return f"{self.position.file}: {self.told}"

    @property
    def told(self) -> str:
        """Say it without its place: ``trigger/ship filters[0].exact.type: false``."""
        return f"{self.node} {self.path.removeprefix('spec.')}: {self.fact.value}"


class Coverage(Value):
    """Items, each once and sorted by place, and the names of those that runs have covered."""

    items: tuple[Item, ...] = ()
    covered: frozenset[str] = frozenset()

    @classmethod
    def of(cls, items: Iterable[Item], covered: frozenset[str]) -> Coverage:
        """Take items in any order; names of what is no item do not count."""
        named: dict[str, Item] = {}
        for item in items:
            there = named.setdefault(item.name, item)
            if item.position < there.position:
                named[item.name] = item
        ordered = sorted(named.values(), key=lambda item: (item.position, item.name))
        return cls(items=tuple(ordered), covered=covered & named.keys())

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage.of((*self.items, *other.items), self.covered | other.covered)

    @property
    def missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.name not in self.covered)

    @property
    def percent(self) -> float:
        """Tell how much is covered, 100 where there is nothing to cover."""
        return 100 * len(self.covered) / len(self.items) if self.items else 100.0

    def by_file(self) -> dict[str, Coverage]:
        files: dict[str, list[Item]] = {}
        for item in self.items:
            files.setdefault(item.position.file, []).append(item)
        return {file: Coverage.of(each, self.covered) for file, each in files.items()}

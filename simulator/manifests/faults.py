"""A fault in a text is its position and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from simulator.resource import Position


class Fault(Value):
    """What is wrong, and where."""

    position: Position
    reason: str

    def __str__(self) -> str:
        """Give the line that `TopologyError` shows."""
        return f"{self.position}: {self.reason}"


def by_position(faults: list[Fault]) -> list[Fault]:
    """Bring the faults of one text into document order."""
    return sorted(faults, key=lambda f: (f.position.line, f.position.column))


def called(value: object) -> str:
    """Name the type of a value in the words of YAML, with its article."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a number"

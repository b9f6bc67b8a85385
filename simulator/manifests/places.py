"""Where in a short form a value stands, and what is wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.manifests.called import called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.manifests.origin import Step
    from simulator.manifests.plain import Plain, PlainMapping


class Place:
    """A field of a short form; the places of one document share their faults."""

    __slots__ = ("faults", "steps")

    def __init__(
        self,
        steps: tuple[Step, ...] = (),
        faults: list[tuple[tuple[Step, ...], str]] | None = None,
    ) -> None:
        self.steps = steps
        self.faults = [] if faults is None else faults

    def into(self, *steps: Step) -> Place:
        """Give the place of a field below."""
        return Place((*self.steps, *steps), self.faults)

    def fault(self, reason: str) -> None:
        """Note that something is wrong here."""
        self.faults.append((self.steps, reason))

    def expect(self, what: str, found: Plain) -> None:
        """Note that a value has the wrong type."""
        self.fault(f"must be {what}, not {called(found)}")

    def unknown(self, what: str, key: str, valid: Sequence[str]) -> None:
        """Note that a key is none of the valid ones."""
        hint = nearest(key, valid) or f" (there are: {', '.join(valid)})"
        self.into(key).fault(f"unknown {what} {key!r}{hint}")

    def mapping(self, value: Plain) -> PlainMapping:
        """Give a mapping; nothing written is an empty one, all else a fault."""
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.expect("a mapping", value)
        return {}

"""All kinds of case, and how often each is tried."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz import expressions, manifests, programs, reloads, traces, words
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trying import LONGEST_S, Fault, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(NamedTuple):
    """A kind of case.

    Args:
        share: Of a hundred cases.
        files: What each part of one is called.
        make: Makes one.
        attempt: Tries one.
    """

    share: int
    files: tuple[str, ...]
    make: Callable[[Random], tuple[str, ...]]
    attempt: Callable[[tuple[str, ...]], None]


KINDS = {
    "manifests": Kind(60, manifests.FILES, manifests.make, manifests.attempt),
    "words": Kind(10, words.FILES, words.make, words.attempt),
    "traces": Kind(8, traces.FILES, traces.make, traces.attempt),
    "expressions": Kind(10, expressions.FILES, expressions.make, expressions.attempt),
    "reloads": Kind(6, reloads.FILES, reloads.make, reloads.attempt),
    "programs": Kind(6, programs.FILES, programs.make, programs.attempt),
}
# What does not end is cut off after 1.5 s, and perhaps once for each part of a case.
_BOUNDED, _BOUNDED_S = "jsonata", 1.5
_TURNS = [name for name, kind in KINDS.items() for _ in range(kind.share)]


class Case(NamedTuple):
    """One case: of a kind, with its parts."""

    kind: str
    parts: tuple[str, ...]

    def fault(self) -> Fault | None:
        """Try it."""
        kind = KINDS[self.kind]
        longest_s = LONGEST_S
        if any(_BOUNDED in part for part in self.parts):
            longest_s += _BOUNDED_S * len(self.parts)
        return fault_of(lambda: kind.attempt(self.parts), longest_s)

    def shrunk(self, sort: str) -> Case:
        """Make it as small as still has a fault of this sort."""

        def fails(parts: tuple[str, ...]) -> bool:
            fault = self._replace(parts=parts).fault()
            return fault is not None and fault.sort == sort

        return self._replace(parts=shrunk(self.parts, fails))


def case_of(seed: int, number: int, only: str | None = None) -> Case:
    """Make a case; the same for the same seed and number."""
    random = Random(f"{seed}/{number}")
    name = only or random.choice(_TURNS)
    return Case(name, KINDS[name].make(random))

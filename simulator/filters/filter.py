"""A compiled filter: two functions of an event, and what an index may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.filters.needs import NOTHING, Needs
from simulator.filters.verdict import Judge, no_filter
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.filters.explanation import Explanation

Explain: TypeAlias = "Callable[[Mapping[str, str]], Explanation]"


class Filter(Value):
    """A filter, ready to judge events by their attributes in binary HTTP form.

    Attributes:
        verdict: Judges an event; stops as early as Knative does.
        explain: Judges it again, every part of it, and says why.
        reads: The attributes that the verdict depends on, in order of first use.
        needs: Conditions without which the verdict is `FAIL`; a broker looks
            candidates up by them. Necessary, not sufficient; may be none.
        may_panic: Whether some event could make it panic.
        dropped: Knative skips it: it takes no part in the list that it stands in.
        always: Every event passes, though attributes are read.
        doubts: What of it can never be, or never be right, whatever the event is; each a
            clause in words.
    """

    verdict: Judge = no_filter
    explain: Explain
    reads: tuple[str, ...] = ()
    needs: Needs = NOTHING
    may_panic: bool = False
    dropped: bool = False
    always: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def required(self) -> Mapping[str, str]:
        """Attribute -> value without which the verdict is `FAIL`."""
        return self.needs.required

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Attribute -> beginning of its value without which the verdict is `FAIL`."""
        return self.needs.prefixes


def names_in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of each name."""
    return tuple(dict.fromkeys(names))

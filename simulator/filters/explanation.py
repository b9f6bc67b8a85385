"""Why a filter let an event through or not, part by part, as data and as a text.

A run makes filters and seldom asks them why, so what finds the nearest miss and writes
texts is imported for an answer: it costs a cold start 1 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.verdict import Part, Verdict

if TYPE_CHECKING:
    from simulator.filters.rendering import Json
    from simulator.filters.verdict import Change


class Explanation(Part):
    """A filter's verdict on one event, with those of all its parts.

    Every part is judged, also those that Knative does not come to any more once
    the verdict is clear; `verdict` is what Knative decides.
    """

    @property
    def nearest_miss(self) -> tuple[Change, ...]:
        """The fewest changes to the event that would let it through.

        Empty if it goes through, if it panics, or if no event could.
        """
        from simulator.filters.nearest import nearest_miss

        return nearest_miss(self)

    @property
    def distance(self) -> int:
        """How many conditions must turn out otherwise for the event to go through.

        0 if it goes through already or panics; one more than there are conditions
        if no event could. Triggers sorted by it stand nearest first.
        """
        from simulator.filters.nearest import distance

        return distance(self)

    def lines(self, *, ascii_only: bool = False) -> list[str]:
        """Write a line a part, indented; *ascii_only* with the marks ``+ x - !``."""
        from simulator.filters.rendering import part_rows

        return [row.line(ascii_only=ascii_only) for row in part_rows(self)]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> dict[str, Json]:
        from simulator.filters.rendering import part_json

        data = part_json(self)
        if self.verdict is Verdict.FAIL:
            data["distance"] = self.distance
            data["nearestMiss"] = [change.to_json() for change in self.nearest_miss]
        return data

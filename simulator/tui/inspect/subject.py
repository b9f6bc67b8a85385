"""The record that the inspector is about, with its lineage up to the playhead."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from simulator.story.hops import Family, Hop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.inspect.story import Backdrop, Story

# Records of one lineage that are looked at: a runaway loop has millions.
MOST = 6_000


class Subject:
    """One record, and what it belongs to.

    Args:
        backdrop: The topology.
        story: The records.
        serial: Of the record.
        shown: How many records have happened at the playhead; None for all.

    Attributes:
        record: It.
        family: The hops of its lineage.
        hop: The one that it belongs to.
        bearer: The one in which its event's story begins.
        left_out: Records of the lineage that are not looked at, because there are
            too many.

    Raises:
        IndexError: There is no record of this serial any more.
    """

    __slots__ = (
        "backdrop", "bearer", "family", "hop", "left_out", "record", "serial", "story",
    )  # fmt: skip

    def __init__(
        self, backdrop: Backdrop, story: Story, serial: int, shown: int | None = None
    ) -> None:
        self.backdrop = backdrop
        self.story = story
        self.serial = serial
        self.record = story.record(serial)
        serials = story.lineage(serial)
        if shown is not None:
            # The selected record is shown, wherever the playhead stands.
            serials = serials[: bisect_left(serials, max(shown, serial + 1))]
        looked_at = self._looked_at(serials)
        self.left_out = len(serials) - len(looked_at)
        self.family = Family(map(story.record, looked_at))
        self.hop = self.family.of[serial]
        self.bearer = self.family.bearer(self.hop)

    def _looked_at(self, serials: Sequence[int]) -> Sequence[int]:
        """Give all, or the ancestors of the record and those around it."""
        if len(serials) <= MOST:
            return serials
        at = bisect_left(serials, self.serial)
        near = serials[max(0, at - MOST // 2) : at + MOST // 2]
        ancestors: list[int] = []
        cause = self.record.cause
        # Those before the first of the lineage are no longer kept.
        while cause is not None and cause >= serials[0] and len(ancestors) < MOST:
            ancestors.append(cause)
            cause = self.story.record(cause).cause
        return sorted({*near, *ancestors})

    @property
    def parent(self) -> Hop | None:
        """The hop that this record's event answers; None for what was sent."""
        return self.bearer.parent

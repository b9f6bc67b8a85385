"""How large a box is drawn: a row, a frame or a card."""

from __future__ import annotations

from typing import NamedTuple


class Mode(NamedTuple):
    """One size of boxes.

    Args:
        name: As in `Drawing.mode`.
        rows: The height of a box.
        gap: Empty rows between two boxes.
        padding: Columns that a box needs beside its name.
        least: The fewest letters that a name may be cut to.
        beside: Columns that a note needs beside its letters.
    """

    name: str
    rows: int
    gap: int
    padding: int
    least: int
    beside: int

    @property
    def rise(self) -> int:
        """Rows of a box above the row of its name."""
        return 1 if self.rows > 1 else 0

    @property
    def headed(self) -> bool:
        """Whether the columns need headings: frames say themselves what they are."""
        return self.rows == 1


CARDS = Mode("cards", 4, 0, 7, 12, 4)
BOXES = Mode("boxes", 3, 0, 6, 10, 12)
AIRY = Mode("rows+", 1, 1, 8, 8, 2)
ROWS = Mode("rows", 1, 0, 8, 7, 2)
MODES = {mode.name: mode for mode in (CARDS, BOXES, AIRY, ROWS)}

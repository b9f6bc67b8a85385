"""Where a run could have gone on otherwise."""

from __future__ import annotations

from typing import NamedTuple

from simulator.kernel.chooser import LATER, ORDER

Choices = tuple[tuple[str, int], ...]
"""Points with what is chosen there, in the order in which a run comes to them."""


class Point(NamedTuple):
    """Where a run could have gone on otherwise.

    Args:
        name: Of the point.
        default: What the seed says.
        of: How many there are to choose from.
        serial: Of the next record.
        about: See `Chooser.about`.
    """

    name: str
    default: int
    of: int
    serial: int
    about: int


def is_order(name: str) -> bool:
    """Tell whether a point is about turns."""
    return name.startswith((ORDER, LATER))

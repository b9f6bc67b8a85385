"""What moves and counts on the screen at one position of a trace view."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dot(NamedTuple):
    """Something on its way.

    Args:
        lines: The lines of the diagram that it takes, one after the other.
        fraction: How far along all of them it is, from 0 to 1.
        outcome: ``ok``, ``retry``, ``dead``, ``reply`` or ``nomatch``.
    """

    lines: tuple[int, ...]
    fraction: float
    outcome: str


class Glow(NamedTuple):
    """What has just arrived: *level* fades from 1 to 0."""

    level: float
    outcome: str


class Badge(NamedTuple):
    """Trouble of a node, shown instead of its count.

    Args:
        kind: ``retry``, ``wait`` (approvals), ``fault``, ``break`` or ``queue``.
        text: Without the glyph: ``3``, ``503``.
    """

    kind: str
    text: str


class Totals(NamedTuple):
    events: int = 0
    in_flight: int = 0
    retries: int = 0
    dead: int = 0
    lost: int = 0
    approvals: int = 0


class Frame(NamedTuple):
    """A pure function of a view and a position.

    Args:
        position: Seconds on the view's time line.
        now_ns: The virtual clock, ns since the start.
        shown: How many records have happened: those with a smaller serial.
        dots: At most three a line, the rare ones (retries, dead letters) always.
        busy: Line -> travellers a second, where there are too many for dots.
        glows: Line -> what has just gone along it.
        flashes: Node -> what has just arrived there.
        counts: Node -> how many events have arrived there (left there, for sources).
        badges: Node -> its trouble.
        rates: Node -> arrivals in each of the last eight slots, oldest first.
        totals: Of the whole run so far.
    """

    position: float
    now_ns: int
    shown: int
    dots: tuple[Dot, ...]
    busy: Mapping[int, float]
    glows: Mapping[int, Glow]
    flashes: Mapping[str, Glow]
    counts: Mapping[str, int]
    badges: Mapping[str, Badge]
    rates: Mapping[str, tuple[int, ...]]
    totals: Totals

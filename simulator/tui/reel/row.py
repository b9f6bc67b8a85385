"""One row of the event list, as plain values."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One record as the list shows it.

    Args:
        serial: Of the record.
        at_ns: When, ns since the start.
        outcome: ``ok``, ``retry``, ``dead``, ``reply``, ``nomatch``, ``wait`` or
            ``fault``: its colour.
        word: ``delivered``, ``retry``, ``replied``, ``dead-letter`` …: what happened; a
            key of `Glyphs.outcomes`.
        type: Of the event, whole.
        subject: Of the event; may be empty.
        start: The short name of where it comes from.
        end: The short name of where it goes.
        note: ``200 · 656 ms``, ``503, attempt 2 in 1s``; may be empty.
        trace: The serial of the first record of its lineage: rows of one lineage have
            one colour.
        loud: Whether the word is written bold.
    """

    serial: int
    at_ns: int
    outcome: str
    word: str
    type: str
    subject: str
    start: str
    end: str
    note: str
    trace: int
    loud: bool = False

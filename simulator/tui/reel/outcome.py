"""How it went with what a record set on its way, as a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.reel.sorts import Sort

if TYPE_CHECKING:
    from simulator.tui.reel.columns import Columns

_PLAIN = {
    Sort.REPLY: "reply",
    Sort.REPLY_AGAIN: "reply",
    Sort.DEAD: "dead",
    Sort.DEAD_AGAIN: "dead",
    Sort.PANICKED: "dead",
    Sort.PANICKED_AGAIN: "dead",
    Sort.UNMATCHED: "nomatch",
}
_ANSWERED = {Sort.RETRIED: "retry", Sort.FAILED: "dead", Sort.CUT: "dead"}


def outcome_of(columns: Columns, serial: int) -> str:
    """Give ``ok``, ``retry``, ``dead``, ``reply`` or ``nomatch`` for what travels.

    The answer to a request is known as soon as it is recorded, though it is shown
    later: a dot has the colour of its end from the beginning.
    """
    sort = Sort(columns.sort[serial])
    answer = columns.follow[serial]
    if answer and sort is not Sort.SENT:
        answered = _ANSWERED.get(Sort(columns.sort[answer]))
        if answered is not None:
            return answered
    return _PLAIN.get(sort, "ok")

"""How it went with what a record set on its way, as a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.story.meaning import Sense

if TYPE_CHECKING:
    from simulator.tui.reel.columns import Columns

_PLAIN = {
    Sense.REPLY: "reply",
    Sense.REPLY_AGAIN: "reply",
    Sense.DEAD: "dead",
    Sense.DEAD_AGAIN: "dead",
    Sense.PANICKED: "dead",
    Sense.PANICKED_AGAIN: "dead",
    Sense.UNMATCHED: "nomatch",
}
_ANSWERED = {Sense.RETRIED: "retry", Sense.FAILED: "dead", Sense.CUT: "dead"}


def outcome_of(columns: Columns, serial: int) -> str:
    """Give ``ok``, ``retry``, ``dead``, ``reply`` or ``nomatch`` for what travels.

    The answer to a request is known as soon as it is recorded, though it is shown
    later: a dot has the colour of its end from the beginning.
    """
    sense = Sense(columns.sense[serial])
    answer = columns.follow[serial]
    if answer and sense is not Sense.SENT:
        answered = _ANSWERED.get(Sense(columns.sense[answer]))
        if answered is not None:
            return answered
    return _PLAIN.get(sense, "ok")

"""The keys of the filter language, each with what it looks at.

A new key is a new entry of this table.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from simulator.story.meaning import TROUBLE, Sense

if TYPE_CHECKING:
    from collections.abc import Mapping


class Looks(Enum):
    """What a word of a filter looks at."""

    NODES = "nodes"
    SORT = "sort"
    NUMBER = "number of the shape"
    TIME = "instant or duration"
    ATTRIBUTE = "attribute"
    DATA = "data"
    TRACE = "lineage"


class Key(NamedTuple):
    """One key.

    Args:
        looks: What it looks at.
        example: For the help.
        meaning: For the help.
    """

    looks: Looks
    example: str
    meaning: str


KEYS: Mapping[str, Key] = {
    "type": Key(Looks.ATTRIBUTE, "type:artifact*", "the type, or its end after a dot"),
    "from": Key(Looks.NODES, "from:on-*", "where it comes from"),
    "to": Key(Looks.NODES, "to:builder", "where it goes"),
    "node": Key(Looks.NODES, "node:default", "either end"),
    "is": Key(Looks.SORT, "is:retry|dead", "what happened"),
    "kind": Key(Looks.SORT, "kind:responded", "the word of the trace"),
    "trace": Key(Looks.TRACE, "trace:329", "the lineage of a record or an event"),
    "id": Key(Looks.ATTRIBUTE, "id:616c*", "the id"),
    "subject": Key(Looks.ATTRIBUTE, "subject:parcel", "the subject"),
    "source": Key(Looks.ATTRIBUTE, "source:*/shop", "the source"),
    "ext.": Key(Looks.ATTRIBUTE, "ext.env=prod", "an extension attribute"),
    "data.": Key(Looks.DATA, "data.total>40", "a field of JSON data; data.size: bytes"),
    "ms": Key(Looks.TIME, "ms>500", "how long an answer took"),
    "t": Key(Looks.TIME, "t>1:00", "when, since the start"),
    "status": Key(Looks.NUMBER, "status>=500", "the HTTP status"),
    "attempt": Key(Looks.NUMBER, "attempt>1", "which attempt"),
}
PREFIXES = ("ext.", "data.")

IS: Mapping[str, frozenset[Sense]] = {
    "sent": frozenset({Sense.SENT}),
    "delivered": frozenset({Sense.DELIVERED, Sense.ACKNOWLEDGED}),
    "failed": frozenset(
        {Sense.FAILED, Sense.RETRIED, Sense.PANICKED, Sense.PANICKED_AGAIN}
    ),
    "retry": frozenset({Sense.RETRY}),
    "reply": frozenset({Sense.REPLY}),
    "dropped": frozenset({Sense.DROPPED, Sense.DISCARDED}),
    "dead": frozenset({Sense.DEAD}),
    "lost": frozenset({Sense.LOST, Sense.STUCK, Sense.CUT, Sense.CUT_WAIT}),
    "refused": frozenset({Sense.REFUSED, Sense.EXPIRED}),
    "expired": frozenset({Sense.EXPIRED}),
    "nomatch": frozenset({Sense.UNMATCHED}),
    "wait": frozenset({Sense.WAITING, Sense.QUEUED}),
    "approved": frozenset({Sense.APPROVED}),
    "rejected": frozenset({Sense.REJECTED, Sense.WITHDRAWN}),
    "held": frozenset({Sense.HELD, Sense.RELEASED, Sense.DISCARDED}),
    "fault": frozenset({Sense.FAULT_SET, Sense.FAULT_LIFTED, Sense.FAULT_HIT}),
    "trouble": TROUBLE,
    "never": frozenset(),
}
NEVER = "is:never"
"""No record: in graph and tables, what nothing has come to yet."""

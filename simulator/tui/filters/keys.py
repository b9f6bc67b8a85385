"""The keys of the filter language, each with what it looks at.

A new key is a new entry of this table.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.reel.sorts import TROUBLE, Sort

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

IS: Mapping[str, frozenset[Sort]] = {
    "sent": frozenset({Sort.SENT}),
    "delivered": frozenset({Sort.DELIVERED, Sort.ACKNOWLEDGED}),
    "failed": frozenset(
        {Sort.FAILED, Sort.RETRIED, Sort.PANICKED, Sort.PANICKED_AGAIN}
    ),
    "retry": frozenset({Sort.RETRY}),
    "reply": frozenset({Sort.REPLY}),
    "dropped": frozenset({Sort.DROPPED, Sort.DISCARDED}),
    "dead": frozenset({Sort.DEAD}),
    "lost": frozenset({Sort.LOST, Sort.CUT, Sort.CUT_WAIT}),
    "refused": frozenset({Sort.REFUSED, Sort.EXPIRED}),
    "expired": frozenset({Sort.EXPIRED}),
    "nomatch": frozenset({Sort.UNMATCHED}),
    "wait": frozenset({Sort.WAITING}),
    "approved": frozenset({Sort.APPROVED}),
    "rejected": frozenset({Sort.REJECTED, Sort.WITHDRAWN}),
    "held": frozenset({Sort.HELD, Sort.RELEASED, Sort.DISCARDED}),
    "fault": frozenset({Sort.FAULT_SET, Sort.FAULT_LIFTED, Sort.FAULT_HIT}),
    "trouble": TROUBLE,
}

"""What reads a topic of Kafka and makes events of its records.

Source: see `simulator.event.kafka`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.event import Event
from simulator.event.kafka import (
    CONTENT_TYPE,
    OFFSET,
    PARTITION,
    PARTITION_KEY,
    TYPE,
    Record,
    key_text,
)
from simulator.event.text import instant_text
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = "kafkaheader"
_NS_PER_MS = 1_000_000


class Consumer(Value):
    """What makes events of the records of a topic.

    Args:
        key_type: As what keys are read; see `KEY_TYPES`.
        overrides: Attributes that each event is given, over its own.
    """

    source: str
    key_type: str = ""
    overrides: Mapping[str, str] = made(default_factory=dict)

    def read(self, written: Event, stored: Event, now_ns: int) -> Event:
        """Make an event of what was written to a topic.

        Args:
            stored: The same, which knows its partition and offset.
            now_ns: When it was written, nanoseconds since 1970.
        """
        if not isinstance(written, Record) or written.is_event:
            return stored.with_attributes(self.overrides) if self.overrides else stored
        partition = stored.attributes[PARTITION]
        offset = stored.attributes[OFFSET]
        time_ns = now_ns if written.time_ns is None else written.time_ns
        attributes = {
            "specversion": "1.0",
            "id": f"partition:{partition}/offset:{offset}",
            "source": self.source,
            "type": TYPE,
            "subject": f"partition:{partition}#{offset}",
            "time": instant_text(time_ns // _NS_PER_MS * _NS_PER_MS),
        }
        key = key_text(written.key or b"", self.key_type)
        if key is not None:
            attributes |= {PARTITION_KEY: key, "key": key}
        for name, text in written.headers.items():
            if name.lower() == CONTENT_TYPE:
                attributes["datacontenttype"] = text.lower()
            else:
                attributes[_HEADER + _only_allowed(name)] = text
        attributes |= {PARTITION: partition, OFFSET: offset, **self.overrides}
        return Event(attributes, written.body)


def _only_allowed(name: str) -> str:
    """Leave of the name of a header what may be in the name of an attribute."""
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum())

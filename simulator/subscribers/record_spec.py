"""A record of Kafka that a generator writes, as data."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from simulator.event.kafka import Record
from simulator.event.text import epoch_ns
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields, Table

RECORD: Table = {
    "key": ("key", "text, a whole number in 4 bytes, or one with a point in 8"),
    "keyBase64": ("text", "the bytes of the key"),
    "value": ("any", "text as it stands, anything else as JSON"),
    "valueBase64": ("text", "the bytes of the value"),
    "headers": ("map of scalar", "name -> value"),
    "topic": ("text", "that it is written to"),
    "partition": ("whole", "its number"),
    "timestamp": ("text", "RFC 3339"),
}
_INT32 = range(-(2**31), 2**31)
_MOST_PARTITIONS = 100_000


class RecordSpec(Value):
    """A record.

    Args:
        key: None for none.
        value: None for none.
        topic: That it is written to; empty for the first that there is.
        partition: Empty leaves it to the key.
        time_ns: That its producer says, nanoseconds since 1970; None for when it is
            written.
    """

    key: bytes | None = None
    value: bytes | None = None
    headers: Mapping[str, str] = made(default_factory=dict)
    topic: str = ""
    partition: int | None = None
    time_ns: int | None = None

    def written(self, name: str, sender: str) -> Record:
        return Record(
            name,
            sender,
            key=self.key,
            value=self.value,
            headers=self.headers,
            partition=self.partition,
            time_ns=self.time_ns,
        )


def parse_record(fields: Fields) -> RecordSpec:
    fields.only(RECORD)
    for name in ("key", "value"):
        if name in fields and f"{name}Base64" in fields:
            fields.fault(f"{name}Base64", f"{name} says what it is already")
    partition = fields.number("partition", 0, _MOST_PARTITIONS, -1)
    timestamp = fields.text("timestamp")
    time_ns = epoch_ns(timestamp) if timestamp else None
    if timestamp and time_ns is None:
        fields.fault(
            "timestamp", "expected a time of RFC 3339 such as 2026-01-01T00:00:00Z"
        )
    return RecordSpec(
        key=fields.base64("keyBase64") or _key(fields),
        value=fields.base64("valueBase64") or _value(fields.get("value")),
        headers=fields.texts_by_name("headers", folded=False),
        topic=fields.text("topic"),
        partition=None if partition < 0 else partition,
        time_ns=time_ns,
    )


def _key(fields: Fields) -> bytes | None:
    """Read a key as the serializers of Kafka's clients write it."""
    key = fields.get("key")
    match key:
        case None:
            return None
        case str():
            return key.encode()
        case bool():
            pass
        case int() if key in _INT32:
            return struct.pack(">i", key)
        case float():
            return struct.pack(">d", key)
    fields.fault(
        "key",
        f"expected text, a whole number of 32 bits or a number with a point, found {key!r}",
    )
    return None


def _value(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

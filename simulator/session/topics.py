"""What topics of Kafka hold in a run, and how far they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event.kafka import (
    OFFSET,
    PARTITION,
    PARTITION_KEY,
    Record,
    committed,
    record_headers,
)
from simulator.event.text import is_envelope
from simulator.event.writing import write_structured
from simulator.profiles.profile import Stamp
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.event import Event
    from simulator.kernel import Kernel
    from simulator.wiring import Hub

_FORMS = {True: "structured", False: "binary"}  # whether an event is structured


class TopicRecord(Value):
    """A record as it lies in a topic.

    Args:
        form: ``binary`` or ``structured``, of the event that it holds; ``no event``; and
            empty where two sinks write to the topic, each in its own.
    """

    partition: int
    offset: int
    key: bytes | None
    headers: Mapping[str, str]
    value: bytes | None
    form: str

    def __str__(self) -> str:
        key = "no key"
        if self.key is not None:
            key = f"key {self.key.decode(errors='replace')}"
        size = len(self.value or b"")
        return (
            f"at {self.partition}/{self.offset}: {key}, {self.form or 'in either form'}, "
            f"{size} byte{'s' * (size != 1)}, headers {', '.join(self.headers) or 'none'}"
        )


class TopicState(Value):
    """A topic, be it a bare one or that of a broker or channel.

    Args:
        node: ``topic/orders``, or that of the broker or channel.
        offsets: Partition -> the offset that comes next.
        last: What was written last.
        committed: Node of who reads it -> partition -> the offset that it has committed.
    """

    node: str
    offsets: Mapping[int, int]
    last: TopicRecord
    committed: Mapping[str, Mapping[int, int]]

    @property
    def written(self) -> int:
        return sum(self.offsets.values())

    @property
    def behind(self) -> Mapping[str, int]:
        """Node of who reads it -> how many records it has not committed."""
        return {
            node: self.written - sum(offsets.values())
            for node, offsets in self.committed.items()
        }

    @property
    def as_data(self) -> dict[str, Any]:
        return {
            "topic": self.node,
            "records": self.written,
            "offsets": {str(each): at for each, at in self.offsets.items()},
            "committed": {
                node: {str(each): at for each, at in offsets.items()}
                for node, offsets in self.committed.items()
            },
            "last": str(self.last),
        }


def topics_of(kernel: Kernel) -> tuple[TopicState, ...]:
    found = []
    for hub in kernel.addresses.wiring.hubs:
        if hub.profile.queue.stamp is not Stamp.PARTITION:
            continue
        store, waiting = kernel.topic(kernel.addresses.hubs[hub.node])
        if store is None or store.last is None:
            continue
        found.append(
            TopicState(
                node=hub.node,
                offsets=dict(sorted(store.offsets.items())),
                last=_record(*store.last, hub),
                committed={
                    route.node: _committed(store.offsets, waiting.get(route.node, ()))
                    for route in hub.routes
                },
            )
        )
    return tuple(found)


def _committed(offsets: Mapping[int, int], waiting: Iterable[Event]) -> dict[int, int]:
    """Give the offset of each partition up to which all is through."""
    open_: dict[str, list[int]] = {}
    for event in waiting:
        get = event.attributes.get
        open_.setdefault(get(PARTITION, ""), []).append(int(get(OFFSET, "0")))
    through = {
        partition: committed(0, end, open_.get(str(partition), ()))
        for partition, end in sorted(offsets.items())
    }
    return {each: at for each, at in through.items() if at is not None}


def _record(written: Event, stored: Event, hub: Hub) -> TopicRecord:
    at = int(stored.attributes[PARTITION]), int(stored.attributes[OFFSET])
    value = written.body
    if isinstance(written, Record):
        headers, key = written.headers, written.key
        whole = is_envelope(headers.get("content-type"))
        form = _FORMS[whole] if written.is_event else "no event"
    else:
        modes = {each.structured for each in hub.entrances} or {False}
        structured = modes == {True}
        headers = record_headers(written, structured=structured)
        text = written.attributes.get(PARTITION_KEY)
        key = None if text is None else text.encode()
        form = _FORMS[structured] if len(modes) == 1 else ""
        if structured:
            value = write_structured(written.attributes, written.body)
    return TopicRecord(
        partition=at[0], offset=at[1], key=key, headers=headers, value=value, form=form
    )

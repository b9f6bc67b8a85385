"""What a hub makes of an event that it stores before anybody gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.event import Event, NotAnEventError, UnparsableEventError, read_http
from simulator.event.kafka import OFFSET, PARTITION, PARTITION_KEY, Record
from simulator.event.text import instant_text, is_envelope
from simulator.kernel.envelope import Envelope
from simulator.profiles.profile import Stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.routes import LinkedRoute
    from simulator.profiles import Profile

TRACE: Final = ("traceparent", "tracestate")
_NO_TRACE: Final[Mapping[str, str]] = {"traceparent": ""}
_SEED: Final = 0x9747B28C
_M, _R, _MASK = 0x5BD1E995, 24, 0xFFFFFFFF


class Store:
    """The stream, topic or exchange of one hub.

    Args:
        profile: Of the hub.
        partitions: Of its topic.

    Attributes:
        offsets: Partition -> the offset that comes next.
        last: What was written last, and the same as it lies there; of a topic.
    """

    __slots__ = ("_partitions", "_profile", "_seen", "last", "offsets")

    def __init__(self, profile: Profile, partitions: int) -> None:
        self._profile = profile
        self._partitions = partitions
        self._seen: dict[str, int] = {}
        self.offsets: dict[int, int] = {}
        self.last: tuple[Event, Event] | None = None

    def is_known(self, event: Event, now: int) -> bool:
        """Tell whether an event with this id was taken just before, and remember it.

        Source: profiles 13: by the id alone; nats-server drops it silently.
        """
        window = self._profile.door.remembers_ns
        if not window:
            return False
        seen, id_ = self._seen, event.id
        if id_ in seen and now - seen[id_] < window:
            return True
        for old in list(seen):  # the oldest first
            if now - seen[old] < window:
                break
            del seen[old]
        seen.pop(id_, None)
        seen[id_] = now
        return False

    def stored(self, envelope: Envelope) -> Envelope | None:
        """Give an event as it lies there; None for one that nobody can read.

        Source: profiles 15, 20, 21, 23.
        """
        queue, event, headers = self._profile.queue, envelope.event, envelope.headers
        if queue.unwraps and is_envelope(event.attributes.get("datacontenttype")):
            try:
                content_type = event.attributes["datacontenttype"]
                event = read_http({"content-type": content_type}, event.body or b"")
            except (NotAnEventError, UnparsableEventError):
                return None
        if queue.drops_trace and any(name in event.attributes for name in TRACE):
            kept = {n: v for n, v in event.attributes.items() if n not in TRACE}
            if "traceparent" in event.attributes:
                headers = {"traceparent": event.attributes["traceparent"]}
            event = Event(kept, event.body)
        if queue.stamp is Stamp.TRACE:
            event = event.with_attributes(dict.fromkeys(TRACE, ""))
            headers = _NO_TRACE
        elif queue.stamp is Stamp.PARTITION:
            partition = partition_of(event, self._partitions)
            offset = self.offsets.get(partition, 0)
            self.offsets[partition] = offset + 1
            event = event.with_attributes(
                {PARTITION: str(partition), OFFSET: str(offset)}
            )
            self.last = envelope.event, event
        if event is envelope.event and headers is envelope.headers:
            return envelope
        return Envelope(event, envelope.ttl, envelope.arrival_ns, headers)

    def read(
        self, route: LinkedRoute, written: Envelope, stored: Envelope | None, now: int
    ) -> Envelope | str:
        """Give what a route makes of what lies there, or why it makes nothing of it.

        Args:
            route: That takes it.
            written: As it came.
            stored: As it lies there; None where nobody can read it.
            now: Nanoseconds since 1970.

        Source: profiles 3.3; its vectors, dispatch (dropped, and committed).
        """
        if stored is None:
            return "what its data claims to be, an event, cannot be read"
        consumer = route.route.consumer
        if consumer is not None:
            event = consumer.read(written.event, stored.event, now)
            return Envelope(event, headers=stored.headers)
        if isinstance(written.event, Record) and not written.event.is_event:
            return "the record is no CloudEvent: it is passed over"
        return stored


def begun(envelope: Envelope, stamp: Stamp | None, now_ns: int) -> Envelope:
    """Give an event as its delivery begins.

    Args:
        envelope: As it was stored.
        stamp: What is added.
        now_ns: Nanoseconds since 1970.

    Source: profiles 20: once for a delivery, if the event has none.
    """
    if stamp is not Stamp.TIME or "time" in envelope.event.attributes:
        return envelope
    event = envelope.event.with_attributes({"time": instant_text(now_ns)})
    return Envelope(event, envelope.ttl, envelope.arrival_ns, envelope.headers)


def partition_of(event: Event, count: int) -> int:
    """Give the partition of a topic that an event goes to.

    Without ``partitionkey`` it is the producer's choice; here it is always the first.

    Source: profiles 76; org.apache.kafka.common.utils.Utils.murmur2, which Kafka's
        producers ask (read, not run).
    """
    if isinstance(event, Record):
        if event.partition is not None:
            return event.partition
        key = event.key
    else:
        key = event.attributes.get(PARTITION_KEY, "").encode("utf-8", "surrogateescape")
    return (murmur2(key) & 0x7FFFFFFF) % count if key else 0


def murmur2(data: bytes) -> int:
    """Hash bytes as Kafka does; 32 bits, without sign."""
    length = len(data)
    hashed = (_SEED ^ length) & _MASK
    whole = length & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * _M & _MASK
        word = (word ^ word >> _R) * _M & _MASK
        hashed = (hashed * _M & _MASK) ^ word
    rest = data[whole:]
    if rest:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * _M & _MASK
    hashed = (hashed ^ hashed >> 13) * _M & _MASK
    return hashed ^ hashed >> 15

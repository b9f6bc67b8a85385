"""Records of Kafka: the events that they carry, and those that are made of others.

Source: CloudEvents, Kafka protocol binding 1.0.2 (3.2 binary, 3.3 structured);
    knative-extensions/eventing-kafka-broker at 7d8fe89f, dispatcher/impl/consumer:
    InvalidCloudEventInterceptor, KeyDeserializer, CloudEventOverridesMutator (read);
    profiles 3.3.
"""

from __future__ import annotations

import base64
import struct
from enum import Enum
from typing import TYPE_CHECKING, Final

from simulator.event.event import Event
from simulator.event.http import NotAnEventError, UnparsableEventError, read_http
from simulator.event.rules import faults
from simulator.event.text import STRUCTURED, is_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PARTITION_KEY: Final = "partitionkey"
PARTITION: Final = "knativekafkapartition"
OFFSET: Final = "knativekafkaoffset"
TYPE: Final = "dev.knative.kafka.event"
CONTENT_TYPE: Final = "content-type"
_PREFIX = "ce_"
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-3, 1e7


class KeyForm(Enum):
    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    DOUBLE = "double"
    BYTES = "bytes"


# Words of a label -> how many bytes are read as what; other lengths are a string.
_FORMS: Mapping[str, Mapping[int, KeyForm]] = {
    "string": {},
    "int": {4: KeyForm.INTEGER},
    "float": {4: KeyForm.FLOAT, 8: KeyForm.DOUBLE},
    "byte-array": {},
}
KEY_TYPES: Final = tuple(_FORMS)


def key_form(key_type: str, length: int) -> KeyForm | None:
    """Tell as what a key of so many bytes is read, ``string`` unless a key type is known.

    None for none at all.
    """
    if not length:
        return None
    if key_type == "byte-array":
        return KeyForm.BYTES
    return _FORMS.get(key_type, {}).get(length, KeyForm.STRING)


def key_text(key: bytes, key_type: str) -> str | None:
    """Spell a key as the text of an attribute; None for none."""
    match key_form(key_type, len(key)):
        case None:
            return None
        case KeyForm.INTEGER:
            return str(int.from_bytes(key, "big", signed=True))
        case KeyForm.FLOAT:
            return _float_text(struct.unpack(">f", key)[0])
        case KeyForm.DOUBLE:
            return _java_text(repr(struct.unpack(">d", key)[0]))
        case KeyForm.BYTES:
            return base64.b64encode(key).decode()
        case _:
            return key.decode("utf-8", "replace")


def _float_text(number: float) -> str:
    """Spell a float of 4 bytes with as few digits as tell it from all others."""
    for digits in range(1, 10):
        text = f"{number:.{digits}g}"
        if struct.pack(">f", float(text)) == struct.pack(">f", number):
            return _java_text(repr(float(text)))
    return _java_text(repr(number))


def _java_text(text: str) -> str:
    """Spell a number of Python as Java's ``Double.toString`` does."""
    if text in ("nan", "inf", "-inf"):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[text]
    number = float(text)
    if number == 0 or _SMALLEST_PLAIN <= abs(number) < _LARGEST_PLAIN:
        return text
    digits = text.lstrip("-").partition("e")[0].replace(".", "").strip("0")
    exponent = int(f"{number:.17e}".partition("e")[2])
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


class Record(Event):
    """A record on its way into a topic, written by who knows nothing of Knative.

    As an event, it is the one that it carries. If it carries none, it has the type of
    what is made of it, and a name of its own.

    Args:
        value: None for none.
        partition: That the producer picks; None where the key decides.
        time_ns: Of the producer, nanoseconds since 1970; None for when it is written.

    Attributes:
        is_event: It carries a CloudEvent.
    """

    __slots__ = ("headers", "is_event", "key", "partition", "time_ns")

    def __init__(
        self,
        name: str,
        sender: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Mapping[str, str],
        partition: int | None = None,
        time_ns: int | None = None,
    ) -> None:
        carried = _event_in(headers, value)
        shown = {"specversion": "1.0", "id": name, "source": sender, "type": TYPE}
        if carried is not None:
            shown, value = carried.attributes, carried.body
        super().__init__(shown, value)
        self.is_event = carried is not None
        self.key = key
        self.headers = headers
        self.partition = partition
        self.time_ns = time_ns


def _event_in(headers: Mapping[str, str], value: bytes | None) -> Event | None:
    content_type = headers.get(CONTENT_TYPE, "")
    read = {CONTENT_TYPE: content_type} if content_type else {}
    if not is_envelope(content_type):
        read |= {
            f"ce-{name.removeprefix(_PREFIX)}": text
            for name, text in headers.items()
            if name.startswith(_PREFIX)
        }
    try:
        event = read_http(read, value or b"")
    except (NotAnEventError, UnparsableEventError):
        return None
    return None if faults(event) else event


def record_headers(event: Event, *, structured: bool) -> dict[str, str]:
    if structured:
        return {CONTENT_TYPE: STRUCTURED}
    return {
        CONTENT_TYPE if name == "datacontenttype" else f"{_PREFIX}{name}": text
        for name, text in event.attributes.items()
    }


def committed(first: int, end: int, unfinished: Iterable[int]) -> int | None:
    """Give the offset that a consumer group has committed; None where it has none.

    Args:
        end: That which follows the last that it took.
        unfinished: Those that are not through.

    Source: dispatcher/impl/consumer/OffsetManager (read; its unit tests): the longest
        finished prefix.
    """
    found = min(unfinished, default=end)
    return found if found > first else None

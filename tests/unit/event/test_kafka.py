"""Records of Kafka, and the events that they carry or become."""

import struct

import pytest

from simulator.event import Event
from simulator.event.consumer import Consumer
from simulator.event.kafka import Record, key_text, record_headers

STRUCTURED = "application/cloudevents+json"
BINARY = {"ce_specversion": "1.0", "ce_id": "7", "ce_source": "/s", "ce_type": "t"}
CONSUMER = Consumer(source="/apis/v1/namespaces/n/kafkasources/s#orders")


def record(
    value: bytes | None = None,
    key: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Record:
    return Record("r-1", "/r", key=key, value=value, headers=headers or {})


def read(written: Event, consumer: Consumer = CONSUMER) -> Event:
    stamps = {"knativekafkapartition": "3", "knativekafkaoffset": "9"}
    return consumer.read(written, written.with_attributes(stamps), 1_500_000_000)


@pytest.mark.parametrize(
    ("key_type", "key", "text"),
    [
        ("", b"k1", "k1"),
        ("string", b"\x00\x00\x00\x07", "\x00\x00\x00\x07"),
        ("int", struct.pack(">i", -7), "-7"),
        ("int", b"seven", "seven"),
        ("float", struct.pack(">f", 0.1), "0.1"),
        ("float", struct.pack(">d", 1e7), "1.0E7"),
        ("float", struct.pack(">d", 12345678.9), "1.23456789E7"),
        ("float", struct.pack(">d", -0.0005), "-5.0E-4"),
        ("float", struct.pack(">d", 0.0), "0.0"),
        ("float", struct.pack(">d", float("inf")), "Infinity"),
        ("byte-array", b"\x01\x02", "AQI="),
        ("byte-array", b"", None),
        ("double", struct.pack(">d", 1.5), "?ø\x00\x00\x00\x00\x00\x00"),
    ],
)
def test_a_key_is_read_as_its_type_says_and_its_length_lets(
    key_type: str, key: bytes, text: str | None
) -> None:
    if key_type == "double":  # no type of keys: a string, which these bytes are not
        text = key.decode("utf-8", "replace")

    assert key_text(key, key_type) == text


def test_a_record_that_is_no_event_becomes_one_of_where_it_lies() -> None:
    headers = {"X-Trace_Id": "abc", "content-type": "Application/JSON"}

    event = read(record(b"{}", b"k1", headers))

    assert event.attributes == {
        "specversion": "1.0",
        "id": "partition:3/offset:9",
        "source": "/apis/v1/namespaces/n/kafkasources/s#orders",
        "type": "dev.knative.kafka.event",
        "subject": "partition:3#9",
        "time": "1970-01-01T00:00:01.5Z",
        "partitionkey": "k1",
        "key": "k1",
        "kafkaheaderxtraceid": "abc",
        "datacontenttype": "application/json",
        "knativekafkapartition": "3",
        "knativekafkaoffset": "9",
    }
    assert event.body == b"{}"


def test_a_record_without_key_and_value_becomes_an_event_without_either() -> None:
    event = read(record())

    assert "key" not in event.attributes
    assert event.body is None


@pytest.mark.parametrize(
    "written",
    [
        record(b"1", headers=BINARY),
        record(
            b'{"specversion":"1.0","id":"7","source":"/s","type":"t","data":1}',
            headers={"content-type": STRUCTURED},
        ),
    ],
)
def test_a_record_that_carries_an_event_stays_that_event(written: Record) -> None:
    event = read(written)

    assert (event.id, event.source, event.type) == ("7", "/s", "t")
    assert event.body == b"1"
    assert event.attributes["knativekafkaoffset"] == "9"


@pytest.mark.parametrize(
    "written",
    [
        record(b"1", headers={**BINARY, "ce_id": ""}),
        record(b"{", headers={"content-type": STRUCTURED}),
        record(b"[]", headers={"content-type": "application/cloudevents-batch+json"}),
    ],
)
def test_a_record_whose_event_is_broken_is_none(written: Record) -> None:
    assert not written.is_event
    assert read(written).type == "dev.knative.kafka.event"


def test_overrides_are_put_over_whatever_an_event_has() -> None:
    overriding = CONSUMER.replace(overrides={"key": "x", "knativekafkaoffset": "?"})

    made = read(record(key=b"k"), overriding).attributes
    kept = read(record(b"1", headers=BINARY), overriding).attributes

    assert (made["key"], made["knativekafkaoffset"]) == ("x", "?")
    assert (kept["key"], kept["knativekafkaoffset"]) == ("x", "?")


def test_an_event_is_written_in_headers_or_whole() -> None:
    event = Event(
        {"specversion": "1.0", "id": "7", "datacontenttype": "text/plain"}, b"x"
    )

    binary = record_headers(event, structured=False)
    structured = record_headers(event, structured=True)

    assert binary == {
        "ce_specversion": "1.0",
        "ce_id": "7",
        "content-type": "text/plain",
    }
    assert structured == {"content-type": STRUCTURED}

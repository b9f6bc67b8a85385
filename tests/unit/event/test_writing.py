"""Events are written as Knative's hops write them."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.event import Event, write_json
from simulator.event.writing import binary_headers, write_structured

WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
JSON = {**WIRE, "datacontenttype": "application/json"}


def test_the_binary_form_is_ce_headers_and_the_content_type() -> None:
    headers = binary_headers({**JSON, "ext": "ü 100%"})

    assert headers == {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/s",
        "ce-type": "t",
        "content-type": "application/json",
        "ce-ext": "ü 100%",
    }


def test_the_structured_form_orders_the_attributes_then_data_then_extensions() -> None:
    attributes = {
        "zeta": "5",
        "time": "2020-01-01T00:00:00Z",
        "alpha": "true",
        "dataschema": "http://x",
        "datacontenttype": "application/json",
        "subject": "s",
        "type": "t",
        "source": "/s",
        "id": "1",
        "specversion": "1.0",
    }

    assert write_structured(attributes, b'{ "a": [1, "b c"] }') == (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"s",'
        b'"datacontenttype":"application/json","dataschema":"http://x",'
        b'"time":"2020-01-01T00:00:00Z","data":{"a":[1,"b c"]},'
        b'"alpha":"true","zeta":"5"}'
    )
    assert list(write_json(attributes, b"{}")) == [
        "specversion", "id", "source", "type", "subject", "datacontenttype",
        "dataschema", "time", "data", "alpha", "zeta",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        (None, b'{"a" : 1.0}', b'{"a":1.0}'),
        ("application/json", b'"a \\" b"', b'"a \\" b"'),
        ("text/plain", b'say "hi"\n', b'"say \\"hi\\"\\n"'),
        ("text/plain", b"a\\b\tc\rd\x01", b'"a\\\\b\\tc\\rd\\u0001"'),
        ("text/plain", b"<&>\xe2\x80\xa8", b'"\\u003c\\u0026\\u003e\\u2028"'),
        ("application/octet-stream", b"\xff\x00", b'"\xff\\u0000"'),
    ],
)
def test_data_under_format_json_is_json_or_a_text(
    content_type: str | None, body: bytes, data: bytes
) -> None:
    attributes = dict(WIRE)
    if content_type:
        attributes["datacontenttype"] = content_type

    written = write_structured(attributes, body)

    assert written.partition(b'"data":')[2] == data + b"}"


def test_an_event_without_data_has_no_member_data() -> None:
    assert write_structured(WIRE, None) == (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"t"}'
    )
    assert write_json(WIRE, None) == WIRE


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/vnd.x+json", b"[1]", [1]),
        ("application/json", b"{", "{"),
        ("text/plain", b"1", "1"),
        ("image/png", b"\xff", "\ufffd"),
    ],
)
def test_the_structured_form_as_data_holds_json_values_or_text(
    content_type: str, body: bytes, data: Any
) -> None:
    event = Event({**WIRE, "datacontenttype": content_type}, body)

    assert event.to_json()["data"] == data


def test_events_with_the_same_attributes_and_body_are_equal() -> None:
    one, same = Event(dict(WIRE), b"x"), Event(dict(WIRE), b"x")

    assert one == same
    assert hash(one) == hash(same)
    assert one != Event(dict(WIRE), b"y")
    assert one != one.with_attributes({"id": "2"})
    assert one != "event"
    assert repr(one) == "Event(id='1', source='/s', type='t')"


def test_an_event_with_other_attributes_leaves_the_first_alone() -> None:
    event = Event(dict(WIRE), b"x")

    changed = event.with_attributes({"id": "2", "ext": "y"})

    assert event == Event(dict(WIRE), b"x")
    assert changed == Event({**WIRE, "id": "2", "ext": "y"}, b"x")
    assert (changed.id, changed.source, changed.type) == ("2", "/s", "t")


def test_an_event_without_attributes_shows_empty_ones() -> None:
    assert (Event({}).id, Event({}).source, Event({}).type) == ("", "", "")

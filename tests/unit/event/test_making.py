"""Users make events and replies; what is no event is refused with the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.errors import EventError
from simulator.event import Event
from simulator.event.ids import reply_id
from simulator.event.sdk import (
    CloudEvent,
    cloud_event,
    event_of,
    new_event,
    reply,
)

WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
MANY = "a1/t." + "9" * 40
JSON = {**WIRE, "datacontenttype": "application/json"}


def test_a_new_event_is_made_of_attributes_and_data() -> None:
    event = new_event(
        {
            "type": "t",
            "id": "1",
            "source": "/s",
            "myExt": 5,
            "subject": None,
            "time": datetime(2026, 1, 1, tzinfo=UTC),
        },
        {"a": 1},
    )

    assert event == Event(
        {**JSON, "myext": "5", "time": "2026-01-01T00:00:00Z"}, b'{"a":1}'
    )


@pytest.mark.parametrize(
    ("given", "body"),
    [({"data": {"a": 1}}, b'{"a":1}'), ({"data_base64": "AA=="}, b"\0")],
)
def test_a_new_event_takes_its_data_from_the_structured_form_too(
    given: dict[str, Any], body: bytes
) -> None:
    assert new_event({**WIRE, **given}).body == body


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        (
            {"type": "t"},
            (
                "no valid CloudEvent: id: MUST be a non-empty string; "
                "source: MUST be a non-empty string"
            ),
        ),
        (
            {**WIRE, "my_ext": "x"},
            "no CloudEvent: 'my_ext' is no attribute name (letters and digits)",
        ),
        ({**WIRE, "time": "noon"}, "no CloudEvent: time: 'noon' is not RFC 3339"),
        (
            {**WIRE, "ext": 5.5},
            "ext: 5.5 is no attribute value (text, integer, boolean)",
        ),
    ],
    ids=["missing", "name", "time", "value"],
)
def test_a_new_event_that_is_none_is_refused_with_the_reason(
    attributes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(EventError) as raised:
        new_event(attributes)

    assert str(raised.value) == reason


# -- replies


def test_a_reply_takes_source_and_id_from_the_event_and_no_extension() -> None:
    answered = cloud_event({**JSON, "ext": "x", "subject": "s"}, b"{}")

    answer = reply(answered, type="order.paid", data={"total": 3})

    assert event_of(answer) == Event(
        {**JSON, "id": "1/order.paid", "type": "order.paid"}, b'{"total":3}'
    )


def test_a_reply_to_an_event_of_the_sdk_is_made_alike() -> None:
    answer = reply(CloudEvent(dict(WIRE)), type="u")

    assert event_of(answer) == Event({**WIRE, "id": "1/u", "type": "u"})


def test_a_reply_takes_further_attributes() -> None:
    answer = reply(
        cloud_event(JSON, None),
        type="u",
        id="mine",
        source="/me",
        traceId=7,
        subject=None,
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert event_of(answer) == Event(
        {
            **WIRE,
            "id": "mine",
            "source": "/me",
            "type": "u",
            "traceid": "7",
            "time": "2026-01-01T00:00:00Z",
        }
    )


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"my_ext": "x"}, "no CloudEvent: 'my_ext' is no attribute name"),
        ({"time": "noon"}, "no CloudEvent: time: 'noon' is not RFC 3339"),
        ({"id": " "}, "no valid CloudEvent: id: MUST be a non-empty string"),
        ({"dataschema": "/x"}, "no valid CloudEvent: dataschema: MUST be an absolute"),
        ({"ext": 0.5}, "ext: 0.5 is no attribute value"),
    ],
    ids=["name", "time", "id", "schema", "value"],
)
def test_a_reply_that_is_no_event_is_refused_with_the_reason(
    attributes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(EventError) as raised:
        reply(cloud_event(JSON, None), type="u", **attributes)

    assert str(raised.value).startswith(reason)


@pytest.mark.parametrize("type_", ["", " ", "\u2003"])
def test_a_reply_without_a_type_is_refused(type_: str) -> None:
    answered = cloud_event(JSON, None, valid=True)

    with pytest.raises(EventError) as raised:
        reply(answered, type=type_)

    assert str(raised.value) == "no valid CloudEvent: type: MUST be a non-empty string"


@pytest.mark.parametrize(
    ("answered", "made"),
    [
        ("a1", "a1/t"),
        ("a1/t", "a1/t.2"),
        ("a1/t.2", "a1/t.3"),
        ("a1/t.9", "a1/t.10"),
        ("a1/u", "a1/u/t"),
        ("a1/t.x", "a1/t.x/t"),
        ("a1/t.²", "a1/t.²/t"),
        pytest.param(MANY, f"{MANY}/t", id="a count that no run comes to"),
        ("1.5", "1.5/t"),
    ],
)
def test_ids_of_replies_stay_unique_and_short_in_a_loop(
    answered: str, made: str
) -> None:
    assert reply_id(answered, "t") == made


def test_the_id_of_a_reply_does_not_grow_with_each_round_of_a_circle() -> None:
    # given
    ids = ["a1"]

    # when
    for _ in range(1_000):
        ids += [reply_id(ids[-1], "order.asked")]
        ids += [reply_id(ids[-1], "order.answered")]

    # then
    assert ids[3] == "a1/order.asked/order.answered/order.asked"
    assert max(map(len, ids)) < 150
    assert len(set(ids)) == len(ids)
    assert all(each.startswith("a1/") for each in ids[1:])

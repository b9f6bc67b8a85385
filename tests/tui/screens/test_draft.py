"""The event that a draft makes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import EventError
from simulator.event import Event
from simulator.tui.screens.draft import (
    Draft,
    check,
    draft_of,
    event_text,
    read_event_text,
    to_fault,
)


def _event(body: bytes | None = None, **attributes: str) -> Event:
    return Event({"specversion": "1.0", **attributes}, body)


def test_a_draft_makes_the_event_of_its_fields() -> None:
    draft = Draft(
        type="order.paid",
        source="/shop",
        subject="cart",
        extensions="env=prod, time=2026-01-01T02:00:00+02:00",
        data='{"a": 1}',
        repeat="3",
        every="500ms",
    )

    checked = check(draft)

    assert checked.event == _event(
        b'{"a":1}',
        type="order.paid",
        source="/shop",
        subject="cart",
        datacontenttype="application/json",
        env="prod",
        time="2026-01-01T00:00:00Z",
    )
    assert (checked.faults, checked.doubt) == ({}, "")
    assert (checked.request.repeat, checked.request.every_ns) == (3, 500_000_000)
    assert checked.for_filters.id


def test_an_event_becomes_a_draft_that_makes_it_again() -> None:
    event = _event(
        b'{"total": 1.50}',
        id="a-1",
        type="order.paid",
        source="/shop",
        note="a, b",
        datacontenttype="application/json",
        knativebrokerttl="254",
    )

    same = check(draft_of(event, anew=False)).event
    anew = check(draft_of(event)).event

    assert same == event
    attributes = dict(event.attributes)
    del attributes["id"], attributes["knativebrokerttl"]
    assert anew == Event(attributes, event.body)


def test_data_that_is_no_text_is_kept() -> None:
    event = _event(b"\xff\x00", type="t", source="/", datacontenttype="image/png")

    draft = draft_of(event)

    assert draft.has_binary
    assert check(draft).event.body == b"\xff\x00"
    assert not draft_of(_event(b"text", type="t", source="/")).has_binary


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"type": ""}, "type", "MUST be a non-empty string"),
        ({"source": "%zz"}, "source", "'%zz' is no URI reference"),
        ({"content_type": "json;;x"}, "content_type", "is no media type"),
        ({"extensions": "dataschema=x"}, "extensions", "MUST be an absolute URI"),
        ({"extensions": "x"}, "extensions", "column 1: 'x' has no value"),
        ({"extensions": "type=x"}, "extensions", "type has a field of its own"),
        ({"extensions": "specversion=2"}, "extensions", "specversion is always 1.0"),
        ({"extensions": "time=now"}, "extensions", "'now' is not RFC 3339"),
        ({"repeat": "0"}, "repeat", "'0' is no number from 1 to 10000"),
        ({"repeat": "2", "every": "soon"}, "every", "'soon' is no duration"),
        ({"to": "broker/defualt"}, "to", "nothing has the address 'broker/defualt'"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    fields: dict[str, Any], field: str, fault: str
) -> None:
    draft = Draft(**{"type": "t", **fields})

    checked = check(draft, ["broker/default"])

    assert list(checked.faults) == [field]
    assert checked.faults[field].startswith(fault)


def test_data_that_is_no_json_is_a_doubt() -> None:
    assert check(Draft(type="t", data="{")).doubt.startswith("no JSON at line 1")
    assert check(Draft(type="t", data="{", content_type="text/plain")).doubt == ""


def test_addresses_may_be_bare_services_and_urls() -> None:
    addresses = ["broker/default", "service/pricing"]

    assert to_fault("", addresses) == to_fault("pricing", addresses) == ""
    assert to_fault("http://elsewhere", addresses) == ""
    assert "did you mean 'service/pricing'?" in to_fault("service/pricin", addresses)


def test_an_event_goes_to_an_editor_and_back() -> None:
    draft = Draft(
        to="broker/default", type="t", id="1", extensions="env=prod", data="[1.50]"
    )

    text = event_text(draft)
    back = read_event_text(text.replace("prod", "test"), draft)

    assert '\n  "type": "t",\n' in text
    assert "1.50" in text
    assert (back.to, back.type, back.id) == ("broker/default", "t", "1")
    assert (back.extensions, back.data) == ("env=test", "[\n  1.50\n]")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is empty"),
        ("{", "no JSON at line 1, column 2"),
        ("{}", "specversion is missing"),
        ("[]", "the body is no JSON object"),
    ],
)
def test_a_file_that_is_no_event_is_told(text: str, fault: str) -> None:
    with pytest.raises(EventError, match=fault):
        read_event_text(text, Draft())


def test_broken_json_does_not_go_to_an_editor() -> None:
    with pytest.raises(EventError, match="data: no JSON at line 1"):
        event_text(Draft(type="t", data="{"))

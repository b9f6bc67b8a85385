"""What counts as valid: knative-runtime, Ingress."""

from __future__ import annotations

import pytest

from simulator.errors import EventError
from simulator.event import Event, faults, valid_event

WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"datacontenttype": "application/json; charset=utf-8"},
        {"datacontenttype": "text"},
        {"dataschema": "http://example.com/schema#v1"},
        {"subject": "s"},
        {"source": "urn:a:b"},
        {"source": "relative path"},
        {"extension": ""},
    ],
)
def test_a_valid_event_has_no_faults(more: dict[str, str]) -> None:
    event = Event({**WIRE, **more})

    assert faults(event) == ()
    assert valid_event(event) is event


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"id": ""}, "id: MUST be a non-empty string"),
        ({"id": " "}, "id: MUST be a non-empty string"),
        ({"source": ""}, "source: MUST be a non-empty string"),
        ({"type": "\t"}, "type: MUST be a non-empty string"),
        ({"source": "a:/%zz"}, "source: MUST be a URI reference"),
        ({"datacontenttype": "a/b/c"}, "datacontenttype: is no media type"),
        ({"dataschema": "/relative"}, "dataschema: MUST be an absolute URI"),
        ({"subject": " "}, "subject: if present, MUST be a non-empty string"),
    ],
)
def test_a_fault_names_the_attribute_and_the_rule(
    more: dict[str, str], fault: str
) -> None:
    assert faults(Event({**WIRE, **more})) == (fault,)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(EventError) as raised:
        valid_event(Event({"subject": ""}), where="orders.yaml:3")

    assert str(raised.value) == (
        "orders.yaml:3: no valid CloudEvent: id: MUST be a non-empty string; "
        "source: MUST be a non-empty string; type: MUST be a non-empty string; "
        "subject: if present, MUST be a non-empty string"
    )

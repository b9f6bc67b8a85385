"""The short question whether an event is valid has the answer of the whole rule."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.event import Event, faults
from simulator.event.rules import _all_faults

WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}

texts = st.text(max_size=6) | st.sampled_from(
    [
        "", " ", "\t \n", "\u00a0", "\u2003\x1c", "\ud800", "/s", "a:%zz", "http://x/%41", ":b", "1:b",
        "//h h/", "urn:a:b", "application/json", "text/plain; charset=utf-8", "a/b/c", "a;b",
    ]
)  # fmt: skip
attributes = st.dictionaries(
    st.sampled_from(
        [
            "id",
            "source",
            "type",
            "subject",
            "dataschema",
            "datacontenttype",
            "extension",
        ]
    ),
    texts,
)


@given(attributes)
@example({"subject": ""})
@example({"dataschema": ""})
@example({"datacontenttype": ""})
@example({"source": " "})
@example({"source": "\ud800"})
def test_an_event_has_the_faults_of_the_whole_rule_however_they_are_found(
    changed: dict[str, str],
) -> None:
    event = Event({**WIRE, **changed})

    found = faults(event)

    assert found == _all_faults(event.attributes)


@given(attributes)
def test_an_event_without_an_attribute_has_the_faults_of_the_whole_rule(
    given_ones: dict[str, str],
) -> None:
    event = Event(given_ones)

    found = faults(event)

    assert found == _all_faults(event.attributes)

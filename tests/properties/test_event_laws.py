"""Laws of reading and writing events."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.delivery import parse_period
from simulator.duration import duration_ns, duration_text
from simulator.event import Event, faults, read_http
from simulator.event.ids import reply_id
from simulator.event.sdk import cloud_event, event_of
from simulator.event.text import STRUCTURED, epoch_ns, instant_text, normal_time
from simulator.event.writing import binary_headers, write_structured

# What a header can hold: text that HTTP does not trim or refuse.
texts = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x7f"),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(bool)
)
names = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True).filter(
    lambda name: name
    not in (
        "specversion", "id", "source", "type", "subject", "time", "data", "dataschema",
        "datacontenttype", "datacontentencoding", "schemaurl",
    )
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
instants = st.integers(0, 200 * 365 * 86_400 * 1_000_000_000)


@st.composite
def events(draw: st.DrawFn) -> Event:
    attributes = {
        "specversion": "1.0",
        "id": draw(texts),
        "source": draw(st.from_regex(r"/[a-z0-9/]{0,10}", fullmatch=True)),
        "type": draw(texts),
        **draw(st.dictionaries(names, texts, max_size=3)),
    }
    if draw(st.booleans()):
        attributes["time"] = instant_text(draw(instants))
    body = None
    if draw(st.booleans()):
        attributes["datacontenttype"] = "application/json"
        body = json.dumps(
            draw(values), ensure_ascii=False, separators=(",", ":")
        ).encode("utf-8", "replace")
    return Event(attributes, body)


@given(events())
def test_binary_to_structured_and_back_is_the_same_event(event: Event) -> None:
    structured = write_structured(event.attributes, event.body)

    read = read_http({"content-type": STRUCTURED}, structured)
    again = read_http(binary_headers(read.attributes), read.body or b"")

    assert read == event
    assert again == event


@given(events())
def test_what_was_read_is_valid_if_and_only_if_it_was_valid(event: Event) -> None:
    read = read_http(binary_headers(event.attributes), event.body or b"")

    assert faults(read) == faults(event) == ()


@given(events())
def test_an_event_seen_by_a_user_is_the_same_event(event: Event) -> None:
    view = cloud_event(event.attributes, event.body)

    before = event_of(view)
    view.get_data()
    view.get_attributes()

    # The SDK's datetime ends at microseconds.
    attributes = dict(event.attributes)
    if "time" in attributes:
        at = (epoch_ns(attributes["time"]) or 0) // 1_000 * 1_000
        attributes["time"] = instant_text(at)
    assert before == event
    assert event_of(view) == Event(attributes, event.body)


@given(
    st.binary(max_size=40), st.dictionaries(st.text(max_size=8), st.text(max_size=8))
)
def test_no_message_makes_the_reader_fail_otherwise_than_it_says(
    body: bytes, headers: dict[str, str]
) -> None:
    for content_type in (STRUCTURED, "text/plain"):
        whole: dict[str, Any] = {
            **headers,
            "ce-specversion": "1.0",
            "content-type": content_type,
        }
        try:
            event = read_http(whole, body)
        except ValueError:
            continue
        assert isinstance(event, Event)


@given(instants)
def test_an_instant_and_its_text_are_the_same(instant: int) -> None:
    text = instant_text(instant)

    assert epoch_ns(text) == instant
    assert normal_time(text) == text


@given(st.lists(st.sampled_from(["a", "a.b", "b/c"]), max_size=5), texts)
def test_replies_along_a_chain_never_share_an_id(types: list[str], first: str) -> None:
    ids = [first]
    for type_ in types * 20:
        ids.append(reply_id(ids[-1], type_))

    assert len(dict.fromkeys(ids)) == len(ids)
    assert max(map(len, ids)) < len(first) + 200


@given(st.integers(0, 10**15))
def test_a_duration_written_as_iso_is_read_back_exactly(ns: int) -> None:
    seconds, rest = divmod(ns, 1_000_000_000)

    assert duration_ns(f"PT{seconds}.{rest:09d}S") == ns
    assert duration_text(ns) == duration_text(duration_ns(f"{ns}ns"))
    assert parse_period(f"PT{seconds}.{rest:09d}S") == ns // 100_000_000 * 100_000_000

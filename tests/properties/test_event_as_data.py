"""An event given as data is the event that its JSON text says, or refused as that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from simulator.event import Event, UnparsableEventError, read_http, read_json
from simulator.event.text import STRUCTURED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BEYOND_TEXT = 10**5_000  # so many digits are written by neither Python nor hypothesis
WIRE = {"id": "1", "source": "/s", "type": "t"}

names = st.sampled_from(
    [
        "specversion", "id", "ID", "Id", "source", "type", "subject", "time", "datacontenttype",
        "dataschema", "schemaurl", "datacontentencoding", "data", "data_base64", "Data", "ext",
        "EXT", "my-ext", "", "ä", "\ud800",
    ]
)  # fmt: skip
keys = st.none() | st.booleans() | st.integers() | st.floats() | st.just((1,)) | names
texts = st.text(st.characters() | st.just("\ud83d"), max_size=4) | st.sampled_from(
    [
        "1.0", "0.3", "2.0", "base64", "AAEC", " AA== ", "application/json", "text/plain", "a/b/c",
        "http://example.com/ä?q#f", "%zz", "a b", "2026-01-01T00:00:00+02:00", "noon", " padded\t",
    ]
)  # fmt: skip
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from([2**31, -(2**31), 2**63, 1e400, b"bytes", object()])
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
        | st.tuples(inner)
    ),
    max_leaves=6,
)


def by_way_of_text(event: Mapping[str, Any]) -> Event:
    """Write an event as JSON, and read that as any receiver does.

    Data that a receiver refuses, since its media type is not JSON, is written as text.
    """
    whole = {"specversion": "1.0", **event}
    try:
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise UnparsableEventError(f"it cannot be written as JSON: {error}") from error
    body = text.encode("utf-8", "surrogatepass")
    try:
        return read_http({"content-type": STRUCTURED}, body)
    except UnparsableEventError as error:
        if not str(error).startswith("data: is no string"):
            raise
    assume(event.get("datacontentencoding") != "base64")
    data = json.dumps(event["data"], ensure_ascii=False, separators=(",", ":"))
    return by_way_of_text({**event, "data": data})


def outcome(
    read: Callable[[Mapping[str, Any]], Event], event: Mapping[str, Any]
) -> object:
    """Give what comes of reading: attributes in their order and the body, or the words."""
    try:
        made = read(event)
    except ValueError as error:
        return type(error), str(error)
    return list(made.attributes.items()), made.body


@given(st.dictionaries(names, values, max_size=6))
@example({"data": {1: "a", "1": "b"}})
@example({"data": float("nan")})
@example({"data": {"a": [1.5, 1e400, 10**30, "ä"]}, "datacontenttype": "text/plain"})
@example({"data": "\ud83d\ude00"})
@example({"id": 5, "ext": b"bytes"})
@example({"id": 5, "ext": "\ud800"})
@example({"ext": {1: "a", "1": "b"}})
@example({"ext": float("nan")})
@example({"ext": -1.5})
@example({"EXT": "a", "other": "b", "ext": "c"})
@example({"\ud800": None, "ä": None})
@example({"specversion": None})
@example({"specversion": "0.3", "datacontentencoding": "base64", "data": "AAEC"})
@example({"specversion": "0.3", "data_base64": 5, "data": "AAEC"})
@example({"data_base64": "AAEC", "data": object()})
def test_an_event_given_as_data_is_the_event_that_its_text_is(
    changed: dict[Any, Any],
) -> None:
    event = {**WIRE, **changed}

    read = outcome(read_json, event)

    assert read == outcome(by_way_of_text, event)


@given(st.dictionaries(keys, values, max_size=6))
def test_whatever_is_given_as_an_event_is_read_as_its_text_is(
    event: dict[Any, Any],
) -> None:
    read = outcome(read_json, event)

    assert read == outcome(by_way_of_text, event)


@pytest.mark.parametrize(
    "changed",
    [
        {"data": BEYOND_TEXT},
        {"data": [BEYOND_TEXT], "specversion": "2.0"},
        {"ext": BEYOND_TEXT, "id": 5},
        {"id": 5, "ext": -BEYOND_TEXT},
    ],
    ids=["data", "nested", "attribute", "negative"],
)
def test_an_integer_too_long_to_be_written_is_refused_before_all_else(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(UnparsableEventError) as raised:
        read_json({**WIRE, **changed})

    assert str(raised.value).startswith(
        "it cannot be written as JSON: Exceeds the limit"
    )

"""Users see events as the SDK's CloudEvent; what they do with it is theirs alone."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from simulator.errors import EventError
from simulator.event import Event
from simulator.event.sdk import CloudEvent, cloud_event, event_of, new_event

if TYPE_CHECKING:
    from collections.abc import Callable

WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
JSON = {**WIRE, "datacontenttype": "application/json"}


@dataclass
class Price:
    """What users have instead of a dict."""

    total: float


class Rate(Enum):
    """Numbers with names."""

    UNKNOWN = float("nan")


class Added:
    """Knows an attribute that a hop added."""

    attributes = {**JSON, "knativearrivaltime": "2026-01-01T00:00:00Z"}  # noqa: RUF012


def user_event(data: Any = None, **attributes: Any) -> CloudEvent:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return CloudEvent({**WIRE, "time": at, **attributes}, data)


# -- reading


def test_a_view_tells_all_attributes_of_the_event() -> None:
    view = cloud_event(
        {
            **JSON,
            "subject": "s",
            "dataschema": "http://x",
            "time": "2026-01-01T00:00:00.123456789Z",
            "ext": "5",
        },
        b'{"a": 1}',
    )

    assert view.get_id() == "1"
    assert view.get_source() == "/s"
    assert view.get_type() == "t"
    assert view.get_specversion() == "1.0"
    assert view.get_datacontenttype() == "application/json"
    assert view.get_subject() == "s"
    assert view.get_dataschema() == "http://x"
    assert view.get_time() == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert view.get_extension("ext") == "5"
    assert view.get_data() == {"a": 1}
    assert repr(view) == "<CloudEvent t id=1>"


def test_absent_attributes_are_none() -> None:
    view = cloud_event(WIRE, None)

    assert view.get_subject() is None
    assert view.get_dataschema() is None
    assert view.get_datacontenttype() is None
    assert view.get_extension("ext") is None
    assert view.get_time() is None
    assert view.get_data() is None


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/json", b'{"a": [1]}', {"a": [1]}),
        ("application/vnd.x+json", b"1", 1),
        ("application/json", b"{", b"{"),
        (None, b'{"a": 1}', {"a": 1}),
        (None, b"text", "text"),
        (None, b"\xff", b"\xff"),
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("image/png", b"\x89PNG\xff", b"\x89PNG\xff"),
    ],
)
def test_data_is_json_values_or_text_or_bytes(
    content_type: str | None, body: bytes, data: Any
) -> None:
    wire = {**WIRE, "datacontenttype": content_type} if content_type else WIRE

    assert cloud_event({k: str(v) for k, v in wire.items()}, body).get_data() == data


def test_what_the_hops_added_is_among_the_attributes() -> None:
    view = cloud_event(JSON, None, Added())

    assert view.get_extension("knativearrivaltime") == "2026-01-01T00:00:00Z"
    assert event_of(view).attributes == Added.attributes


# -- isolation


def test_a_handler_that_changes_its_event_changes_no_other() -> None:
    attributes, body = dict(JSON), b'{"items": [1]}'
    mine = cloud_event(attributes, body)
    yours = cloud_event(attributes, body)

    mine.get_attributes()["type"] = "changed"
    data: Any = mine.get_data()
    data["items"].append(2)

    assert (yours.get_type(), yours.get_data()) == ("t", {"items": [1]})
    assert (attributes, body) == (JSON, b'{"items": [1]}')


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda view: pickle.loads(pickle.dumps(view))],  # noqa: S301
    ids=["copy", "deepcopy", "pickle"],
)
@pytest.mark.parametrize("looked_at", [False, True])
def test_a_copy_of_an_event_is_whole_and_leaves_its_run_behind(
    copied: Callable[[CloudEvent], CloudEvent], looked_at: bool
) -> None:
    added = Added()
    added.run = lambda: None  # type: ignore[attr-defined] # which nobody can pickle
    view = cloud_event(JSON, b'{"a": 1}', added)
    if looked_at:
        view.get_attributes()["subject"] = "s"

    made = copied(view)

    assert event_of(made) == event_of(view)
    made.get_attributes()["type"] = "changed"
    assert (made.get_type(), view.get_type()) == ("changed", "t")


def test_a_changed_view_tells_what_it_was_changed_to() -> None:
    view = cloud_event(JSON, b"{}")

    view.get_attributes().update(id="2", type="u", source="/z", subject="s")

    assert (view.get_id(), view.get_type()) == ("2", "u")
    assert (view.get_source(), view.get_subject()) == ("/z", "s")
    assert repr(view) == "<CloudEvent u id=2>"
    assert event_of(view) == Event(
        {**JSON, "id": "2", "type": "u", "source": "/z", "subject": "s"}, b"{}"
    )


def test_later_changes_of_a_taken_event_do_not_count() -> None:
    event = user_event({"a": [1]})
    taken = event_of(event)

    event.get_attributes()["type"] = "changed"
    data: Any = event.get_data()
    data["a"].append(2)

    assert (taken.type, taken.body) == ("t", b'{"a":[1]}')


def look_at_data(view: CloudEvent) -> object:
    return view.get_data()


def look_at_time(view: CloudEvent) -> object:
    return view.get_time()


@pytest.mark.parametrize("look", [repr, look_at_data, look_at_time])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{ "n": 1.0, "big": 123456789012345678901234 }'),
        ("application/json", b"{broken"),
        (None, b"text"),
        (None, b"{}"),
        ("text/plain", b"text"),
        ("image/png", b"\xff"),
        ("application/json", None),
    ],
)
def test_an_event_that_is_only_looked_at_goes_on_as_it_was(
    content_type: str | None, body: bytes | None, look: Callable[[CloudEvent], object]
) -> None:
    wire = {**WIRE, "time": "2026-01-01T00:00:00.123456Z"}
    if content_type:
        wire["datacontenttype"] = content_type
    view = cloud_event(wire, body)

    look(view)

    assert event_of(view) == Event(wire, body)


def test_data_that_was_changed_is_written_anew() -> None:
    view = cloud_event(JSON, b'{ "paid": 1 }')

    data: Any = view.get_data()
    data["paid"] = True

    assert event_of(view).body == b'{"paid":true}'


def test_data_of_another_content_type_is_written_anew() -> None:
    view = cloud_event({**WIRE, "datacontenttype": "text/plain"}, b"text")

    view.get_attributes()["datacontenttype"] = "application/json"

    assert event_of(view).body == b'"text"'


# -- taking events of users


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (True, "true"), (False, "false"), ("x", "x")]
)
def test_every_attribute_becomes_text(value: object, text: str) -> None:
    assert event_of(user_event(ext=value)).attributes["ext"] == text


def test_a_time_becomes_utc() -> None:
    at = datetime(2026, 1, 1, 2, 0, 0, 500, tzinfo=timezone(timedelta(hours=2)))

    event = event_of(user_event(time=at))

    assert event.attributes["time"] == "2026-01-01T00:00:00.0005Z"


@pytest.mark.parametrize(
    ("data", "content_type", "body", "becomes"),
    [
        ({"a": 1}, None, b'{"a":1}', "application/json"),
        ("text", None, b'"text"', "application/json"),
        ("text", "text/plain", b"text", "text/plain"),
        ("text", "application/json", b'"text"', "application/json"),
        (b"raw", None, b"raw", None),
        (bytearray(b"raw"), None, b"raw", None),
        (memoryview(b"raw"), "text/plain", b"raw", "text/plain"),
        (Price(4.5), None, b'{"total":4.5}', "application/json"),
        (None, None, None, None),
    ],
)
def test_data_is_json_unless_the_content_type_says_otherwise(
    data: Any, content_type: str | None, body: bytes | None, becomes: str | None
) -> None:
    attributes = {"datacontenttype": content_type} if content_type else {}

    event = event_of(user_event(data, **attributes))

    assert event.body == body
    assert event.attributes.get("datacontenttype") == becomes


def _change(name: str, value: object) -> CloudEvent:
    view = cloud_event(JSON, b"{}")
    view.get_attributes()[name] = value
    return view


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            _change("ext", 1.5),
            "ext: 1.5 is no attribute value (text, integer, boolean)",
        ),
        (
            _change("ext", [1]),
            "ext: [1] is no attribute value (text, integer, boolean)",
        ),
        (
            _change("my_ext", "x"),
            "no CloudEvent: 'my_ext' is no attribute name (letters and digits)",
        ),
        (_change("time", "noon"), "no CloudEvent: time: 'noon' is not RFC 3339"),
        (_change("source", "%"), "no CloudEvent: source: '%' is no URI reference"),
        (
            _change("time", datetime(2026, 1, 1)),  # noqa: DTZ001 - without a time zone
            "time: 2026-01-01 00:00:00 has no time zone",
        ),
        (
            user_event({"a": object}),
            "data cannot be written as JSON: Type is not JSON serializable: type",
        ),
        (
            user_event({"a": 2**70}),
            "data cannot be written as JSON: Integer exceeds 64-bit range",
        ),
        (
            user_event({"a": [None, float("inf")]}),
            "data cannot be written as JSON: NaN and infinity are none",
        ),
        (
            user_event([Price(float("nan"))]),
            "data cannot be written as JSON: NaN and infinity are none",
        ),
        (
            user_event({"rate": Rate.UNKNOWN}),
            "data cannot be written as JSON: NaN and infinity are none",
        ),
        (
            user_event("\ud800", datacontenttype="text/plain"),
            "data: a lone surrogate, '\\ud800', is no text in UTF-8",
        ),
        (
            _change("subject", "a\ud800"),
            "subject: a lone surrogate, '\\ud800', is no text in UTF-8",
        ),
    ],
    ids=[
        "float", "list", "name", "time", "source", "naive", "data", "integer", "nan",
        "nan in a dataclass", "nan in an enumeration", "surrogate", "surrogate in an attribute",
    ],
)  # fmt: skip
def test_an_event_that_cannot_travel_is_refused_with_the_reason(
    event: CloudEvent, reason: str
) -> None:
    with pytest.raises(EventError) as raised:
        event_of(event)

    assert str(raised.value) == reason


def test_an_attribute_set_to_none_is_absent() -> None:
    assert event_of(_change("subject", None)).attributes == JSON


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (UUID(int=5), f"ext: {UUID(int=5)!r} is no attribute value (text, integer, boolean)"),
        (b"x", "ext: b'x' is no attribute value (text, integer, boolean)"),
        ("\ud800", "ext: a lone surrogate, '\\ud800', is no text in UTF-8"),
        (datetime(2026, 1, 1), "ext: 2026-01-01 00:00:00 has no time zone"),  # noqa: DTZ001
    ],
    ids=["uuid", "bytes", "surrogate", "naive"],
)  # fmt: skip
def test_an_attribute_that_is_none_is_named(value: object, reason: str) -> None:
    with pytest.raises(EventError) as raised:
        new_event({**WIRE, "first": "1", "ext": value}, {"a": 1})

    assert str(raised.value) == reason

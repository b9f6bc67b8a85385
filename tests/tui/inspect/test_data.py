"""Data is shown as what it is, within bounds; two events' data can be compared."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.event import Event
from simulator.tui.inspect.context import Subject
from simulator.tui.inspect.data import (
    ABSENT,
    MOST_LINES,
    Changed,
    body_lines,
    changes,
    data_lines,
    json_lines,
    text_difference,
)
from simulator.tui.inspect.page import Look
from tests.tui.inspect.runs import NARROW, WIDE, run, shown
from tests.tui.inspect.stories import record, story_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


def _body(body: bytes | None, kind: str = "", look: Look = NARROW) -> list[str]:
    attributes = {"datacontenttype": kind} if kind else {}
    return shown(body_lines(Event(attributes, body), look), look)


def test_json_is_laid_out() -> None:
    rows = _body(b'{"a":[1,2.5,true,null,[],{}],"b":{"c":"\xc3\xa4"}}')

    assert rows == [
        "{",
        '  "a": [',
        "    1,",
        "    2.5,",
        "    true,",
        "    null,",
        "    [],",
        "    {}",
        "  ],",
        '  "b": {',
        '    "c": "ä"',
        "  }",
        "}",
    ]


@given(JSON)
def test_laid_out_json_is_the_same_json(value: object) -> None:
    look = Look(width=10_000)

    rows = [each.text for each in json_lines(value, look, 10_000)]

    assert json.loads("\n".join(rows)) == value


def test_invalid_json_is_shown_with_the_place_of_the_error() -> None:
    rows = _body(b'{"a": 1,\n "b": tru}')

    assert rows == [
        "no JSON: Expecting value at 2:7",
        ' "b": tru}',
        "      ^",
        "",
        '{"a": 1,',
        ' "b": tru}',
    ]


def test_an_error_far_to_the_right_stays_in_sight() -> None:
    rows = _body(b'["' + b"a" * 200 + b'" x]')

    assert rows[2][19] == "x"
    assert rows[3] == " " * 19 + "^"


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (None, "", ["no data"]),
        (b"<a>\n\t<b/>\n\n</a>", "text/xml", ["<a>", "    <b/>", "", "</a>"]),
        (b"plain words", "application/x-thing", ["plain words"]),
        (b"<x/>", "image/svg+xml", ["<x/>"]),
        (
            bytes(range(30, 42)),
            "application/pdf",
            [
                "binary, looks like application/octet-…",
                '0000 1e 1f 20 21 22 23 24 25 .. !"#$%',
                "0008 26 27 28 29             &'()",
            ],
        ),
        (b"\xff\xfea", "application/json", ["binary, looks like text/plain; charse…", "0000 ff fe 61                ..a"]),
    ],
    ids=["none", "xml", "text", "svg", "binary", "no-utf-8"],
)  # fmt: skip
def test_other_data_is_shown_as_what_it_is(
    body: bytes | None, kind: str, expected: list[str]
) -> None:
    rows = _body(body, kind)

    assert rows == expected


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(list(range(5_000))).encode(),
        ("ä" * 300_000).encode(),
        b"x\n" * 200_000,
        bytes(20_000),
        b"[" + b"1," * 200_000 + b"1]",
    ],
    ids=["many-items", "one-line", "many-lines", "binary", "cut-json"],
)
def test_large_data_is_bounded(body: bytes) -> None:
    rows = _body(body, "text/plain" if b"x" in body or b"\xc3" in body else "", WIDE)

    assert len(rows) <= MOST_LINES + 2
    assert rows[-1].startswith("… more of ")


def test_json_nested_too_deeply_is_shown_as_it_is() -> None:
    rows = _body(b"[" * 100_000)

    assert rows[0] == "nested too deeply to be laid out"


def test_wide_pages_show_more_bytes_in_a_row() -> None:
    look = Look(width=80)

    rows = _body(bytes(range(16)), "image/png", look)

    assert rows[1].startswith("0000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f")


def test_differences_of_json_are_told_by_path() -> None:
    old = {"a": 1, "b": [1, 2, {"x": 1}], "c": 5, "t": 1}
    new = {"a": 2, "b": [1, 3], "d": {"x": [1]}, "t": True}

    found = list(changes(old, new))

    assert found == [
        Changed("a", 1, 2),
        Changed("b[1]", 2, 3),
        Changed("b[2]", {"x": 1}, ABSENT),
        Changed("d", ABSENT, {"x": [1]}),
        Changed("t", 1, True),
        Changed("c", 5, ABSENT),
    ]


@given(JSON)
def test_nothing_differs_from_itself(value: object) -> None:
    assert list(changes(value, value)) == []


def test_the_difference_to_the_parent_of_a_reply_is_shown() -> None:
    orders = run("orders")

    rows = shown(data_lines(orders.subject(12), NARROW, difference=True), NARROW)

    assert rows == ["changes from shop.order.placed checko…", "", "+ total 42"]


def _compared(old: Event, new: Event) -> list[str]:
    story = story_of(
        record(0, "sent", event=old),
        record(1, "dispatched", cause=0, event=old),
        record(2, "responded", cause=1, event=old, status=200),
        record(3, "replied", cause=2, event=new),
    )
    subject = Subject(story, 3)
    return shown(data_lines(subject, WIDE, difference=True), WIDE)[2:]


def _event(id_: str, body: bytes | None, kind: str = "application/json") -> Event:
    return Event({"id": id_, "source": "/", "type": "t", "datacontenttype": kind}, body)


def test_texts_are_compared_line_by_line() -> None:
    old = _event("1", b"one\ntwo\nthree", "text/plain")
    new = _event("2", b"one\n2\nthree", "text/plain")

    assert _compared(old, new) == ["@@ -1,3 +1,3 @@", " one", "-two", "+2", " three"]
    assert list(text_difference("a", "a", WIDE)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b'{"a":1}', b'{"a":1}', ["no change"]),
        (b'{"a":1}', b'{"a":2}', ["~ a 1 → 2"]),
        (None, b"1", ["~ (all) null → 1"]),
        (b'{"a":1}', b"{}", ["- a 1"]),
        (b"{", b"{}", ["@@ -1 +1 @@", "-{", "+{}"]),
        (b"\xff", b"\xff\xff", ["1 byte → 2 bytes"]),
        (b"\xff", b"\xff", ["no change"]),
        (b"1" * 300_000, b"2", ["too large to be compared"]),
    ],
    ids=[
        "same",
        "changed",
        "from-none",
        "gone",
        "invalid",
        "binary",
        "same-binary",
        "large",
    ],
)
def test_data_of_any_sort_is_compared(
    old: bytes | None, new: bytes | None, expected: list[str]
) -> None:
    rows = _compared(_event("1", old), _event("2", new))

    assert rows == expected


def test_an_event_without_parent_has_nothing_to_compare_with() -> None:
    orders = run("orders")

    rows = shown(data_lines(orders.subject(0), WIDE, difference=True), WIDE)

    assert " ".join(rows) == "nothing to compare with: no event caused this one"


def test_many_differences_are_bounded() -> None:
    old = json.dumps(list(range(2_400))).encode()
    new = json.dumps(list(range(1, 2_401))).encode()

    rows = _compared(_event("1", old), _event("2", new))

    assert len(rows) == MOST_LINES

"""What is typed into fields, read and written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.screens.form import candidates
from simulator.tui.screens.typed import (
    instant_ns,
    json_fault,
    read_attributes,
    read_cesql,
    read_count,
    read_instant,
    read_kind,
    read_latency,
    read_node,
    read_share,
    read_status,
    sent_data,
    shown_data,
    write_attributes,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_attributes_are_read_in_their_order() -> None:
    text = ' env=prod,note = "a, b" , empty="", quote="say \\"hi\\" \\\\",'

    assert list(read_attributes(text).items()) == [
        ("env", "prod"),
        ("note", "a, b"),
        ("empty", ""),
        ("quote", 'say "hi" \\'),
    ]


@given(
    st.dictionaries(
        st.text("abcxyz019", min_size=1, max_size=5),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
        max_size=4,
    )
)
def test_attributes_that_are_written_are_read_again(attributes: dict[str, str]) -> None:
    assert read_attributes(write_attributes(attributes)) == attributes


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("env=prod, x", 11, "'x' has no value"),
        ("Env=prod", 1, "'Env' is no attribute name"),
        ("a=1, a=2", 6, "a stands twice"),
        ('a="b" c', 1, "the quotes of a do not end at a comma"),
        ('a=b"c"', 1, "expected name=value"),
        (", a=1", 1, "'' has no value"),
    ],
)
def test_what_is_no_attribute_list_is_told_with_its_place(
    text: str, column: int, reason: str
) -> None:
    with pytest.raises(ValueError, match=f"column {column}: ") as caught:
        read_attributes(text)

    assert str(caught.value).startswith(f"column {column}: {reason}")


def test_json_is_shown_with_indents_and_sent_without() -> None:
    body = b'{"total":1.50,"text":"a  b","none":{},"list":[1,[]]}'

    shown = shown_data(body, "application/json")

    assert shown == (
        '{\n  "total": 1.50,\n  "text": "a  b",\n  "none": {},\n'
        '  "list": [\n    1,\n    []\n  ]\n}'
    )
    assert sent_data(shown, "") == body


def test_data_that_is_no_json_is_shown_as_it_is() -> None:
    assert shown_data(b"a: 1\n", "text/plain") == "a: 1\n"
    assert shown_data(b"{oops", "application/json") == "{oops"
    assert shown_data(None, "") == ""
    assert shown_data(b"\xff\x00", "text/plain") is None
    assert shown_data(b"a\r\nb", "text/plain") is None
    assert sent_data(" hi ", "text/plain") == b" hi "
    assert sent_data("  \n", "text/plain") is None


def test_what_is_no_json_is_told_with_line_and_column() -> None:
    assert json_fault("") == json_fault("[1]") == ""
    assert json_fault('{\n  "a" 1}').startswith(
        "no JSON at line 2, column 7: expecting"
    )
    assert json_fault("[" * 100_000).startswith("no JSON: ")


def test_candidates_that_begin_with_what_is_typed_stand_first() -> None:
    known = ("broker/default", "service/default", "default")

    assert candidates("def", known) == ("default", "broker/default", "service/default")
    assert candidates("", known) == known
    assert candidates("SERVICE", known) == ("service/default",)
    assert candidates("service/default", known) == ()
    assert candidates("x", known) == ()


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_status, "503", 503),
        (read_latency, "1m 30s", "90s"),
        (read_latency, "10ms to 2.5s", {"uniform": ["10ms", "2500ms"]}),
        (read_latency, "uniform 1us to 3ns 1ms", {"uniform": ["1us", "1000003ns"]}),
        (
            read_latency,
            "normal 20ms ± 5ms",
            {"normal": {"mean": "20ms", "deviation": "5ms"}},
        ),
        (read_latency, "exponential 20ms", {"exponential": "20ms"}),
        (read_share, "85 %", 0.85),
        (read_share, "0.5", 0.5),
        (read_share, "", 1.0),
        (read_instant, "", None),
        (read_instant, "1m 30s", "90s"),
        (instant_ns, "", 0),
        (instant_ns, "2s", 2_000_000_000),
        (read_count, "", None),
        (read_count, "3", 3),
        (read_cesql, "", ""),
        (read_cesql, "EXISTS env", "EXISTS env"),
    ],
)
def test_a_value_is_read(read: Callable[[str], Any], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "fault"),
    [
        (read_status, "99", "'99' is no HTTP status; expected 200 to 999"),
        (read_latency, "0s", "expected a duration longer than nothing"),
        (read_latency, "2s to 1s", "the lowest duration is longer than the highest"),
        (read_latency, "soon", "'soon' is no duration"),
        (read_share, "120 %", "'120 %' is no share; expected 0 % to 100 %"),
        (read_count, "0", "'0' is no number of requests; expected 1 or more"),
        (read_cesql, "type =", "column "),
        (lambda text: read_node(text, ["service/a"]), "", "expected a node, or *"),
        (
            lambda text: read_node(text, ["service/pay"]),
            "service/pax",
            "there is no node 'service/pax'; did you mean 'service/pay'?",
        ),
        (
            lambda text: read_kind(text, {"drop": "", "status": ""}),
            "drops",
            "'drops' is no kind; did you mean 'drop'?; expected drop, status",
        ),
    ],
)
def test_a_value_that_is_none_is_told(
    read: Callable[[str], Any], text: str, fault: str
) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read(text)

    assert str(caught.value).startswith(fault)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON)
def test_looking_at_json_does_not_change_it(data: object) -> None:
    body = json.dumps(data, separators=(",", ":")).encode()

    shown = shown_data(body, "application/json")

    assert shown is not None
    assert sent_data(shown, "application/json") == body

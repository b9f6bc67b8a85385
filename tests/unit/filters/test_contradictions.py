"""Conditions that contradict each other are known before any event comes."""

from typing import Any

import pytest

from tests.unit.control.topologies import broker, messages, trigger, wire

A, B = {"exact": {"type": "a"}}, {"exact": {"type": "b"}}


def told(code: str, *filters: dict[str, Any]) -> list[str]:
    wiring = wire(broker(), trigger(filters=list(filters)))
    return [
        m.removeprefix("Trigger price: spec.filters: ") for m in messages(wiring, code)
    ]


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ([A, B], "exactly 'a' and exactly 'b'"),
        ([{"all": [A, {"all": [B]}]}], "exactly 'a' and exactly 'b'"),
        ([A, {"not": A}], "exactly 'a' and anything but 'a'"),
        ([{"exact": {"type": "x.a"}}, {"suffix": {"type": ".b"}}], "exactly 'x.a' and something ending with '.b'"),
        ([{"prefix": {"type": "a"}}, {"prefix": {"type": "b"}}], "something starting with 'a' and something starting with 'b'"),
        ([{"not": {"any": [A, {"prefix": {"type": "b"}}]}}, B], "anything but 'a' and something not starting with 'b' and exactly 'b'"),
        ([{"cesql": "type = 'a' AND type LIKE 'b%'"}], "exactly 'a' and something starting with 'b'"),
        ([A, {"cesql": "type = 'b'"}], "exactly 'a' and exactly 'b'"),
    ],
)  # fmt: skip
def test_what_cannot_all_be_is_told(filters: list[dict[str, Any]], wanted: str) -> None:
    assert told("hopeless-filter", *filters) == [
        f"no event passes: type would have to be {wanted}"
    ]


@pytest.mark.parametrize(
    "filters",
    [
        [A, {"exact": {"source": "b"}}],
        [A, A],
        [{"any": [A, B]}],
        [{"any": [A, B]}, A],
        [{"not": A}, {"not": B}],
        [{"not": {"all": [A, B]}}],
        [{"prefix": {"type": "a"}}, {"suffix": {"type": "b"}}, {"prefix": {"type": "ab"}}],
        [{"cesql": "type = 'a' OR type = 'b'"}],
        [A, {"exact": {"type": ""}}],
        [{"not": {"exact": {"type": "a", "source": "s"}}}, A],
    ],
)  # fmt: skip
def test_what_some_event_can_be_is_not(filters: list[dict[str, Any]]) -> None:
    assert told("hopeless-filter", *filters) == []


@pytest.mark.parametrize("filters", [[{"cesql": "1 = 1"}], [{"exact": {"type": ""}}]])
def test_filters_that_every_event_passes_are_told(
    filters: list[dict[str, Any]],
) -> None:
    assert told("catch-all", *filters) == [
        "every event passes: there is nothing in it to judge by"
    ]


def test_an_expression_that_is_false_without_any_event_is_hopeless() -> None:
    assert told("hopeless-filter", {"cesql": "1 = 2"}) == ["no event passes"]


def test_a_trigger_without_filters_is_no_catch_all_by_mistake() -> None:
    assert told("catch-all") == []

"""What of a filter can never be right is known before any event comes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.filters import compile_filters
from tests.unit.control.topologies import broker, messages, trigger, wire


def no_boolean(text: str) -> str:
    return (
        f"{text} is never a boolean: the filter panics on any value of it, and the "
        "delivery fails"
    )


def at(place: str, value: str) -> str:
    return f"no event has type {value!r}: HTTP takes the space at its {place} away"


@pytest.mark.parametrize(
    ("filters", "doubts"),
    [
        ([{"exact": {"type": "a "}}], [at("end", "a ")]),
        ([{"exact": {"type": " a"}}], [at("beginning", " a")]),
        ([{"exact": {"type": "a b"}}], []),
        ([{"prefix": {"type": "a "}}], []),
        ([{"prefix": {"type": "\ta"}}], [at("beginning", "\ta")]),
        ([{"suffix": {"type": " a"}}], []),
        ([{"suffix": {"type": "a "}}], [at("end", "a ")]),
        ([{"not": {"exact": {"type": "a "}}}], [at("end", "a ")]),
        ([{"any": [{"exact": {"type": "a"}}, {"exact": {"type": "a "}}]}], [at("end", "a ")]),
        ([{"cesql": "LENGTH(type)"}], [no_boolean("LENGTH(type)")]),
        ([{"cesql": "type"}], [no_boolean("type")]),
        ([{"cesql": "LENGTH(type) < 0"}], ["LENGTH(type) < 0 is TRUE for no event"]),
        ([{"any": [{"cesql": "x > 5 AND x < 3"}, {"cesql": "x = 1"}]}], ["x > 5 AND x < 3 is TRUE for no event"]),
        ([{"cesql": "FALSE"}], []),
        ([{"cesql": "1 + 2"}], [no_boolean("1 + 2")]),
        ([{"cesql": "type = 'a'"}], []),
        ([{"cesql": "IS_INT(type)"}], []),
        (
            [{"cesql": "STARTS_WIT(type, 'a')"}],
            ["no event passes where it is called: there is no function STARTS_WIT"],
        ),
        (
            [{"cesql": "LENGHT(type) > 2"}],
            ["no event passes where it is called: there is no function LENGHT; did you mean LENGTH?"],
        ),
        (
            [{"cesql": "LENGTH(type, 1) > 2"}],
            ["no event passes where it is called: no function LENGTH takes 2 arguments"],
        ),
    ],
)  # fmt: skip
def test_what_no_event_can_meet_is_told(
    filters: list[dict[str, Any]], doubts: list[str]
) -> None:
    assert list(compile_filters(filters, None).doubts) == doubts


def test_the_legacy_filter_is_doubted_alike() -> None:
    assert compile_filters(None, {"type": "a ", "source": ""}).doubts == (
        at("end", "a "),
    )


def test_check_warns_of_a_hopeless_filter_at_its_place() -> None:
    wiring = wire(broker(), trigger(filter={"attributes": {"type": "a "}}))

    assert messages(wiring, "hopeless-filter") == [
        f"Trigger price: spec.filter: {at('end', 'a ')}"
    ]


@pytest.mark.parametrize(
    ("filters", "always"),
    [
        ([{"cesql": "LENGTH(type) >= 0"}], True),
        ([{"cesql": "LENGTH(type) >= 0"}, {"cesql": "type LIKE '%'"}], True),
        ([{"cesql": "LENGTH(type) >= 0"}, {"exact": {"type": "a"}}], False),
        ([{"any": [{"exact": {"type": "a"}}, {"cesql": "LENGTH(type) >= 0"}]}], True),
        ([{"all": [{"exact": {"type": "a"}}, {"cesql": "LENGTH(type) >= 0"}]}], False),
        ([{"cesql": "LENGTH(x) >= 0"}], False),
    ],
)
def test_a_filter_that_every_event_passes_is_known(
    filters: list[dict[str, Any]], *, always: bool
) -> None:
    assert compile_filters(filters, None).always is always

"""What of a filter can never be right is known before any event comes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.filters import compile_filters
from tests.unit.control.topologies import broker, messages, trigger, wire

NO_BOOLEAN = "its value is never a boolean: the filter panics, and the delivery fails"


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
        ([{"cesql": "LENGTH(type)"}], [NO_BOOLEAN]),
        ([{"cesql": "type"}], []),
        ([{"cesql": "1 + 2"}], [NO_BOOLEAN]),
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

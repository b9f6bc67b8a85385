"""A router finds what judging each filter alone finds, whatever came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from simulator.event.text import instant_text
from simulator.filters import Verdict, compile_filters
from simulator.filters.index import Prefixes
from simulator.kernel.envelope import ARRIVAL
from simulator.kernel.router import Router
from tests.properties.made_filters import (
    FILTERS,
    LEGACY,
    ODD_VALUES,
    THOROUGHLY,
    Element,
    comparisons,
    events,
    trees,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.filters import Filter

TENANTS = tuple(f"tenant{number}" for number in range(20))
ARRIVALS = st.integers(0, 3)
EVENTS = events(*ODD_VALUES, more=TENANTS[:3])
ONE_ATTRIBUTE = trees(comparisons(("type",), empty=False)).map(lambda x: [x])
OF_ARRIVAL = trees(comparisons((ARRIVAL, "type"), empty=False)).map(lambda x: [x])


def alone(
    filters: Sequence[Filter | None], event: Mapping[str, str], arrival_ns: int
) -> tuple[int, ...]:
    """Judge every filter, by all that it could read."""
    attributes = {**event, ARRIVAL: instant_text(arrival_ns)}
    verdicts = [each.verdict(attributes) if each else Verdict.PASS for each in filters]
    return tuple(
        ~number if verdict is Verdict.PANIC else number
        for number, verdict in enumerate(verdicts)
        if verdict is not Verdict.FAIL
    )


def judged(
    filters: Sequence[Filter | None], sent: Sequence[tuple[dict[str, str], int]]
) -> None:
    router = Router(filters)

    found = [router.match(*each) for each in sent]

    assert found == [alone(filters, *each) for each in sent]


SENT = st.lists(st.tuples(EVENTS, ARRIVALS), min_size=1, max_size=6)


@THOROUGHLY
@given(st.lists(FILTERS | OF_ARRIVAL, max_size=8), LEGACY, SENT)
def test_a_router_finds_what_each_filter_alone_says(
    filters: list[list[Element]],
    legacy: dict[str, str],
    sent: list[tuple[dict[str, str], int]],
) -> None:
    compiled = [compile_filters(each, None) for each in filters]

    judged([*compiled, compile_filters(None, legacy)], sent)


@given(st.lists(ONE_ATTRIBUTE, min_size=9, max_size=30), SENT)
def test_many_filters_that_read_the_same_are_found_as_each_alone(
    filters: list[list[Element]], sent: list[tuple[dict[str, str], int]]
) -> None:
    compiled = [compile_filters(each, None) for each in filters]

    judged(compiled, sent)
    judged([*compiled, compile_filters([{"suffix": {"id": "a"}}], None)], sent)


@given(st.lists(FILTERS, max_size=4), SENT)
def test_the_same_filter_can_stand_in_many_places(
    filters: list[list[Element]], sent: list[tuple[dict[str, str], int]]
) -> None:
    compiled = [compile_filters(each, None) for each in filters]

    judged([None, *compiled, *reversed(compiled), None, *compiled], sent)


@given(st.lists(FILTERS, max_size=4), SENT)
def test_filters_may_read_more_attributes_than_an_event_has(
    filters: list[list[Element]], sent: list[tuple[dict[str, str], int]]
) -> None:
    own = [{"exact": {name: "a"}} for name in TENANTS]
    compiled = [compile_filters(each, None) for each in [*filters, *([x] for x in own)]]

    judged(compiled, sent)


@given(st.lists(FILTERS, max_size=2) | st.lists(ONE_ATTRIBUTE), SENT)
def test_what_a_router_says_that_it_reads_alone_decides(
    filters: list[list[Element]], sent: list[tuple[dict[str, str], int]]
) -> None:
    router = Router([compile_filters(each, None) for each in filters])

    reads = (*TENANTS, "no attribute") if router.reads is None else router.reads
    seen = [{name: event[name] for name in reads if name in event} for event, _ in sent]
    found = [router.match(*each) for each in sent]

    if router.reads is not None:
        assert [router.match(each, 0) for each in seen] == found
    assert router.key == (reads[0] if len(reads) == 1 else "")


@given(st.sets(st.text("ab\x00\U0010ffff", max_size=4)), st.text("ab\x00\U0010ffff"))
def test_the_texts_found_are_those_that_the_value_starts_with(
    texts: set[str], value: str
) -> None:
    prefixes = Prefixes({text: text for text in sorted(texts)})

    expected = sorted(filter(value.startswith, texts), key=len, reverse=True)

    assert prefixes.of(value) == expected

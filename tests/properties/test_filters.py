"""The algebra of filters, whatever the filters and the events."""

from __future__ import annotations

from hypothesis import assume, example, given
from hypothesis import strategies as st

from simulator.filters import Explanation, Verdict, compile_filters
from simulator.filters.condition import contradictions
from simulator.filters.form import covers
from tests.properties.made_filters import (
    DERIVED_NAMES,
    EVENTS,
    EVERYTHING,
    FILTERS,
    LEGACY,
    ODD_EVENTS,
    PLAIN_NAMES,
    SILENT,
    THOROUGHLY,
    Element,
    comparisons,
    trees,
)

TWO_VALUED = trees(comparisons(PLAIN_NAMES + DERIVED_NAMES, empty=False))
PLAIN = st.lists(
    trees(comparisons(PLAIN_NAMES, empty=False) | SILENT),
    min_size=1,
    max_size=3,
)


def judge(filters: list[Element], event: dict[str, str]) -> Verdict:
    return compile_filters(filters, None).verdict(event)


@given(FILTERS, EVENTS)
def test_the_explanation_has_the_verdict_of_the_filter(
    filters: list[Element], event: dict[str, str]
) -> None:
    compiled = compile_filters(filters, None)

    assert compiled.explain(event).verdict is compiled.verdict(event)


@given(LEGACY, EVENTS)
def test_the_explanation_of_a_legacy_filter_has_its_verdict(
    wanted: dict[str, str], event: dict[str, str]
) -> None:
    compiled = compile_filters(None, wanted)

    assert compiled.explain(event).verdict is compiled.verdict(event)


@given(st.lists(TWO_VALUED, min_size=1, max_size=3), EVENTS)
def test_not_all_is_any_not(members: list[Element], event: dict[str, str]) -> None:
    not_all: Element = {"not": {"all": members}}
    any_not: Element = {"any": [{"not": member} for member in members]}

    assert judge([not_all], event) is judge([any_not], event)


@given(st.lists(TWO_VALUED, min_size=1, max_size=3), EVENTS)
def test_not_any_is_all_not(members: list[Element], event: dict[str, str]) -> None:
    not_any: Element = {"not": {"any": members}}
    all_not: Element = {"all": [{"not": member} for member in members]}

    assert judge([not_any], event) is judge([all_not], event)


@given(trees(EVERYTHING), EVENTS)
def test_a_double_negation_changes_nothing(
    element: Element, event: dict[str, str]
) -> None:
    assert judge([{"not": {"not": element}}], event) is judge([element], event)


@given(FILTERS, EVENTS)
def test_the_list_of_filters_is_an_all(
    filters: list[Element], event: dict[str, str]
) -> None:
    assert judge(filters, event) is judge([{"all": filters}], event)


@THOROUGHLY
@given(FILTERS, LEGACY, ODD_EVENTS)
@example([{"cesql": "aaa"}, {"exact": {"type": "a"}}], {}, {"aaa": "b", "type": "b"})
@example([{"cesql": "5 = type AND type = 5"}], {}, {"type": "05"})
@example([{"prefix": {"time": "0001"}}], {"time": "0001-01-01T00:00:00Z"}, {})
def test_an_event_without_what_a_filter_needs_fails(
    filters: list[Element], wanted: dict[str, str], event: dict[str, str]
) -> None:
    for compiled in (compile_filters(filters, None), compile_filters(None, wanted)):
        values = compiled.required.items()
        heads = compiled.prefixes.items()

        met = [event.get(name) == value for name, value in values]
        met += [event.get(name, "").startswith(head) for name, head in heads]

        assert all(met) or compiled.verdict(event) is Verdict.FAIL


@given(FILTERS, EVENTS, EVENTS)
def test_attributes_that_are_not_read_change_no_verdict(
    filters: list[Element], event: dict[str, str], other: dict[str, str]
) -> None:
    compiled = compile_filters(filters, None)

    changed = {
        **{name: text for name, text in other.items() if name not in compiled.reads},
        **{name: text for name, text in event.items() if name in compiled.reads},
    }

    assert compiled.verdict(changed) is compiled.verdict(event)


@given(PLAIN, EVENTS)
def test_the_nearest_miss_lets_the_event_through(
    filters: list[Element], event: dict[str, str]
) -> None:
    compiled = compile_filters(filters, None)
    explanation = compiled.explain(event)
    assume(explanation.verdict is Verdict.FAIL)

    changed = {**event, **values(explanation)}

    assert not explanation.nearest_miss or compiled.verdict(changed).delivers


@given(PLAIN, EVENTS, st.lists(EVENTS, min_size=10, max_size=10))
def test_no_event_with_fewer_conditions_turned_goes_through(
    filters: list[Element], event: dict[str, str], others: list[dict[str, str]]
) -> None:
    compiled = compile_filters(filters, None)
    explanation = compiled.explain(event)

    turned = [
        conditions_turned(explanation, compiled.explain(other))
        for other in others
        if compiled.verdict(other).delivers
    ]

    assert explanation.distance <= min(turned, default=explanation.distance)


@given(FILTERS, EVENTS)
def test_an_explanation_counts_the_changes_of_its_nearest_miss(
    filters: list[Element], event: dict[str, str]
) -> None:
    explanation = compile_filters(filters, None).explain(event)

    changes = len(explanation.nearest_miss)

    assert (explanation.distance > 0) is (explanation.verdict is Verdict.FAIL)
    assert changes in (0, explanation.distance)


def values(explanation: Explanation) -> dict[str, str]:
    return {
        change.attribute: change.example
        for change in explanation.nearest_miss
        if change.example is not None
    }


def conditions_turned(one: Explanation, other: Explanation) -> int:
    pairs = zip(one.leaves(), other.leaves(), strict=True)
    return len(
        {
            (before.dialect, before.attribute, before.wanted)
            for before, after in pairs
            if before.verdict is not after.verdict
        }
    )


COMPARED = st.lists(
    comparisons(PLAIN_NAMES + DERIVED_NAMES, empty=True), min_size=1, max_size=2
)


@THOROUGHLY
@given(COMPARED | FILTERS, COMPARED | FILTERS, st.booleans(), EVENTS | ODD_EVENTS)
def test_a_filter_that_covers_another_lets_pass_what_that_one_does(
    wide: list[Element], other: list[Element], both: bool, event: dict[str, str]
) -> None:
    one = compile_filters(wide, None)
    two = compile_filters([*wide, *other] if both else other, None)

    if covers(one, two) and two.verdict(event).delivers:
        assert one.verdict(event).delivers


@THOROUGHLY
@given(COMPARED | FILTERS, EVENTS | ODD_EVENTS)
def test_nothing_passes_a_filter_that_contradicts_itself(
    filters: list[Element], event: dict[str, str]
) -> None:
    delivers = compile_filters(filters, None).verdict(event).delivers

    assert not (delivers and list(contradictions(filters)))

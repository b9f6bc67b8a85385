"""The algebra of filters, whatever the filters and the events."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from simulator.filters import Explanation, Verdict, compile_filters

Element = dict[str, Any]

PLAIN_NAMES = ("type", "source", "id", "subject", "aaa", "bbb")
DERIVED_NAMES = (
    "time",
    "dataschema",
    "schemaurl",
    "datacontenttype",
    "datamediatype",
    "datacontentencoding",
    "specversion",
)
VALUES = ("a", "b", "ab", "ba", "aba", "A", "a ", "1.0", "0.3", "0001-01-01T00:00:00Z")
EXPRESSIONS = (
    "type = 'a'",
    "aaa LIKE 'a%' AND EXISTS bbb",
    "nosuch = 1",
    "EXISTS subject",
    "id IN ('a', 'b')",
    "aaa",
    "TRUE",
    "BOOL(aaa)",
    "LENGTH(type)",
)


def comparisons(names: tuple[str, ...], *, empty: bool) -> st.SearchStrategy[Element]:
    texts = st.sampled_from([*VALUES, ""] if empty else VALUES)
    entries = st.dictionaries(st.sampled_from(names), texts, min_size=1, max_size=2)
    dialects = st.sampled_from(("exact", "prefix", "suffix"))
    return st.builds(lambda dialect, wanted: {dialect: wanted}, dialects, entries)


def trees(leaves: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    def nest(inner: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
        members = st.lists(inner, min_size=1, max_size=3)
        return (
            members.map(lambda x: {"all": x})
            | members.map(lambda x: {"any": x})
            | inner.map(lambda x: {"not": x})
        )

    return st.recursive(leaves, nest, max_leaves=8)


EXPRESSION = st.sampled_from(EXPRESSIONS).map(lambda text: {"cesql": text})
EMPTY: st.SearchStrategy[Element] = st.sampled_from(
    [{}, {"not": {}}, {"all": []}, {"exact": {}}]
)
SILENT: st.SearchStrategy[Element] = st.just({"not": {}})
EVERYTHING = comparisons(PLAIN_NAMES + DERIVED_NAMES, empty=True) | EXPRESSION | EMPTY
FILTERS = st.lists(trees(EVERYTHING), min_size=1, max_size=3)
TWO_VALUED = trees(comparisons(PLAIN_NAMES + DERIVED_NAMES, empty=False))
PLAIN = st.lists(
    trees(comparisons(PLAIN_NAMES, empty=False) | SILENT),
    min_size=1,
    max_size=3,
)
LEGACY = st.dictionaries(
    st.sampled_from(PLAIN_NAMES + DERIVED_NAMES), st.sampled_from([*VALUES, ""])
)
OPTIONAL = {
    name: st.sampled_from(VALUES)
    for name in (*PLAIN_NAMES, *DERIVED_NAMES, "ccc")
    if name != "specversion"
}
EVENTS = st.fixed_dictionaries(
    {"specversion": st.sampled_from(("1.0", "0.3"))}, optional=OPTIONAL
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


@given(FILTERS, LEGACY, EVENTS)
@example([{"cesql": "aaa"}, {"exact": {"type": "a"}}], {}, {"aaa": "b", "type": "b"})
def test_an_event_without_what_is_required_fails(
    filters: list[Element], wanted: dict[str, str], event: dict[str, str]
) -> None:
    for compiled in (compile_filters(filters, None), compile_filters(None, wanted)):
        for name, value in compiled.required.items():
            if event.get(name) != value:
                assert compiled.verdict(event) is Verdict.FAIL


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

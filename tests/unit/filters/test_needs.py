"""What an event needs so as not to fail a filter, dialect by dialect."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.filters import compile_filters
from simulator.filters.filter import Needs

ZERO_TIME = "0001-01-01T00:00:00Z"
ID_1, ID_2 = {"exact": {"id": "1"}}, {"exact": {"id": "2"}}
PANICS = {"cesql": "flag"}


def needs(*filters: dict[str, Any]) -> Needs:
    return compile_filters(filters, None).needs


def exactly(**required: str) -> Needs:
    return Needs(required=required)


def beginning(**prefixes: str) -> Needs:
    return Needs(prefixes=prefixes)


def exact(**wanted: str) -> dict[str, Any]:
    return {"exact": wanted}


def prefix(**wanted: str) -> dict[str, Any]:
    return {"prefix": wanted}


NONE = Needs()


def test_an_exact_filter_needs_each_of_its_values() -> None:
    assert needs(exact(type="a", source="/b")) == exactly(type="a", source="/b")


def test_a_prefix_filter_needs_each_of_its_beginnings() -> None:
    assert needs(prefix(type="a.", source="/b")) == beginning(type="a.", source="/b")


def test_a_legacy_filter_needs_its_values_but_not_those_that_may_be_any() -> None:
    legacy = compile_filters(None, {"type": "a", "region": ""})

    assert legacy.needs == exactly(type="a")


def test_a_suffix_or_a_negation_needs_nothing_that_can_be_looked_up() -> None:
    assert needs({"suffix": {"type": "a"}}) == NONE
    assert needs({"not": exact(type="a")}) == NONE
    assert needs({"not": {"not": prefix(type="a")}}) == NONE


def test_a_time_is_needed_unless_an_absent_one_would_do() -> None:
    assert needs(exact(time="2026-01-01T00:00:00Z")) == exactly(
        time="2026-01-01T00:00:00Z"
    )
    assert needs(prefix(time="2026-")) == beginning(time="2026-")
    assert needs(prefix(time=ZERO_TIME + "x")) == beginning(time=ZERO_TIME + "x")
    assert needs(exact(time=ZERO_TIME)) == NONE
    assert needs(prefix(time="0001-01")) == NONE
    assert needs(prefix(time=ZERO_TIME)) == NONE


@pytest.mark.parametrize(
    "name", ["dataschema", "schemaurl", "datamediatype", "datacontentencoding"]
)
def test_an_attribute_that_is_read_from_others_is_not_needed_itself(name: str) -> None:
    assert needs(exact(**{name: "a", "type": "b"})) == exactly(type="b")
    assert needs(prefix(**{name: "a", "type": "b"})) == beginning(type="b")
    assert compile_filters(None, {name: "a"}).needs == NONE


def test_all_needs_what_each_member_needs() -> None:
    members = [ID_1, prefix(type="a"), {"suffix": {"type": "b"}}]

    assert needs({"all": members}) == Needs(
        required={"id": "1"}, prefixes={"type": "a"}
    )
    assert needs(*members) == needs({"all": members})


def test_all_needs_the_longest_of_several_beginnings() -> None:
    assert needs(prefix(type="a"), prefix(type="a.b")) == beginning(type="a.b")
    assert needs(prefix(type="a.b"), prefix(type="a")) == beginning(type="a.b")


def test_all_needs_a_value_rather_than_its_beginning() -> None:
    assert needs(prefix(type="a"), exact(type="a.b")) == exactly(type="a.b")
    assert needs(exact(type="a.b"), prefix(type="a.b.c")) == exactly(type="a.b")


def test_of_values_that_contradict_each_other_all_needs_the_first() -> None:
    assert needs(ID_1, ID_2) == exactly(id="1")


def test_all_needs_nothing_of_what_comes_after_a_member_that_may_panic() -> None:
    panics_or_needs = {"all": [exact(type="a"), PANICS]}

    assert needs(ID_1, PANICS, exact(type="a")) == exactly(id="1")
    assert needs(ID_1, panics_or_needs, exact(source="/b")) == exactly(id="1", type="a")
    assert needs(PANICS, ID_1) == NONE
    assert needs({"cesql": "type ="}, ID_1) == NONE


def test_all_goes_on_after_an_expression_that_is_always_a_boolean() -> None:
    for text in ("EXISTS a", "NOT a", "a AND b", "BOOL(a)", "TRUE"):
        assert needs({"cesql": text}, ID_1) == exactly(id="1")


def test_any_needs_a_value_that_every_member_needs() -> None:
    both = exact(id="1", type="a")

    assert needs({"any": [ID_1, both]}) == exactly(id="1")
    assert needs({"any": [both]}) == exactly(id="1", type="a")


def test_any_needs_the_beginning_that_values_and_beginnings_share() -> None:
    placed, paid = exact(type="order.placed"), exact(type="order.paid")

    assert needs({"any": [placed, paid]}) == beginning(type="order.p")
    assert needs({"any": [placed, prefix(type="order.")]}) == beginning(type="order.")
    assert needs({"any": [prefix(type="order.a"), prefix(type="order.b")]}) == (
        beginning(type="order.")
    )
    assert needs({"any": [prefix(type="order"), placed, paid]}) == (
        beginning(type="order")
    )
    assert needs({"any": [placed, prefix(type="order.placed")]}) == (
        beginning(type="order.placed")
    )


def test_any_needs_nothing_that_one_of_its_members_can_do_without() -> None:
    assert needs({"any": [ID_1, ID_1, exact(type="a")]}) == NONE
    assert needs({"any": [exact(type="a"), ID_1, ID_1]}) == NONE
    assert needs({"any": [ID_1, ID_1, {"suffix": {"id": "1"}}]}) == NONE
    assert needs({"any": [exact(id="12"), exact(id="12"), exact(id="13")]}) == (
        beginning(id="1")
    )
    assert needs({"any": [ID_1, ID_2]}) == NONE
    assert needs({"any": [ID_1, {"not": {}}]}) == NONE
    assert needs({"any": [ID_1, {"exact": {"id": ""}}]}) == exactly(id="1")


def test_any_whose_members_may_panic_needs_what_they_need_not_to() -> None:
    panics_or_needs = {"all": [exact(type="a"), PANICS]}

    assert needs({"any": [panics_or_needs, exact(type="a")]}) == exactly(type="a")
    assert needs({"any": [panics_or_needs, PANICS]}) == NONE


def test_what_lets_everything_pass_needs_nothing() -> None:
    assert needs() == NONE
    assert needs({}) == NONE
    assert needs({"all": []}) == NONE
    assert needs({"any": [{"exact": {"id": ""}}]}) == NONE


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        ("type = 'a'", exactly(type="a")),
        ("type LIKE 'a.%'", beginning(type="a.")),
        ("type LIKE '%a'", NONE),
        ("type LIKE '_a%'", NONE),
        ("type LIKE 'a'", exactly(type="a")),
        ("subject = ''", exactly(subject="")),
        ("TYPE = 'a' AND flag", exactly(type="a")),
        ("type LIKE 'a%' AND type LIKE 'a.b%'", beginning(type="a.b")),
        ("type LIKE 'a%' AND type = 'a.b'", exactly(type="a.b")),
        # read by their plain names, unlike in the other dialects
        ("time = '0001-01-01T00:00:00Z'", exactly(time=ZERO_TIME)),
        ("dataschema LIKE 'urn:%'", beginning(dataschema="urn:")),
        ("type = 5", NONE),
        ("type = 'a' OR type = 'b'", NONE),
        ("1 + 1", NONE),
    ],
)
def test_an_expression_needs_what_its_conjuncts_say(
    expression: str, needed: Needs
) -> None:
    assert needs({"cesql": expression}) == needed


def test_members_of_any_may_be_expressions() -> None:
    either = [{"cesql": "type = 'a.b' AND flag"}, {"cesql": "type LIKE 'a.%'"}]
    empty = [{"cesql": "subject = ''"}, {"cesql": "subject = '' AND flag"}]

    assert needs({"any": either}) == beginning(type="a.")
    assert needs({"any": empty}) == exactly(subject="")
    assert needs({"any": [*empty, {"cesql": "subject LIKE 'a%'"}]}) == NONE

"""Each dialect gives the verdict that Knative gives."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.correlation import NONCE_BYTES, correlation_value, key_of
from simulator.filters import Filter, Verdict, compile_filters

PASS, FAIL = Verdict.PASS, Verdict.FAIL
NO_FILTER, PANIC = Verdict.NO_FILTER, Verdict.PANIC

EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/shop",
    "type": "order.placed",
    "region": "eu",
    "empty": "",
    "flag": "true",
}
HIT, MISS = {"exact": {"id": "1"}}, {"exact": {"id": "2"}}
DROPPED: dict[str, Any] = {"exact": {"id": ""}}
SILENT: dict[str, Any] = {"not": {}}  # judges nothing, but is not dropped
CRASHES = {"cesql": "id"}


def judge(*filters: dict[str, Any], **more: str) -> Verdict:
    attributes = EVENT | more
    compiled = compile_filters(filters, None)
    assert compiled.explain(attributes).verdict is compiled.verdict(attributes)
    return compiled.verdict(attributes)


def judge_legacy(wanted: dict[str, str], **more: str) -> Verdict:
    return compile_filters(None, wanted).verdict(EVENT | more)


@pytest.mark.parametrize(
    ("element", "verdict"),
    [
        ({"exact": {"type": "order.placed"}}, PASS),
        ({"exact": {"type": "Order.placed"}}, FAIL),
        ({"exact": {"type": "order.placed", "source": "/shop"}}, PASS),
        ({"exact": {"type": "order.placed", "source": "/test"}}, FAIL),
        ({"exact": {"nosuch": "x"}}, FAIL),
        ({"exact": {"Type": "order.placed"}}, FAIL),
        ({"prefix": {"type": "order."}}, PASS),
        ({"prefix": {"type": "rder."}}, FAIL),
        ({"prefix": {"type": "order.", "source": "/s"}}, PASS),
        ({"prefix": {"type": "order.", "nosuch": "x"}}, FAIL),
        ({"suffix": {"type": ".placed"}}, PASS),
        ({"suffix": {"type": ".place"}}, FAIL),
        ({"suffix": {"type": "d", "source": "shop"}}, PASS),
        ({"suffix": {"type": "d", "source": "/"}}, FAIL),
    ],
)
def test_a_comparing_dialect_passes_when_every_entry_holds(
    element: dict[str, Any], verdict: Verdict
) -> None:
    assert judge(element) is verdict


@pytest.mark.parametrize(
    ("name", "value", "event", "verdict"),
    [
        ("time", "0001-01-01T00:00:00Z", {}, PASS),
        ("time", "2020-01-02T03:04:05Z", {"time": "2020-01-02T03:04:05Z"}, PASS),
        ("time", "0001-01-01T00:00:00Z", {"time": "2020-01-02T03:04:05Z"}, FAIL),
        ("dataschema", "urn:a", {"dataschema": "urn:a"}, PASS),
        ("schemaurl", "urn:a", {"dataschema": "urn:a"}, PASS),
        ("schemaurl", "urn:a", {"schemaurl": "urn:a"}, FAIL),
        ("schemaurl", "urn:a", {"schemaurl": "urn:a", "specversion": "0.3"}, PASS),
        ("dataschema", "urn:a", {"schemaurl": "urn:a", "specversion": "0.3"}, PASS),
        ("datamediatype", "text/x", {"datacontenttype": "text/x; charset=utf-8"}, PASS),
        ("datamediatype", "text/x", {"datamediatype": "text/x"}, FAIL),
        ("datacontenttype", "text/x", {"datacontenttype": "text/x; a=b"}, FAIL),
        ("datacontentencoding", "base64", {"datacontentencoding": "base64"}, FAIL),
        (
            "datacontentencoding",
            "base64",
            {"datacontentencoding": "base64", "specversion": "0.3"},
            PASS,
        ),
    ],
)
def test_derived_names_read_what_knative_reads(
    name: str, value: str, event: dict[str, str], verdict: Verdict
) -> None:
    for dialect in ("exact", "prefix", "suffix"):
        if dialect == "exact" or verdict is PASS:
            assert judge({dialect: {name: value}}, **event) is verdict
    assert judge_legacy({name: value}, **event) is verdict


def test_derived_and_plain_names_stand_together() -> None:
    both = {"time": "0001-01-01T00:00:00Z", "type": "order.placed"}

    assert judge({"exact": both}) is PASS
    assert judge({"prefix": both}, type="other") is FAIL
    assert judge({"suffix": both}, type="other") is FAIL
    assert judge({"exact": both}, type="other") is FAIL


@pytest.mark.parametrize(
    ("wanted", "verdict"),
    [
        ({"type": "order.placed"}, PASS),
        ({"type": "order.placed", "region": "eu"}, PASS),
        ({"type": "order.placed", "region": "us"}, FAIL),
        ({"region": ""}, PASS),
        ({"empty": ""}, FAIL),
        ({"nosuch": ""}, FAIL),
        ({"subject": ""}, FAIL),
        ({"time": ""}, PASS),
        ({"region": "", "type": "x"}, FAIL),
        ({"": "x"}, FAIL),
        ({}, NO_FILTER),
    ],
)
def test_the_legacy_filter_takes_an_empty_text_for_any_value(
    wanted: dict[str, str], verdict: Verdict
) -> None:
    assert judge_legacy(wanted) is verdict


@pytest.mark.parametrize(
    ("members", "of_all", "of_any"),
    [
        ([], NO_FILTER, NO_FILTER),
        ([DROPPED, {}], NO_FILTER, NO_FILTER),
        ([HIT, HIT], PASS, PASS),
        ([HIT, MISS], FAIL, PASS),
        ([MISS, HIT], FAIL, PASS),
        ([MISS, MISS], FAIL, FAIL),
        ([HIT, DROPPED], PASS, PASS),
        ([MISS, DROPPED], FAIL, FAIL),
        ([HIT, SILENT], NO_FILTER, PASS),
        ([SILENT, HIT], PASS, PASS),
        ([MISS, SILENT], FAIL, NO_FILTER),
        ([SILENT, MISS], FAIL, FAIL),
        ([HIT, CRASHES], PANIC, PASS),
        ([MISS, CRASHES], FAIL, PANIC),
        ([CRASHES, HIT], PANIC, PANIC),
        ([CRASHES, MISS], PANIC, PANIC),
    ],
)
def test_all_and_any_stop_early_and_else_end_with_their_last_member(
    members: list[dict[str, Any]], of_all: Verdict, of_any: Verdict
) -> None:
    # one element with an empty list is dropped, so give each a member that is asked
    assert judge({"all": members}) is of_all
    assert judge({"any": members}) is of_any
    assert judge(*members) is of_all


@pytest.mark.parametrize(
    ("member", "verdict"),
    [
        (HIT, FAIL),
        (MISS, PASS),
        (DROPPED, NO_FILTER),
        ({}, NO_FILTER),
        (SILENT, NO_FILTER),
        (CRASHES, PANIC),
        ({"all": []}, NO_FILTER),
    ],
)
def test_not_swaps_pass_and_fail_only(member: dict[str, Any], verdict: Verdict) -> None:
    assert judge({"not": member}) is verdict


def test_a_dropped_member_does_not_end_an_any_but_a_silent_one_does() -> None:
    assert judge({"any": [MISS, {"all": []}]}) is FAIL
    assert judge({"any": [MISS, {"all": [{}]}]}) is NO_FILTER
    assert judge({"any": [MISS, {"not": {"all": []}}]}) is NO_FILTER


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("type LIKE 'order.%'", PASS),
        ("type = 'x'", FAIL),
        ("nosuch = 'x'", FAIL),
        ("1 / 0 = 1", FAIL),
        ("1 + 1", PANIC),
        ("flag", PANIC),
        ("flag = TRUE", PASS),
        ("BOOL(flag)", PASS),
        ("", NO_FILTER),
        ("type =", PANIC),
    ],
)
def test_cesql_passes_only_what_is_true(expression: str, verdict: Verdict) -> None:
    assert judge({"cesql": expression}) is verdict


def test_an_expression_that_does_not_parse_crashes_on_every_event_wherever_it_stands() -> (
    None
):
    broken = {"cesql": "type ="}

    assert judge(MISS, broken) is PANIC
    assert judge({"any": [HIT, {"not": broken}]}) is PANIC
    assert judge({"all": [MISS, broken]}) is PANIC


@pytest.mark.parametrize(
    ("element", "verdict"),
    [
        (HIT | {"prefix": {"id": "x"}}, PASS),
        ({"prefix": {"id": "x"}, "suffix": {"id": "1"}}, FAIL),
        ({"suffix": {"id": "x"}, "all": [HIT]}, FAIL),
        ({"all": [MISS], "any": [HIT]}, FAIL),
        ({"any": [MISS], "not": MISS}, FAIL),
        ({"not": HIT, "cesql": "TRUE"}, FAIL),
        (DROPPED | {"cesql": "FALSE"}, NO_FILTER),
        ({"exact": {}, "prefix": None, "all": [], "cesql": "FALSE"}, FAIL),
    ],
)
def test_of_several_dialects_the_first_that_is_not_empty_counts(
    element: dict[str, Any], verdict: Verdict
) -> None:
    assert judge(element) is verdict


def test_filters_win_over_the_legacy_filter_unless_they_are_empty() -> None:
    miss = {"type": "x"}

    assert compile_filters([HIT], miss).verdict(EVENT) is PASS
    assert compile_filters([DROPPED], miss).verdict(EVENT) is NO_FILTER
    assert compile_filters([], miss).verdict(EVENT) is FAIL
    assert compile_filters(None, None).verdict(EVENT) is NO_FILTER


def test_only_pass_and_no_filter_deliver() -> None:
    assert [verdict for verdict in Verdict if verdict.delivers] == [PASS, NO_FILTER]


def reads(*filters: dict[str, Any]) -> tuple[str, ...]:
    return compile_filters(filters, None).reads


def test_a_filter_names_the_attributes_it_reads_in_order_of_first_use() -> None:
    derived = {"exact": {"datamediatype": "a", "schemaurl": "b"}}

    assert reads({"exact": {"type": "a", "id": "b"}}, MISS) == ("type", "id")
    assert reads({"any": [{"cesql": "b = a"}, {"not": {"suffix": {"a": "x"}}}]}) == (
        "b",
        "a",
    )
    assert reads(derived) == (
        "datacontenttype",
        "specversion",
        "dataschema",
        "schemaurl",
    )
    assert reads(DROPPED, {"not": DROPPED}) == ()


def test_a_compiled_filter_cannot_be_changed() -> None:
    compiled: Filter = compile_filters([HIT], None)

    with pytest.raises(AttributeError):
        compiled.reads = ()  # type: ignore[misc] # it is frozen


@pytest.mark.parametrize(
    ("expression", "value", "verdict"),
    [
        ("IS_INT(v)", "5", Verdict.PASS),
        ("IS_INT(v)", "+5", Verdict.PASS),
        ("IS_INT(v)", "2147483648", Verdict.FAIL),
        ("IS_INT(v)", "true", Verdict.FAIL),
        ("IS_BOOL(v)", "TRUE", Verdict.PASS),
        ("is_bool(v)", "5", Verdict.FAIL),
        ("IS_INT(w)", "5", Verdict.FAIL),
        ("NOT IS_INT(w)", "5", Verdict.FAIL),
    ],
)
def test_a_filter_has_the_functions_that_knative_has_beside_the_specification(
    expression: str, value: str, verdict: Verdict
) -> None:
    filter_ = compile_filters([{"cesql": expression}], None)

    assert filter_.verdict({"type": "a", "v": value}) is verdict


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        ("v, 'ask', 'default', 'request-reply-keys', 0, 1", Verdict.PASS),
        ("v, 'ask', 'default', 'request-reply-keys', 2, 3", Verdict.PASS),
        ("v, 'ask', 'default', 'request-reply-keys', 0, 3", Verdict.FAIL),
        ("v, 'other', 'default', 'request-reply-keys', 0, 1", Verdict.FAIL),
        ("v, 'ask', 'team', 'request-reply-keys', 0, 1", Verdict.FAIL),
        ("w, 'ask', 'default', 'request-reply-keys', 0, 1", Verdict.FAIL),
        ("v, 'ask', 'default', 'request-reply-keys', 0", Verdict.FAIL),
    ],
)
def test_a_filter_can_tell_a_reply_to_a_question_of_a_pod(
    arguments: str, verdict: Verdict
) -> None:
    value = correlation_value("a", key_of("default", "ask"), bytes(NONCE_BYTES), 5)
    expression = f"kn_verify_correlation_id({arguments})"

    filter_ = compile_filters([{"cesql": expression}], None)

    assert filter_.verdict({"type": "a", "v": value}) is verdict

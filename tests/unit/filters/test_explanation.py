"""An explanation says what was wanted, what was found, and what was probably meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.filters import Explanation, Verdict, compile_filters

EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/shop",
    "type": "order.placed",
    "amount": "5",
}


def explain(*filters: dict[str, Any], **more: str) -> Explanation:
    return compile_filters(filters, None).explain(EVENT | more)


def text(*filters: dict[str, Any], **more: str) -> str:
    return str(explain(*filters, **more))


def test_a_tree_shows_every_part_also_after_the_verdict_is_clear() -> None:
    tree = text(
        {"exact": {"source": "/test"}},
        {"prefix": {"type": "order."}},
        {"suffix": {"type": ".paid", "subject": "x"}},
        {"not": {"exact": {"id": "2"}}},
        {"cesql": "id"},
    )

    assert tree == (
        "✗ all\n"
        "  ✗ exact source: wanted '/test', got '/shop'\n"
        "  ✓ prefix type: wanted 'order.', got 'order.placed'\n"
        "  ✗ suffix\n"
        "    ✗ suffix type: wanted '.paid', got 'order.placed'\n"
        "    ✗ suffix subject: wanted 'x', it is absent\n"
        "  ✓ not\n"
        "    ✗ exact id: wanted '2', got '1'\n"
        "  ‼ cesql: id is '1', no boolean: the filter handler crashes on it"
    )


def test_what_judges_nothing_says_why() -> None:
    assert text({}, {"exact": {"type": ""}}, {"prefix": {"": "x"}}, {"all": []}) == (
        "· all: no members to judge by, every event passes\n"
        "  · none: dropped, it names no dialect\n"
        "  · exact: dropped, the value of 'type' is empty\n"
        "  · prefix: dropped, an attribute has no name\n"
        "  · all: dropped, it is empty"
    )
    assert text({"prefixx": {"type": "a"}}) == (
        "· all: no members to judge by, every event passes\n"
        "  · none: dropped, 'prefixx' is no dialect; did you mean 'prefix'?"
    )
    assert text({"any": [{"exact": {"id": "2"}}, {"any": [{}]}, {"not": {}}]}) == (
        "· any: none passes, but the last has nothing to judge, so the event passes\n"
        "  ✗ exact id: wanted '2', got '1'\n"
        "  · any: no members to judge by, every event passes\n"
        "    · none: dropped, it names no dialect\n"
        "  · not: nothing to negate, the event passes\n"
        "    · none: dropped, it names no dialect"
    )
    assert str(compile_filters(None, None).explain(EVENT)) == (
        "· none: no filter, every event passes"
    )


def test_ascii_lines_have_other_marks_and_escape_the_rest() -> None:
    explanation = explain({"exact": {"type": "ö"}}, {"exact": {"id": "1"}}, {})

    assert explanation.lines(ascii_only=True) == [
        "x all",
        "  x exact type: wanted '\\xf6', got 'order.placed'",
        "  + exact id: wanted '1', got '1'",
        "  - none: dropped, it names no dialect",
    ]


def test_the_legacy_filter_says_that_any_value_would_do() -> None:
    legacy = compile_filters(None, {"sorce": "", "id": ""})

    assert str(legacy.explain(EVENT)) == (
        "✗ attributes\n"
        "  ✗ attributes sorce: wanted any value, it is absent (did you mean 'source'?)\n"
        "  ✓ attributes id: wanted any value, got '1'"
    )


def test_an_absent_time_is_shown_as_what_the_filter_reads() -> None:
    assert text({"prefix": {"time": "2020"}}) == (
        "✗ prefix time: wanted '2020', got '0001-01-01T00:00:00Z'"
    )
    assert text({"exact": {"datamediatype": "a/b"}}, datacontenttype="c/d; e=f") == (
        "✗ exact datamediatype: wanted 'a/b', got 'c/d'"
    )
    assert text({"exact": {"dataschema": "a:b"}}) == (
        "✗ exact dataschema: wanted 'a:b', it is absent"
    )


def test_cesql_blames_the_part_that_makes_it_false() -> None:
    assert text({"cesql": "type LIKE 'order.%' AND\n  (amount > 10 OR id = '2')"}) == (
        "✗ cesql: type LIKE 'order.%' AND (amount > 10 OR id = '2') is FALSE, because of "
        "(amount > 10 OR id = '2') (amount is '5', id is '1')\n"
        "  type LIKE 'order.%': TRUE\n"
        "    type: 'order.placed'\n"
        "  (amount > 10 OR id = '2'): FALSE\n"
        "    amount > 10: FALSE\n"
        "      amount: '5'\n"
        "    id = '2': FALSE\n"
        "      id: '1'"
    )
    assert text({"cesql": "FALSE"}) == "✗ cesql: FALSE is FALSE"
    assert text({"cesql": "TRUE"}) == "✓ cesql: TRUE is TRUE"


def test_cesql_blames_the_attribute_that_is_missing() -> None:
    assert text({"cesql": "amout = 5 OR TRUE"}) == (
        "✗ cesql: amout = 5 OR TRUE fails, because of amout: the event has no attribute "
        "'amout' (did you mean 'amount'?)\n"
        "  amout = 5: error, the event has no attribute 'amout'\n"
        "    amout: error, the event has no attribute 'amout'"
    )
    assert text({"cesql": "type = 'x' AND amount = 5"}).endswith(
        "  amount = 5: not reached"
    )
    assert explain({"cesql": "1 / 0 = 1"}).hint == ""


def test_an_expression_that_does_not_parse_is_explained_with_its_position() -> None:
    explanation = explain({"exact": {"type": "x"}}, {"cesql": "type = = 'x'"})

    assert explanation.verdict is Verdict.PANIC
    assert explanation.wanted == "type = = 'x'"
    assert "(line 1, column 8): the filter handler crashes" in explanation.reason


@pytest.mark.parametrize(
    ("element", "hint"),
    [
        ({"exact": {"type": "Order.Placed"}}, "differs only in case"),
        ({"prefix": {"type": "Order."}}, "differs only in case"),
        ({"suffix": {"type": ".Placed"}}, "differs only in case"),
        (
            {"exact": {"type": " order.placed"}},
            "differs only in leading or trailing space",
        ),
        ({"suffix": {"type": "placed "}}, ""),
        (
            {"exact": {"type": "order.place"}},
            "one letter apart",
        ),
        (
            {"exact": {"type": "odrer.placed"}},
            "one letter apart",
        ),
        (
            {"exact": {"type": "order.plaxed"}},
            "one letter apart",
        ),
        ({"exact": {"type": "order.paid"}}, ""),
        ({"exact": {"type": "order.*"}}, "exact knows no wildcards"),
        ({"suffix": {"type": "%placed"}}, "suffix knows no wildcards"),
        ({"exact": {"typ": "order.placed"}}, "did you mean 'type'?"),
        ({"exact": {"zzz": "order.placed"}}, ""),
        (
            {"exact": {"time": "2020-01-02T05:04:05+02:00"}},
            "time is compared in UTC, without needless digits",
        ),
        (
            {"exact": {"time": "2020-01-02T05:04:05.120Z"}},
            "time is compared in UTC, without needless digits",
        ),
        ({"exact": {"time": "2021-01-02T05:04:05.12Z"}}, ""),
        ({"exact": {"type": "2020-01-02T05:04:05+02:00"}}, ""),
    ],
)
def test_a_hint_names_the_usual_mistakes(element: dict[str, Any], hint: str) -> None:
    assert explain(element).hint == hint


def changes(*filters: dict[str, Any], **more: str) -> list[tuple[str, str | None, str]]:
    explanation = explain(*filters, **more)
    return [(x.attribute, x.actual, x.wanted) for x in explanation.nearest_miss]


def test_the_nearest_miss_of_a_list_is_all_that_fails_in_it() -> None:
    filters = (
        {"exact": {"type": "order.paid"}},
        {"prefix": {"source": "/s"}},
        {"suffix": {"subject": "x"}},
    )

    assert changes(*filters) == [
        ("type", "order.placed", "exactly 'order.paid'"),
        ("subject", None, "something ending with 'x'"),
    ]
    assert explain(*filters).distance == 2
    assert [str(change) for change in explain(*filters).nearest_miss] == [
        "type is 'order.placed', wanted exactly 'order.paid'",
        "subject is absent, wanted something ending with 'x'",
    ]


def test_of_several_ways_the_shortest_counts_and_of_these_the_most_alike() -> None:
    two = {"all": [{"exact": {"id": "2"}}, {"exact": {"source": "/t"}}]}
    far = {"exact": {"type": "zzz"}}
    near = {"exact": {"type": "order.paid"}}

    assert changes({"any": [two, far, near]}) == [
        ("type", "order.placed", "exactly 'order.paid'")
    ]


def test_an_alternative_that_contradicts_the_rest_gives_way_to_the_next() -> None:
    typo = {"exact": {"type": "order.place"}}  # the nearest, but not with the suffix
    other = {"exact": {"subject": "x"}}

    assert changes({"any": [typo, other]}, {"suffix": {"type": ".paid"}}) == [
        ("subject", None, "exactly 'x'"),
        ("type", "order.placed", "something ending with '.paid'"),
    ]


def test_one_change_that_serves_two_choices_is_nearer_than_one_for_each() -> None:
    typo, other_id = {"exact": {"type": "order.place"}}, {"exact": {"id": "2"}}
    shared = {"exact": {"subject": "x"}}

    assert changes({"any": [typo, shared]}, {"any": [other_id, shared]}) == [
        ("subject", None, "exactly 'x'")
    ]


def test_what_is_negated_must_become_something_else() -> None:
    filters = (
        {"not": {"any": [{"prefix": {"type": "order."}}, {"suffix": {"id": "1"}}]}},
    )

    assert changes(*filters) == [
        ("type", "order.placed", "something not starting with 'order.'"),
        ("id", "1", "something not ending with '1'"),
    ]
    assert [x.example for x in explain(*filters).nearest_miss] == ["a", "a"]
    assert changes({"not": {"exact": {"id": "1"}}}) == [("id", "1", "anything but '1'")]


def test_conditions_on_one_attribute_are_met_together() -> None:
    kept_and_new = ({"prefix": {"type": "order."}}, {"suffix": {"type": ".paid"}})
    overlapping = ({"prefix": {"type": "abc"}}, {"suffix": {"type": "bcd"}})
    forbidden = (*overlapping, {"not": {"exact": {"type": "abcd"}}})

    assert [x.example for x in explain(*kept_and_new).nearest_miss] == ["order.paid"]
    assert [x.example for x in explain(*overlapping).nearest_miss] == ["abcd", "abcd"]
    assert [x.example for x in explain(*forbidden).nearest_miss] == ["abcbcd", "abcbcd"]


def test_a_filter_that_no_event_passes_has_no_nearest_miss_and_stands_last() -> None:
    contradictory = explain({"exact": {"type": "a"}}, {"exact": {"type": "b"}})
    same_expression = explain({"cesql": "id = 2"}, {"not": {"cesql": "id = 2"}})

    assert (contradictory.nearest_miss, contradictory.distance) == ((), 3)
    assert (same_expression.nearest_miss, same_expression.distance) == ((), 3)


def test_the_same_condition_twice_is_one_change() -> None:
    same = {"exact": {"type": "a"}}

    assert explain(same, {"all": [same, {"prefix": {"id": "1"}}]}).distance == 1


def test_a_value_with_a_grammar_is_not_made_up() -> None:
    (prefix,) = explain({"prefix": {"time": "2020"}}).nearest_miss
    (exact,) = explain({"exact": {"time": "2020-01-02T03:04:05Z"}}).nearest_miss

    assert prefix.example is None
    assert exact.example == "2020-01-02T03:04:05Z"


def test_schemaurl_and_dataschema_are_one_attribute() -> None:
    explanation = explain(
        {"exact": {"schemaurl": "a:b"}}, {"exact": {"dataschema": "c:d"}}
    )

    assert explanation.nearest_miss == ()


def test_cesql_must_turn_true_or_false() -> None:
    both = explain({"cesql": "amount > 10"}, {"not": {"cesql": "EXISTS\n id"}})

    first, second = both.nearest_miss
    assert (first.attribute, first.actual, first.example) == ("amount", "5", None)
    assert first.wanted == "such that amount > 10 is TRUE"
    assert str(first) == "amount > 10 must be TRUE (amount is '5')"
    assert str(second) == "EXISTS id must be FALSE"


def test_a_way_past_a_panic_turns_the_expression_that_panics() -> None:
    blocked = explain(
        {
            "any": [
                {"exact": {"id": "2"}},
                {"all": [{"exact": {"id": "3"}}, {"cesql": "id"}]},
            ]
        }
    )
    negated = explain({"not": {"any": [{"exact": {"id": "1"}}, {"cesql": "id"}]}})
    over = explain(
        {"exact": {"id": "2"}},
        {"not": {"all": [{"cesql": "id"}, {"exact": {"id": "9"}}]}},
    )

    assert [x.wanted for x in blocked.nearest_miss] == ["exactly '2'"]
    assert [x.wanted for x in negated.nearest_miss] == [
        "anything but '1'",
        "such that id is FALSE",
    ]
    assert [x.wanted for x in over.nearest_miss] == [
        "exactly '2'",
        "such that id is FALSE",
    ]


def test_what_judges_nothing_can_let_the_event_through() -> None:
    silent: dict[str, Any] = {"not": {}}
    negated = explain({"not": {"all": [silent, {"exact": {"id": "1"}}]}})
    of_any = explain(
        {
            "not": {
                "all": [
                    {"any": [{"exact": {"id": "1"}}, silent]},
                    {"exact": {"id": "1"}},
                ]
            }
        }
    )

    assert [x.wanted for x in negated.nearest_miss] == ["anything but '1'"]
    assert [x.wanted for x in of_any.nearest_miss] == ["anything but '1'"]


def test_what_judges_nothing_is_in_no_ones_way() -> None:
    silent: dict[str, Any] = {"not": {}}

    assert changes(silent, {"exact": {"id": "2"}}) == [("id", "1", "exactly '2'")]


def test_an_event_that_goes_through_misses_nothing() -> None:
    passing = explain({"exact": {"id": "1"}})
    panicking = explain({"cesql": "id"})

    assert (passing.nearest_miss, passing.distance) == ((), 0)
    assert (panicking.nearest_miss, panicking.distance) == ((), 0)


def test_the_legacy_filter_has_a_nearest_miss_too() -> None:
    legacy = compile_filters(None, {"region": "", "type": "order.paid"})

    assert [(x.wanted, x.example) for x in legacy.explain(EVENT).nearest_miss] == [
        ("any value", "a"),
        ("exactly 'order.paid'", "order.paid"),
    ]


def test_nested_choices_do_not_multiply_without_end() -> None:
    choice = {"any": [{"exact": {"type": str(n)}} for n in range(20)]}

    explanation = explain(*[choice] * 20)

    assert explanation.distance == 1


def test_an_explanation_is_data_for_json() -> None:
    data = explain(
        {"exact": {"type": "order.Placed"}}, {}, {"cesql": "nosuch = 1"}
    ).to_json()

    assert json.loads(json.dumps(data)) == {
        "dialect": "all",
        "verdict": "fail",
        "reason": "",
        "children": [
            {
                "dialect": "exact",
                "verdict": "fail",
                "reason": "wanted 'order.Placed', got 'order.placed'",
                "attribute": "type",
                "wanted": "order.Placed",
                "actual": "order.placed",
                "hint": "differs only in case",
            },
            {
                "dialect": "none",
                "verdict": "noFilter",
                "reason": "dropped, it names no dialect",
                "dropped": True,
            },
            {
                "dialect": "cesql",
                "verdict": "fail",
                "reason": "nosuch = 1 fails, because of nosuch: "
                "the event has no attribute 'nosuch'",
                "wanted": "nosuch = 1",
                "expression": {
                    "kind": "=",
                    "text": "nosuch = 1",
                    "value": False,
                    "error": "the event has no attribute 'nosuch'",
                    "reached": True,
                    "children": [
                        {
                            "kind": "attribute",
                            "text": "nosuch",
                            "value": False,
                            "error": "the event has no attribute 'nosuch'",
                            "reached": True,
                            "children": [],
                        },
                        {
                            "kind": "literal",
                            "text": "1",
                            "value": 1,
                            "error": None,
                            "reached": False,
                            "children": [],
                        },
                    ],
                },
            },
        ],
        "distance": 2,
        "nearestMiss": [
            {
                "attribute": "type",
                "actual": "order.placed",
                "wanted": "exactly 'order.Placed'",
                "example": "order.Placed",
                "text": "type is 'order.placed', wanted exactly 'order.Placed' "
                "(differs only in case)",
            },
            {
                "attribute": "nosuch",
                "actual": None,
                "wanted": "such that nosuch = 1 is TRUE",
                "example": None,
                "text": "add the attribute 'nosuch': nosuch = 1 must be TRUE",
            },
        ],
    }
    assert "distance" not in explain({"exact": {"id": "1"}}).to_json()

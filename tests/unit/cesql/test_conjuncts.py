"""What an expression shows that its attributes must be."""

from __future__ import annotations

import pytest

from simulator.cesql import Conjunct, compile_expression


def is_(attribute: str, text: str) -> Conjunct:
    return Conjunct(attribute, text, whole=True)


def begins(attribute: str, text: str) -> Conjunct:
    return Conjunct(attribute, text, whole=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("type = 'x'", [is_("type", "x")]),
        ("'x' = type", [is_("type", "x")]),
        ('Type = "x"', [is_("type", "x")]),
        ("subject = ''", [is_("subject", "")]),
        ("type = 'it''s'", [is_("type", "it''s")]),
        (r"type = 'it\'s'", [is_("type", "it's")]),
        ("type LIKE 'x.%'", [begins("type", "x.")]),
        ("type LIKE 'x_z%'", [begins("type", "x")]),
        ("type LIKE '%x'", [begins("type", "")]),
        ("type LIKE 'x'", [is_("type", "x")]),
        (r"type LIKE '5\%'", [is_("type", "5%")]),
        (r"type LIKE '5\_6_'", [begins("type", "5_6")]),
        (
            "type = 'x' AND a LIKE 'b%' AND EXISTS c",
            [is_("type", "x"), begins("a", "b")],
        ),
        ("((a = 'b')) AND (1 / 0 = 1 AND (c = 'd'))", [is_("a", "b"), is_("c", "d")]),
        ("flag AND a = 'b'", [is_("a", "b")]),
        ("LENGTH(a) AND a = 'b'", [is_("a", "b")]),
        ("a = 'b' OR c = 'd' AND e = 'f'", [is_("e", "f")]),
        ("a = 'b' AND a = 'c'", [is_("a", "b"), is_("a", "c")]),
    ],
)
def test_comparisons_with_a_text_joined_by_and_are_seen(
    text: str, found: list[Conjunct]
) -> None:
    assert list(compile_expression(text).conjuncts) == found


@pytest.mark.parametrize(
    "text",
    [
        "TRUE",
        "type",
        "type = 5",
        "5 = type",
        "type = TRUE",
        "type = source",
        "'a' = 'a'",
        "'type' LIKE 'x%'",
        "type != 'x'",
        "type <> 'x'",
        "type NOT LIKE 'x%'",
        "type IN ('x')",
        "EXISTS type",
        "NOT type = 'x'",
        "NOT (type = 'x')",
        "NOT type LIKE 'x%'",
        "type = 'x' OR source = 'y'",
        "type = 'x' XOR source = 'y'",
        "type = 'x' AND source = 'y' OR id = 'z'",
        "(type = 'x') = TRUE",
        "type = 'x' = TRUE",
        "LOWER(type) = 'x'",
        "CONCAT(type) LIKE 'x%'",
        "BOOL(type = 'x')",
        "type = 'a' + 1",
    ],
)
def test_nothing_else_is_taken_for_a_necessary_condition(text: str) -> None:
    assert compile_expression(text).conjuncts == ()


@pytest.mark.parametrize(
    ("text", "boolean"),
    [
        ("a = 'b'", True),
        ("a AND b", True),
        ("NOT a", True),
        ("NOT 10", True),
        ("EXISTS a", True),
        ("TRUE", True),
        ("BOOL(a)", True),
        ("a", False),
        ("1 + 1", False),
        ("'true'", False),
        ("UPPER(a)", False),
        ("NO_SUCH_FUNCTION(a)", False),
    ],
)
def test_an_expression_tells_whether_it_is_a_boolean_for_every_event(
    text: str, *, boolean: bool
) -> None:
    assert compile_expression(text).is_boolean is boolean

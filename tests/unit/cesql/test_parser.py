"""What is an expression, and how its parts group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.cesql import compile_expression
from simulator.cesql.parser import parse
from tests.unit.cesql.evaluating import evaluated, value_of

if TYPE_CHECKING:
    from simulator.cesql.syntax import Term


def grouping(term: Term) -> str:
    """The tree of an expression with a parenthesis around each operator's operands."""
    if not term.operands:
        return str(term.value)
    return f"({term.kind} {' '.join(map(grouping, term.operands))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        ("10 - 2 - 3", "(- (- 10 2) 3)"),
        ("1 + 2 < 3 = TRUE", "(= (< (+ 1 2) 3) True)"),
        ("1 + 1 IN (2, 3)", "(+ 1 (IN 1 2 3))"),
        ("- 2 LIKE '-%'", "(LIKE (negate 2))"),
        ("NOT a LIKE 'x'", "(LIKE (NOT a))"),
        ("NOT a NOT LIKE 'x'", "(NOT LIKE (NOT a))"),
        ("NOT NOT - a", "(NOT (NOT (negate a)))"),
        ("a NOT IN (b) IN (c)", "(IN (NOT IN a b) c)"),
        ("a AND b OR c", "(OR (AND a b) c)"),
        ("a OR b AND c", "(AND (OR a b) c)"),
        ("a AND b AND c", "(AND a b c)"),
        ("a AND (b AND c)", "(AND a (AND b c))"),
        ("(a AND b) AND c", "(AND (AND a b) c)"),
        ("a OR b OR c XOR d XOR e AND f", "(AND (XOR (OR a b c) d e) f)"),
        ("NOT EXISTS a AND b", "(AND (NOT a) b)"),
        ("F(a, G())", "(call a G)"),
        ("((((1))))", "1"),
    ],
)
def test_operators_group_by_precedence_and_then_from_left_to_right(
    text: str, tree: str
) -> None:
    assert grouping(parse(text)) == tree


@pytest.mark.parametrize(
    "text", ["tRuE aNd NoT fAlSe", "lower('A') LIKE 'a'", "MYEXT iN ('x')"]
)
def test_keywords_functions_and_attributes_are_found_in_any_case(text: str) -> None:
    assert value_of(text, myext="x") is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it\\'s'", "it's"),
        ('"say \\"hi\\""', 'say "hi"'),
        ("'say \\\"hi'", 'say \\"hi'),
        ("'it''s'", "it''s"),
        ("'a\\\\'", "a\\\\"),
        ("'two\nlines'", "two\nlines"),
        ("''", ""),
        ("-2147483648", -2147483648),
        ("+7", 7),
        ("007", 7),
        ("True", True),
    ],
)
def test_a_literal_is_worth_what_it_says(text: str, value: object) -> None:
    result = value_of(text)

    assert (result, type(result)) == (value, type(value))


def test_a_name_that_begins_with_a_digit_is_an_attribute() -> None:
    assert value_of("1st", **{"1st": "x"}) == "x"


def test_a_name_that_begins_with_a_keyword_is_an_attribute() -> None:
    assert value_of("android", android="x") == "x"


def test_white_space_is_blank_tab_and_line_ends() -> None:
    assert value_of("\t1\r\n+\n2 ") == 3


def test_a_function_name_may_have_underscores() -> None:
    assert value_of("CONCAT_WS('-', 'a', 'b')") == "a-b"


def test_a_sign_belongs_to_the_digits_behind_it() -> None:
    assert evaluated("1 - 1") == (0, "")
    assert evaluated("1 --1") == (2, "")


def test_thousands_of_alternatives_are_one_expression() -> None:
    text = " OR ".join(["a = 'x'"] * 3_000)

    assert value_of(text, a="y") is False


def test_many_parentheses_are_no_depth() -> None:
    assert value_of("(" * 2_000 + "1" + ")" * 2_000) == 1


def test_an_expression_is_equal_to_one_of_the_same_text() -> None:
    assert compile_expression("a = 1") == compile_expression("a = 1")
    assert compile_expression("a = 1") != compile_expression("a  = 1")

"""What is no expression is refused with its place and what was expected there."""

from __future__ import annotations

import pytest

from simulator.cesql import CesqlError, ParseError, compile_expression
from simulator.cesql.parser import MAX_DEPTH, MAX_LENGTH


def refusal(text: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        compile_expression(text)
    return caught.value


OPERAND = "a literal, an attribute, a function or '('"
END = "an operator or the end of the expression"


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, f"unexpected the end of the expression, expected {OPERAND}"),
        ("ABC(", 5, f"unexpected the end of the expression, expected {OPERAND}"),
        ("a b", 3, f"unexpected 'b', expected {END}"),
        ("(a b)", 4, "unexpected 'b', expected an operator or ')'"),
        ("F(a b)", 5, "unexpected 'b', expected an operator, ',' or ')'"),
        ("a NOT b", 7, "unexpected 'b', expected LIKE or IN"),
        ("a AND", 6, f"unexpected the end of the expression, expected {OPERAND}"),
        ("a LIKE 5", 8, "unexpected '5', expected a quoted pattern"),
        ("EXISTS 'id'", 8, "unexpected \"'id'\", expected the name of an attribute"),
        ("EXISTS (id)", 8, "unexpected '(', expected the name of an attribute"),
        ("a IN b", 6, "unexpected 'b', expected '('"),
        ("a IN ()", 7, f"unexpected ')', expected {OPERAND}"),
        ("f_x", 4, "unexpected the end of the expression, expected '('"),
        ("x1(2)", 3, f"unexpected '(', expected {END}"),
        (
            "a-1",
            2,
            f"unexpected '-1', expected {END}; write '- 1' with a space to calculate",
        ),
        (
            "a == 1",
            4,
            f"unexpected '=', expected {OPERAND}; CESQL writes '=' for equality",
        ),
        ("a && b", 3, "CESQL has no symbol '&'; CESQL writes AND"),
        ("a || b", 3, "CESQL has no symbol '|'; CESQL writes OR"),
        ("!a", 1, "CESQL has no symbol '!'; CESQL writes NOT"),
        ("a = 1;", 6, "CESQL has no symbol ';'"),
        ("a = 'x", 5, "the string that opens with ' is never closed"),
        ('a = "x\\"', 5, 'the string that opens with " is never closed'),
        ("1 + 2147483648", 5, "the Integer '2147483648' needs more than 32 bits"),
        ("\u017fubject", 1, "CESQL has no symbol '\u017f'"),
    ],
)
def test_the_message_says_what_is_wrong_where(
    text: str, column: int, message: str
) -> None:
    error = refusal(text)

    assert (error.line, error.column, error.message) == (1, column, message)


def test_the_position_counts_lines() -> None:
    error = refusal("a = 1\nAND b == 2")

    assert (error.line, error.column, error.offset) == (2, 8, 13)


def test_a_caret_stands_below_the_fault() -> None:
    text = str(refusal("a = 1 AND\n\tb ? 2"))

    assert text.split("\n")[1:] == ["  \tb ? 2", "  \t  ^"]


def test_a_long_line_is_cut_around_the_fault() -> None:
    text = str(refusal("a = '" + "x" * 200 + "' AND ? OR '" + "y" * 200 + "'"))

    _, excerpt, caret = text.split("\n")
    assert len(excerpt) == 122
    assert excerpt[caret.index("^")] == "?"


def test_a_long_token_is_quoted_in_part() -> None:
    assert len(refusal("9" * 5_000).message) < 100


def test_the_error_names_its_kind_and_keeps_the_expression() -> None:
    error = refusal("a ? b")

    assert isinstance(error, CesqlError)
    assert (error.kind, error.expression) == ("parse", "a ? b")


def test_an_expression_that_is_too_long_is_refused() -> None:
    error = refusal("a" * (MAX_LENGTH + 1))

    assert error.message == "the expression has 65537 characters, more than 65536"


@pytest.mark.parametrize(
    "text",
    [
        "NOT " * 10_000 + "TRUE",
        "-" * 60_000 + "1",
        "1 + " * 10_000 + "1",
        "ABS(" * 10_000 + "1" + ")" * 10_000,
        "TRUE AND FALSE OR " * 3_000 + "TRUE",
        "(1 = " * 5_000 + "1" + ")" * 5_000,
    ],
    ids=["not", "negate", "sum", "calls", "logic", "groups"],
)
def test_an_expression_that_is_too_deep_is_refused(text: str) -> None:
    message = f"the expression is nested deeper than {MAX_DEPTH} terms"

    assert refusal(text).message == message


def test_the_deepest_expression_still_evaluates_and_explains() -> None:
    expression = compile_expression("NOT " * (MAX_DEPTH - 1) + "a")

    result = expression.evaluate({"a": True})

    assert result == (False, None)
    assert expression.explain({"a": True}).value is False

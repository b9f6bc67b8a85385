"""What the built-in functions give, and how others are added."""

from __future__ import annotations

import pytest

from simulator.cesql import Function, FunctionError, compile_expression
from tests.unit.cesql.evaluating import Value, evaluated, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("LENGTH('日本')", 2),
        ("LENGTH(TRUE)", 4),
        ("UPPER('straße')", "STRASSE"),
        ("LOWER('AbC')", "abc"),
        ("TRIM('\t\u00a0\u2003 x y \u3000\r\n')", "x y"),
        ("TRIM('\x1fx\u200b')", "\x1fx\u200b"),
        ("CONCAT()", ""),
        ("CONCAT(1, TRUE, 'a')", "1truea"),
        ("CONCAT_WS(',')", ""),
        ("CONCAT_WS(',', 'a', 'b')", "a,b"),
        ("LEFT('日本語', 1)", "日"),
        ("LEFT('abc', 10)", "abc"),
        ("RIGHT('abc', 2)", "bc"),
        ("RIGHT('abc', 0)", ""),
        ("RIGHT('abc', 10)", "abc"),
        ("SUBSTRING('abc', 0)", ""),
        ("SUBSTRING('abc', 2)", "bc"),
        ("SUBSTRING('abc', -2)", "bc"),
        ("SUBSTRING('abc', 2, 1)", "b"),
        ("SUBSTRING('abc', -3, 2)", "ab"),
        ("SUBSTRING('abc', 2, 10)", "bc"),
        ("SUBSTRING('abc', 2, 2147483647)", "bc"),
        ("ABS(-5)", 5),
        ("INT(TRUE)", 1),
        ("BOOL(-50)", True),
        ("STRING(-1)", "-1"),
    ],
)
def test_a_function_gives_its_value(text: str, value: Value) -> None:
    result = value_of(text)

    assert (result, type(result)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("LEFT('abc', -1)", "abc", "function evaluation"),
        ("RIGHT('abc', -1)", "abc", "function evaluation"),
        ("SUBSTRING('abc', 4)", "", "function evaluation"),
        ("SUBSTRING('abc', -4, 1)", "", "function evaluation"),
        ("SUBSTRING('abc', 1, -1)", "", "function evaluation"),
        ("ABS(-2147483648)", 2147483647, "math"),
        ("ABS('x')", 0, "cast"),
        ("NOSUCH(missing)", False, "missing function"),
        ("LENGTH()", False, "missing function"),
        ("CONCAT_WS()", False, "missing function"),
        ("CONCAT('a', NOSUCH())", "", "missing function"),
    ],
)
def test_a_call_that_fails_has_a_value_all_the_same(
    text: str, value: Value, kind: str
) -> None:
    assert evaluated(text) == (value, kind)


def test_the_value_of_a_failed_call_goes_no_further() -> None:
    assert evaluated("LENGTH(LEFT('abc', -1))") == (0, "function evaluation")
    assert evaluated("ABS(-2147483648) + 1") == (0, "math")


def test_an_argument_is_cast_before_the_next_is_evaluated() -> None:
    assert evaluated("LEFT('a', INT('x'))") == ("", "cast")
    assert evaluated("SUBSTRING('a', 'x', missing)") == ("", "cast")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LENGHT('a')", "there is no function LENGHT; did you mean LENGTH?"),
        ("QQQ()", "there is no function QQQ"),
        ("ABS(1, 2)", "no function ABS takes 2 arguments"),
    ],
)
def test_a_missing_function_is_named(text: str, message: str) -> None:
    error = compile_expression(text).evaluate({}).error

    assert str(error) == message


def broken(text: str) -> Value:
    raise FunctionError("no luck with " + text)


def crashing(number: int) -> Value:
    return 1 // number


TWICE = Function(name="TWICE", parameters=(int,), returns=int, body=lambda n: 2 * n)
JOIN = Function(
    name="ABS",
    parameters=(str, str),
    variadic=str,
    returns=str,
    body=lambda *texts: "+".join(texts),
)
BROKEN = Function(name="BROKEN", parameters=(str,), returns=str, body=broken)
CRASH = Function(name="CRASH", parameters=(int,), returns=bool, body=crashing)


@pytest.mark.parametrize(
    ("text", "value"),
    [("twice('4')", 8), ("ABS(1, 2, 3)", "1+2+3"), ("ABS(-1)", 1)],
)
def test_an_added_function_is_called_by_name_and_number_of_arguments(
    text: str, value: Value
) -> None:
    expression = compile_expression(text, functions=(TWICE, JOIN))

    assert expression.evaluate({}) == (value, None)


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ("BROKEN(1)", "", "no luck with 1"),
        ("CRASH(0)", False, "CRASH failed: ZeroDivisionError("),
        ("CRASH(1)", False, "CRASH must give a value of type Boolean, not 1"),
    ],
)
def test_an_added_function_that_misbehaves_is_an_error_of_the_evaluation(
    text: str, value: Value, message: str
) -> None:
    result = compile_expression(text, functions=(BROKEN, CRASH)).evaluate({})

    assert result.value == value
    assert result.error is not None
    assert result.error.kind == "function evaluation"
    assert str(result.error).startswith(message)


@pytest.mark.parametrize(
    "added",
    [
        Function(name="abs", parameters=(str,), returns=str, body=str.upper),
        Function(name="CONCAT", parameters=(str,), returns=str, body=str.upper),
        Function(
            name="ABS", parameters=(), variadic=str, returns=str, body=lambda *_: ""
        ),
    ],
    ids=["same arity", "within a variadic", "variadic over fixed"],
)
def test_two_functions_for_the_same_call_are_refused(added: Function) -> None:
    with pytest.raises(ValueError, match="two functions"):
        compile_expression("1", functions=[added])

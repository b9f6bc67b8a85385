"""Laws that every CESQL expression obeys on every event."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.cesql import Expression, Node, ParseError, Result, compile_expression
from simulator.cesql.operators import matcher

NAMES = ("type", "subject", "a", "b", "missing")
VALUES = (
    st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.sampled_from(["", "true", "FALSE", "5", "-3", "a.b", "x%y", "日本語"])
)
EVENTS = st.dictionaries(st.sampled_from(NAMES[:-1]), VALUES)

LITERALS = st.sampled_from(
    [
        "TRUE",
        "false",
        "0",
        "1",
        "-7",
        "2147483647",
        "-2147483648",
        "''",
        "'true'",
        "'5'",
        "'a.b'",
        '"日本"',
    ]
)
PATTERNS = st.sampled_from(["'%'", "'a%'", "'%b'", "'_.%'", "'x\\%y'", "'5'"])
ATOMS = (
    LITERALS | st.sampled_from(NAMES) | st.sampled_from(NAMES).map("EXISTS {}".format)
)
SYMBOLS = st.sampled_from(
    ["=", "!=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "AND", "OR", "XOR"]
)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    negated = st.sampled_from(["", "NOT "])
    several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    functions = st.sampled_from(
        [
            "INT",
            "BOOL",
            "STRING",
            "ABS",
            "LENGTH",
            "CONCAT",
            "CONCAT_WS",
            "UPPER",
            "LEFT",
            "RIGHT",
            "SUBSTRING",
            "NO",
        ]
    )
    return (
        st.builds("{} {} {}".format, inner, SYMBOLS, inner)
        | st.builds("({})".format, inner)
        | st.builds("NOT {}".format, inner)
        | st.builds("- ({})".format, inner)
        | st.builds("{} {}LIKE {}".format, inner, negated, PATTERNS)
        | st.builds("{} {}IN ({})".format, inner, negated, several)
        | st.builds("{}({})".format, functions, several)
    )


EXPRESSIONS = st.recursive(ATOMS, compound, max_leaves=12)
Event = dict[str, bool | int | str]


def outcome(result: Result | Node) -> tuple[type, bool | int | str, str]:
    error = result.error
    return type(result.value), result.value, repr(error)


def evaluated(text: str, event: Event) -> tuple[bool | int | str, bool]:
    value, error = compile_expression(text).evaluate(event)
    return value, error is None


def compiled_or_refused(text: str) -> Expression | ParseError:
    try:
        return compile_expression(text)
    except ParseError as error:
        return error


@given(EXPRESSIONS, EVENTS)
@example("NOT 10", {})
@example("(LEFT('a', -7))", {})
def test_an_explanation_ends_in_what_the_evaluation_gives(
    text: str, event: Event
) -> None:
    expression = compile_expression(text)

    assert outcome(expression.explain(event)) == outcome(expression.evaluate(event))


@given(EXPRESSIONS, EVENTS)
def test_every_value_is_of_a_type_of_the_language(text: str, event: Event) -> None:
    value = compile_expression(text).evaluate(event).value

    assert isinstance(value, str) or -(2**31) <= value < 2**31


@given(EXPRESSIONS, EVENTS)
def test_nothing_but_the_named_attributes_counts(text: str, event: Event) -> None:
    expression = compile_expression(text)
    seen = {name: event[name] for name in expression.attributes if name in event}

    assert outcome(expression.evaluate(seen)) == outcome(expression.evaluate(event))


@given(EXPRESSIONS, EVENTS)
def test_parentheses_around_an_expression_change_nothing(
    text: str, event: Event
) -> None:
    assert evaluated(f"( {text} )", event) == evaluated(text, event)


@given(EXPRESSIONS, EXPRESSIONS, EVENTS)
def test_de_morgan(x: str, y: str, event: Event) -> None:
    assert evaluated(f"NOT (({x}) AND ({y}))", event) == evaluated(
        f"(NOT ({x})) OR (NOT ({y}))", event
    )


@given(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS, EVENTS)
def test_a_chain_of_one_operator_is_the_same_as_its_groups(
    x: str, y: str, z: str, event: Event
) -> None:
    for operator in ("AND", "OR", "XOR"):
        chain = f"({x}) {operator} ({y}) {operator} ({z})"
        groups = f"(({x}) {operator} ({y})) {operator} ({z})"
        assert evaluated(chain, event) == evaluated(groups, event)


@given(EXPRESSIONS, EXPRESSIONS, EVENTS)
def test_in_one_element_is_equality_seen_from_the_other_side(
    x: str, y: str, event: Event
) -> None:
    member, no_error = evaluated(f"({x}) IN ({y})", event)
    equal, _ = evaluated(f"({y}) = ({x})", event)

    if no_error:
        assert member is equal


@given(st.text(max_size=40))
@example("'\\")
@example("(" * 40)
def test_a_text_compiles_or_is_refused(text: str) -> None:
    compiled = compiled_or_refused(text)

    if isinstance(compiled, ParseError):
        assert 0 <= compiled.offset <= len(text)
        assert str(compiled).endswith("^")
    else:
        assert compiled.explain({}).text == text.strip(" \t\r\n")


@given(
    st.text("ab%_\\\n.", max_size=10),
    st.text("ab%_\\\n.", max_size=10),
)
def test_like_matches_as_the_regular_expression_of_the_pattern(
    pattern: str, text: str
) -> None:
    wildcards = {"%": ".*", "_": "."}
    symbols = re.findall(r"\\[%_]|.", pattern, re.DOTALL)
    oracle = "".join(wildcards.get(one) or re.escape(one[-1]) for one in symbols)

    expected = re.fullmatch(oracle, text, re.DOTALL) is not None

    assert matcher(pattern)(text) is expected

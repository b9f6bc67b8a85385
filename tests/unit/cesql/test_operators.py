"""What operators make of their operands, and which error comes first."""

from __future__ import annotations

import pytest

from simulator.cesql.operators import literal_head, matcher
from tests.unit.cesql.evaluating import Value, evaluated, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2147483647 + 1", -2147483648),
        ("-2147483648 - 1", 2147483647),
        ("65536 * 65536", 0),
        ("- -2147483648", -2147483648),
        ("-2147483648 / -1", -2147483648),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 / -2", 3),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("'5' + TRUE", 6),
        ("-TRUE", -1),
    ],
)
def test_arithmetic_wraps_truncates_and_casts(text: str, value: int) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["5 / 0", "5 % 0", "0 / FALSE"])
def test_division_by_zero_is_worth_0_and_a_math_error(text: str) -> None:
    assert evaluated(text) == (0, "math")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'TRUE' = TRUE", True),
        ("TRUE = 'TRUE'", False),
        ("1 = TRUE", True),
        ("5 = '5'", True),
        ("'05' = 5", True),
        ("'05' != '5'", True),
        ("'a' <> 'A'", True),
        ("2 < 10", True),
        ("'2' < '10'", True),
        ("2 <= 2 AND 2 >= 2 AND NOT (2 > 2)", True),
    ],
)
def test_comparison_casts_the_left_operand_to_the_type_of_the_right(
    text: str, value: Value
) -> None:
    assert value_of(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 IN ('1', 'x')", True),
        ("TRUE IN ('yes', 'true')", False),
        ("'TRUE' IN (TRUE)", False),
        ("'a' NOT IN ('b', 'c')", True),
        ("'a' NOT IN ('b', 'a')", False),
        ("a IN (b, 'x')", True),
    ],
)
def test_in_casts_elements_to_the_type_of_what_is_tested(
    text: str, value: Value
) -> None:
    outcome, _ = evaluated(text, a="x", b="x")

    assert outcome is value


def test_in_stops_at_the_first_equal_element() -> None:
    assert evaluated("5 IN (5, 'x')") == (True, "")
    assert evaluated("5 IN ('x', 5)") == (False, "cast")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("FALSE AND (1 / 0 = 1)", False),
        ("TRUE OR (1 / 0 = 1)", True),
        ("TRUE AND TRUE AND FALSE AND missing", False),
        ("FALSE OR FALSE OR TRUE OR missing", True),
        ("TRUE XOR TRUE XOR TRUE", True),
        ("TRUE XOR 'true'", False),
        ("10 AND 'TRUE'", True),
        ("NOT 'false'", True),
        ("NOT NOT 46341", True),
        ("NOT 0", True),
    ],
)
def test_logic_decides_as_early_as_it_can(text: str, value: Value) -> None:
    assert value_of(text) is value


def test_xor_evaluates_all_operands() -> None:
    assert evaluated("TRUE XOR missing") == (False, "missing attribute")


def test_an_operand_on_the_left_that_fails_is_not_saved_by_the_right() -> None:
    assert evaluated("missing = 1 OR TRUE") == (False, "missing attribute")
    assert evaluated("'x' AND FALSE") == (False, "cast")


def test_not_of_an_integer_alone_is_refused_as_the_tck_wants() -> None:
    assert evaluated("NOT 10") == (True, "cast")
    assert evaluated("NOT 10 OR FALSE") == (False, "")


@pytest.mark.parametrize(
    ("text", "zero"),
    [
        ("missing", False),
        ("-missing", 0),
        ("missing + 1", 0),
        ("missing = 1", False),
        ("missing < 1", False),
        ("NOT missing", False),
        ("missing LIKE '%'", False),
        ("missing NOT LIKE '%'", False),
        ("missing NOT IN (1)", False),
        ("1 IN (2, missing)", False),
        ("CONCAT('a', missing)", ""),
        ("LENGTH(missing)", 0),
        ("BOOL(missing)", False),
    ],
)
def test_a_missing_attribute_makes_every_operator_worth_its_zero_value(
    text: str, zero: Value
) -> None:
    outcome, kind = evaluated(text)

    assert (outcome, type(outcome), kind) == (zero, type(zero), "missing attribute")


def test_both_operands_are_evaluated_before_either_is_cast() -> None:
    assert evaluated("'x' + missing") == (0, "missing attribute")
    assert evaluated("'x' < missing") == (False, "missing attribute")


@pytest.mark.parametrize(
    "text", ["INT('1_0')", "INT(' 5')", "INT('\u0665')", "INT('')", "INT('0x1')"]
)
def test_only_decimal_digits_and_a_sign_are_an_integer(text: str) -> None:
    assert evaluated(text) == (0, "cast")


def test_digits_beyond_32_bits_are_no_integer() -> None:
    assert evaluated("INT('2147483647')") == (2147483647, "")
    assert evaluated("INT('2147483648')") == (0, "cast")
    assert evaluated(f"INT('-{'0' * 5000}7')") == (-7, "")
    assert evaluated(f"INT('{'9' * 5000}')") == (0, "cast")


def test_strings_other_than_true_and_false_are_no_boolean() -> None:
    assert evaluated("BOOL('tRuE')") == (True, "")
    assert evaluated("BOOL('1')") == (False, "cast")


def test_required_attributes_exist_even_if_they_are_not_given() -> None:
    assert value_of("EXISTS id AND EXISTS source AND EXISTS TYPE") is True
    assert value_of("EXISTS subject") is False
    assert value_of("EXISTS subject", subject="") is True


def test_attributes_keep_their_type() -> None:
    assert value_of("n + 1", n=4) == 5
    assert value_of("b", b=True) is True
    assert value_of("n LIKE '4_'", n=42) is True
    assert value_of("n IN ('x', 'y')", n="y") is True
    assert value_of("n != '5'", n=5) is False
    assert value_of("n != 'x'", n="y") is True


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("", "", True),
        ("", "a", False),
        ("%", "", True),
        ("%%", "any\nthing", True),
        ("a%", "a", True),
        ("a%", "ba", False),
        ("%a", "ba", True),
        ("%a", "ab", False),
        ("a%c", "ac", True),
        ("a%c", "abcb", False),
        ("a%b%c", "a-bb-c", True),
        ("a%b%c", "acb", False),
        ("%ab%ab%", "xabxabx", True),
        ("%ab%ab%", "xabx", False),
        ("_b%", "abcd1", True),
        ("_b%", "b", False),
        ("_", "é", True),
        ("__", "日本", True),
        ("%_", "", False),
        ("a%b_", "abbc", True),
        ("\\%", "%", True),
        ("\\%", "x", False),
        ("a\\_c", "abc", False),
        ("a\\_c%", "a_cd", True),
        ("%\\%", "100%", True),
        ("\\\\%", "\\%", True),
        ("\\a", "\\a", True),
        ("a%", "a%b", True),
        ("a.c%", "abc", False),
        ("[a]_", "[a]b", True),
        ("_\n", "\n", False),
    ],
)
def test_a_text_fits_its_pattern(pattern: str, text: str, *, fits: bool) -> None:
    assert matcher(pattern)(text) is fits


@pytest.mark.parametrize(
    ("pattern", "head"),
    [
        ("", ("", True)),
        ("abc", ("abc", True)),
        ("abc%", ("abc", False)),
        ("a_c", ("a", False)),
        ("%", ("", False)),
        ("_a", ("", False)),
        ("100\\%", ("100%", True)),
        ("a\\_b\\%c%d", ("a_b%c", False)),
        ("\\\\%", ("\\%", True)),
        ("a\\b\\", ("a\\b\\", True)),
        ("\n%", ("\n", False)),
    ],
)
def test_a_pattern_begins_with_a_text_up_to_its_first_wildcard(
    pattern: str, head: tuple[str, bool]
) -> None:
    assert literal_head(pattern) == head


def test_many_wildcards_do_not_make_a_match_slow() -> None:
    pattern = "%a" * 40 + "%b"

    assert matcher(pattern)("a" * 20_000) is False

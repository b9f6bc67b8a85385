"""A manifest as Go programs write it."""

import pytest

from simulator.manifests.goyaml import go_yaml


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("yes", '"yes"'),
        ("", '""'),
        ("3", '"3"'),
        ("2026-01-01", '"2026-01-01"'),
        ("12:30:45", '"12:30:45"'),
        ("a: b", "'a: b'"),
        ("a\nb", "|-\n  a\n  b"),
        ("a \nb", '"a \\nb"'),
        ("😀", '"\\U0001F600"'),
        (3.0, "3"),
        (1.5, "1.5"),
        (1234567.5, "1.2345675e+06"),
        (0.00001, "1e-05"),
        (10**20, "1e+20"),
        (2**53 + 1, str(2**53)),
        (1234567890123456789, "1234567890123456800"),
        (-0.0, "0"),
        ([], "[]"),
        ({}, "{}"),
        (None, "null"),
    ],
)
def test_a_value_is_spelled_as_go_spells_it(value: object, text: str) -> None:
    # given a value of JSON

    # when
    written = go_yaml({"a": value})

    # then
    assert written == f"a: {text}\n"


def test_keys_are_sorted_with_numbers_in_them_as_numbers() -> None:
    # given
    keys = ["a10", "a9", "b", "a.x", "Z", "a-1", "9", "10", "a01", "a1"]

    # when
    written = go_yaml(dict.fromkeys(keys, 0))

    # then
    assert [line.partition(":")[0].strip('"') for line in written.splitlines()] == [
        "9", "10", "Z", "a-1", "a.x", "a1", "a01", "a9", "a10", "b",
    ]  # fmt: skip


def test_a_long_line_is_broken_at_80_characters() -> None:
    # given
    words = "word " * 20 + "end"

    # when
    first, second, _ = go_yaml({"a": words}).split("\n")

    # then
    assert (len(first), second[:7]) == (82, "  word ")

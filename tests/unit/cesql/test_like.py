"""Which texts fit which patterns."""

from __future__ import annotations

import pytest

from simulator.cesql.like import literal_head, matcher


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

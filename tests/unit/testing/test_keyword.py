"""Which tests `-k` means."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.testing.keyword import keyword

NAMES = ("a paid order is shipped", "a refund is paid", "nothing is lost")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("paid", NAMES[:2]),
        ("Paid Order", NAMES[:1]),
        ("not paid", NAMES[2:]),
        ("paid and not refund", NAMES[:1]),
        ("refund or lost", NAMES[1:]),
        ("not (refund or lost)", NAMES[:1]),
        ("refund or paid and order", NAMES[:2]),
    ],
)
def test_names_are_chosen_as_by_pytest(text: str, meant: tuple[str, ...]) -> None:
    fits = keyword(text)

    assert tuple(name for name in NAMES if fits(name)) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unexpected the end"),
        ("a and", "unexpected the end"),
        ("(a", "a bracket is not closed"),
        ("a)", "unexpected ')'"),
        ("or a", "unexpected 'or'"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="-k") as raised:
        keyword(text)

    assert said in str(raised.value)

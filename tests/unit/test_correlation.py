"""Values that replies bear."""

import pytest

from simulator.correlation import (
    NONCE_BYTES,
    correlation_value,
    is_for_pod,
    is_genuine,
    key_of,
)

KEY = key_of("default", "ask")
NONCE = bytes(range(NONCE_BYTES))


@pytest.mark.parametrize("id_", ["1", "a b/c", "é", "x" * 200, "\udc80"])
def test_a_value_is_genuine_for_the_key_it_was_made_with_alone(id_: str) -> None:
    value = correlation_value(id_, KEY, NONCE, 0)

    assert is_genuine(value, KEY)
    assert not is_genuine(value, key_of("default", "other"))


def test_it_has_three_parts_and_hides_as_much_as_the_real_one() -> None:
    id_, sealed, pod = correlation_value("abc", KEY, NONCE, 2).split(":")

    assert (id_, pod) == ("abc", "2")
    assert len(sealed) == 44  # base64 of a nonce of 12, 3 and a tag of 16


def test_it_changes_with_the_nonce() -> None:
    other = bytes(NONCE_BYTES)

    assert correlation_value("a", KEY, NONCE, 0) != correlation_value(
        "a", KEY, other, 0
    )


@pytest.mark.parametrize(
    "text", ["", "junk", "a:b:0", "a:b", "::", "a:!!:0", "é:AAAA:0"]
)
def test_what_was_made_nowhere_is_not_genuine(text: str) -> None:
    assert not is_genuine(text, KEY)


def test_one_whose_id_has_a_colon_is_never_genuine() -> None:
    assert not is_genuine(correlation_value("a:b", KEY, NONCE, 0), KEY)


def test_another_id_before_it_makes_it_wrong() -> None:
    assert not is_genuine("x" + correlation_value("a", KEY, NONCE, 0), KEY)


def test_what_follows_the_index_does_not_count_for_the_pod_itself() -> None:
    value = correlation_value("a", KEY, NONCE, 0) + "x"

    assert is_genuine(value, KEY)
    assert not is_for_pod(value, KEY, 0, 1)


@pytest.mark.parametrize(
    ("index", "pod", "replicas", "taken"),
    [
        ("0", 0, 1, True),
        ("5", 2, 3, True),
        ("+5", 2, 3, True),
        ("5", 1, 3, False),
        ("-1", 2, 3, False),
        ("007", 1, 3, True),
        ("2147483648", 2, 3, False),
        ("9" * 30, 0, 3, False),
        ("٣", 0, 3, False),
        ("1.0", 1, 3, False),
        ("", 0, 1, False),
    ],
)
def test_a_trigger_takes_what_the_index_leaves_for_its_pod(
    index: str, pod: int, replicas: int, *, taken: bool
) -> None:
    value = correlation_value("a", KEY, NONCE, 0)[:-1] + index

    assert is_for_pod(value, KEY, pod, replicas) is taken

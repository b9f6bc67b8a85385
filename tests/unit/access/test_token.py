"""Tokens: what one says of who sends, and why it does not count."""

import pytest

from simulator.access.token import ISSUER, Token, bearer, read_bearer, signed

SUBJECT = "system:serviceaccount:default:app"
AUDIENCE = "eventing.knative.dev/broker/default/default"
NOW_NS = 1_767_225_600_000_000_000
CLAIMS = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "exp": 1_767_225_601}


def test_a_token_that_is_written_says_who_sends_and_to_whom() -> None:
    header = bearer(SUBJECT, AUDIENCE)

    token = read_bearer(header, NOW_NS)

    assert isinstance(token, Token)
    assert (token.subject, token.audiences) == (SUBJECT, (AUDIENCE,))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Bearer junk", "the token is none"),
        ("Bearer a.%.c", "the token is none"),
        (
            f"Bearer {signed({**CLAIMS, 'iss': 'me'})}",
            "the token is of another issuer: me",
        ),
        (f"Bearer {signed(CLAIMS)[:-2]}AA", "the token's signature is wrong"),
        (
            f"Bearer {signed({**CLAIMS, 'exp': 1_767_225_600})}",
            "the token has expired",
        ),
        (f"Bearer {signed({**CLAIMS, 'exp': None})}", "the token has expired"),
        (f"Bearer {signed({**CLAIMS, 'exp': 'never'})}", "the token has expired"),
    ],
)
def test_a_token_that_does_not_count_says_why(header: str, why: str) -> None:
    assert read_bearer(header, NOW_NS) == why


def test_a_token_counts_until_the_second_of_its_end() -> None:
    assert isinstance(read_bearer(f"Bearer {signed(CLAIMS)}", NOW_NS), Token)


@pytest.mark.parametrize("audience", [5, None, {"a": 1}, [1]])
def test_an_audience_that_is_no_text_is_none(audience: object) -> None:
    token = read_bearer(f"Bearer {signed({**CLAIMS, 'aud': audience})}", NOW_NS)

    assert isinstance(token, Token)
    assert token.audiences == ()

"""Tokens: what one says of who sends, and why it does not count."""

import pytest

from simulator.access import (
    ISSUER,
    Guard,
    Policy,
    Refusal,
    Token,
    account_fault,
    bearer,
    read_bearer,
    signed,
    subject_of,
)
from simulator.filters import compile_filters

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


APP = "system:serviceaccount:default:app"
STRANGER = "system:serviceaccount:prod:app"
EVENT = {"specversion": "1.0", "id": "1", "source": "/", "type": "order.placed"}
OF_ORDERS = compile_filters([{"prefix": {"type": "order."}}], None)
OF_TICKS = compile_filters([{"exact": {"type": "tick"}}], None)


def guard(*policies: Policy, mode: str = "allow-same-namespace") -> Guard:
    return Guard(audience=AUDIENCE, namespace="default", mode=mode, policies=policies)


def status(of: Guard, subject: str | None, audience: str = AUDIENCE) -> int:
    header = None if subject is None else bearer(subject, audience)
    refusal = of.refusal(header, EVENT, 0)
    return 202 if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("mode", "of_its_own", "of_others"),
    [
        ("allow-same-namespace", 202, 403),
        ("deny-all", 403, 403),
        ("allow-all", 202, 202),
        ("allowed", 202, 202),
    ],
)
def test_without_a_policy_the_default_mode_decides(
    mode: str, of_its_own: int, of_others: int
) -> None:
    asked = guard(mode=mode)

    assert status(asked, APP) == of_its_own
    assert status(asked, STRANGER) == of_others
    assert status(asked, None) == 401


def test_a_token_for_another_audience_is_none() -> None:
    asked = guard(mode="allow-all")

    assert status(asked, APP, AUDIENCE.upper()) == 401


def test_a_resource_without_audience_fails_for_whoever_has_a_token() -> None:
    asked = guard().replace(audience=None)

    assert status(asked, APP) == 500
    assert status(asked, None) == 401


@pytest.mark.parametrize(
    ("named", "subject", "admitted"),
    [
        (APP, APP, True),
        (APP, APP.upper(), True),
        (APP, f"{APP}2", False),
        (f"{APP}*", f"{APP}le", True),
        (f"{APP}*", APP.upper(), False),
        ("*", "anybody", True),
        ("a*b", "axb", False),
        ("a*b", "a*b", True),
    ],
)
def test_a_policy_names_subjects_exactly_in_any_case_or_by_a_prefix(
    named: str, subject: str, admitted: bool
) -> None:
    asked = guard(Policy(name="p", subjects=(named,)))

    assert status(asked, subject) == (202 if admitted else 403)


def test_the_first_policy_that_names_a_subject_decides_with_its_filters() -> None:
    first = Policy(name="a", subjects=("system:serviceaccount:*",), filter=OF_TICKS)
    second = Policy(name="b", subjects=(APP,), filter=OF_ORDERS)

    assert status(guard(first, second), APP) == 403
    assert status(guard(second, first), APP) == 202


def test_a_policy_that_names_nobody_keeps_everybody_out() -> None:
    refusal = guard(Policy(name="p", subjects=())).refusal(
        bearer(APP, AUDIENCE), EVENT, 0
    )

    assert refusal == Refusal(403, f"no policy names {APP}; there is p")


def test_what_is_no_event_fails_where_policies_apply() -> None:
    header = bearer(APP, AUDIENCE)

    named = guard(Policy(name="p", subjects=(APP,))).refusal(header, None, 0)
    by_default = guard().refusal(header, None, 0)

    assert named is not None
    assert named.status == 500
    assert by_default is None


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("app", "system:serviceaccount:shop:app"),
        ("team/app", "system:serviceaccount:team:app"),
        ("someone:else", "someone:else"),
    ],
)
def test_an_account_is_written_by_its_name(written: str, subject: str) -> None:
    assert subject_of(written, "shop") == subject


@pytest.mark.parametrize(
    "written", ["", "/app", "shop/", "a/b/c", "a b", "App", "-app", "app."]
)
def test_what_is_no_account_is_told(written: str) -> None:
    assert account_fault(written) == (
        f"expected NAME, NAMESPACE/NAME or a subject with a colon, found {written!r}"
    )

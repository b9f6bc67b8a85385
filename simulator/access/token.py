"""Who sends, and tokens: what a request says of that in its header `Authorization`.

A token is a JWT, as the cluster's issuer hands them out; the signature is of our own.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping


_PREFIX = "system:serviceaccount:"
_TOO_MANY = 3
# Source: k8s.io/apimachinery pkg/util/validation/validation.go, RFC 1123 subdomains.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")


class Identity(Value):
    """Who sends, and for whom his tokens are made.

    Args:
        subject: ``system:serviceaccount:NAMESPACE:NAME``.
        audiences: Why a request is made -> the audience of whom it goes to, for those
            that have one: no token goes to the others.
    """

    subject: str
    audiences: Mapping[str, str] = made(default_factory=dict)


def account_prefix(namespace: str) -> str:
    """Give what the subjects of a namespace's service accounts begin with."""
    return f"{_PREFIX}{namespace}:"


def account_fault(text: str) -> str:
    """Say what is wrong with the name of an account; empty for nothing."""
    names = text.split("/")
    if ":" in text or (len(names) < _TOO_MANY and all(map(_is_name, names))):
        return ""
    return f"expected NAME, NAMESPACE/NAME or a subject with a colon, found {text!r}"


def _is_name(text: str) -> bool:
    return bool(text) and _LETTERS.issuperset(text) and text == text.strip("-.")


def subject_of(text: str, namespace: str) -> str:
    """Give the subject that somebody writes as the name of a service account.

    Args:
        text: ``NAME``, ``NAMESPACE/NAME``, or a subject, which has a colon.
        namespace: Of a name that stands alone.
    """
    if ":" in text:
        return text
    inside, slash, name = text.rpartition("/")
    return account_prefix(inside if slash else namespace) + name


# Source: knative/eventing config/core/configmaps/features.yaml, oidc-discovery-base-url.
ISSUER: Final = "https://kubernetes.default.svc"
AUTHORIZATION: Final = "authorization"
_SCHEME = "Bearer "
_HEAD: Mapping[str, str] = {"alg": "HS256", "typ": "JWT"}
_KEY = b"kn-sim"
_PARTS = 3
# What the kubelet renews is here made once, for good: the end of the year 9999.
_NEVER = 253_402_300_799
_NS = 1_000_000_000


class Token(NamedTuple):
    """What a genuine token says.

    Args:
        subject: ``system:serviceaccount:NAMESPACE:NAME``.
        audiences: For whom it was made.
        expires: When it ends to count, in seconds since 1970.
    """

    subject: str
    audiences: tuple[str, ...]
    expires: float


@lru_cache(maxsize=1024)
def bearer(subject: str, audience: str) -> str:
    """Write the value of the header with which somebody sends to an audience."""
    claims = {"iss": ISSUER, "sub": subject, "aud": [audience], "exp": _NEVER}
    return _SCHEME + signed(claims)


def bearers(identity: Identity) -> dict[str, str]:
    """Give the header for each reason of a request for which an identity has tokens."""
    made_for = identity.audiences.items()
    return {role: bearer(identity.subject, audience) for role, audience in made_for}


def signed(claims: Mapping[str, Any]) -> str:
    """Sign claims, as the cluster's issuer would."""
    head = f"{_encoded(_HEAD)}.{_encoded(claims)}"
    return f"{head}.{_signature(head)}"


def is_bearer(header: str | None) -> bool:
    """Say whether a header carries a token, good or not."""
    return header is not None and header.startswith(_SCHEME)


def read_bearer(header: str, now_ns: int) -> Token | str:
    """Give the token that a header carries, or why it does not count.

    Args:
        header: The value of `Authorization`.
        now_ns: Since 1970.

    Source: knative-kinds 4 (401): E:pkg/auth/verifier.go.
    """
    read = _read(header.removeprefix(_SCHEME))
    if isinstance(read, Token) and read.expires * _NS <= now_ns:
        return "the token has expired"
    return read


@lru_cache(maxsize=1024)
def _read(text: str) -> Token | str:
    parts = text.split(".")
    try:
        claims = json.loads(_decoded(parts[1])) if len(parts) == _PARTS else None
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        return "the token is none"
    if claims.get("iss") != ISSUER:
        return f"the token is of another issuer: {claims.get('iss')}"
    if parts[2] != _signature(f"{parts[0]}.{parts[1]}"):
        return "the token's signature is wrong"
    named, ends = claims.get("aud"), claims.get("exp")
    several = named if isinstance(named, list) else [named]
    return Token(
        subject=str(claims.get("sub", "")),
        audiences=tuple(each for each in several if isinstance(each, str)),
        expires=ends if isinstance(ends, int | float) else 0,
    )


def _signature(text: str) -> str:
    import hmac  # loads OpenSSL; few topologies ask who sends

    return _text(hmac.digest(_KEY, text.encode(), "sha256"))


def _encoded(values: Mapping[str, Any]) -> str:
    return _text(json.dumps(values, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Who sends, what his token says of that, and who is let in by it.

A token is a JWT, as the cluster's issuer hands them out; the signature is of our own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from simulator.value import NamedTuple, Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters import Filter

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
    """What a genuine token says; *expires* is in seconds since 1970."""

    subject: str
    audiences: tuple[str, ...]
    expires: float


@lru_cache(maxsize=1024)
def bearer(subject: str, audience: str) -> str:
    """Write the value of the header with which somebody sends to an audience."""
    claims = {"iss": ISSUER, "sub": subject, "aud": [audience], "exp": _NEVER}
    return _SCHEME + signed(claims)


def bearers(identity: Identity) -> dict[str, str]:
    made_for = identity.audiences.items()
    return {role: bearer(identity.subject, audience) for role, audience in made_for}


def signed(claims: Mapping[str, Any]) -> str:
    """Sign claims, as the cluster's issuer would."""
    head = f"{_encoded(_HEAD)}.{_encoded(claims)}"
    return f"{head}.{_signature(head)}"


def is_bearer(header: str | None) -> bool:
    return header is not None and header.startswith(_SCHEME)


def read_bearer(header: str, now_ns: int) -> Token | str:
    """Give the token that a header carries, or why it does not count.

    Args:
        now_ns: Since 1970.

    Source: knative-kinds 4 (401): E:pkg/auth/verifier.go.
    """
    read = _read(header.removeprefix(_SCHEME))
    if isinstance(read, Token) and read.expires * _NS <= now_ns:
        return "the token has expired"
    return read


@lru_cache(maxsize=1024)
def _read(text: str) -> Token | str:
    import json  # few topologies ask who sends

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
    import json

    return _text(json.dumps(values, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


_UNAUTHENTICATED, _FORBIDDEN, _FAILED = 401, 403, 500
DENY_ALL = "deny-all"
SAME_NAMESPACE = "allow-same-namespace"


class Policy(Value):
    """Whom a policy admits.

    Args:
        subjects: Exact ones count in any case; with ``*`` at the end, what begins so.
        filter: What else must be true of the event; None for nothing.
    """

    name: str
    subjects: tuple[str, ...]
    filter: Filter | None = None

    def names(self, subject: str) -> bool:
        """Say whether it is about a subject.

        Source: knative-kinds 4: exact ones compare without case, prefixes with it.
        """
        return any(
            subject.startswith(each[:-1])
            if each.endswith("*")
            else subject.lower() == each.lower()
            for each in self.subjects
        )


class Refusal(NamedTuple):
    """Why somebody is not let in, and the status that says so."""

    status: int
    why: str


class Guard(Value):
    """Who is let in at one address.

    Args:
        audience: For which tokens must be made; None for a resource that has none yet.
        namespace: Of the resource.
        mode: The `default-authorization-mode`, which decides where no policy does; one
            that nobody knows lets everybody in.
        policies: Those that apply and are Ready, sorted by name.
    """

    audience: str | None
    namespace: str
    mode: str = SAME_NAMESPACE
    policies: tuple[Policy, ...] = ()

    def refusal(
        self,
        authorization: str | None,
        attributes: Mapping[str, str] | None,
        now_ns: int,
    ) -> Refusal | None:
        """Judge a request; None lets it in.

        Args:
            authorization: Its header; None for none.
            attributes: Of its event, as it arrived; None for what is no event.
            now_ns: Since 1970.

        Source: knative-kinds 4; E:pkg/auth/verifier.go.
        """
        subject = self.subject(authorization, now_ns)
        if isinstance(subject, Refusal):
            return subject
        if attributes is None and self.policies:
            return Refusal(_FAILED, "policies apply, and what came is no event")
        ruling = self.ruling(subject)
        if ruling is None or isinstance(ruling, Refusal):
            return ruling
        judged = ruling.filter
        if judged is None or judged.verdict(attributes or {}).delivers:
            return None
        return Refusal(
            _FORBIDDEN,
            f"policy {ruling.name} is the first that names {subject}, and its filters do "
            "not let this event in",
        )

    def refuses(self, authorization: str | None) -> Refusal | None:
        """Judge who sends, whatever he sends; None where that decides, or he is let in."""
        subject = self.subject(authorization, 0)
        ruling = subject if isinstance(subject, Refusal) else self.ruling(subject)
        return ruling if isinstance(ruling, Refusal) else None

    def subject(self, authorization: str | None, now_ns: int) -> str | Refusal:
        """Find out who sends, by the header of a request.

        Source: knative-kinds 4 (401; no audience on the resource 500).
        """
        if authorization is None or not is_bearer(authorization):
            return Refusal(_UNAUTHENTICATED, "the request has no token")
        if self.audience is None:
            return Refusal(_FAILED, "the resource has no audience")
        token = read_bearer(authorization, now_ns)
        if isinstance(token, str):
            return Refusal(_UNAUTHENTICATED, token)
        if self.audience not in token.audiences:
            made_for = ", ".join(token.audiences) or "nobody"
            why = f"the token is for {made_for}, not for {self.audience}"
            return Refusal(_UNAUTHENTICATED, why)
        return token.subject

    def ruling(self, subject: str) -> Policy | Refusal | None:
        """Find the policy that decides about somebody; None lets all of his events in.

        Source: knative-kinds 4: the first by name that names the subject; without any
            policy, the default mode.
        """
        if self.policies:
            deciding = next((p for p in self.policies if p.names(subject)), None)
            names = ", ".join(policy.name for policy in self.policies)
            return deciding or Refusal(
                _FORBIDDEN, f"no policy names {subject}; there is {names}"
            )
        if self.mode == DENY_ALL:
            return Refusal(_FORBIDDEN, f"no policy applies, and {DENY_ALL} is on")
        own = account_prefix(self.namespace)
        if self.mode == SAME_NAMESPACE and not subject.startswith(own):
            return Refusal(
                _FORBIDDEN,
                "no policy applies, so only accounts of namespace "
                f"{self.namespace} are let in, and {subject} is none",
            )
        return None

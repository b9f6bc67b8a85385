"""Guards: who is let in where authentication is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.access.token import account_prefix, is_bearer, read_bearer
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters import Filter

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

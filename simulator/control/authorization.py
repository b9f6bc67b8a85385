"""Authorization: in whose name resources send, and which policies stand at which address.

All of it counts only while authentication-oidc is on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.conditions import (
    OIDC_DISABLED,
    POLICIES_MESSAGE,
    POLICIES_REASON,
)
from simulator.control.config import AUTHORIZATION_MODE, OIDC
from simulator.control.naming import child_name
from simulator.resource import mapping
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.access import Guard, Identity, Policy
    from simulator.control.conditions import ConditionSet
    from simulator.control.configuration import Configuration
    from simulator.control.destinations import Resolution
    from simulator.control.given import Admitted
    from simulator.resource import ResourceKey
    from simulator.selectors import Selector

_POLICIES_READY = "EventPoliciesReady"
# Source: data/golden/kinds/event_policy.json: known modes are told as the code spells
# them; E:pkg/apis/feature/features.go.
_SPELT = {
    "allow-all": "Allow-All",
    "deny-all": "Deny-All",
    "allow-same-namespace": "Allow-Same-Namespace",
    "enabled": "Enabled",
    "disabled": "Disabled",
    "allowed": "Allowed",
}


class Aim(Value):
    """One of the things that a policy is for: a resource, or those with some labels.

    Args:
        selector: The labels; None where a name says it, and for a selector that is
            written without any, which selects nothing.
    """

    group: str
    kind: str
    name: str = ""
    selector: Selector | None = None

    def meets(self, key: ResourceKey, labels: Mapping[str, str]) -> bool:
        """Source: knative-kinds 4: names, kinds and groups compare without case."""
        own = self.group.lower(), self.kind.lower()
        if own != (key.group.lower(), key.kind.lower()):
            return False
        if self.name:
            return self.name.lower() == key.name.lower()
        return self.selector is not None and self.selector.selects(labels)


class Ruling(Value):
    """A policy as its controller leaves it; without aims, for all in its namespace."""

    namespace: str
    policy: Policy
    aims: tuple[Aim, ...] = ()
    ready: bool = True

    def applies(self, key: ResourceKey, labels: Mapping[str, str]) -> bool:
        if self.namespace != key.namespace:
            return False
        return not self.aims or any(aim.meets(key, labels) for aim in self.aims)


class Authorization:
    """Policies and identities of a cluster; *sends*: whether a kind has an identity."""

    def __init__(
        self, configuration: Configuration, sends: Callable[[ResourceKey], bool]
    ) -> None:
        self.on = configuration.enabled(OIDC)
        self._mode = configuration.flag(AUTHORIZATION_MODE)
        self._sends = sends
        self._rulings: list[Ruling] = []

    def add(self, ruling: Ruling) -> None:
        """Take in a policy; all come before anybody asks for a guard."""
        self._rulings.append(ruling)
        self._rulings.sort(key=lambda each: each.policy.name)

    # -- receivers

    def audience(self, key: ResourceKey) -> str | None:
        """Source: knative-resources 2.3; E:pkg/auth/audience.go."""
        return "/".join(key).lower() if self.on else None

    def guard(
        self,
        key: ResourceKey,
        labels: Mapping[str, str],
        *stands_for: tuple[ResourceKey, Mapping[str, str]],
    ) -> Guard | None:
        """Give who may send to a resource or what it stands for; None for everybody.

        Source: knative-kinds 4: only those that are Ready; knative-resources 6.4: flows
            and channels generate policies for the channels behind them.
        """
        if not self.on:
            return None
        from simulator.access import Guard  # few clusters ask who sends

        applying = self._applying((key, labels), *stands_for)
        return Guard(
            audience=self.audience(key),
            namespace=key.namespace,
            mode=self._mode,
            policies=tuple(each.policy for each in applying if each.ready),
        )

    def guard_of_own(self, key: ResourceKey, owner: Admitted) -> Guard | None:
        """Source: knative-resources 6.4 (they generate policies; read)."""
        if not self.on:
            return None
        from simulator.access import Guard, Policy  # likewise

        own = Policy(name=owner.name, subjects=self.subjects(owner))
        return Guard(
            audience=self.audience(key), namespace=key.namespace, policies=(own,)
        )

    def mark_policies(self, conditions: ConditionSet, admitted: Admitted) -> None:
        """Source: knative-kinds 4; knative-resources 6.4."""
        applying = self._applying((admitted.key, labels_of(admitted)))
        unready = [each.policy.name for each in applying if not each.ready]
        if unready:
            message = f"event policies {', '.join(unready)} are not ready"
            conditions.false(_POLICIES_READY, "EventPoliciesNotReady", message)
        elif not self.on:
            conditions.true(
                _POLICIES_READY, reason=POLICIES_REASON, message=POLICIES_MESSAGE
            )
        elif applying:
            conditions.true(_POLICIES_READY)
        else:
            mode = _SPELT.get(self._mode, self._mode)
            conditions.true(
                _POLICIES_READY,
                reason="DefaultAuthorizationMode",
                message=f'Default authz mode is "{mode}"',
            )

    def _applying(
        self, *to: tuple[ResourceKey, Mapping[str, str]]
    ) -> tuple[Ruling, ...]:
        return tuple(
            ruling
            for ruling in self._rulings
            if any(ruling.applies(key, labels) for key, labels in to)
        )

    # -- senders

    def mark_identity(self, conditions: ConditionSet) -> None:
        reason = "" if self.on else OIDC_DISABLED
        conditions.true("OIDCIdentityCreated", reason=reason)

    def subjects(self, admitted: Admitted) -> tuple[str, ...]:
        """Give in whose names a resource sends; empty for what has no identity.

        What a manifest says of `status.auth`, as one from a cluster does, is so.

        Source: knative-kinds 4, from.ref.
        """
        key = admitted.key
        auth = mapping(admitted.resource.manifest.get("status")).get("auth")
        if isinstance(auth, dict):
            single = auth.get("serviceAccountName")
            several = auth.get("serviceAccountNames")
            names = [*(several if isinstance(several, list) else ()), single]
        elif self._sends(key):
            return (_subject(key),)
        else:
            names = []
        from simulator.access import subject_of  # likewise

        return tuple(subject_of(str(name), key.namespace) for name in names if name)

    def header(self, admitted: Admitted, audience: str | None) -> str | None:
        subjects = self.subjects(admitted) if self.on and audience else ()
        if not subjects or audience is None:
            return None
        from simulator.access import bearer  # likewise

        return bearer(subjects[-1], audience)

    def header_as(self, key: ResourceKey, audience: str | None) -> str | None:
        if not self.on or not audience:
            return None
        from simulator.access import bearer  # likewise

        return bearer(_subject(key), audience)

    def identity(
        self, admitted: Admitted, audiences: Mapping[str, str | None]
    ) -> Identity | None:
        """Give in whose name the requests of a route are made.

        Source: knative-resources 4.1 (a token if there is a service account and an
            audience), 13 (of Triggers, Subscriptions and flows).
        """
        subjects = self.subjects(admitted) if self.on else ()
        if not subjects:
            return None
        from simulator.access import Identity  # likewise

        return Identity(
            subject=subjects[-1],
            audiences={role: each for role, each in audiences.items() if each},
        )


def _subject(key: ResourceKey) -> str:
    """Source: knative-kinds 4, from.ref (read: E:pkg/auth/serviceaccount.go)."""
    from simulator.access import subject_of  # likewise

    suffix = f"-oidc-{key.group}-{key.kind}".lower()
    return subject_of(child_name(key.name, suffix).lower(), key.namespace)


def labels_of(admitted: Admitted) -> Mapping[str, Any]:
    return mapping(admitted.resource.metadata.get("labels"))


def audiences_of(
    subscriber: Resolution, reply: Resolution, dead_letter: Resolution
) -> Mapping[str, str | None]:
    return {
        "event": subscriber.audience,
        "reply": reply.audience,
        "dead letter": dead_letter.audience,
    }

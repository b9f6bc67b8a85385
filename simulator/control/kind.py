"""A kind: what its webhook and its controller do, in one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from simulator.control.defaulting import Defaulting
from simulator.control.faults import Fault
from simulator.control.go_types import Fields
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.config import ClusterConfig
    from simulator.control.go_types import Struct


class Checking(Value):
    """The surroundings of one object while it is validated.

    Args:
        old: The object before the update, defaulted; None on creation.
        own_namespace: References must lie here; None where any namespace will do.
        group_allowed: A reference may name a group instead of an apiVersion.
        stranger: The user, if he has no right to link to another namespace.
    """

    config: ClusterConfig
    old: Fields | None = None
    own_namespace: str | None = None
    group_allowed: bool = False
    stranger: str | None = None


SetDefaults: TypeAlias = Callable[[Fields, Defaulting], None]
Validate: TypeAlias = Callable[[Fields, Checking], list[Fault]]
CheckUpdate: TypeAlias = Callable[[Fields, Fields], list[Fault]]


def no_defaults(obj: Fields, defaulting: Defaulting) -> None:
    """Leave an object whose kind has no defaults."""


def no_update_rules(old: Fields, new: Fields) -> list[Fault]:
    """Let every field change."""
    return []


class Webhook(Value):
    """What the webhook does to objects of one version of a kind.

    Args:
        type: What it decodes into.
        check_update: Compares the old and the new object, both defaulted.
    """

    type: Struct
    validate: Validate
    set_defaults: SetDefaults = no_defaults
    check_update: CheckUpdate = no_update_rules


class Kind(Value):
    """All that is known of a kind.

    Args:
        group: Of its API; empty for the core group.
        webhooks: Version -> what the webhook does; empty where none looks at it.
    """

    group: str
    name: str
    webhooks: Mapping[str, Webhook] = made(default_factory=dict)

    @property
    def versions(self) -> tuple[str, ...]:
        """The API versions in which a webhook knows it: ``sources.knative.dev/v1``."""
        return tuple(f"{self.group}/{version}" for version in self.webhooks)


def immutable(old: object, new: object, *paths: str) -> list[Fault]:
    """Object when two values differ.

    Source: knative-resources 1.2 (immutability); details are ours, Go shows a diff.
    """
    if old == new:
        return []
    message = "Immutable fields changed (-old +new)"
    return [Fault(message=message, paths=paths, details=f"-: {old}\n+: {new}")]

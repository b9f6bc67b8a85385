"""A kind that has a webhook: its Go type and the three things the webhook does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from simulator.control.defaulting import Defaulting
from simulator.control.faults import Fault
from simulator.control.go_types import Fields
from simulator.value import Value

if TYPE_CHECKING:
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


class Kind(Value):
    """What the webhook knows of one kind in one version.

    Args:
        check_update: Compares the old and the new object, both defaulted.
    """

    api_version: str
    type: Struct
    validate: Validate
    set_defaults: SetDefaults = no_defaults
    check_update: CheckUpdate = no_update_rules

    @property
    def name(self) -> str:
        """The kind, such as ``Broker``."""
        return self.type.short_name


def immutable(old: object, new: object, *paths: str) -> list[Fault]:
    """Object when two values differ.

    Source: knative-resources 1.2 (immutability); details are ours, Go shows a diff.
    """
    if old == new:
        return []
    message = "Immutable fields changed (-old +new)"
    return [Fault(message=message, paths=paths, details=f"-: {old}\n+: {new}")]

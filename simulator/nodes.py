"""Nodes: each has one name everywhere, in traces, on the command line, in pictures.

A name begins with a word: ``broker/default``, or ``broker/team/default`` outside the
namespace ``default``. The word says what the node does; of a source it is the kind.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from simulator.resource import DEFAULT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Sequence


class Role(Enum):
    SOURCE = "source"
    BROKER = "broker"
    CHANNEL = "channel"
    TRIGGER = "trigger"
    SUBSCRIPTION = "subscription"
    SERVICE = "service"
    NOWHERE = "nowhere"
    """A host that nobody answers for."""

    @property
    def is_hub(self) -> bool:
        """Whether it fans events out."""
        return self in (Role.BROKER, Role.CHANNEL)

    @property
    def is_route(self) -> bool:
        """Whether it hands events of a hub on to a subscriber."""
        return self in (Role.TRIGGER, Role.SUBSCRIPTION)


_ROLES: dict[str, Role] = {role.value: role for role in Role} | {
    "host": Role.SERVICE,
    "integrationsink": Role.SERVICE,
    "kafkasink": Role.CHANNEL,
    "kafkasource": Role.SUBSCRIPTION,
    "topic": Role.CHANNEL,
    "transform": Role.SERVICE,
    "requestreply": Role.SERVICE,
    "jobsink": Role.SERVICE,
    "job": Role.SERVICE,
}

JOB = "job"
"""The word of what runs in the Jobs of a sink."""


def node_name(word: str, namespace: str, name: str) -> str:
    """Give the name under which a node is shown, such as ``broker/default``."""
    if namespace == DEFAULT_NAMESPACE:
        return f"{word}/{name}"
    return f"{word}/{namespace}/{name}"


def role_of(node: str) -> Role | None:
    """Tell what a node does by its name; None for who is none, such as a caller."""
    word, slash, _ = node.partition("/")
    return _ROLES.get(word, Role.SOURCE) if slash else None


def is_hub(node: str) -> bool:
    role = role_of(node)
    return role is not None and role.is_hub


def is_route(node: str) -> bool:
    role = role_of(node)
    return role is not None and role.is_route


def is_topic(node: str) -> bool:
    return node.startswith("topic/")


def name_of(node: str) -> str:
    """Give the name of a node without its word; that of no node as it is."""
    return node.partition("/")[2] or node


def is_called(node: str, names: Sequence[str]) -> bool:
    """Tell whether one of the names, with or without its word, is a node's; none is all."""
    return not names or node in names or name_of(node) in names

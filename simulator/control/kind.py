"""A kind: what its webhook and its controller do, in one record."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from simulator.control.defaulting import Defaulting
from simulator.control.faults import Fault
from simulator.control.go_types import Fields
from simulator.control.types_duck import knative_object
from simulator.manifests.sections import Short
from simulator.value import NamedTuple, Value, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.control.authorization import Ruling
    from simulator.control.cluster import Cluster
    from simulator.control.conditions import ConditionSet
    from simulator.control.config import ClusterConfig
    from simulator.control.destinations import Resolution
    from simulator.control.given import Admitted
    from simulator.control.go_types import Field, Struct
    from simulator.control.hubs import HubState
    from simulator.nodes import Role
    from simulator.resource import ResourceKey
    from simulator.wiring import Endpoint, Entrance, Route, Source


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


CheckAmong: TypeAlias = Callable[
    [Fields, Fields, "Mapping[ResourceKey, Mapping[str, Any]]"], list[Fault]
]


def no_defaults(obj: Fields, defaulting: Defaulting) -> None: ...


def no_update_rules(old: Fields, new: Fields) -> list[Fault]:
    return []


def no_rules_among(
    old: Fields, new: Fields, objects: Mapping[ResourceKey, Mapping[str, Any]]
) -> list[Fault]:
    return []


class Webhook(Value):
    """What the webhook does to objects of one version of a kind, by then defaulted.

    Args:
        check_among: What is refused of an update because of another object.
        is_asked: The API server asks it; otherwise the rules stand in the code of the
            type, and nobody enforces them.
    """

    type: Struct
    validate: Validate
    set_defaults: SetDefaults = no_defaults
    check_update: CheckUpdate = no_update_rules
    check_among: CheckAmong = no_rules_among
    is_asked: bool = True


def webhooks(
    kind: str,
    versions: Iterable[str],
    *spec: Field,
    validate: Validate,
    set_defaults: SetDefaults = no_defaults,
    check_update: CheckUpdate = no_update_rules,
    check_among: CheckAmong = no_rules_among,
    is_asked: bool = True,
) -> dict[str, Webhook]:
    return {
        version: Webhook(
            type=knative_object(version, kind, *spec),
            validate=validate,
            set_defaults=set_defaults,
            check_update=check_update,
            check_among=check_among,
            is_asked=is_asked,
        )
        for version in versions
    }


class Phase(Enum):
    """What controllers do one after the other, each asking only what came before."""

    POLICIES = "who may send"
    PARTS = "channels that stand for a flow"
    DEAD_LETTERS = "where dead letters of those go"
    HUBS = "brokers and channels"
    SOURCES = "sources"
    FLOW_ROUTES = "routes of flows"
    CHANNEL_ROUTES = "routes of channels"
    BROKER_ROUTES = "routes of brokers"
    PROCESSES = "processes of their own, which answer and may send on"
    ENDPOINTS = "who answers: by then, all that is sent to is known"


class Reconciled(Value):
    """What a controller has made of a resource in one phase.

    Args:
        conditions: Of its status; None leaves those that there are.
        routes: The URL of the hub that each leaves, and the route.
        asked: Kind, namespace and name of the hub whose events it wants.
        endpoints: What answers requests at its address, where no service claims that, and
            what stands behind.
    """

    conditions: ConditionSet | None = None
    url: str | None = None
    hubs: tuple[HubState, ...] = ()
    routes: tuple[tuple[str, Route], ...] = ()
    entrances: tuple[tuple[str, Entrance], ...] = ()
    source: Source | None = None
    asked: tuple[str, str, str] | None = None
    ruling: Ruling | None = None
    endpoints: tuple[Endpoint, ...] = ()
    objects: tuple[Admitted, ...] = ()


class Child(NamedTuple):
    """An object that a controller makes; `there` is where its part stands in it."""

    part: str
    there: str
    manifest: Fields

    def path(self, path: str) -> str:
        return self.part + path.removeprefix(self.there)


Reconcile: TypeAlias = Callable[["Admitted", "Cluster"], Reconciled]
Expand: TypeAlias = Callable[["Admitted", "Cluster"], "Iterable[Mapping[str, Any]]"]
Applies: TypeAlias = Callable[["Admitted"], "Iterable[Mapping[str, Any]]"]
Means: TypeAlias = Callable[["Admitted"], str]
Refuses: TypeAlias = Callable[
    ["Mapping[str, Any]", "ClusterConfig"], "Iterator[tuple[str, str]]"
]


class Kind(Value):
    """All that is known of a kind.

    Args:
        webhooks: Version -> what the webhook does; empty where none looks at it.
        guessed_url: Gives the address at which a stub answers, or a service that claims its
            host, where only its own controller knows it.
        reconcile: Phase -> what its controller does then; empty for what plays no part.
        expand: Gives the objects that its controller makes of it, or changes, once all is
            reconciled; what was made before is among the resources of the cluster.
        applies: Gives the objects that its controller applies as any user would, for
            Knative's controllers to take up.
        makes: Gives what its controller makes of an object, beside channels of a template,
            and a webhook may refuse.
        refuses: Gives the fields that the webhook of another project refuses, and why, as
            far as that is known here.
        open_paths: Beginnings of paths, each with a dot at its end, at which the schema of
            its CRD takes all that the Go type has; elsewhere references are narrower.
        role: Of the node that stands for a resource of it, whether it is wired or not.
        sends: Resources of it have an identity of their own while authentication is on.
        means: What it means for a run that it plays no part; empty where that is told.
    """

    group: str
    name: str
    webhooks: Mapping[str, Webhook] = made(default_factory=dict)
    hub: Callable[[Admitted, Cluster], HubState] | None = None
    address: Callable[[Admitted, Cluster], Resolution] | None = None
    guessed_url: Callable[[ResourceKey], str] | None = None
    reconcile: Mapping[Phase, Reconcile] = made(default_factory=dict)
    makes: Callable[[Mapping[str, Any]], Iterator[Child]] | None = None
    served_by: str = "webhook"
    refuses: Refuses | None = None
    open_paths: tuple[str, ...] = ()
    expand: Expand | None = None
    applies: Applies | None = None
    short: Short = made(default_factory=Short)
    role: Role | None = None
    sends: bool = False
    means: Means | str = "it plays no part in the flow of events"

    @property
    def api_version(self) -> str:
        """What is meant in the short form by an entry that names none."""
        return f"{self.group}/{self.short.version}".removeprefix("/")

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

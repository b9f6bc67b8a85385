"""The reconciled form of a topology: addresses, routes and conditions, all that runs.

Made by `simulator.control`, run by `simulator.kernel`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from simulator.profiles import MT_CHANNEL
from simulator.resource import DEFAULT_NAMESPACE
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.access import Guard, Identity
    from simulator.delivery import Retries
    from simulator.event.consumer import Consumer
    from simulator.event_types import EventTypes
    from simulator.filters import Filter
    from simulator.nodes import Role
    from simulator.processes import Process, Timer, Watch
    from simulator.profiles import Profile
    from simulator.profiles.profile import Door, Queue
    from simulator.profiles.resending import Resending
    from simulator.resource import Resource, ResourceKey

T = TypeVar("T")
_ADDRESS = "Addressable"


class HubKind(Enum):
    """What fans out: a broker, behind an ingress and filters, a channel, or a bare topic."""

    BROKER = "broker"
    CHANNEL = "channel"
    TOPIC = "topic"


class Route(Value):
    """One way that an event can take from a hub: a Trigger or a Subscription.

    Args:
        node: ``trigger/price``, ``subscription/audit``; for lowered Sequences and
            Parallels the name Knative gives the Subscription.
        resource: The key of the resource it was made from (the Sequence of a step).
        filter: None for subscriptions: everything passes.
        subscriber: The URL that is called.
        reply: The URL that replies are posted to; None drops them.
        dead_letter: The URL of the dead letter sink that is in force, or None.
        retries: For the delivery, for its reply and for its dead letter alike.
        format: ``json``, ``binary`` or empty, for the request to the subscriber.
        namespace: What the subscriber sees as ``Kn-Namespace``.
        origins: Where each effective delivery setting comes from; ``retry`` ->
            ``broker/default``, ``config-br-defaults (as shipped)`` …
        delivery: Its own `delivery` block, as it was written or defaulted.
        inherited: They are its hub's, for it has none of its own.
        queue: In which order it is served; None for as its hub's implementation says.
        consumer: Makes events of the records of a topic; None where events lie there.
        identity: In whose name its requests are made, by the role of each; None while
            nobody asks for tokens.
        event_types: What is made of the replies that it hands on; None for nothing.
        path: Where in its resource the subscriber is written: ``spec.steps[0]``.
    """

    node: str
    resource: ResourceKey
    filter: Filter | None
    subscriber: str
    reply: str | None
    dead_letter: str | None
    retries: Retries
    format: str = ""
    namespace: str = DEFAULT_NAMESPACE
    origins: Mapping[str, str] = made(default_factory=dict)
    delivery: Mapping[str, Any] | None = None
    inherited: bool = False
    queue: Queue | None = None
    consumer: Consumer | None = None
    identity: Identity | None = None
    event_types: EventTypes | None = None
    path: str = "spec.subscriber"


class Entrance(Value):
    """A door of its own, by which events come into the topic that it writes to.

    Args:
        node: ``kafkasink/orders``.
        url: Its address.
        door: What is looked at there.
        structured: Its records hold events in the structured form.
    """

    node: str
    url: str
    door: Door
    structured: bool = False


class Hub(Value):
    """A broker or a channel with its routes in declaration order.

    Args:
        node: ``broker/default``, ``channel/audit``.
        resource: The key of the resource it was made from.
        url: Its address; for brokers the ingress with the path ``/NS/NAME``.
        asynchronous: It answers 202 at once and delivers in the background
            (annotation ``messaging.knative.dev/async-handler``).
        profile: The implementation that plays it.
        delivery: Its `delivery` block, as it was written or defaulted.
        partitions: Of its topic; 0 for as many as its implementation says.
        entrances: More doors than its own.
        guard: Who may send to it; None for everybody.
        event_types: What is made of the events that it takes; None for nothing.
    """

    node: str
    kind: HubKind
    resource: ResourceKey
    namespace: str
    name: str
    url: str
    routes: tuple[Route, ...]
    asynchronous: bool = False
    profile: Profile = MT_CHANNEL
    delivery: Mapping[str, Any] | None = None
    partitions: int = 0
    entrances: tuple[Entrance, ...] = ()
    guard: Guard | None = None
    event_types: EventTypes | None = None

    @property
    def answers_first(self) -> bool:
        return self.asynchronous or self.profile.door.waits_ns is None


class Endpoint(Value):
    """A service that answers requests; what it answers is the session's business.

    Args:
        node: ``service/pricing``.
        hosts: The host names it answers to, without port, lower case.
        stub: Nobody described it; it accepts with 202.
        unreachable: Its name resolves, but connections are refused.
        ports: Those at which its own names in the cluster are served; empty for any.
        described: The name under which a Simulation describes it, as written there;
            None for stubs.
        replies: It may answer with an event; None when nobody can tell.
        emits: The addresses that it posts further events to, as they are written.
        when_preferred: It replies only to requests that prefer a reply.
        guard: Who may send to it; None for everybody.
        process: What it does, where it is one of Knative's own; None for a service.
        paths: Where others answer at the same hosts: where its own paths begin.
        mute: Paths at which it neither answers with an event nor posts any.
        private: Nobody calls it but who made it: it has no address.
        starts_ns: How long a pod of it takes to start, at least and at most; None where it
            is always there.
    """

    node: str
    namespace: str
    name: str
    hosts: tuple[str, ...]
    stub: bool = False
    unreachable: bool = False
    ports: tuple[int, ...] = ()
    described: str | None = None
    replies: bool | None = None
    emits: tuple[str, ...] = ()
    when_preferred: bool = False
    guard: Guard | None = None
    process: Process | None = None
    paths: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    private: bool = False
    starts_ns: tuple[int, int] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.hosts[-1]}{self.paths[0] if self.paths else ''}"


def of_endpoint(mapping: Mapping[str, T], endpoint: Endpoint) -> T | None:
    """Find what is said of a service under ``namespace/name``, else under its name.

    What is private goes by the name of its node, with or without its namespace. Nothing
    is said of what answers at paths of its own: it is no service, whatever its name.
    """
    if endpoint.paths:
        return None
    if endpoint.private:
        word = endpoint.node.partition("/")[0]
        return mapping.get(endpoint.node) or mapping.get(f"{word}/{endpoint.name}")
    full = f"{endpoint.namespace}/{endpoint.name}"
    found = mapping.get(full)
    return mapping.get(endpoint.name) if found is None else found


class Source(Value):
    """Something that posts new events to a sink.

    Args:
        node: ``source/checkout``, ``pingsource/tick``.
        resource: The key of the PingSource or third-party source; None for a
            generator of a Simulation.
        sink: The URL, or None when it does not resolve.
        overrides: `spec.ceOverrides.extensions`.
        attributes: What each of its events has, unless a generator says otherwise.
        namespace: What the sink sees as ``Kn-Namespace``.
        speakers: Whose containers send it, as a generator names them in lower case:
            ``deployment/app``.
        silent: Of an unknown kind: wired, but nothing says what it sends.
        generator: The name under which a Simulation describes what it sends.
        schedule: When it sends, if by a cron expression.
        timezone: Of the schedule; empty for UTC.
        watch: When it sends, if whenever objects change.
        timer: When it sends, and what, if at equal distances.
        topics: The topics that it reads -> their URLs, of one that sends what lies
            there; who stands for it writes to the first, unless it names another.
        authorization: The header with which it sends; None for no token.
        resending: How it sends again what failed, if not as an adapter; None if not.
    """

    node: str
    resource: ResourceKey | None
    sink: str | None
    overrides: Mapping[str, str] = made(default_factory=dict)
    attributes: Mapping[str, str] = made(default_factory=dict)
    namespace: str = DEFAULT_NAMESPACE
    speakers: tuple[str, ...] = ()
    silent: bool = False
    generator: str | None = None
    schedule: str = ""
    timezone: str = ""
    watch: Watch | None = None
    timer: Timer | None = None
    topics: Mapping[str, str] = made(default_factory=dict)
    authorization: str | None = None
    resending: Resending | None = None

    @property
    def is_adapter(self) -> bool:
        return bool(self.schedule) or self.watch is not None


class Truth(Enum):
    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


class Condition(Value):
    type: str
    status: Truth
    reason: str = ""
    message: str = ""


class Severity(Enum):
    FAULT = "fault"
    WARNING = "warning"
    NOTE = "note"


class Finding(Value):
    """Something the author of the topology should know before running it.

    Args:
        code: A short stable name, such as ``stub`` or ``not-simulated``; one of
            `simulator.rules`.
        subject: What it is about: ``Trigger price``, ``KafkaSource orders``.
        where: ``orders.yaml:12:3``, empty when it has no place.
        path: The field path, empty for the whole resource.
        also: Further places that it is about, each with what stands there.
        possible: Whether it depends on what is not known: code, or events from elsewhere.
        fix: The smallest change that ends it, where more is known than the rule says.
    """

    severity: Severity
    code: str
    subject: str
    message: str
    where: str = ""
    path: str = ""
    also: tuple[tuple[str, str], ...] = ()
    possible: bool = False
    fix: str = ""

    @property
    def id(self) -> str:
        """The id of the rule, ``KN202``."""
        from simulator.rules import ID_OF  # only where anything is found

        return ID_OF[self.code]

    def __str__(self) -> str:
        """Give the one line that people read."""
        place = f"{self.where}: " if self.where else ""
        path = f"{self.path}: " if self.path else ""
        there = "".join(f"; {what}: {where}" for where, what in self.also if where)
        return f"{place}{self.id} {self.subject}: {path}{self.message}{there}"


class Expansion(Value):
    """What a controller makes of one resource.

    Args:
        resource: Of the topology, or made by a controller itself.
        objects: As it writes them, without what nothing here looks at, such as probes.
        changes: They were there before it, and are so after it.
    """

    resource: ResourceKey
    objects: tuple[Mapping[str, Any], ...]
    changes: bool = False


class Wiring(Value):
    """Everything that runs, and what was found on the way.

    Args:
        hubs: In declaration order; lowered channels behind their Sequence or Parallel.
        endpoints: In declaration order, stubs last.
        addresses: Short names for `--to` and `send(to=...)` -> URL:
            ``broker/default``, ``channel/audit``, ``sequence/steps`` …
        conditions: Resource -> its conditions, sorted by type.
        not_simulated: Resources that were accepted and play no part.
        findings: Faults, warnings and notes in document order.
        resources: The admitted (defaulted) form of each resource that runs.
        roles: What the node of a resource does, of hubs and routes, wired or not.
        expansions: What controllers make of resources; only where it was asked for.
        ignored: Findings that comments in the files say are meant so.
    """

    hubs: tuple[Hub, ...]
    endpoints: tuple[Endpoint, ...]
    sources: tuple[Source, ...]
    addresses: Mapping[str, str]
    conditions: Mapping[ResourceKey, tuple[Condition, ...]]
    not_simulated: tuple[Resource, ...]
    findings: tuple[Finding, ...]
    resources: Mapping[ResourceKey, Resource]
    roles: Mapping[ResourceKey, Role] = made(default_factory=dict)
    expansions: tuple[Expansion, ...] = ()
    ignored: tuple[Finding, ...] = ()


def why_not_ready(wiring: Wiring, *, routes: bool = False) -> str:
    """Say which resources with an address, and *routes*, do not become Ready, and why."""
    return "; ".join(
        f"{key.kind} {key.name} is not Ready: {each.reason}: {each.message}".rstrip(
            ": "
        )
        for key, found in wiring.conditions.items()
        if (routes and key in wiring.roles) or any(c.type == _ADDRESS for c in found)
        for each in found
        if each.type == "Ready" and each.status is not Truth.TRUE
    )

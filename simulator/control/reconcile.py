"""One reconciliation, from admitted resources to a `Wiring`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control import advice
from simulator.control.brokers import BROKER, Brokers
from simulator.control.channels import CHANNEL, IN_MEMORY_CHANNEL, Channels, is_channel
from simulator.control.cluster import Cluster
from simulator.control.configuration import Configuration
from simulator.control.findings import Findings
from simulator.control.flows import PARALLEL, SEQUENCE, Flows
from simulator.control.hubs import HubList
from simulator.control.ignored import report_ignored
from simulator.control.naming import EVENTING, MESSAGING, service_url
from simulator.control.others import STUB_SINKS
from simulator.control.service_registry import CORE_SERVICE, KNATIVE_SERVICE, Services
from simulator.control.settings import delivery_of
from simulator.control.sinks import StubSinks
from simulator.control.sources import PING_SOURCE, Sources
from simulator.control.subscriptions import Subscriptions
from simulator.control.triggers import Triggers
from simulator.resource import DEFAULT_NAMESPACE
from simulator.wiring import Truth, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.conditions import ConditionSet
    from simulator.control.given import (
        Admitted,
        GeneratorDescription,
        ServiceDescription,
    )
    from simulator.profiles import Profile
    from simulator.resource import ResourceKey
    from simulator.wiring import Condition, Endpoint, Hub, Source

TRIGGER = (EVENTING, "Trigger")
SUBSCRIPTION = (MESSAGING, "Subscription")
_SERVICES = (CORE_SERVICE, KNATIVE_SERVICE)
_CONFIG_MAP = ("", "ConfigMap")
_FLOWS = (SEQUENCE, PARALLEL)


def reconcile(
    admitted: Sequence[Admitted],
    *,
    described: Mapping[str, ServiceDescription] | None = None,
    generators: Mapping[str, GeneratorDescription] | None = None,
    configmaps: Mapping[str, Mapping[str, str]] | None = None,
    played_by: Profile | None = None,
    strict: bool = False,
) -> Wiring:
    """Do to resources what Knative's controllers do.

    Args:
        admitted: What admission let in, in declaration order.
        described: ``name`` or ``namespace/name`` of a service -> what a Simulation
            says about it; a plain name counts in every namespace.
        generators: The sources of a Simulation, by name.
        configmaps: ``namespace/name`` -> keys set over those in *admitted*.
        played_by: The implementation of all brokers; None for that of their class.
        strict: A reference to a service that nobody describes stays unresolved, as
            it would on a cluster; otherwise a stub answers 202.

    Returns:
        What runs; whatever does not resolve is told in conditions and findings.
    """
    run = _Reconciliation(
        admitted, described or {}, configmaps or {}, played_by, strict=strict
    )
    return run.wiring(generators or {})


class _Reconciliation:
    """The state of one reconciliation."""

    def __init__(
        self,
        admitted: Sequence[Admitted],
        described: Mapping[str, ServiceDescription],
        configmaps: Mapping[str, Mapping[str, str]],
        played_by: Profile | None,
        *,
        strict: bool,
    ) -> None:
        self.findings = Findings(admitted)
        self.services = Services(admitted, described)
        self.cluster = Cluster(
            admitted=admitted,
            services=self.services,
            findings=self.findings,
            strict=strict,
        )
        self.configuration = Configuration(admitted, configmaps)
        self.brokers = Brokers(self.cluster, self.configuration, played_by)
        self.channels = Channels(self.cluster)
        self.flows = Flows(self.cluster, self.channels)
        self.conditions: dict[ResourceKey, ConditionSet] = {}
        self.idle: dict[ResourceKey, None] = {}
        self.hubs = HubList()
        self._give_addresses()

    def wiring(self, generators: Mapping[str, GeneratorDescription]) -> Wiring:
        """Reconcile kind after kind, each asking only those before it."""
        resources = list(self.cluster.resources.values())
        self._start_hubs(resources)
        sources = self._wire_sources(resources, generators)
        self._wire_channel_routes(resources)
        self._wire_triggers(resources)
        hubs = self.hubs.finished()
        self.cluster.settle_uris(hubs)
        endpoints = self.services.endpoints()
        self._advise(hubs)
        self._report_unsimulated(resources, sources)
        return Wiring(
            hubs=hubs,
            endpoints=endpoints,
            sources=tuple(sources),
            addresses=self._addresses(endpoints),
            conditions=self._finished_conditions(resources),
            not_simulated=tuple(
                each.resource for each in resources if each.key in self.idle
            ),
            findings=self.findings.collected(),
            resources={
                each.key: each.defaulted
                for each in resources
                if each.key not in self.idle
            },
        )

    def _give_addresses(self) -> None:
        give = self.cluster.give_addresses
        give(*BROKER, self.brokers)
        for kind in _FLOWS:
            give(*kind, self.flows)
        for kind in STUB_SINKS:
            give(*kind, StubSinks(self.cluster))
        give(*CHANNEL, self.channels)
        give(*IN_MEMORY_CHANNEL, self.channels)
        for key in self.cluster.resources:
            if is_channel(key):
                give(key.group, key.kind, self.channels)
        for state in self.channels.all():
            give(MESSAGING, state.template, self.channels)
        self.flows.resolve_dead_letters()

    def _start_hubs(self, resources: Sequence[Admitted]) -> None:
        for each in resources:
            key = each.key
            if key[:2] == BROKER:
                broker = self.brokers.state(each)
                advice.on_delivery(self.findings, broker.delivery, takes_format=False)
                self.conditions[key] = broker.conditions
                self.hubs.add_broker(broker)
            elif is_channel(key):
                channel = self.channels.declared(each)
                self.conditions[key] = self.channels.conditions(each)
                advice.on_delivery(self.findings, channel.delivery, takes_format=False)
                self.hubs.add_channel(channel)
            elif key[:2] in _FLOWS:
                flow = self.flows.state(key)
                advice.on_flow(self.cluster, each, flow)
                self.hubs.add_flow(each, flow)

    def _wire_sources(
        self,
        resources: Sequence[Admitted],
        generators: Mapping[str, GeneratorDescription],
    ) -> list[Source]:
        sources = Sources(self.cluster, generators)
        wired = [sources.reconcile(each) for each in resources if self._is_source(each)]
        self.conditions.update(sources.conditions)
        return sources.generators(wired)

    def _is_source(self, admitted: Admitted) -> bool:
        """Tell a source by its sink; what has a source beside it is a connector."""
        kind = admitted.key[:2]
        spec = admitted.spec
        return kind == PING_SOURCE or (
            isinstance(spec.get("sink"), dict)
            and "source" not in spec
            and kind not in STUB_SINKS
        )

    def _wire_channel_routes(self, resources: Sequence[Admitted]) -> None:
        subscriptions = Subscriptions(self.cluster, self.channels)
        for each in resources:
            if each.key[:2] in _FLOWS:
                conditions, routes = self.flows.reconcile(each, subscriptions)
                self.conditions[each.key] = conditions
                for wanted, route in routes:
                    self.hubs.add_route(wanted.channel.url, route)
                    path = wanted.subscriber.path
                    advice.on_silent_step(self.cluster, each, route, path)
        for each in resources:
            if each.key[:2] == SUBSCRIPTION:
                conditions, channel, new = subscriptions.reconcile(each)
                self.conditions[each.key] = conditions
                own = delivery_of(each, each.spec.get("delivery"), "spec.delivery")
                advice.on_delivery(self.findings, own, takes_format=False)
                if channel is not None and new is not None:
                    self.hubs.add_route(channel.url, new)

    def _wire_triggers(self, resources: Sequence[Admitted]) -> None:
        triggers = Triggers(
            self.cluster, self.configuration, self.brokers, self._ready_of
        )
        for each in resources:
            if each.key[:2] != TRIGGER:
                continue
            conditions, broker, route = triggers.reconcile(each)
            self.conditions[each.key] = conditions
            own = delivery_of(each, each.spec.get("delivery"), "spec.delivery")
            advice.on_delivery(self.findings, own, takes_format=True)
            if broker is None or route is None:
                continue
            advice.on_trigger(self.findings, each, broker, own)
            advice.on_filter(self.findings, each, route)
            self.hubs.add_route(broker.url, route)

    def _ready_of(self, key: ResourceKey) -> Condition | None:
        conditions = self.conditions.get(key)
        return None if conditions is None else conditions.ready

    def _advise(self, hubs: Sequence[Hub]) -> None:
        resources = self.cluster.resources
        in_vain = self._asked_in_vain()
        advice.on_services(self.cluster)
        advice.on_dead_letters(self.cluster, hubs)
        advice.on_idle_hubs(
            self.findings,
            [
                (resources[hub.resource], hub)
                for hub in hubs
                if hub.resource[:2] not in _FLOWS and hub.resource[1:] not in in_vain
            ],
        )

    def _asked_in_vain(self) -> frozenset[tuple[str, str, str]]:
        """List kind, namespace and name of hubs whose triggers get no events.

        What keeps those from it is told of them; that the hub has none follows from it.
        """
        asked = set()
        for each in self.cluster.resources.values():
            ready = self._ready_of(each.key)
            if ready is None or ready.status is Truth.TRUE:
                continue
            if each.key.kind == "Trigger":
                asked.add(("Broker", each.namespace, str(each.spec.get("broker"))))
            channel = each.spec.get("channel")
            if each.key.kind == "Subscription" and isinstance(channel, dict):
                kind, name = channel.get("kind"), channel.get("name")
                asked.add((str(kind), each.namespace, str(name)))
        return frozenset(asked)

    def _report_unsimulated(
        self, resources: Sequence[Admitted], sources: Sequence[Source]
    ) -> None:
        idle_services = {each.key: None for each in self.services.idle()}
        for source in sources:
            if source.silent and source.resource is not None:
                about = self.cluster.resources[source.resource]
                self.findings.note(
                    about,
                    "silent-source",
                    "nothing here says what it sends; a source of a Simulation can "
                    f"stand for it (for: {about.key.kind}/{_full_name(about)})",
                )
        for each in resources:
            key = each.key
            runs = key in self.conditions or self._is_source(each)
            runs = runs or (key[:2] in _SERVICES and key not in idle_services)
            if key[:2] == _CONFIG_MAP:
                runs = self.configuration.reads(key)
            report_ignored(self.findings, each, serves=runs)
            if not runs and key not in self.idle:
                from simulator.control.unsimulated import meaning  # seldom

                self.idle[key] = None
                stub = self.cluster.stood_for.get(key)
                self.findings.note(each, "not-simulated", meaning(key, stub))

    def _finished_conditions(
        self, resources: Sequence[Admitted]
    ) -> dict[ResourceKey, tuple[Condition, ...]]:
        return {
            each.key: self.conditions[each.key].finished()
            for each in resources
            if each.key in self.conditions
        }

    def _addresses(self, endpoints: Sequence[Endpoint]) -> dict[str, str]:
        services = {
            each.node: f"http://{each.name}"
            if each.node.startswith("host/")
            else service_url(each.name, each.namespace)
            for each in endpoints
        }
        return {**self.hubs.addresses, **services}


def _full_name(admitted: Admitted) -> str:
    """Name a resource as a Simulation finds it, from whatever namespace."""
    if admitted.namespace == DEFAULT_NAMESPACE:
        return admitted.name
    return f"{admitted.namespace}/{admitted.name}"

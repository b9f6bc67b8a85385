"""One reconciliation, from admitted resources to a `Wiring`: a loop over phases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control import advice
from simulator.control.cluster import Cluster
from simulator.control.configuration import Configuration
from simulator.control.generators import asker_of, joined, speaker
from simulator.control.given import Admitted, Findings
from simulator.control.hubs import HubList
from simulator.control.kind import Phase
from simulator.control.registry import kind_of
from simulator.control.service_registry import SERVICES, Services
from simulator.control.uris import settle_uris
from simulator.resource import DEFAULT_NAMESPACE, Resource
from simulator.urls import host_of
from simulator.wiring import Expansion, Truth, Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.given import GeneratorDescription, ServiceDescription
    from simulator.control.kind import Reconciled
    from simulator.profiles import Profile
    from simulator.resource import ResourceKey
    from simulator.wiring import Condition, Endpoint, Hub, Source

_CONFIG_MAP = ("", "ConfigMap")


def reconcile(
    admitted: Sequence[Admitted],
    *,
    described: Mapping[str, ServiceDescription] | None = None,
    generators: Mapping[str, GeneratorDescription] | None = None,
    configmaps: Mapping[str, Mapping[str, str]] | None = None,
    played_by: Profile | None = None,
    strict: bool = False,
    expand: bool = False,
) -> Wiring:
    """Do to resources what Knative's controllers do.

    Args:
        admitted: In declaration order.
        described: ``name`` or ``namespace/name`` of a service -> what a Simulation
            says about it; a plain name counts in every namespace.
        generators: The sources of a Simulation, by name.
        configmaps: ``namespace/name`` -> keys set over those in *admitted*.
        played_by: The implementation of all brokers; None for that of their class.
        strict: A reference to a service that nobody describes stays unresolved, as
            it would on a cluster; otherwise a stub answers 202.
        expand: What controllers make of resources is asked for, too.
    """
    findings = Findings(admitted)
    cluster = Cluster(
        admitted=admitted,
        controllers=kind_of,
        services=Services(admitted, described or {}),
        configuration=Configuration(admitted, configmaps or {}),
        findings=findings,
        played_by=played_by,
        strict=strict,
    )
    wiring = _Reconciliation(cluster).wiring(generators or {})
    if not expand:
        return wiring

    return wiring.replace(expansions=expansions(cluster))


class _Reconciliation:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._findings = cluster.findings
        self._resources = list(cluster.resources.values())
        self._hubs = HubList()
        self._sources: list[Source] = []
        self._asked: dict[ResourceKey, tuple[str, str, str]] = {}

    def wiring(self, generators: Mapping[str, GeneratorDescription]) -> Wiring:
        cluster = self._cluster
        hubs: tuple[Hub, ...] = ()
        for phase in Phase:
            if phase is Phase.ENDPOINTS:
                hubs = self._hubs.finished()
                settle_uris(cluster, hubs)
                self._advise(hubs)
            self._run(phase)
            if phase is Phase.SOURCES:
                played = {s.resource: None for s in self._sources}
                self._sources = joined(cluster, generators, self._sources)
        endpoints = cluster.services.endpoints()
        written = [hub.url for hub in hubs if hub.entrances]
        idle = self._report_unsimulated(played, written)
        told = [(each, self._about(each, generators)) for each in self._sources]
        if cluster.authorization.on:
            from simulator.control.refused import on_refused  # few ask who sends

            on_refused(cluster, hubs, endpoints, told)
        return Wiring(
            hubs=hubs,
            endpoints=endpoints,
            sources=tuple(s for s in self._sources if not (s.silent and s.topics)),
            addresses=self._addresses(endpoints),
            conditions=self._conditions(),
            not_simulated=tuple(
                each.resource for each in self._resources if each.key in idle
            ),
            findings=self._findings.collected(),
            resources={
                each.key: each.defaulted
                for each in self._resources
                if each.key not in idle
            },
            roles={
                each.key: role
                for each in self._resources
                if (role := kind_of(each.key.group, each.key.kind).role) is not None
            },
        )

    def _about(
        self, source: Source, generators: Mapping[str, GeneratorDescription]
    ) -> Admitted:
        name = source.generator
        if name is not None:
            return asker_of(name, generators[name])
        assert source.resource is not None, "it is a generator's otherwise"
        return self._cluster.resources[source.resource]

    def _run(self, phase: Phase) -> None:
        for each in tuple(self._resources):
            controller = kind_of(each.key.group, each.key.kind).reconcile.get(phase)
            if controller is not None:
                self._take(each, controller(each, self._cluster))

    def _take(self, owner: Admitted, made: Reconciled) -> None:
        if made.conditions is not None:
            self._cluster.conditions[owner.key] = made.conditions
        if made.url is not None:
            self._hubs.add_address(owner, made.url)
        for hub in made.hubs:
            self._hubs.add(hub)
        for url, route in made.routes:
            self._hubs.add_route(url, route)
        for url, entrance in made.entrances:
            self._hubs.add_entrance(url, entrance)
        if made.source is not None:
            self._sources.append(made.source)
        if made.asked is not None:
            self._asked[owner.key] = made.asked
        if made.ruling is not None:
            self._cluster.authorization.add(made.ruling)
        self._cluster.services.play(made.endpoints)
        self._resources += self._cluster.create(made.objects)

    def _advise(self, hubs: Sequence[Hub]) -> None:
        cluster = self._cluster
        in_vain = self._asked_in_vain()
        advice.on_services(cluster)
        advice.on_dead_letters(cluster, hubs)
        advice.on_idle_hubs(
            self._findings,
            [
                (cluster.resources[hub.resource], hub)
                for hub in hubs
                if hub.resource not in cluster.flows and hub.resource[1:] not in in_vain
            ],
        )

    def _asked_in_vain(self) -> frozenset[tuple[str, str, str]]:
        """List kind, namespace and name of hubs whose routes get no events.

        What keeps those from it is told of them; that the hub has none follows from it.
        """
        found = set()
        for key, asked in self._asked.items():
            ready = self._cluster.ready_of(key)
            if ready is not None and ready.status is not Truth.TRUE:
                found.add(asked)
        return frozenset(found)

    def _report_unsimulated(
        self, played: Mapping[ResourceKey | None, None], written: Sequence[str]
    ) -> Mapping[ResourceKey, None]:
        """Say what has no effect, and which resources play no part; give those."""
        cluster = self._cluster
        for source in self._sources:
            if source.silent and source.resource is not None and not source.generator:
                if any(url in written for url in source.topics.values()):
                    continue
                about = cluster.resources[source.resource]
                self._findings.note(
                    about,
                    "silent-source",
                    "nothing here says what it sends; a source of a Simulation can "
                    f"stand for it (for: {about.key.kind}/{_full_name(about)})",
                )
        heard = dict.fromkeys(
            name for each in self._sources if each.generator for name in each.speakers
        )
        silent = dict.fromkeys(
            name
            for each in self._sources
            if each.silent and not each.generator
            for name in each.speakers
        )
        idle: dict[ResourceKey, None] = {}
        for each in self._resources:
            key = each.key
            runs = key in cluster.conditions or key in played
            runs = runs or (key[:2] in SERVICES and cluster.services.serves(each))
            runs = runs or (bool(heard) and speaker(key) in heard)
            if key[:2] == _CONFIG_MAP:
                runs = cluster.configuration.reads(key)
            runs = runs or key in cluster.asked_for
            advice.on_destinations(cluster, each)
            if not runs:
                idle[key] = None
                meaning = self._meaning(each)
                if silent and speaker(key) in silent:
                    meaning = (
                        "its containers do not run; a source of a Simulation can send for "
                        f"them (for: {key.kind}/{_full_name(each)})"
                    )
                if meaning:
                    self._findings.note(each, "not-simulated", meaning)
        return idle

    def _meaning(self, admitted: Admitted) -> str:
        key = admitted.key
        kind = kind_of(key.group, key.kind)
        stub = self._cluster.stood_for.get(key)
        if stub is not None:
            return (
                "it is not simulated; a stub accepts with 202 at its address (a service "
                f"can claim it: hosts: [{host_of(stub)}])"
            )
        return kind.means if isinstance(kind.means, str) else kind.means(admitted)

    def _conditions(self) -> dict[ResourceKey, tuple[Condition, ...]]:
        conditions = self._cluster.conditions
        return {
            each.key: conditions[each.key].finished()
            for each in self._resources
            if each.key in conditions
        }

    def _addresses(self, endpoints: Sequence[Endpoint]) -> dict[str, str]:
        services = {each.node: each.url for each in endpoints if not each.private}
        return {**self._hubs.addresses, **services}


def _full_name(admitted: Admitted) -> str:
    if admitted.namespace == DEFAULT_NAMESPACE:
        return admitted.name
    return f"{admitted.namespace}/{admitted.name}"


def expansions(cluster: Cluster) -> tuple[Expansion, ...]:
    """Ask the controllers of all resources, and then those of what these have made.

    What is made is a resource of the cluster from then on, and is there for what is
    asked after it.
    """
    found: list[Expansion] = []
    open_: list[Admitted] = list(cluster.resources.values())
    for owner in open_:  # which grows
        kind = kind_of(owner.key.group, owner.key.kind)
        if kind.applies is not None:  # that was made before
            made_of = tuple(kind.applies(owner))
            found.append(Expansion(resource=owner.key, objects=made_of))
        expand = kind.expand
        if expand is None:
            continue
        objects, changes = [], False
        for each in expand(owner, cluster):
            made = _resource(each, owner)
            there = made.key in cluster.resources
            changes = there and made.key not in cluster.created
            if not there:
                made = _resource(_owned(each, owner), owner)
                open_.append(made)
            cluster.resources[made.key] = made
            objects.append(made.manifest)
        found.append(
            Expansion(resource=owner.key, objects=tuple(objects), changes=changes)
        )
    return tuple(found)


def _resource(made: Mapping[str, Any], owner: Admitted) -> Admitted:
    resource = Resource(manifest=made, origin=owner.resource.origin)
    return Admitted(resource=resource, manifest=made)


def _owned(made: Mapping[str, Any], owner: Admitted) -> Mapping[str, Any]:
    """Source: knative.dev/pkg kmeta/owner_references.go, NewControllerRef."""
    of = {
        "apiVersion": owner.manifest.get("apiVersion"),
        "kind": owner.key.kind,
        "name": owner.name,
        "uid": owner.resource.metadata.get("uid", ""),
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {**made, "metadata": {**made["metadata"], "ownerReferences": [of]}}

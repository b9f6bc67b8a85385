"""From a topology to what runs: Simulation documents, admission, reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.collector import collector_resting
from simulator.control import (
    Admitted,
    ClusterConfig,
    GeneratorDescription,
    ServiceDescription,
    reconcile,
)
from simulator.control.naming import SYSTEM_NAMESPACE
from simulator.errors import Fault, TopologyError, in_document_order
from simulator.session.admitting import Admitting, fault_at, misfit_faults, said
from simulator.session.changes import fixed_faults
from simulator.session.no_events import no_events
from simulator.session.uncalled import uncalled
from simulator.subscribers.parse import KIND, SimulationSpec, parse_simulation
from simulator.value import Value, made
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from simulator.profiles import Profile
    from simulator.resource import Resource
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.topology import Topology
    from simulator.wiring import Wiring


class Prepared(Value):
    """What a topology says, checked; ready to be wired.

    Args:
        spec: All Simulation documents as one.
        admitted: The resources as Knative would store them.
        configmaps: ``namespace/name`` -> data, of those set from outside.
        findings: What admission warns of.
        places: Service and source names -> where they are described.
    """

    spec: SimulationSpec
    admitted: tuple[Admitted, ...]
    configmaps: Mapping[str, Mapping[str, str]]
    findings: tuple[Finding, ...]
    places: Mapping[str, str] = made(default_factory=dict)

    def wire(
        self, more: Iterable[str], *, strict: bool, played_by: Profile | None = None
    ) -> Wiring:
        """Reconcile.

        Args:
            more: Services that are described in Python.
            strict: Whether undescribed services stay unresolved.
            played_by: The implementation of all brokers; None for that of their class.
        """
        described = {name: _described(s) for name, s in self.spec.services.items()}
        for name in more:
            described.setdefault(name, ServiceDescription())
        generators = {
            name: GeneratorDescription(
                sink=source.sink,
                for_resource=source.for_resource or None,
                namespace=source.namespace,
                where=self.places.get(f"sources.{name}", ""),
            )
            for name, source in self.spec.sources.items()
        }
        with collector_resting():
            wiring = reconcile(
                self.admitted,
                described=described,
                generators=generators,
                configmaps=self.configmaps,
                played_by=played_by,
                strict=strict,
            )
        idle = uncalled(wiring, self.spec.services, self.places, strict=strict)
        wrong = no_events(wiring, self.spec.services, self.places)
        return wiring.replace(
            findings=(*self.findings, *wiring.findings, *idle, *wrong)
        )


def _described(service: ServiceSpec) -> ServiceDescription:
    return ServiceDescription(
        hosts=service.hosts, unreachable=service.unreachable, replies=service.replies
    )


@collector_resting()
def prepare(
    topology: Topology,
    *,
    configmaps: Mapping[str, Mapping[str, str]] | None = None,
    defaults: bool = True,
    validate: bool = True,
    running: Prepared | None = None,
    given: Collection[str] = (),
) -> Prepared:
    """Check a topology as a cluster would on `kubectl apply`.

    Args:
        topology: As loaded.
        configmaps: Name -> keys set over the config maps of the installation.
        defaults: Whether the webhooks run; without them resources count as written.
        validate: Whether what the webhooks refuse is refused; otherwise it counts as
            if it had got past them, as far as it can be read at all.
        running: What runs already, which this is to take the place of.
        given: Settings that do not come from the topology, and so may change in it.

    Raises:
        TopologyError: Anything is refused; every fault is named, in document order.
    """
    faults: list[Fault] = list(topology.faults)
    findings = [
        *(_told(Severity.NOTE, "left-out", each) for each in topology.left_out),
        *(_told(Severity.WARNING, "written-twice", each) for each in topology.replaced),
    ]
    spec, places = _simulation(topology, faults)
    findings += _claimed_twice(spec, places)
    if running is not None:
        documents = [each for each in topology.resources if _is_simulation(each)]
        faults += fixed_faults(documents, running.spec, spec, given)
    config = _cluster_config(topology, configmaps or {}, faults)
    admission = Admitting(config, faults, findings, validate=validate)
    stored = {} if running is None else {each.key: each for each in running.admitted}
    admitted = [
        _unchanged(resource, stored.get(resource.key))
        or admission.let_in(resource, checked=defaults)
        for resource in topology.resources
        if not _is_simulation(resource)
    ]
    if faults:
        raise TopologyError(in_document_order(faults, topology.files))
    over = {
        f"{SYSTEM_NAMESPACE}/{name}": dict(data)
        for name, data in (configmaps or {}).items()
    }
    return Prepared(
        spec=spec,
        admitted=tuple(each for each in admitted if each is not None),
        configmaps=over,
        findings=tuple(findings),
        places=places,
    )


def _told(severity: Severity, code: str, what: Fault) -> Finding:
    """Tell what was noticed where the topology was read."""
    return Finding(
        severity=severity,
        code=code,
        subject=what.subject or "document",
        message=what.reason,
        where="" if what.position is None else str(what.position),
    )


def _unchanged(resource: Resource, stored: Admitted | None) -> Admitted | None:
    """Give what is stored already, if it was written so: nothing is applied then."""
    if stored is None or stored.resource != resource:
        return None
    return Admitted(
        resource=resource,
        manifest=stored.manifest,
        origins=stored.origins,
        refused=stored.refused,
    )


def _is_simulation(resource: Resource) -> bool:
    return resource.kind == KIND and resource.group == "simulator"


def _simulation(
    topology: Topology, faults: list[Fault]
) -> tuple[SimulationSpec, dict[str, str]]:
    """Merge the Simulation documents; naming a service twice is a fault."""
    whole = SimulationSpec()
    places: dict[str, str] = {}
    for resource in topology.resources:
        if not _is_simulation(resource):
            continue
        spec, found = parse_simulation(resource.manifest)
        faults += [fault_at(resource, each.path, each.message) for each in found]
        for section in ("services", "sources"):
            for name in getattr(spec, section):
                key = f"{section}.{name}"
                place = str(resource.position(f"spec.{key}"))
                if key in places:
                    what = f"is described before, at {places[key]}"
                    faults.append(fault_at(resource, f"spec.{key}", what))
                places[key] = place
        for number in range(len(spec.faults)):
            path = f"spec.faults[{number}].at"
            key = f"faults[{len(whole.faults) + number}]"
            places[key] = f"{resource.position(path)}: {resource}: {path}"
        whole = SimulationSpec(
            services={**whole.services, **spec.services},
            sources={**whole.sources, **spec.sources},
            faults=whole.faults + spec.faults,
            seed=whole.seed if spec.seed is None else spec.seed,
            profile=spec.profile or whole.profile,
            start_ns=whole.start_ns if spec.start_ns is None else spec.start_ns,
            max_ttl=whole.max_ttl if spec.max_ttl is None else spec.max_ttl,
        )
    return whole, places


def _claimed_twice(
    spec: SimulationSpec, places: Mapping[str, str]
) -> Iterator[Finding]:
    """Warn of hosts that two services claim: the first gets what is sent there."""
    first: dict[str, str] = {}
    for name, service in spec.services.items():
        for host in service.hosts:
            if first.setdefault(host, name) != name:
                yield Finding(
                    severity=Severity.WARNING,
                    code="host-claimed-twice",
                    subject=f"service {name}",
                    message=f"the host {host!r} is claimed by {first[host]}, too, which "
                    "gets all that is sent there",
                    where=places.get(f"services.{name}", ""),
                )


def _cluster_config(
    topology: Topology, given: Mapping[str, Mapping[str, str]], faults: list[Fault]
) -> ClusterConfig:
    """Set the topology's ConfigMaps, and what is given, over those of the installation."""
    maps = [r for r in topology.of_kind("ConfigMap") if r.api_version == "v1"]
    wrong = [line for r in maps for line in misfit_faults(r)]
    if wrong:
        faults += wrong
        return ClusterConfig.shipped()
    # Source: knative/pkg configmap/informer: those of the system's namespace, no others.
    written = {r.name: r for r in maps if r.namespace == SYSTEM_NAMESPACE}
    data = {
        name: {key: text or "" for key, text in (r.manifest.get("data") or {}).items()}
        for name, r in written.items()
    }
    for name, keys in given.items():
        data.setdefault(name, {}).update(keys)
    config = ClusterConfig.from_configmaps(data)
    for objection in config.faults:
        path = objection.paths[0] if objection.paths else ""
        name = path.partition(".")[0]
        resource = written.get(name)
        place = None if resource is None else resource.position("data")
        subject = f"ConfigMap {name}"
        faults.append(Fault(f"{subject}: {said(objection)}", place, path, subject))
    return config

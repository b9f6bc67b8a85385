"""From a topology to what runs: Simulation documents, admission, reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.admission import ClusterConfig, admit, versions_of
from simulator.admission.names import name_fault, namespace_fault
from simulator.collector import collector_resting
from simulator.errors import TopologyError
from simulator.reconcile import (
    Admitted,
    GeneratorDescription,
    ServiceDescription,
    reconcile,
)
from simulator.reconcile.naming import SYSTEM_NAMESPACE
from simulator.session.changes import fixed_faults
from simulator.subscribers.parse import KIND, SimulationSpec, parse_simulation
from simulator.value import Value, made
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from simulator.admission import Admission, Fault
    from simulator.admission.misfits import Misfit
    from simulator.profiles import Profile
    from simulator.resource import Resource
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.topology import Topology
    from simulator.wiring import Wiring

_KNATIVE = ".knative.dev"
_NAMED = (("", "Service"), ("", "ConfigMap"))
SIMULATED = (
    "Broker", "Trigger", "Channel", "InMemoryChannel", "Subscription", "Sequence",
    "Parallel", "PingSource", "EventType",
)  # fmt: skip


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
        return wiring.replace(findings=(*self.findings, *wiring.findings))


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
    faults: list[str] = []
    findings = [
        Finding(
            severity=Severity.NOTE, code="left-out", subject="left out", message=reason
        )
        for reason in topology.left_out
    ] + [
        Finding(
            severity=Severity.WARNING,
            code="written-twice",
            subject="written twice",
            message=reason,
        )
        for reason in topology.replaced
    ]
    spec, places = _simulation(topology, faults)
    findings += _claimed_twice(spec, places)
    if running is not None:
        documents = [each for each in topology.resources if _is_simulation(each)]
        faults += fixed_faults(documents, running.spec, spec, given)
    config = _cluster_config(topology, configmaps or {}, faults)
    admission = _Admission(config, faults, findings, validate=validate)
    stored = {} if running is None else {each.key: each for each in running.admitted}
    admitted = [
        _unchanged(resource, stored.get(resource.key))
        or admission.let_in(resource, checked=defaults)
        for resource in topology.resources
        if not _is_simulation(resource)
    ]
    if faults:
        raise TopologyError(faults)
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


def _unchanged(resource: Resource, stored: Admitted | None) -> Admitted | None:
    """Give what is stored already, if it was written so: nothing is applied then."""
    if stored is None or stored.resource != resource:
        return None
    return Admitted(resource=resource, manifest=stored.manifest, origins=stored.origins)


class _Admission:
    """Lets resources in one by one, and notes what is wrong with them."""

    def __init__(
        self,
        config: ClusterConfig,
        faults: list[str],
        findings: list[Finding],
        *,
        validate: bool,
    ) -> None:
        self._config = config
        self._faults = faults
        self._findings = findings
        self._validate = validate

    def let_in(self, resource: Resource, *, checked: bool) -> Admitted | None:
        """Give a resource as Knative would store it; None when it is refused."""
        if self._validate and self._is_misnamed(resource):
            return None
        return self._let_in(resource, checked=checked)

    def _let_in(self, resource: Resource, *, checked: bool) -> Admitted | None:
        versions = versions_of(resource.group, resource.kind)
        if not versions:
            return self._without_webhook(resource)
        if resource.api_version not in versions:
            self._faults.append(
                f"{resource.position('apiVersion')}: {resource}: apiVersion: Knative "
                f"serves no {resource.api_version}; expected {' or '.join(versions)}"
            )
            return None
        if not checked:
            return _as_written(resource)
        admission = admit(resource.manifest, config=self._config)
        self._findings += _warnings(resource, admission)
        if admission.defaulted is not None and (admission.valid or not self._validate):
            origins = {path: o.text for path, o in admission.origins.items()}
            return Admitted(
                resource=resource, manifest=admission.defaulted, origins=origins
            )
        if resource.kind in SIMULATED:
            self._faults += _fault_lines(resource, admission, self._config)
            return None
        self._findings += _refused_but_unused(resource, admission)
        return _as_written(resource)

    def _is_misnamed(self, resource: Resource) -> bool:
        """Note what is wrong with name and namespace; say whether anything is.

        Kinds of others may have other rules: a ClusterRole is called ``system:node``.
        """
        group, kind, namespace, name = resource.key
        if not group.endswith(_KNATIVE) and (group, kind) not in _NAMED:
            return False
        found = {
            "metadata.name": name_fault(group, kind, name),
            "metadata.namespace": namespace_fault(namespace),
        }
        wrong = {path: fault for path, fault in found.items() if fault}
        self._faults += [
            f"{resource.position(path)}: {resource}: {path}: {fault}"
            for path, fault in wrong.items()
        ]
        return bool(wrong)

    def _without_webhook(self, resource: Resource) -> Admitted | None:
        # The quickstart has no such kind.
        from simulator.admission.no_such_kind import no_such_kind

        wrong = no_such_kind(resource.api_version, resource.kind)
        if wrong is None:
            return _as_written(resource)
        path, what = wrong
        self._faults.append(f"{resource.position(path)}: {resource}: {path}: {what}")
        return None


def _as_written(resource: Resource) -> Admitted:
    return Admitted(resource=resource, manifest=resource.manifest)


def _is_simulation(resource: Resource) -> bool:
    return resource.kind == KIND and resource.group == "simulator"


def _simulation(
    topology: Topology, faults: list[str]
) -> tuple[SimulationSpec, dict[str, str]]:
    """Merge the Simulation documents; naming a service twice is a fault."""
    whole = SimulationSpec()
    places: dict[str, str] = {}
    for resource in topology.resources:
        if not _is_simulation(resource):
            continue
        spec, found = parse_simulation(resource.manifest)
        faults += [
            f"{resource.position(fault.path)}: {resource}: {fault.path}: {fault.message}"
            for fault in found
        ]
        for section in ("services", "sources"):
            for name in getattr(spec, section):
                key = f"{section}.{name}"
                place = str(resource.position(f"spec.{key}"))
                if key in places:
                    faults.append(
                        f"{place}: {resource}: spec.{key}: is described before, at {places[key]}"
                    )
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
    topology: Topology, given: Mapping[str, Mapping[str, str]], faults: list[str]
) -> ClusterConfig:
    """Set the topology's ConfigMaps, and what is given, over those of the installation."""
    maps = [r for r in topology.of_kind("ConfigMap") if r.api_version == "v1"]
    wrong = [line for r in maps for line in _misfit_lines(r, _misfits(r))]
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
    for fault in config.faults:
        name = fault.paths[0].partition(".")[0] if fault.paths else ""
        resource = written.get(name)
        place = f"{resource.position('data')}: " if resource is not None else ""
        faults.append(f"{place}ConfigMap {name}: {_said(fault)}")
    return config


def _fault_lines(
    resource: Resource, admission: Admission, config: ClusterConfig
) -> list[str]:
    """Say all that is wrong with a resource, also what the webhook would not get to."""
    from simulator.admission.misfits import without  # only a fault pays

    found = _misfits(resource) if admission.stage == "decode" else ()
    if found:
        admission = admit(without(resource.manifest, found), config=config)
    told = tuple(f"{misfit.path}{end}" for misfit in found for end in ".[,")
    return _misfit_lines(resource, found) + [
        f"{resource.position(path)}: {resource}: {_said(fault)}"
        for fault in admission.faults
        for path in fault.paths[:1] or ("",)
        if not f"{path},".startswith(told)
    ]


def _misfits(resource: Resource) -> tuple[Misfit, ...]:
    from simulator.admission.misfits import misfits  # few topologies need it

    return misfits(resource.manifest)


def _misfit_lines(resource: Resource, found: tuple[Misfit, ...]) -> list[str]:
    return [
        f"{resource.position(misfit.path)}: {resource}: {misfit.path}: {misfit.message}"
        for misfit in found
    ]


def _warnings(resource: Resource, admission: Admission) -> list[Finding]:
    return [
        Finding(
            severity=Severity.WARNING,
            code="admission-warning",
            subject=str(resource),
            message=_said(fault),
            where=str(resource.position(fault.paths[0] if fault.paths else "")),
        )
        for fault in admission.warnings
    ]


def _refused_but_unused(resource: Resource, admission: Admission) -> list[Finding]:
    """Tell that Knative would refuse a resource that plays no part here."""
    return [
        Finding(
            severity=Severity.WARNING,
            code="refused-not-simulated",
            subject=str(resource),
            message=f"is not simulated, but Knative would refuse it: {_said(fault)}",
            where=str(resource.position(fault.paths[0] if fault.paths else "")),
        )
        for fault in admission.faults
    ]


def _said(fault: Fault) -> str:
    """Give Knative's text; one without a path ends in a colon there."""
    return fault.text.removesuffix(": ")

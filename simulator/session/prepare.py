"""From a topology to what runs: Simulation documents, admission, reconcile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.collector import collector_resting
from simulator.control import Admitted, ClusterConfig
from simulator.control.config import Sugar
from simulator.control.naming import SYSTEM_NAMESPACE
from simulator.control.registry import kind_of
from simulator.errors import Fault, TopologyError, UsageError, in_document_order
from simulator.nodes import JOB
from simulator.resource import Resource
from simulator.serving.config import CONFIG_MAP as SCALING
from simulator.serving.config import NAMESPACE as SERVING_NAMESPACE
from simulator.session.admitting import Admitting, fault_at, misfit_faults, placed, said
from simulator.session.prepared import Prepared, fixed_faults
from simulator.subscribers.parse import KIND, TEST, SimulationSpec, parse_simulation
from simulator.subscribers.service_spec import SYSTEM
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from simulator.session.systems import Systems
    from simulator.subscribers.object_spec import ObjectChange
    from simulator.topology import Topology


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
    written: dict[str, tuple[Resource, str]] = {}
    spec, places, systems = _simulation(
        topology, faults, written, checked=running is None
    )
    topology = topology if systems is None else _without_theirs(topology, systems)
    findings = [*_read_otherwise(topology), *_claimed_twice(spec, places)]
    ignored = () if systems is None else systems.warnings
    findings += [_noticed(Severity.WARNING, "file-warning", each) for each in ignored]
    # A document that cannot be read may say what the one before it said.
    if running is not None and not topology.faults:
        documents = [each for each in topology.resources if _is_simulation(each)]
        faults += fixed_faults(documents, running.spec, spec, given)
    config = _cluster_config(topology, configmaps or {}, faults)
    stored = {} if running is None else {each.key: each for each in running.admitted}
    admitting = Admitting(
        config, faults, findings, defaults=defaults, validate=validate, stored=stored
    )
    admitted = _admitted(topology, admitting)
    admitted += _applied(admitted, admitting)
    if config.sugar != Sugar() or running is not None:
        admitted += _injected(admitted, config.sugar, running, admitting)
    if faults:
        raise TopologyError(in_document_order(faults, topology.files))
    return Prepared(
        spec=spec,
        admitted=admitted,
        configmaps={
            f"{SYSTEM_NAMESPACE}/{name}": dict(data)
            for name, data in (configmaps or {}).items()
        },
        findings=tuple(findings),
        places=places,
        written=written,
        systems=systems,
    )


def _without_theirs(topology: Topology, systems: Systems) -> Topology:
    """Leave out what systems read: it lies among the manifests, and plays its part."""
    mine = [r for r in topology if not systems.has_read(r.position().file)]
    left = [
        each
        for each in topology.left_out
        if each.position is None or not systems.has_read(each.position.file)
    ]
    return topology.replace(resources=tuple(mine), left_out=tuple(left))


def _read_otherwise(topology: Topology) -> Iterator[Finding]:
    for each in topology.left_out:
        yield _noticed(Severity.NOTE, "left-out", each)
    for each in topology.replaced:
        yield _noticed(Severity.WARNING, "written-twice", each)


def _noticed(severity: Severity, code: str, what: Fault) -> Finding:
    return Finding(
        severity=severity,
        code=code,
        subject=what.subject or "document",
        message=what.reason,
        where="" if what.position is None else str(what.position),
    )


def _admitted(topology: Topology, admitting: Admitting) -> tuple[Admitted, ...]:
    theirs = [each for each in topology.resources if not _is_ours(each)]
    admitted = map(admitting.let_in, theirs)
    return tuple(each for each in admitted if each is not None)


def _applied(
    admitted: tuple[Admitted, ...], admitting: Admitting
) -> tuple[Admitted, ...]:
    there = {each.key for each in admitted}
    made: list[Admitted] = []
    for owner in admitted:
        applies = kind_of(owner.key.group, owner.key.kind).applies
        for manifest in () if applies is None else applies(owner):
            resource = Resource(manifest=manifest, origin=owner.resource.origin)
            written = resource.key in there
            found = None if written else admitting.let_in(resource)
            if found is not None:
                there.add(found.key)
                made.append(found)
    return tuple(made)


def _injected(
    admitted: tuple[Admitted, ...],
    sugar: Sugar,
    running: Prepared | None,
    admitting: Admitting,
) -> tuple[Admitted, ...]:
    from simulator.control.injection import injected_brokers  # few have any

    there = {each.key for each in admitted}
    kept = [
        each
        for each in (() if running is None else running.admitted)
        if each.key not in there and each.resource.is_injected
    ]
    made = []
    for resource, why in injected_brokers((*admitted, *kept), sugar):
        admitting.note(resource, "injected", f"it is made by Knative: {why}")
        made.append(admitting.let_in(resource))
    return (*kept, *(each for each in made if each is not None))


def _is_ours(resource: Resource) -> bool:
    return resource.kind in (KIND, TEST) and resource.group == "simulator"


def _is_simulation(resource: Resource) -> bool:
    return resource.kind == KIND and resource.group == "simulator"


def _described_twice(
    resource: Resource,
    spec: SimulationSpec,
    places: dict[str, str],
    written: dict[str, tuple[Resource, str]],
) -> Iterator[Fault]:
    for section in ("services", "sources"):
        for name in getattr(spec, section):
            key, path = f"{section}.{name}", f"spec.{_written(resource, section, name)}"
            if key in places:
                other, _ = written[key]
                why = f"is described before, at {places[key]}"
                if other.name != resource.name:
                    why += f"; if {other} is a run of its own, name the files of one"
                yield fault_at(resource, path, why)
            places[key] = str(resource.position(path))
            written[key] = (resource, path)


def _simulation(
    topology: Topology,
    faults: list[Fault],
    written: dict[str, tuple[Resource, str]],
    *,
    checked: bool,
) -> tuple[SimulationSpec, dict[str, str], Systems | None]:
    """Merge the Simulation documents; naming a service twice is a fault.

    *written* takes where each service, source and fault stands. With *checked*, changes
    of objects must be possible; in a run that goes on, others may be there by now.
    """
    whole = SimulationSpec()
    places: dict[str, str] = {}
    changes: list[tuple[Resource, str, ObjectChange]] = []
    read: list[tuple[Resource, SimulationSpec]] = []
    for resource in topology.resources:
        if not _is_simulation(resource):
            continue
        spec, found = parse_simulation(resource.manifest)
        faults += [placed(resource, each) for each in found]
        read.append((resource, spec))
        faults += _described_twice(resource, spec, places, written)
        changes += [
            (resource, f"spec.objects[{number}]", each.within(resource.namespace))
            for number, each in enumerate(spec.objects)
        ]
        for number in range(len(spec.objects)):
            key = f"objects[{len(changes) - len(spec.objects) + number}]"
            places[key] = str(resource.position(f"spec.objects[{number}]"))
        for number in range(len(spec.faults)):
            key = f"faults[{len(whole.faults) + number}]"
            written[key] = (resource, f"spec.faults[{number}]")
        sources = spec.sources
        if any(each.life is not None for each in sources.values()):
            from simulator.session.lives import with_manifests  # few tell one

            sources = with_manifests(sources, resource, topology, faults)
        whole = SimulationSpec(
            services={**whole.services, **spec.services},
            sources={**whole.sources, **sources},
            objects=tuple(each for _, _, each in changes),
            faults=whole.faults + spec.faults,
            seed=whole.seed if spec.seed is None else spec.seed,
            profile=spec.profile or whole.profile,
            start_ns=whole.start_ns if spec.start_ns is None else spec.start_ns,
            max_ttl=whole.max_ttl if spec.max_ttl is None else spec.max_ttl,
            api_server=spec.api_server or whole.api_server,
        )
    if any(each.real is not None for each in whole.services.values()):
        faults += _ports_taken_twice(whole, written)
    if changes and checked and not faults:
        faults += _impossible(changes, topology)
    return whole, places, _systems(read, faults)


def _ports_taken_twice(
    spec: SimulationSpec, written: Mapping[str, tuple[Resource, str]]
) -> Iterator[Fault]:
    """Find programs that listen where one before does, whatever they are told."""
    first: dict[int, str] = {}
    for name, service in spec.services.items():
        program = None if service.real is None else service.real.program
        port = None if program is None else program.port
        if port is not None and first.setdefault(port, name) != name:
            resource, path = written[f"services.{name}"]
            what = f"service {first[port]!r} is started at port {port}, too"
            yield fault_at(resource, f"{path}.env.PORT", what)


def _systems(
    read: Iterable[tuple[Resource, SimulationSpec]], faults: list[Fault]
) -> Systems | None:
    played = {
        name: (resource, f"spec.services.{name}", each)
        for resource, spec in read
        for name, each in spec.services.items()
        if not name.startswith(f"{JOB}/")
        if each.options is not None or each.handler.startswith(SYSTEM)
    }
    if not played:
        return None
    from simulator.session.systems import Described, read_systems  # few name any

    return read_systems({n: Described(*each) for n, each in played.items()}, faults)


def _impossible(
    changes: Iterable[tuple[Resource, str, ObjectChange]], topology: Topology
) -> Iterator[Fault]:
    from simulator.session.objects import Objects  # few describe any

    objects = Objects(r.manifest for r in topology.resources if not _is_ours(r))
    for resource, path, each in sorted(changes, key=lambda change: change[2].at_ns):
        try:
            objects.change(each.operation, each.manifest)
        except UsageError as error:
            yield fault_at(resource, f"{path}.{each.operation}", str(error))


def _written(resource: Resource, section: str, name: str) -> str:
    """Give the field where a service is described; the Jobs of a sink stand apart."""
    word, _, rest = name.partition("/")
    jobs = resource.spec.get("jobs")
    is_job = word == JOB and isinstance(jobs, dict) and rest in jobs
    return f"jobs.{rest}" if is_job else f"{section}.{name}"


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
                    also=(
                        (
                            places.get(f"services.{first[host]}", ""),
                            f"service {first[host]}",
                        ),
                    ),
                )


def _cluster_config(
    topology: Topology, given: Mapping[str, Mapping[str, str]], faults: list[Fault]
) -> ClusterConfig:
    maps = [r for r in topology.of_kind("ConfigMap") if r.api_version == "v1"]
    wrong = [line for r in maps for line in misfit_faults(r)]
    if wrong:
        faults += wrong
        return ClusterConfig.shipped()
    # Source: knative/pkg configmap/informer: those of the system's namespace, no others.
    written = {
        r.name: r
        for r in maps
        if r.namespace == (SERVING_NAMESPACE if r.name == SCALING else SYSTEM_NAMESPACE)
    }
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

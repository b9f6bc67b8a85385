"""A topology, checked and ready to be wired; and what tells one from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.collector import collector_resting
from simulator.control import (
    GeneratorDescription,
    ServiceDescription,
    immutability,
    reconcile,
)
from simulator.errors import Fault
from simulator.resource import DEFAULT_NAMESPACE
from simulator.session.findings import elsewhere, never_asked, no_events, uncalled
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from simulator.control import Admitted
    from simulator.profiles import Profile
    from simulator.resource import Resource, ResourceKey
    from simulator.session.systems import Systems
    from simulator.subscribers.parse import SimulationSpec
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.systems import System
    from simulator.topology import Topology
    from simulator.wiring import Finding, Wiring

# Setting -> the field of the parsed document, and its name there.
_FIXED = {
    "seed": ("seed", "seed"),
    "profile": ("profile", "profile"),
    "start": ("start_ns", "start"),
    "max_ttl": ("max_ttl", "maxTTL"),
    "api_server": ("api_server", "apiServer"),
}


class Prepared(Value):
    """What a topology says, checked; ready to be wired.

    Args:
        configmaps: ``namespace/name`` -> data, of those set from outside.
        places: Service and source names -> where they are described.
        written: Services, sources and faults -> the document, and the field in it.
        systems: Those that play services; None where a topology names no class of any.
    """

    spec: SimulationSpec
    admitted: tuple[Admitted, ...]
    configmaps: Mapping[str, Mapping[str, str]]
    findings: tuple[Finding, ...]
    places: Mapping[str, str] = made(default_factory=dict)
    written: Mapping[str, tuple[Resource, str]] = made(default_factory=dict)
    systems: Systems | None = None

    def system(self, service: str) -> System | None:
        return None if self.systems is None else self.systems.made.get(service)

    def files_of(self, service: str) -> Mapping[str, bytes | None] | None:
        return None if self.systems is None else self.systems.files.get(service)

    def wire(
        self,
        more: Iterable[str],
        *,
        strict: bool,
        played_by: Profile | None = None,
        live: bool = False,
        expand: bool = False,
    ) -> Wiring:
        """Reconcile; *more* are services that are described in Python."""
        described = {
            name: _described(service, self.system(name))
            for name, service in self.spec.services.items()
        }
        for name in more:
            here = described.setdefault(name, ServiceDescription())
            described[name] = here.replace(stub=False) if here.stub else here
        generators = {
            name: _generator(source, self.places.get(f"sources.{name}", ""))
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
                expand=expand,
            )
        idle = uncalled(wiring, self.spec.services, self.places, strict=strict)
        wrong = no_events(wiring, self.spec.services, self.places)
        mute = never_asked(wiring, self.places)
        real = () if live else elsewhere(wiring, self.spec.services, self.places)
        whole = wiring.replace(
            findings=(*self.findings, *wiring.findings, *idle, *wrong, *mute, *real)
        )
        watched = any(source.watch is not None for source in wiring.sources)
        if not watched and not self.spec.objects:
            return whole
        from simulator.session.told import with_told  # few topologies watch anything

        there = (each.manifest for each in self.admitted)
        spec = self.spec
        return with_told(whole, spec.objects, there, self.places, spec.api_server)


def _generator(source: SourceSpec, where: str) -> GeneratorDescription:
    return GeneratorDescription(
        sink=source.sink,
        for_resource=source.for_resource or None,
        namespace=source.namespace,
        topic=None if source.record is None else source.record.topic,
        where=where,
        event=source.event,
        account=source.account,
        resending=None if source.life is None else source.life.resending,
        silent=source.program is not None,
        overrides=source.overrides,
    )


def _described(service: ServiceSpec, system: System | None) -> ServiceDescription:
    emits = (each.to for each in service.emissions)
    return ServiceDescription(
        hosts=service.hosts,
        unreachable=service.unreachable,
        replies=service.replies if system is None else system.replies,
        when_preferred=service.when_preferred,
        emits=tuple(dict.fromkeys(emits if system is None else system.sends_to)),
        starts_ns=None if service.pods is None else service.pods.starts_ns,
        refusals=service.refusals if any(service.refusals) else (),
        reconciled=service.reconciled,
        stub=service.real is not None,
    )


class Changes(Value):
    """What a reload changed: keys of resources in document order, each in one tuple.

    Args:
        added: Were not there before.
        changed: Are written otherwise.
        removed: Are not there any more, in their old order.
        replaced: Changed in what Knative lets nobody change, and so deleted and
            created anew, as `kubectl replace --force` does.
        reasons: Each of those, to what its webhook said.
    """

    added: tuple[ResourceKey, ...] = ()
    changed: tuple[ResourceKey, ...] = ()
    removed: tuple[ResourceKey, ...] = ()
    replaced: tuple[ResourceKey, ...] = ()
    reasons: Mapping[ResourceKey, tuple[str, ...]] = made(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.replaced)

    def __str__(self) -> str:
        """Give one line: ``changed Trigger ship; removed Broker team/b``."""
        parts = []
        for word in ("added", "changed", "removed", "replaced"):
            keys = [self._named(key) for key in getattr(self, word)]
            if keys:
                parts.append(f"{word} {', '.join(keys)}")
        return "; ".join(parts) or "nothing changed"

    def _named(self, key: ResourceKey) -> str:
        space = "" if key.namespace == DEFAULT_NAMESPACE else f"{key.namespace}/"
        name = f"{key.kind} {space}{key.name}"
        reasons = self.reasons.get(key)
        return f"{name} ({'; '.join(reasons)})" if reasons else name


def changes_between(
    old: Topology, new: Topology, before: Prepared, after: Prepared, *, checked: bool
) -> Changes:
    """Compare two topologies, as written; if *checked*, webhooks refuse changes.

    Source: knative-resources 1.2 and the update rules of each kind.
    """
    there = {resource.key: resource for resource in old}
    wanted = {resource.key: resource for resource in new}
    written = [key for key, each in wanted.items() if there.get(key, each) != each]
    reasons = dict(_refusals(written, before, after)) if checked else {}
    return Changes(
        added=tuple(key for key in wanted if key not in there),
        changed=tuple(key for key in written if key not in reasons),
        removed=tuple(key for key in there if key not in wanted),
        replaced=tuple(key for key in written if key in reasons),
        reasons=reasons,
    )


def _refusals(
    written: list[ResourceKey], before: Prepared, after: Prepared
) -> Iterator[tuple[ResourceKey, tuple[str, ...]]]:
    old = {each.key: each.manifest for each in before.admitted}
    new = {each.key: each.manifest for each in after.admitted}
    for key in written:
        if key in old and key in new:
            faults = immutability(old[key], new[key], new)
            if faults:
                yield key, tuple(fault.text for fault in faults)


def fixed_faults(
    documents: list[Resource],
    old: SimulationSpec,
    new: SimulationSpec,
    given: Collection[str],
) -> Iterator[Fault]:
    """Refuse changes of what a run keeps to its end, unless it was given."""
    for setting, (field, name) in _FIXED.items():
        if setting in given or getattr(old, field) == getattr(new, field):
            continue
        path = f"spec.{name}"
        says = [each for each in documents if name in each.spec]
        document = next(iter(says or documents), None)
        subject = "" if document is None else str(document)
        yield Fault(
            f"{subject}{': ' * bool(subject)}{path}: cannot change in a running "
            "simulation; restart it to change it",
            None if document is None else document.position(path),
            path,
            subject,
        )

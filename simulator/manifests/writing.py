"""Resources become YAML, as Knative has it or in the short form, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from simulator.manifests.emit import emit
from simulator.manifests.entries import write_entry
from simulator.manifests.sections import Cursor
from simulator.manifests.short_reading import (
    SETTINGS,
    SIMULATION_API_VERSION,
    SIMULATION_FIELDS,
    TIMED,
    short_manifests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.manifests.plain import PlainMapping
    from simulator.manifests.sections import Section, ShortForm
    from simulator.resource import Resource

_SIMULATION = (SIMULATION_API_VERSION.partition("/")[0], "Simulation")
_UNNAMED = "unnamed"
_ENTRY = 2
"""Level of nesting from which the short form is in flow style where it fits."""


def write_knative(resources: Iterable[Resource]) -> str:
    """Give a YAML document for each resource, in their order."""
    return "---\n".join(emit(resource.manifest) for resource in resources)


def write_short(resources: Iterable[Resource], form: ShortForm) -> str:
    """Give the short form; what it cannot express follows as Knative manifests.

    Reading it gives the same resources, in the same order within each kind.
    """
    resources = tuple(resources)
    namespace = _shared_namespace(resources, form)
    short = _Short(namespace, form)
    behind: list[Resource] = []
    closed: dict[tuple[str, str], None] = {}
    for resource in resources:
        kind = (resource.group, resource.kind)
        if kind in closed or not short.take(resource):
            closed[kind] = None  # later ones must not overtake it
            behind.append(resource)
    texts = [emit(short.document(), flow_from=_ENTRY)]
    return "---\n".join(texts + [emit(resource.manifest) for resource in behind])


def _shared_namespace(resources: tuple[Resource, ...], form: ShortForm) -> str:
    """Find the namespace that all resources of the short form name, if they do."""
    named = [
        resource.metadata.get("namespace")
        for resource in resources
        if (resource.group, resource.kind) == _SIMULATION
        or _is_namespaced(form.section_of(resource.group, resource.kind))
    ]
    first = named[0] if named else None
    if first and isinstance(first, str) and all(name == first for name in named):
        return first
    return ""


def _is_namespaced(section: Section | None) -> bool:
    return section is not None and section.namespaced


class _Short:
    """The short form as far as it is written."""

    def __init__(self, namespace: str, form: ShortForm) -> None:
        self._form = form
        self._namespace = namespace
        self._top: PlainMapping | None = None
        self._sections: dict[str, PlainMapping] = {}

    def take(self, resource: Resource) -> bool:
        """Write a resource, or say that the short form has no words for it."""
        kind = (resource.group, resource.kind)
        manifest = cast("PlainMapping", resource.manifest)
        if kind == _SIMULATION:
            return self._take_simulation(manifest)
        section = self._form.section_of(*kind)
        if section is None:
            return False
        written = write_entry(section, manifest, self._namespace, self._form)
        if written is None:
            return False
        key, entry = written
        self._sections.setdefault(section.name, {})[key] = entry
        return True

    def _take_simulation(self, manifest: PlainMapping) -> bool:
        metadata, spec = manifest.get("metadata"), manifest.get("spec")
        if self._top or not isinstance(metadata, dict) or not isinstance(spec, dict):
            return False
        own = metadata.get("namespace")
        name = metadata.get("name")
        if own is not None and own != self._namespace:
            name = f"{own}/{name}"
        top: PlainMapping = {"topology": name, **spec}
        if set(spec) - set(SIMULATION_FIELDS):
            return False
        cursor = Cursor(self._form)
        within = {"namespace": self._namespace} if self._namespace else {}
        reads = short_manifests({**top, **within}, cursor)
        if cursor.faults or [m for _, m in reads] != [manifest]:
            return False
        self._top = top
        return True

    def document(self) -> PlainMapping:
        """Give the document, its keys in the order in which people tell it."""
        top = self._top or {"topology": _UNNAMED}
        out: PlainMapping = {"topology": top["topology"]}
        if self._namespace:
            out["namespace"] = self._namespace
        out |= {key: top[key] for key in SETTINGS if key in top}
        self._join_sources(top)
        if "sources" in top:
            out["sources"] = top["sources"]
        out |= {
            name: self._sections[name]
            for name in self._form.names
            if name in self._sections
        }
        rest = (key for key in SIMULATION_FIELDS if key in top and key not in out)
        return out | {key: top[key] for key in rest}

    def _join_sources(self, top: PlainMapping) -> None:
        """Put timed ones among the sources if each is known by its schedule."""
        timed = self._sections.get(TIMED, {})
        generators = top.get("sources")
        if "sources" in top and not (isinstance(generators, dict) and generators):
            return
        own = generators if isinstance(generators, dict) else {}
        known = all(isinstance(p, dict) and "schedule" in p for p in timed.values())
        if timed and known and not own.keys() & timed.keys():
            top["sources"] = {**own, **self._sections.pop(TIMED)}

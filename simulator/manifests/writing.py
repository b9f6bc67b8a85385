"""Resources become YAML, as Knative has it or in the short form, without loss."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from yaml import CSafeDumper, MappingNode, Node, SafeDumper, ScalarNode, SequenceNode

from simulator.manifests.scalars import BOOL, FLOAT, INT, NULL, STR, plain_tag
from simulator.manifests.sections import Cursor, write_entry
from simulator.manifests.short_reading import (
    SETTINGS,
    SIMULATION_API_VERSION,
    SIMULATION_FIELDS,
    TIMED,
    short_manifests,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.manifests.scalars import Plain, PlainMapping
    from simulator.manifests.sections import Section, ShortForm
    from simulator.resource import Resource

WIDTH = 100
"""Characters of the widest flow mapping, its line's indentation included."""

_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_INDENT = 2
_NEVER_FOLD = 1_000_000


class _Emitter(CSafeDumper):
    """libyaml's emitter; it writes plain what `scalars` reads as the same value."""

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            return plain_tag(value) if implicit[0] else STR
        return _MAPPING if kind is MappingNode else _SEQUENCE


def emit(value: Mapping[str, Plain], *, flow_from: int | None = None) -> str:
    """Give one YAML document; keys keep their order.

    From the level *flow_from* on, a collection that fits in the line is written as
    ``{…}`` or ``[…]``; with None, none is.
    """
    stream = io.StringIO()
    emitter = _Emitter(stream, width=_NEVER_FOLD, allow_unicode=True, indent=_INDENT)
    emitter.open()
    emitter.serialize(_Layout(flow_from).node(value, 0, 0))
    emitter.close()
    return stream.getvalue()


class _Layout:
    def __init__(self, flow_from: int | None) -> None:
        self._flow_from = flow_from

    def node(self, value: object, level: int, before: int) -> Node:
        if isinstance(value, dict):
            flow = self._in_flow(value, level, before)
            pairs = [
                (_scalar(key), self.node(item, level + 1, self._indent(level, key)))
                for key, item in value.items()
            ]
            return MappingNode(_MAPPING, pairs, flow_style=flow)
        if isinstance(value, list):
            flow = self._in_flow(value, level, before)
            inner = self._indent(level, "")
            items = [self.node(item, level + 1, inner) for item in value]
            return SequenceNode(_SEQUENCE, items, flow_style=flow)
        return _scalar(value)

    @staticmethod
    def _indent(level: int, key: str) -> int:
        return level * _INDENT + len(key) + 2

    def _in_flow(self, value: object, level: int, before: int) -> bool:
        if not value:
            return True
        if self._flow_from is None or level < self._flow_from:
            return False
        return before + _flow_width(value, WIDTH - before) <= WIDTH


def _scalar(value: object) -> ScalarNode:
    if value is None:
        return ScalarNode(NULL, "null")
    if isinstance(value, bool):
        return ScalarNode(BOOL, "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode(INT, str(value))
    if isinstance(value, float):
        return ScalarNode(FLOAT, repr(value))
    text = str(value)
    return ScalarNode(STR, text, style=_style(text))


def _style(text: str) -> str | None:
    """Choose ``|`` for lines, quotes for what other readers take for no text."""
    if not all(c.isprintable() or c == "\n" for c in text):
        return '"'
    if "\n" in text:
        lines = text.split("\n")
        blank = text[:1].isspace() or any(line != line.rstrip() for line in lines)
        return '"' if blank else "|"
    other = SafeDumper.yaml_implicit_resolvers.get(text[:1], [])
    if any(tag != STR and pattern.match(text) for tag, pattern in other):
        return "'"
    return None


def _flow_width(value: object, limit: int) -> int:
    """Estimate the width in flow style; more than *limit* once it is known to be."""
    if isinstance(value, dict):
        width = 0 if value else 2
        for key, item in value.items():
            width += len(key) + 4 + _flow_width(item, limit - width)
            if width > limit:
                break
        return width
    if isinstance(value, list):
        width = 0 if value else 2
        for item in value:
            width += 2 + _flow_width(item, limit - width)
            if width > limit:
                break
        return width
    text = str(value)
    return limit + 1 if "\n" in text else len(text)


_SIMULATION = (SIMULATION_API_VERSION.partition("/")[0], "Simulation")
_UNNAMED = "unnamed"
_ENTRY = 2
"""Level of nesting from which the short form is in flow style where it fits."""


def write_knative(resources: Iterable[Resource]) -> str:
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
    return section is not None and section.short.namespaced


class _Short:
    def __init__(self, namespace: str, form: ShortForm) -> None:
        self._form = form
        self._namespace = namespace
        self._top: PlainMapping | None = None
        self._sections: dict[str, PlainMapping] = {}

    def take(self, resource: Resource) -> bool:
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

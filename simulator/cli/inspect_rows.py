"""What ``kn-sim inspect`` lists: resources by name, or what leads where.

Source: carvel-dev/kapp pkg/kapp/cmd/tools/inspect_view.go and inspect_tree_view.go: the
    columns, how they are sorted, the prefix of a name by its depth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.changes.change_set import is_config, namespace_of
from simulator.cli.kapp_table import Cell, state_cells, state_of
from simulator.graph.build import build
from simulator.graph.parts import EdgeKind
from simulator.nodes import Role, is_topic, name_of
from simulator.resource import DEFAULT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.graph.parts import Edge, Node
    from simulator.resource import Resource, ResourceKey
    from simulator.wiring import Wiring

TITLES = {
    "namespace": "Namespace", "name": "Name", "kind": "Kind", "reconcile_state": "Rs",
    "reconcile_info": "Ri",
}  # fmt: skip


class Row(NamedTuple):
    namespace: str
    name: str
    kind: str
    reconcile_state: str = ""
    reconcile_info: str = ""


def cells_of(row: Row) -> list[Cell]:
    state = state_cells(row.reconcile_state, row.reconcile_info)
    return [*map(Cell, row[:3]), *state]


def listed(wiring: Wiring) -> list[Row]:
    """Give all resources, sorted by namespace, name, kind and version."""
    found = [(_row(each, wiring), each.api_version) for each in _resources(wiring)]
    return [row for row, _ in sorted(found, key=lambda pair: (pair[0][:3], pair[1]))]


def _resources(wiring: Wiring) -> list[Resource]:
    absent = {e.key: e for e in wiring.not_simulated if not is_config(e)}
    return list({**wiring.resources, **absent}.values())


def _row(resource: Resource, wiring: Wiring, prefix: str = "") -> Row:
    name = prefix + resource.name
    state = state_of(wiring.conditions, resource.key)
    return Row(namespace_of(resource), name, resource.kind, *state)


def tree(wiring: Wiring) -> list[Row]:
    """Give hubs with what they lead to below them; what has no place there, at the end."""
    return list(_Tree(wiring).rows())


class _Tree:
    def __init__(self, wiring: Wiring) -> None:
        graph = build(wiring)
        self._wiring = wiring
        self._nodes = {node.name: node for node in graph.nodes}
        self._edges: dict[str, list[Edge]] = {}
        for edge in graph.edges:
            self._edges.setdefault(edge.start, []).append(edge)
        self._keys: dict[str, ResourceKey] = {}
        for hub in wiring.hubs:
            self._keys[hub.node] = hub.resource
            self._keys.update((route.node, route.resource) for route in hub.routes)
            self._keys.update((door.node, hub.resource) for door in hub.entrances)
        for key, role in wiring.roles.items():
            space = "" if key.namespace == DEFAULT_NAMESPACE else f"{key.namespace}/"
            self._keys.setdefault(f"{role.value}/{space}{key.name}", key)
        named: dict[tuple[str, str], list[ResourceKey]] = {}
        for key in wiring.resources:
            named.setdefault((key.namespace, key.name), []).append(key)
        for endpoint in wiring.endpoints:
            word, _, name = endpoint.node.partition("/")
            for key in named.get((endpoint.namespace, name.rpartition("/")[2]), ()):
                if key.kind.lower().endswith(word):  # an EventTransform: transform
                    self._keys.setdefault(endpoint.node, key)
        self._resources = {each.key: each for each in _resources(wiring)}
        self._shown: set[ResourceKey] = set()

    def rows(self) -> Iterator[Row]:
        doors = {door.node for hub in self._wiring.hubs for door in hub.entrances}
        for node in self._nodes.values():
            if not node.kind.is_hub or node.name in doors:
                continue
            depth = 0
            made_of = self._made_of(node)
            if made_of is not None:
                depth = 1
                if made_of.key not in self._shown:
                    self._shown.add(made_of.key)
                    yield _row(made_of, self._wiring)
            yield self._of(node, depth)
            for edge in self._leaving(node.name, EdgeKind.EVENT):
                yield from self._route(self._nodes[edge.end], depth + 1)
        for node in self._nodes.values():
            if node.kind.is_route and self._keys.get(node.name) not in self._shown:
                yield from self._route(node, 0)
        rest = [key for key in self._resources if key not in self._shown]
        yield from sorted(_row(self._resources[key], self._wiring) for key in rest)

    def _made_of(self, node: Node) -> Resource | None:
        key = self._keys.get(node.name)
        own = key is not None and name_of(node.name).rpartition("/")[2] == key.name
        if key is None or (own and not is_topic(node.name)):
            return None
        return self._resources.get(key)

    def _route(self, node: Node, depth: int) -> Iterator[Row]:
        yield self._of(node, depth)
        for kind in (EdgeKind.EVENT, EdgeKind.DEAD_LETTER):
            for edge in self._leaving(node.name, kind):
                said = "dead letters" if kind is EdgeKind.DEAD_LETTER else ""
                yield self._of(self._nodes[edge.end], depth + 1, said)

    def _leaving(self, start: str, kind: EdgeKind) -> Iterator[Edge]:
        return (edge for edge in self._edges.get(start, ()) if edge.kind is kind)

    def _of(self, node: Node, depth: int, said: str = "") -> Row:
        prefix = f" L{'..' * (depth - 1)} " if depth else ""
        key = self._keys.get(node.name)
        resource = None if key is None else self._resources.get(key)
        made_of = self._made_of(node)
        if resource is None or made_of is not None:
            row = _other(node, made_of, prefix)
        else:
            self._shown.add(resource.key)
            row = _row(resource, self._wiring, prefix)
        if not said:
            return row
        info = f"{said}: {row.reconcile_info}".removesuffix(": ")
        return row._replace(reconcile_info=info)


def _other(node: Node, made_of: Resource | None, prefix: str) -> Row:
    word, _, name = node.name.partition("/")
    space, slash, last = name.rpartition("/")
    kind = word.capitalize()
    if node.kind is Role.NOWHERE:
        return Row("", prefix + name, "", "fail", "nothing answers there")
    if made_of is not None:
        state = "ok" if node.ready else "fail"
        space = "" if is_topic(node.name) else space or DEFAULT_NAMESPACE
        return Row(space, prefix + last, kind, state, f"made by the {made_of.kind}")
    if word == "host":
        return Row("", prefix + name, "", "", _why(node))
    space = space if slash else DEFAULT_NAMESPACE
    return Row(space, prefix + last, kind, "", _why(node))


def _why(node: Node) -> str:
    return "in none of the files" if node.stub else "described by the Simulation"

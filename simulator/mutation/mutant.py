"""Mutants: topologies of which one resource is changed a little."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from simulator.errors import TopologyError
from simulator.mutation.deliveries import delivery_changes, flow_changes, route_changes
from simulator.mutation.filters import filter_changes
from simulator.nodes import node_name
from simulator.session.blueprint import Blueprint
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.errors import Position
    from simulator.resource import Resource
    from simulator.topology import Topology

_OF_KNATIVE = ".knative.dev"


class Mutant(Value):
    """A small change to one resource of a topology.

    Args:
        path: The field that is changed; empty for the whole of it.
        operator: What is done: ``exact-to-prefix``.
        spec: That of the resource as it is then; None where it is dropped.
    """

    resource: Resource
    path: str
    operator: str
    words: str
    spec: Mapping[str, Any] | None

    @property
    def node(self) -> str:
        """Whose change it is: ``trigger/ship``."""
        key = self.resource.key
        return node_name(key.kind.lower(), key.namespace, key.name)

    @property
    def name(self) -> str:
        """What tells it from the others of its topology, in whatever run."""
        path = self.path.removeprefix("spec.")
        return ":".join(filter(None, (self.node, path, self.operator)))

    @property
    def position(self) -> Position:
        """Where the field is written, or its nearest parent that is."""
        return self.resource.position(self.path)

    @property
    def told(self) -> str:
        """Say it in a line: ``trigger/ship: filter type: exact 'a' → prefix``."""
        return f"{self.node}: {self.words}"

    def of(self, topology: Topology) -> Topology:
        changed = []
        for each in topology.resources:
            if each is not self.resource:
                changed.append(each)
            elif self.spec is not None:
                manifest = {**each.manifest, "spec": self.spec}
                changed.append(each.replace(manifest=manifest))
        return topology.replace(resources=tuple(changed))


def mutants_of(
    topology: Topology, chosen: Callable[[Mutant], bool] | None = None, **options: Any
) -> Iterator[tuple[Mutant, Blueprint]]:
    """Give the mutants of a topology in the order of its text, each made ready.

    What the webhooks refuse is none, nor what is written as another mutant is.

    Args:
        chosen: Tells which are wanted: to make one ready takes a pass of all resources.
    """
    for resource in topology.resources:
        if not resource.group.endswith(_OF_KNATIVE):
            continue
        spec = resource.spec
        changes = chain(
            route_changes(resource, topology.resources),
            filter_changes(spec), flow_changes(spec), delivery_changes(spec),
        )  # fmt: skip
        seen: list[Mapping[str, Any] | None] = [spec]
        for change in changes:
            if change.spec in seen:
                continue
            seen.append(change.spec)
            mutant = Mutant(resource=resource, **change._asdict())
            if chosen is not None and not chosen(mutant):
                continue
            try:
                yield mutant, Blueprint(mutant.of(topology), **options)
            except TopologyError:
                continue

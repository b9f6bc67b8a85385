"""What the inspector asks of a run: its records, and the topology behind them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.event.text import epoch_ns
from simulator.kernel import AddressBook, Envelope
from simulator.nodes import JOB, node_name
from simulator.story.hops import Family
from simulator.subscribers.parse import KIND, SimulationSpec, parse_simulation
from simulator.tui.inspect.figures import Figures
from simulator.tui.view.columns import members
from simulator.tui.widgets.cutting import Cuts
from simulator.wiring import Condition, Wiring, of_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.resource import Resource, ResourceKey
    from simulator.session import Simulation
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.tui.inspect.page import Lines, Look
    from simulator.tui.view.trace_view import TraceView

NO_TOPOLOGY = (
    "is known only with its topology, and this recording was opened alone: name the "
    "topology file, too."
)
MOST = 6_000
"""Records of one lineage that are looked at: a runaway loop has millions."""

_NOTHING = Wiring(
    hubs=(),
    endpoints=(),
    sources=(),
    addresses={},
    conditions={},
    not_simulated=(),
    findings=(),
    resources={},
)


class RunContext:
    """The records of a run, which may grow, and what is known of its topology.

    Args:
        sim: What runs, or knows the topology of a recording; None for neither.

    Attributes:
        wiring: Of nothing without topology.
        hubs: By node; so *endpoints*; *lanes* by that of the route.
        sources: Node of a generator -> what its description says.
        epoch_ns: The start of the run, ns since 1970; None without topology.
    """

    def __init__(self, view: TraceView, sim: Simulation | None = None) -> None:
        self.view, self._sim = view, sim
        self.knows_topology = sim is not None
        self.figures, self.cuts = Figures(view), Cuts()
        self.wiring = _NOTHING if sim is None else sim.wiring
        self.hubs = {hub.node: hub for hub in self.wiring.hubs}
        self.endpoints = {each.node: each for each in self.wiring.endpoints}
        lanes = ((hub, route) for hub in self.wiring.hubs for route in hub.routes)
        self.lanes = {lane[1].node: lane for lane in lanes}
        self.epoch_ns: int | None = None
        self._descriptions: list[tuple[Resource, SimulationSpec]] = []
        if sim is not None:
            self.epoch_ns = (epoch_ns(sim.now_text()) or 0) - sim.now_ns
            self._descriptions = [
                (resource, parse_simulation(resource.manifest)[0])
                for resource in sim.topology.resources
                if resource.kind == KIND and resource.group == "simulator"
            ]
        self.sources = {
            node_name("source", source.namespace, name): source
            for _, spec in self._descriptions
            for name, source in spec.sources.items()
        }
        # The lineage that was asked for last: its first record, and how far it is known.
        self._root = -1
        self._found: array[int] = array("i")
        self._looked_at = 0

    # -- nodes

    @cached_property
    def _book(self) -> AddressBook:
        return AddressBook(self.wiring)

    def named(self, url: str) -> str:
        """Name what a URL leads to; the URL itself when nobody knows."""
        return self._book.name_of(url)

    def link(
        self, name: str, url: str, look: Look, *, style: str = "", aside: str = ""
    ) -> Lines:
        """Give a name and what a URL leads to; *enter* selects that, if it is a node."""
        named = self.named(url)
        goal = None if "://" in named else named.partition(" at ")[0]
        return look.pair(name, named, style=style, aside=aside, goal=goal)

    @cached_property
    def _keys(self) -> dict[str, ResourceKey]:
        """The resource behind each node, also behind those that are not wired."""
        wiring = self.wiring
        # Of two resources whose nodes have one name, the first counts.
        keys = reversed((*wiring.conditions, *wiring.resources))
        return {
            **{
                node_name(key.kind.lower(), key.namespace, key.name): key
                for key in keys
            },
            **{each.node: each.resource for each in wiring.sources if each.resource},
            **{node: route.resource for node, (_, route) in self.lanes.items()},
            **{node: hub.resource for node, hub in self.hubs.items()},
        }

    def conditions(self, node: str) -> Sequence[Condition]:
        key = self._keys.get(node)
        return () if key is None else self.wiring.conditions.get(key, ())

    def _resource(self, node: str) -> Resource | None:
        key = self._keys.get(node)
        return None if key is None else self.wiring.resources.get(key)

    def service(self, node: str) -> ServiceSpec | None:
        return None if self._sim is None else self._sim.service_spec(node)

    def place_of(self, node: str) -> str:
        """Say where a node is described: ``shop/orders.yaml:12:3``; or nothing."""
        for document, spec in self._descriptions:
            path = self._path(spec, node)
            if path:
                return _position(document, f"spec.{path}")
        return _position(self._resource(node))

    def _path(self, spec: SimulationSpec, node: str) -> str:
        """Give the field in which a Simulation describes a node; empty for none."""
        for name, source in spec.sources.items():
            if node_name("source", source.namespace, name) == node:
                return f"sources.{name}"
        endpoint = self.endpoints.get(node)
        names = {name: name for name in spec.services}
        found = None if endpoint is None else of_endpoint(names, endpoint)
        if endpoint is None or found is None:
            return ""
        job = found.removeprefix(f"{JOB}/")
        return f"jobs.{job}" if endpoint.private else f"services.{found}"

    def field_place(self, node: str, path: str) -> str:
        """Say where ``spec.delivery.retry`` of a node is written: ``orders.yaml:19``.

        Nothing where it is written nowhere, as for the name of a default.
        """
        return short_place(_position(self._resource(node), path))

    # -- events

    def lineage(self, serial: int) -> Sequence[int]:
        """List the serials of a lineage that can still be read.

        The one asked for last is remembered, and only looked for in what is new.
        """
        view, end = self.view, len(self.view)
        root = view.trace_of(serial)
        if root != self._root:
            self._root, self._found, self._looked_at = root, array("i"), root
        if self._looked_at < end:
            self._found.extend(members(view.columns, root, end, self._looked_at))
            self._looked_at = end
        return self._found[bisect_left(self._found, view.first) :]

    def ttl(self, serial: int) -> int | None:
        """Tell how often a record's event may pass a broker still; None for not known."""
        try:
            held = self._sim.log.row(serial)[4] if self._sim is not None else None
        except IndexError:
            return None
        return held.ttl if isinstance(held, Envelope) else None

    def now_text(self) -> str:
        """Give the instant at which arrives what is sent now, as RFC 3339."""
        return "" if self._sim is None else self._sim.now_text()


def short_place(place: str) -> str:
    """Give ``orders.yaml:12:3`` without folders and column: ``orders.yaml:12``."""
    file = place.replace("\\", "/").rpartition("/")[2]
    return ":".join(file.split(":")[:2])


def _position(resource: Resource | None, path: str = "") -> str:
    if resource is None or resource.origin is None:
        return ""
    return str(resource.position(path))


class Subject:
    """One record, and what it belongs to, up to the playhead.

    Args:
        shown: How many records have happened at the playhead; None for all.

    Attributes:
        family: The hops of its lineage; *hop* is the one that it belongs to.
        bearer: The one in which its event's story begins; the parent of that is the hop
            that its event answers.
        left_out: Records of the lineage that are too many to be looked at.

    Raises:
        IndexError: There is no record of this serial any more.
    """

    def __init__(
        self, context: RunContext, serial: int, shown: int | None = None
    ) -> None:
        self.context = context
        self.serial = serial
        self.record = context.view.record(serial)
        serials = self._serials(shown)
        self._count = len(serials)
        looked_at = sorted(self._looked_at(serials))
        self.left_out = len(serials) - len(looked_at)
        self.family = Family(map(context.view.record, looked_at))
        self.hop = self.family.of[serial]
        self.bearer = self.family.bearer(self.hop)

    def at(self, shown: int) -> Subject:
        """Give it at another place of the playhead; itself where nothing differs.

        What is no longer kept stays as it was read.
        """
        if (
            len(self._serials(shown)) == self._count
            or self.serial < self.context.view.first
        ):
            return self
        return Subject(self.context, self.serial, shown)

    def _serials(self, shown: int | None) -> Sequence[int]:
        serials = self.context.lineage(self.serial)
        if shown is None:
            return serials
        # The selected record is shown, wherever the playhead stands.
        return serials[: bisect_left(serials, max(shown, self.serial + 1))]

    def _looked_at(self, serials: Sequence[int]) -> set[int]:
        if len(serials) <= MOST:
            return set(serials)
        at = bisect_left(serials, self.serial)
        near = serials[max(0, at - MOST // 2) : at + MOST // 2]
        return {*near, *self._ancestors(serials[0])}

    def _ancestors(self, first: int) -> Iterator[int]:
        cause = self.record.cause
        # Those before the first of the lineage are no longer kept.
        for _ in range(MOST):
            if cause is None or cause < first:
                return
            yield cause
            cause = self.context.view.record(cause).cause

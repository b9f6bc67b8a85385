"""What the inspector asks of a run: its records, and the topology behind them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

from simulator.event.text import epoch_ns
from simulator.kernel import AddressBook, Envelope
from simulator.nodes import JOB, node_name
from simulator.story.hops import Family, Hop
from simulator.subscribers.parse import KIND, parse_simulation
from simulator.tui.inspect.figures import Figures
from simulator.wiring import Wiring, of_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.resource import Resource, ResourceKey
    from simulator.session import Simulation
    from simulator.subscribers.parse import SimulationSpec
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.trace import Record
    from simulator.tui.inspect.page import Lines, Look
    from simulator.tui.view.trace_view import TraceView
    from simulator.wiring import Hub, Route

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
    """What is known of the topology that a run plays on.

    Args:
        sim: What runs, or knows the topology of a recording; None for neither.
        view: Its records; None where only the topology is asked for.

    Attributes:
        wiring: Of nothing without topology.
        sources: Node of a generator -> what its description says.
        epoch_ns: The start of the run, ns since 1970; None without topology.
    """

    def __init__(
        self, sim: Simulation | None = None, view: TraceView | None = None
    ) -> None:
        self._sim = sim
        self._figures = None if view is None else Figures(view)
        self.wiring = _NOTHING
        self.epoch_ns: int | None = None
        self._descriptions: list[tuple[Resource, SimulationSpec]] = []
        if sim is not None:
            self.wiring = sim.wiring
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

    @property
    def knows_topology(self) -> bool:
        return self._sim is not None

    @property
    def figures(self) -> Figures:
        assert self._figures is not None, "there are records"
        return self._figures

    # -- nodes

    def lane(self, node: str) -> tuple[Hub, Route] | None:
        lanes = ((hub, route) for hub in self.wiring.hubs for route in hub.routes)
        return next((lane for lane in lanes if lane[1].node == node), None)

    def hub(self, node: str) -> Hub | None:
        return next((hub for hub in self.wiring.hubs if hub.node == node), None)

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

    def key_of(self, node: str) -> ResourceKey | None:
        """Find the resource behind a node, also one that is not wired; None for others."""
        hub, lane = self.hub(node), self.lane(node)
        if hub is not None:
            return hub.resource
        if lane is not None:
            return lane[1].resource
        for source in self.wiring.sources:
            if source.node == node and source.resource is not None:
                return source.resource
        for key in (*self.wiring.conditions, *self.wiring.resources):
            if node_name(key.kind.lower(), key.namespace, key.name) == node:
                return key
        return None

    def _resource(self, node: str) -> Resource | None:
        key = self.key_of(node)
        return None if key is None else self.wiring.resources.get(key)

    def service(self, node: str) -> ServiceSpec | None:
        """Give what the description of a service says; None for nothing."""
        return None if self._sim is None else self._sim.service_spec(node)

    def place_of(self, node: str) -> str:
        """Say where a node is described: ``shop/orders.yaml:12:3``; or nothing."""
        for document, spec in self._descriptions:
            path = self._path(spec, node)
            if path:
                return _position(document, f"spec.{path}")
        resource = self._resource(node)
        return _position(resource) if resource else ""

    def _path(self, spec: SimulationSpec, node: str) -> str:
        """Give the field in which a Simulation describes a node; empty for none."""
        for name, source in spec.sources.items():
            if node_name("source", source.namespace, name) == node:
                return f"sources.{name}"
        names = {name: name for name in spec.services}
        for endpoint in self.wiring.endpoints:
            found = of_endpoint(names, endpoint) if endpoint.node == node else None
            if found is not None:
                job = found.removeprefix(f"{JOB}/")
                return f"jobs.{job}" if endpoint.private else f"services.{found}"
        return ""

    def field_place(self, node: str, path: str) -> str:
        """Say where ``spec.delivery.retry`` of a node is written: ``orders.yaml:19``.

        Nothing where it is written nowhere, as for the name of a default.
        """
        resource = self._resource(node)
        return short_place(_position(resource, path)) if resource else ""

    # -- events

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


def _position(resource: Resource, path: str = "") -> str:
    return "" if resource.origin is None else str(resource.position(path))


class TraceStory:
    """The records of a trace view, which may grow."""

    def __init__(self, view: TraceView) -> None:
        self._view = view
        self._root = -1
        self._found: array[int] = array("i")
        self._looked_at = 0

    def record(self, serial: int) -> Record:
        return self._view.record(serial)

    def lineage(self, serial: int) -> Sequence[int]:
        """List the serials of a lineage that can still be read.

        The one asked for last is remembered, and only looked for in what is new.
        """
        view = self._view
        root = view.trace_of(serial)
        if root != self._root:
            self._root, self._found, self._looked_at = root, array("i"), root
        if self._looked_at < len(view):
            self._look_on(root)
        return self._found[bisect_left(self._found, view.first) :]

    def _look_on(self, root: int) -> None:
        view, columns = self._view, self._view.columns
        # Numbers of events, from the first one of this lineage on.
        start = columns.event[root]
        events = {n for n, r in enumerate(columns.root[start:], start) if r == root}
        end = len(view)
        numbers = columns.event[self._looked_at : end]
        among = map(events.__contains__, numbers)
        self._found.extend(compress(range(self._looked_at, end), among))
        self._looked_at = end


class Subject:
    """One record, and what it belongs to, up to the playhead.

    Args:
        shown: How many records have happened at the playhead; None for all.

    Attributes:
        family: The hops of its lineage; *hop* is the one that it belongs to.
        bearer: The one in which its event's story begins.
        left_out: Records of the lineage that are too many to be looked at.

    Raises:
        IndexError: There is no record of this serial any more.
    """

    def __init__(
        self,
        context: RunContext,
        story: TraceStory,
        serial: int,
        shown: int | None = None,
    ) -> None:
        self.context = context
        self.serial = serial
        self.record = story.record(serial)
        serials = story.lineage(serial)
        if shown is not None:
            # The selected record is shown, wherever the playhead stands.
            serials = serials[: bisect_left(serials, max(shown, serial + 1))]
        looked_at = sorted(self._looked_at(story, serials))
        self.left_out = len(serials) - len(looked_at)
        self.family = Family(map(story.record, looked_at))
        self.hop = self.family.of[serial]
        self.bearer = self.family.bearer(self.hop)

    def _looked_at(self, story: TraceStory, serials: Sequence[int]) -> set[int]:
        if len(serials) <= MOST:
            return set(serials)
        at = bisect_left(serials, self.serial)
        return {
            *serials[max(0, at - MOST // 2) : at + MOST // 2],
            *self._ancestors(story, serials[0]),
        }

    def _ancestors(self, story: TraceStory, first: int) -> Iterator[int]:
        cause = self.record.cause
        # Those before the first of the lineage are no longer kept.
        for _ in range(MOST):
            if cause is None or cause < first:
                return
            yield cause
            cause = story.record(cause).cause

    @property
    def parent(self) -> Hop | None:
        """The hop that this record's event answers; None for what was sent."""
        return self.bearer.parent

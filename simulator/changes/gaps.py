"""Which events are lost while a tool creates resources, and what it must be told."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from simulator.changes.change_set import is_config
from simulator.changes.kapp_order import GROUP, RULE, Order, kapp_order, waited_for
from simulator.changes.needs import Need, Needs
from simulator.errors import SimulatorError
from simulator.kernel.log import Kind
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.resource import Resource, ResourceKey
    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.trace import Record
    from simulator.wiring import Source, Wiring

    Make = Callable[[Topology], Simulation]

_MOST_TRIED = 100  # runs, one for each pair of a source and a resource
_MOST_MADE = 40_000  # resources in all runs together
_AFTER_NS = 60_000_000_000  # how long the first event of a source is followed
_HORIZON_NS = 32 * 86_400 * 1_000_000_000  # in which a schedule fires, if any
_MOST_STEPS = 5_000
_WAVE = "wave-{}"
_OURS = ".kn-sim"
_KNATIVE = "knative.dev"
_NO_OBJECTS = ("simulator", "spec.keptn.sh")  # files in the form of a manifest


class State(Enum):
    """Whether a source can send before a resource is Ready."""

    LOSES = "loses"
    """In some order of the tool it does, and events are lost."""
    UNTOLD = "untold"
    """In some order it does; nothing says what it sends."""
    UNTRIED = "untried"
    """In some order it does; so many others were tried that this one was not."""
    HARMLESS = "harmless"
    """In some order it does; its first event does not go there."""
    WAITS = "waits"
    """It does not: without the resource, its sink has no address."""
    UNWAITED = "unwaited"
    """It is created later, but the tool does not wait until the other is Ready."""
    SAFE = "safe"


_WORST = tuple(State)


class Lost(NamedTuple):
    """A first event of a source, and who does not get it.

    Args:
        at_ns: When it is sent, since the source is there.
        routes: The routes that would have taken it, or what follows from it, each with
            whom it would have called.
        hub: That accepts it all the same; empty where none does.
    """

    type: str
    at_ns: int
    routes: tuple[tuple[str, str], ...]
    hub: str


class Gap(NamedTuple):
    source: Resource
    before: Resource
    state: State
    lost: Lost | None = None


class Fix(NamedTuple):
    """What makes the order safe.

    Args:
        annotations: Each resource -> its annotations, which it has not yet.
        waits: apiVersion and kind of what must be waited for until it is Ready.
        order: In which the resources are created then.
        works: Whether no source is created before all that it needs.
    """

    annotations: Mapping[ResourceKey, Mapping[str, str]]
    waits: tuple[tuple[str, str], ...]
    order: Order
    works: bool


class Applied(Value):
    """How a tool creates the resources of files.

    Args:
        tool: ``kapp`` or ``kubectl``.
        gaps: A class of orders each, in the order of the files.
        fix: None where nothing is lost.
    """

    tool: str
    resources: Mapping[ResourceKey, Resource]
    order: Order
    gaps: tuple[Gap, ...]
    fix: Fix | None
    sources: int

    @property
    def safe(self) -> bool:
        return all(gap.state is not State.LOSES for gap in self.gaps)


def applied(topology: Topology, wiring: Wiring, tool: str, make: Make) -> Applied:
    """Find what is lost while a tool creates the resources of a topology.

    Not all orders are tried: what is lost depends only on which resources are there when
    a source begins to send, so one run for each source and resource that it needs tells.

    Args:
        tool: ``kapp`` or ``kubectl``.
        make: Makes a simulation of another topology, with the same settings.
    """
    there = {
        each.key: each
        for each in topology
        if each.group not in _NO_OBJECTS and not is_config(each)
    }
    order = kapp_order(list(there.values())) if tool == "kapp" else _listed(there)
    waited = waited_for(topology)
    gaps: dict[tuple[ResourceKey, ResourceKey], Gap] = {}
    needs = Needs(wiring, there)
    trial = _Trial(topology, wiring, make)
    needed: dict[ResourceKey, list[ResourceKey]] = {}
    for source in wiring.sources:
        if source.resource is None or source.resource not in there:
            continue
        before = order.before(source.resource)
        own = needs.sink(source)
        needed[source.resource] = [] if own is None else [own]
        for need in needs.of(source):
            needed[source.resource].append(need.key)
            lost = None
            if need.key not in before:
                state, lost = trial.of(source, need)
            else:
                state = _waited(there[need.key], waited)
            gap = Gap(there[source.resource], there[need.key], state, lost)
            known = gaps.setdefault((source.resource, need.key), gap)
            if _WORST.index(state) < _WORST.index(known.state):
                gaps[source.resource, need.key] = gap
    bad = any(gap.state not in (State.SAFE, State.WAITS) for gap in gaps.values())
    fix = _fix(there, needs, needed, order) if bad else None
    return Applied(
        tool=tool,
        resources=there,
        order=order,
        gaps=tuple(gaps.values()),
        fix=fix,
        sources=len(needed),
    )


def _waited(resource: Resource, waited: set[tuple[str, str]]) -> State:
    sort = (resource.api_version, resource.kind)
    ready_at_once = not resource.group.endswith(_KNATIVE)
    return State.SAFE if ready_at_once or sort in waited else State.UNWAITED


def _listed(there: Mapping[ResourceKey, Resource]) -> Order:
    """Give the order of documents, which is that of kubectl."""
    keys = list(there)
    return Order({key: keys[at - 1 : at] if at else [] for at, key in enumerate(keys)})


class _Trial:
    def __init__(self, topology: Topology, wiring: Wiring, make: Make) -> None:
        self._topology = topology
        self._read = _routed(wiring)
        self._make = make
        self._whole: dict[str, _Course | None] = {}
        self._left = min(_MOST_TRIED, _MOST_MADE // max(len(topology), 1))

    def of(self, source: Source, need: Need) -> tuple[State, Lost | None]:
        """Tell what a source loses that is there before what it needs."""
        if self._left <= 0:
            return State.UNTRIED, None
        if source.node not in self._whole:
            self._whole[source.node] = self._course(source, None)
        whole = self._whole[source.node]
        if whole is None:
            return State.UNTOLD, None
        part = self._course(source, need)
        if part is None or part.at_ns is None:
            return (State.UNTOLD if part is None else State.WAITS), None
        missed = tuple(each for each in whole.routes if each not in part.routes)
        if whole.at_ns is None or not missed:
            return State.HARMLESS, None
        return State.LOSES, Lost(whole.type, whole.at_ns, missed, part.hub)

    def _course(self, source: Source, need: Need | None) -> _Course | None:
        """Follow the first event of a source; None where none is sent by itself."""
        self._left -= 1
        kept = tuple(self._topology)
        if need is not None:
            kept = tuple(need.missing(kept))
        try:
            sim = self._make(self._topology.replace(resources=kept))
            return _followed(sim, source.node, reads=source.resource in self._read)
        except SimulatorError:  # what is left says nothing whole
            return None


class _Course(NamedTuple):
    """What becomes of the first event of a source.

    Args:
        at_ns: When it is sent; None where the source has no sink yet, and waits.
        routes: Who hands it on, or what follows from it, to whom.
        hub: That accepts it first.
    """

    type: str
    at_ns: int | None
    routes: tuple[tuple[str, str], ...]
    hub: str


def _followed(sim: Simulation, node: str, *, reads: bool) -> _Course | None:
    source = next((each for each in sim.wiring.sources if each.node == node), None)
    if source is None or source.sink is None:
        return _Course("", None, (), "")
    if reads and source.resource not in _routed(sim.wiring):
        return _Course("", None, (), "")
    first = _first(sim, node)
    if first is None:
        return None
    for _ in range(_MOST_STEPS):
        due = sim.due_ns
        if due is None or due > first.at_ns + _AFTER_NS or not sim.step():
            break
    below = list(sim.trace.lineage(first.serial)[1])
    routes = {
        (each.source, each.target): None
        for each in below
        if each.kind is Kind.DISPATCHED
    }
    hub = next((each.target for each in below if each.kind is Kind.ACCEPTED), "")
    return _Course(first.event.type, first.at_ns, tuple(routes), hub)


def _routed(wiring: Wiring) -> set[ResourceKey]:
    """Give the resources that routes are made of: a KafkaSource is one."""
    return {route.resource for hub in wiring.hubs for route in hub.routes}


def _first(sim: Simulation, node: str) -> Record | None:
    seen = 0
    for _ in range(_MOST_STEPS):
        for record in sim.trace[seen:]:
            if record.kind is Kind.SENT and record.source == node:
                return record
        seen = len(sim.trace)
        due = sim.due_ns
        if due is None or due > _HORIZON_NS or not sim.step():
            break
    return None


def _fix(
    there: Mapping[ResourceKey, Resource],
    needs: Needs,
    needed: Mapping[ResourceKey, Sequence[ResourceKey]],
    order: Order,
) -> Fix:
    """Let what needs nothing else come first, and sources last; each wave is Ready.

    Where the order is right already, only waiting is left.
    """
    wave = _waves({key for keys in needed.values() for key in keys}, needs)
    first = {key: needs.references(key) & wave.keys() for key in wave}
    first |= {source: set(keys) for source, keys in needed.items()}
    notes: dict[ResourceKey, dict[str, str]] = {}
    if not _works(order, first):
        notes = _annotations(there, needed, wave)
        order = kapp_order([_noted(each, notes) for each in there.values()])
    waits = dict.fromkeys(
        (each.api_version, each.kind)
        for key, each in there.items()
        if key in wave and each.group.endswith(_KNATIVE)
    )
    return Fix(notes, tuple(waits), order, _works(order, first))


def _works(order: Order, first: Mapping[ResourceKey, set[ResourceKey]]) -> bool:
    return not order.faults and all(
        order.before(key) >= before for key, before in first.items()
    )


def _annotations(
    there: Mapping[ResourceKey, Resource],
    needed: Mapping[ResourceKey, Sequence[ResourceKey]],
    wave: Mapping[ResourceKey, int],
) -> dict[ResourceKey, dict[str, str]]:
    """Put resources in groups by their wave, each behind the wave before it."""
    notes: dict[ResourceKey, dict[str, str]] = {}
    for key, resource in there.items():
        last = max(wave.values()) if key in needed else wave.get(key, 0) - 1
        if key in wave:
            notes[key] = {_free(resource, GROUP): _WAVE.format(wave[key])}
        if last > 0:
            rule = f"upsert after upserting {_WAVE.format(last)}"
            notes.setdefault(key, {})[_free(resource, RULE)] = rule
    return notes


def _waves(keys: set[ResourceKey], needs: Needs) -> dict[ResourceKey, int]:
    """Number resources from 1, each behind those that it refers to.

    Those that refer to each other in a circle end up at the end.
    """
    refers = {key: needs.references(key) & keys for key in keys}
    level = dict.fromkeys(keys, 1)
    for _ in keys:
        higher = {
            key: min(
                max((level[each] for each in refers[key]), default=0) + 1, len(keys)
            )
            for key in keys
        }
        if higher == level:
            break
        level = higher
    numbers = {each: at for at, each in enumerate(sorted(set(level.values())), 1)}
    return {key: numbers[at] for key, at in level.items()}


def _free(resource: Resource, name: str) -> str:
    return f"{name}{_OURS}" if name in resource.annotations else name


def _noted(
    resource: Resource, notes: Mapping[ResourceKey, Mapping[str, str]]
) -> Resource:
    annotations = {**resource.annotations, **notes.get(resource.key, {})}
    metadata = {**resource.metadata, "annotations": annotations}
    return resource.replace(manifest={**resource.manifest, "metadata": metadata})

"""What is sent to two versions of a topology, each event to a run of its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from simulator.changes.version import Sending
from simulator.errors import RunStoppedError
from simulator.event.sdk import new_event
from simulator.kernel import Chooser, Kind
from simulator.nodes import node_name
from simulator.session.samples import ANY, distinct, known_events, sides_of
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.changes.version import Version
    from simulator.event import Event
    from simulator.filters import Filter
    from simulator.trace import Record
    from simulator.wiring import Hub, Route, Wiring

    Attributes = dict[str, str]

_PER_SOURCE = 5
_MOST_RECORDS = 5_000
_CHANGING = ("id", "time")  # in each event of a source
_LATER = 1_000  # ranks: behind all of a filter that has changed
_TRIES = 4  # at a mixture that is not there yet


class Probe(NamedTuple):
    """What is sent to both versions.

    Args:
        name: For people: attributes as ``--send`` takes them, ``order.placed A1``, or the
            source that sends it.
        old: To the old version; None where it is not sent there.
        source: Who sends it; empty for a caller.
        made: Nobody sends it: it was made of what filters say.
    """

    name: str
    old: Sending | None
    new: Sending | None
    source: str = ""
    made: bool = False

    @property
    def size(self) -> tuple[int, int, str]:
        there = self.old or self.new
        count = 0 if there is None else len(there.event.attributes)
        return count, len(self.name), self.name


def entries(wiring: Wiring) -> dict[str, Hub]:
    """Give the hubs that events come in by, by the address to send to.

    The channels inside a Sequence or a Parallel are none, but for the first.
    """
    found = {}
    for hub in wiring.hubs:
        _, kind, namespace, name = hub.resource
        owner = node_name(kind.lower(), namespace, name)
        inside = owner != hub.node and owner in wiring.addresses
        if not inside:
            found[hub.node] = hub
        elif wiring.addresses[owner] == hub.url:
            found[owner] = hub
    return found


def of_events(
    given: Iterable[tuple[str, Event]], old: Wiring, new: Wiring
) -> list[Probe]:
    found = []
    for to, event in given:
        sending = Sending(to, event)
        found.append(
            Probe(
                f"{event.type} {event.id}",
                sending if is_there(old, to) else None,
                sending if is_there(new, to) else None,
            )
        )
    return found


def is_there(wiring: Wiring, to: str) -> bool:
    nodes = (each.node for each in wiring.endpoints)
    return "://" in to or to in wiring.addresses or to in nodes


def generated(
    old: Wiring, new: Wiring, known: Sequence[Attributes], most: int, seed: int
) -> list[Probe]:
    """Make events that the filters of both versions tell apart, at most so many.

    For each hub: a plain event; those that sources and services are known to send; for
    each filter what just passes and what just fails; then mixtures of all these, drawn
    from the seed. Which version is the old one makes no difference.
    """
    pools = _pools(old, new, known, most)
    ranked = sorted(
        ((rank, len(each), _spelled(each), node), each)
        for node, pool in pools.items()
        for rank, each in pool.ranks.values()
    )  # fmt: skip
    chosen: dict[tuple[str, str], Attributes] = {}
    for (*_, text, node), each in ranked[:most]:
        chosen[node, text] = each
    for node, each in _mixtures(pools, most, seed):
        if len(chosen) >= most:
            break
        chosen.setdefault((node, _spelled(each)), each)
    several = len(pools) > 1
    found = []
    for (node, text), each in chosen.items():
        sending = Sending(node, new_event({**ANY, **each}))
        found.append(
            Probe(
                f"{text} to {node}" if several else text,
                sending if node in old.addresses else None,
                sending if node in new.addresses else None,
                made=True,
            )
        )
    return found


def _pools(
    old: Wiring, new: Wiring, known: Sequence[Attributes], most: int
) -> dict[str, _Pool]:
    """Sample the filters of each hub, those first that have changed, and not very many."""
    before, after = entries(old), entries(new)
    pools = {}
    for node in sorted({*before, *after}):
        hubs = [each[node] for each in (before, after) if node in each]
        filters = [
            (_spec(old, route) == _spec(new, route), route.node, route.filter)
            for hub in hubs
            for route in hub.routes
            if route.filter is not None
        ]
        filters.sort(key=lambda each: each[:2])
        is_topic = hubs[0].kind is HubKind.TOPIC
        pools[node] = _Pool(filters[: 2 * most], () if is_topic else known)
    return pools


def _spec(wiring: Wiring, route: Route) -> object:
    resource = wiring.resources.get(route.resource)
    return None if resource is None else resource.spec


class _Pool:
    """The samples for a hub, as it is in both versions.

    Args:
        filters: Of its routes: whether it can wait, as that has not changed, and its node.
        known: What is known to be sent somewhere.

    Attributes:
        ranks: As spelled -> the lowest rank, and the attributes.
        texts: What filters read -> the values that matter to them, sorted.
    """

    def __init__(
        self, filters: Iterable[tuple[bool, str, Filter]], known: Sequence[Attributes]
    ) -> None:
        self.ranks: dict[str, tuple[int, Attributes]] = {}
        texts: dict[str, set[str]] = {}
        self._add(0, {"type": ANY["type"]})
        for each in known:
            self._add(0, each)
        for later, _, filter_ in filters:
            for rank, (each, _) in enumerate(sides_of(filter_)):
                self._add(rank + later * _LATER, each)
                for name, text in each.items():
                    texts.setdefault(name, set()).add(text)
        self.texts = {name: sorted(texts[name]) for name in sorted(texts)}

    def _add(self, rank: int, attributes: Attributes) -> None:
        text = _spelled(attributes)
        if text not in self.ranks or rank < self.ranks[text][0]:
            self.ranks[text] = rank, attributes


def _mixtures(
    pools: Mapping[str, _Pool], most: int, seed: int
) -> Iterator[tuple[str, Attributes]]:
    """Draw events that have one attribute from here and another from there."""
    random = Chooser(seed, {}).random("diff")
    mixed = {node: pool.texts for node, pool in pools.items() if len(pool.texts) > 1}
    for _ in range(_TRIES * most):
        for node, values in mixed.items():
            yield (
                node,
                {
                    name: random.choice(texts)
                    for name, texts in values.items()
                    if name == "type" or random.random() < 1 / 2
                },
            )


def _spelled(attributes: Mapping[str, str]) -> str:
    """Spell attributes as ``--send`` takes them, the type first."""
    rest = sorted(each for each in attributes.items() if each[0] != "type")
    return ",".join(f"{n}={v}" for n, v in [("type", attributes["type"]), *rest])


def known_of(*versions: Version) -> list[Attributes]:
    found = distinct(e for each in versions for e in known_events(each.sounding))
    return sorted(found, key=_spelled)


def of_sources(old: Version, new: Version, until: str) -> list[Probe]:
    before, after = _listened(old, until), _listened(new, until)
    found = []
    for node in sorted({*before, *after}):
        olds, news = before.get(node, []), after.get(node, [])
        for at in range(max(len(olds), len(news))):
            one = olds[at] if at < len(olds) else None
            other = news[at] if at < len(news) else None
            if (olds and one is None) or (news and other is None):
                continue  # one sends more kinds than the other within this time
            types = {each.event.type for each in (one, other) if each is not None}
            name = types.pop() if len(types) == 1 else f"event {at + 1}"
            found.append(Probe(f"{name} of {node}", one, other, node))
    return found


def _listened(version: Version, until: str) -> dict[str, list[Sending]]:
    """Run the sources of a version; give the first events of each, no two alike."""
    if not version.sounding.wiring.sources:
        return {}
    sim = version.simulate(sounding=True, most=_MOST_RECORDS)
    with suppress(RunStoppedError):
        sim.run(until)
    sources = {each.node: each for each in sim.wiring.sources}
    found: dict[str, dict[tuple[tuple[str, str], ...], Sending]] = {}
    for record in sim.trace.select(kind=Kind.SENT):
        source = sources.get(record.source)
        if source is None:
            continue
        to = record.target if is_there(sim.wiring, record.target) else source.sink
        alike = found.setdefault(source.node, {})
        if to and len(alike) < _PER_SOURCE:
            sending = Sending(to, record.event, source.authorization)
            alike.setdefault(_kept(record), sending)
    return {node: list(each.values()) for node, each in found.items()}


def _kept(record: Record) -> tuple[tuple[str, str], ...]:
    attributes = record.event.attributes
    return tuple(sorted(e for e in attributes.items() if e[0] not in _CHANGING))

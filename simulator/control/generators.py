"""Sources of a Simulation: behind those of the topology, or in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.destinations import Resolution
from simulator.control.given import Admitted
from simulator.control.registry import SHORT_FORM, kind_of
from simulator.errors import Position, nearest
from simulator.nodes import Role, node_name
from simulator.profiles.profile import Stamp
from simulator.resource import Resource
from simulator.value import Value
from simulator.wiring import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import GeneratorDescription
    from simulator.resource import ResourceKey


def speaker(key: ResourceKey) -> str:
    """Give the name by which a generator speaks for the containers of a workload."""
    return node_name(key.kind, key.namespace, key.name).lower()


def joined(
    cluster: Cluster,
    generators: Mapping[str, GeneratorDescription],
    sources: list[Source],
) -> list[Source]:
    """Put the generators of a Simulation behind, or in the place of, *sources*."""
    wired = list(sources)
    places = {source.node.lower(): at for at, source in enumerate(sources)}
    for source in sources:
        for speaker in source.speakers:
            places.setdefault(speaker, places[source.node.lower()])
    for name, said in generators.items():
        generator = _Generator(cluster, name, said)
        at = generator.place(sources, places)
        made = generator.source(None if at is None else sources[at])
        if at is not None and wired[at] is sources[at]:
            wired[at] = made
        else:
            wired.append(made)
    return wired


class _Generator:
    def __init__(self, cluster: Cluster, name: str, said: GeneratorDescription) -> None:
        self._cluster = cluster
        self._name = name
        self._said = said
        self._asker = asker_of(name, said)

    def source(self, stands_for: Source | None) -> Source:
        said = self._said
        base = stands_for or Source(
            node="", resource=None, sink=None, namespace=said.namespace
        )
        sink, header = base.sink, base.authorization
        if said.sink is not None:
            found = self._described_sink(said.sink)
            sink = found.url
            header = self._header(base, found)
        elif base.topics:
            sink = self._topic(base.topics)
        elif said.account:
            header = self._header(base, Resolution(url=sink))
        elif stands_for is None and said.for_resource is None:
            self._fault("no-sink", "it has no sink; name one in sink")
        self._compare(base)
        if said.topic is not None and sink is not None:
            self._check_record(sink, base)
        # What it stands for says neither when it sends nor what; it says that itself.
        return base.replace(
            node=node_name("source", said.namespace, self._name),
            sink=sink,
            overrides={**base.overrides, **said.overrides},
            silent=said.silent,
            generator=self._name,
            watch=None,
            timer=None,
            topics={},
            authorization=header,
            resending=said.resending,
        )

    def _compare(self, stands_for: Source) -> None:
        for attribute, real in stands_for.attributes.items():
            said = self._said.event.get(attribute, real)
            if said != real:
                text = (
                    f"its events have the {attribute} {said!r}; on a cluster, those of "
                    f"{stands_for.node} have {real!r}"
                )
                path = f"event.{attribute}"
                self._cluster.findings.warn(self._asker, "unlike-source", text, path)

    def _topic(self, topics: Mapping[str, str]) -> str | None:
        wanted = self._said.topic or next(iter(topics))
        if wanted not in topics:
            self._fault(
                "unresolved",
                f"record.topic: {self._said.for_resource} reads no topic {wanted!r}"
                f"{nearest(wanted, topics)} (it reads: {', '.join(topics)})",
            )
        return topics.get(wanted)

    def _check_record(self, sink: str, stands_for: Source) -> None:
        has_topic = any(
            hub.url == sink and hub.profile.queue.stamp is Stamp.PARTITION
            for hub in self._cluster.hubs.values()
        )
        if not (sink in stands_for.topics.values() or has_topic):
            self._fault(
                "unresolved",
                "a record is written to a topic of Kafka, and its sink has none; send "
                "an event, stand for a source that reads a topic, or name a broker or "
                "channel of Kafka",
            )

    def _header(self, stands_for: Source, sink: Resolution) -> str | None:
        authorization = self._cluster.authorization
        if self._said.account and authorization.on:
            from simulator.access import bearer, subject_of  # few say who sends

            audience = sink.audience or self._audience_at(sink.url)
            subject = subject_of(self._said.account, self._said.namespace)
            return bearer(subject, audience) if audience else None
        if stands_for.resource is None:
            return None
        resource = self._cluster.resources[stands_for.resource]
        return authorization.header(resource, sink.audience)

    def _audience_at(self, url: str | None) -> str | None:
        hubs = self._cluster.hubs.values()
        return next((hub.audience for hub in hubs if hub.url == url), None)

    def place(self, sources: list[Source], places: Mapping[str, int]) -> int | None:
        wanted = self._said.for_resource
        if wanted is None:
            return None
        kind, _, rest = wanted.partition("/")
        namespace, slash, resource = rest.rpartition("/")
        inside = namespace if slash else self._said.namespace
        node = node_name(kind.lower(), inside, resource)
        if not slash and node.lower() not in places:
            node = _only(kind, resource, sources) or node
        if node.lower() not in places:
            there_is = [
                f"{each.resource.kind}/{each.node.partition('/')[2]}"
                for each in sources
                if each.resource is not None
            ]
            there_is += [name for each in sources for name in each.speakers]
            what = f"there is no source {wanted!r}{nearest(wanted, there_is)}"
            self._fault("unresolved", what)
        return places.get(node.lower())

    def _described_sink(self, sink: str | Mapping[str, Any]) -> Resolution:
        destination = self._destination(sink) if isinstance(sink, str) else sink
        if destination is None:
            self._fault(
                "unresolved",
                f"{sink!r} is no sink; expected a service's name, KIND/NAME, "
                "KIND/NAMESPACE/NAME or a URL",
            )
            return Resolution()
        return self._cluster.resolve(destination, self._asker, "sink", dispatched=False)

    def _destination(self, text: str) -> Mapping[str, Any] | None:
        if "://" in text:
            return {"uri": text}
        word, slash, rest = text.partition("/")
        if not slash:
            word, rest = "service", text
        inside, slash, name = rest.rpartition("/")
        target = SHORT_FORM.target(word)
        if target is None or not name or "/" in inside:
            return None
        api_version, kind = target
        namespace = inside if slash else self._said.namespace
        if word == "channel":
            kind = self._kind_of_channel(kind, namespace, name)
        reference = {"apiVersion": api_version, "kind": kind}
        return {"ref": {**reference, "namespace": namespace, "name": name}}

    def _kind_of_channel(self, generic: str, namespace: str, name: str) -> str:
        kinds = [
            key.kind
            for key in self._cluster.resources
            if key[2:] == (namespace, name)
            and kind_of(key.group, key.kind).role is Role.CHANNEL
        ]
        return generic if generic in kinds or not kinds else kinds[0]

    def _fault(self, code: str, message: str) -> None:
        self._cluster.findings.fault(self._asker, code, message)


class _Written(Value):
    where: str

    def position(self, path: str = "") -> Position:
        return Position(file=self.where)


def asker_of(name: str, generator: GeneratorDescription) -> Admitted:
    manifest = {
        "kind": "source",
        "metadata": {"name": name, "namespace": generator.namespace},
    }
    resource = Resource(manifest=manifest, origin=_Written(where=generator.where))
    return Admitted(resource=resource, manifest=manifest)


def _only(kind: str, name: str, sources: Iterable[Source]) -> str | None:
    wanted = kind.lower(), name.lower()
    found = [
        each.node
        for each in sources
        if each.resource is not None
        and (each.resource.kind.lower(), each.resource.name.lower()) == wanted
    ]
    return found[0] if len(found) == 1 else None

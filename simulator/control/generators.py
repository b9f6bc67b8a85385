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


class Generators:
    def __init__(
        self, cluster: Cluster, generators: Mapping[str, GeneratorDescription]
    ) -> None:
        self._cluster = cluster
        self._generators = generators

    def joined(self, sources: list[Source]) -> list[Source]:
        wired = list(sources)
        places = {source.node.lower(): at for at, source in enumerate(sources)}
        for source in sources:
            for speaker in source.speakers:
                places.setdefault(speaker, places[source.node.lower()])
        for name, generator in self._generators.items():
            at = self._stands_for(name, generator, sources, places)
            made = self._generator(name, generator, None if at is None else sources[at])
            if at is not None and wired[at] is sources[at]:
                wired[at] = made
            else:
                wired.append(made)
        return wired

    def _generator(
        self, name: str, generator: GeneratorDescription, stands_for: Source | None
    ) -> Source:
        sink = stands_for.sink if stands_for else None
        header = stands_for.authorization if stands_for else None
        if generator.sink is not None:
            found = self._described_sink(name, generator)
            sink = found.url
            header = self._header(generator, stands_for, found)
        elif stands_for is not None and stands_for.topics:
            sink = self._topic(name, generator, stands_for.topics)
        elif generator.account:
            header = self._header(generator, stands_for, Resolution(url=sink))
        elif stands_for is None and generator.for_resource is None:
            self._fault(name, generator, "no-sink", "it has no sink; name one in sink")
        if stands_for is not None:
            self._compare(name, generator, stands_for)
        if generator.topic is not None and sink is not None:
            self._check_record(name, generator, sink, stands_for)
        return Source(
            node=node_name("source", generator.namespace, name),
            resource=stands_for.resource if stands_for else None,
            sink=sink,
            overrides={
                **(stands_for.overrides if stands_for else {}),
                **generator.overrides,
            },
            attributes=stands_for.attributes if stands_for else {},
            namespace=stands_for.namespace if stands_for else generator.namespace,
            speakers=stands_for.speakers if stands_for else (),
            silent=generator.silent,
            generator=name,
            schedule=stands_for.schedule if stands_for else "",
            timezone=stands_for.timezone if stands_for else "",
            authorization=header,
            resending=generator.resending,
        )

    def _compare(
        self, name: str, generator: GeneratorDescription, stands_for: Source
    ) -> None:
        for attribute, real in stands_for.attributes.items():
            said = generator.event.get(attribute, real)
            if said != real:
                text = (
                    f"its events have the {attribute} {said!r}; on a cluster, those of "
                    f"{stands_for.node} have {real!r}"
                )
                self._cluster.findings.warn(
                    asker_of(name, generator),
                    "unlike-source",
                    text,
                    f"event.{attribute}",
                )

    def _topic(
        self, name: str, generator: GeneratorDescription, topics: Mapping[str, str]
    ) -> str | None:
        wanted = generator.topic or next(iter(topics))
        if wanted not in topics:
            self._fault(
                name,
                generator,
                "unresolved",
                f"record.topic: {generator.for_resource} reads no topic {wanted!r}"
                f"{nearest(wanted, topics)} (it reads: {', '.join(topics)})",
            )
        return topics.get(wanted)

    def _check_record(
        self,
        name: str,
        generator: GeneratorDescription,
        sink: str,
        stands_for: Source | None,
    ) -> None:
        read = stands_for is not None and sink in stands_for.topics.values()
        hubs = self._cluster.hubs.values()
        has_topic = any(
            hub.url == sink and hub.profile.queue.stamp is Stamp.PARTITION
            for hub in hubs
        )
        if not (read or has_topic):
            self._fault(
                name,
                generator,
                "unresolved",
                "a record is written to a topic of Kafka, and its sink has none; send "
                "an event, stand for a source that reads a topic, or name a broker or "
                "channel of Kafka",
            )

    def _header(
        self,
        generator: GeneratorDescription,
        stands_for: Source | None,
        sink: Resolution,
    ) -> str | None:
        authorization = self._cluster.authorization
        if generator.account and authorization.on:
            from simulator.access import bearer, subject_of  # few say who sends

            audience = sink.audience or self._audience_at(sink.url)
            subject = subject_of(generator.account, generator.namespace)
            return bearer(subject, audience) if audience else None
        if stands_for is None or stands_for.resource is None:
            return None
        resource = self._cluster.resources[stands_for.resource]
        return authorization.header(resource, sink.audience)

    def _audience_at(self, url: str | None) -> str | None:
        hubs = self._cluster.hubs.values()
        return next((hub.audience for hub in hubs if hub.url == url), None)

    def _stands_for(
        self,
        name: str,
        generator: GeneratorDescription,
        sources: list[Source],
        places: Mapping[str, int],
    ) -> int | None:
        wanted = generator.for_resource
        if wanted is None:
            return None
        kind, _, rest = wanted.partition("/")
        namespace, slash, resource = rest.rpartition("/")
        node = node_name(
            kind.lower(), namespace if slash else generator.namespace, resource
        )
        if not slash and node.lower() not in places:
            node = _only(kind, resource, sources) or node
        if node.lower() not in places:
            there_is = [
                f"{each.resource.kind}/{each.node.partition('/')[2]}"
                for each in sources
                if each.resource is not None
            ]
            there_is += [name for each in sources for name in each.speakers]
            self._fault(
                name,
                generator,
                "unresolved",
                f"there is no source {wanted!r}{nearest(wanted, there_is)}",
            )
        return places.get(node.lower())

    def _described_sink(self, name: str, generator: GeneratorDescription) -> Resolution:
        asker = asker_of(name, generator)
        if not isinstance(generator.sink, str):
            return self._resolved(generator.sink or {}, asker)
        destination = self._destination(generator.sink, generator.namespace)
        if destination is None:
            self._fault(
                name,
                generator,
                "unresolved",
                f"{generator.sink!r} is no sink; expected a service's name, KIND/NAME, "
                "KIND/NAMESPACE/NAME or a URL",
            )
            return Resolution()
        return self._resolved(destination, asker)

    def _resolved(self, sink: Mapping[str, Any], asker: Admitted) -> Resolution:
        return self._cluster.resolve(sink, asker, "sink", dispatched=False)

    def _destination(self, text: str, namespace: str) -> Mapping[str, Any] | None:
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
        namespace = inside if slash else namespace
        if word == "channel":
            kind = self._kind_of_channel(kind, namespace, name)
        return {
            "ref": {
                "apiVersion": api_version,
                "kind": kind,
                "namespace": namespace,
                "name": name,
            }
        }

    def _kind_of_channel(self, generic: str, namespace: str, name: str) -> str:
        kinds = [
            key.kind
            for key in self._cluster.resources
            if key[2:] == (namespace, name)
            and kind_of(key.group, key.kind).role is Role.CHANNEL
        ]
        return generic if generic in kinds or not kinds else kinds[0]

    def _fault(
        self, name: str, generator: GeneratorDescription, code: str, message: str
    ) -> None:
        self._cluster.findings.fault(asker_of(name, generator), code, message)


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

"""What `check --cdevents` finds in the events that a topology describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.output import say
from simulator.event import UnparsableEventError, read_written
from simulator.subscribers.parse import KIND
from simulator.systems.cdevents import PREFIX
from simulator.systems.cdevents_schema import cdevent_faults, require_jsonschema
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.resource import Resource
    from simulator.topology import Topology

    _Written = tuple[Mapping[str, Any], str, str, str]  # event, whose, where, path

_EVENTS = ("event", "reply")  # the members of a Simulation document that are events
_ATTRIBUTES = ("id", "source", "type")


def cdevents_findings(topology: Topology, folder: str) -> tuple[Finding, ...]:
    """Judge each CDEvent that is written out: replies, emissions, sources, replays.

    Raises:
        UsageError: The package that judges is not there.
        TopologyError: A replay cannot be read.
    """
    require_jsonschema()
    written: list[_Written] = []
    for resource in topology.resources:
        if resource.kind == KIND and resource.group == "simulator":
            written += [
                (members, _subject(path), _place(resource, path), path)
                for path, members in _events(resource.spec, "spec")
            ]
            written += _replayed(resource, folder)
    cdevents = [each for each in written if _is_cdevent(each[0])]
    if not cdevents:
        say(f"kn-sim: --cdevents judges nothing: no {PREFIX}* event is written out")
    return tuple(found for each in cdevents for found in _judged(*each))


def _is_cdevent(members: Mapping[str, Any]) -> bool:
    type_ = members.get("type")
    return isinstance(type_, str) and type_.startswith(PREFIX)


def _events(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _events(each, f"{path}[{number}]")
    if not isinstance(value, dict):
        return
    for name, each in value.items():
        below = f"{path}.{name}"
        if name in _EVENTS and isinstance(each, dict) and "type" in each:
            yield below, each
        else:
            yield from _events(each, below)


def _place(resource: Resource, path: str) -> str:
    return str(resource.position(path))


def _subject(path: str) -> str:
    """Name whose event it is: ``spec.services.poc.reply`` is of service poc."""
    _, section, name = path.split(".", 2)
    return f"{section.removesuffix('s')} {name.partition('.')[0]}"


def _judged(
    members: Mapping[str, Any], subject: str, where: str, path: str
) -> Iterator[Finding]:
    type_ = members["type"]
    try:
        event = read_written({"id": "1", "source": "/", **members})
    except UnparsableEventError:
        return  # told of already
    faults = list(cdevent_faults(type_, event.data))
    for at, message in faults:
        told = f"data/{at}: {message}" if at else f"data: {message}"
        yield Finding(
            severity=Severity.FAULT,
            code="cdevents-invalid",
            subject=subject,
            message=f"{type_}: {told}",
            where=where,
            path=path,
        )
    refused = [at for at, _ in faults]
    for name, here, there in _unlike(members, event.data, refused):
        yield Finding(
            severity=Severity.WARNING,
            code="cdevents-unlike",
            subject=subject,
            message=f"{type_}: {name} is {here!r}, but in the data it is {there!r}",
            where=where,
            path=path,
        )


def _unlike(
    members: Mapping[str, Any], data: Any, refused: list[str]
) -> Iterator[tuple[str, str, str]]:
    """Find the attributes that are not what the CDEvent says.

    Source: cdevents/spec cloudevents-binding.md: id, source and type are those of the
        context, subject is that of the subject.
    """
    if not isinstance(data, dict):
        return
    context, about = data.get("context"), data.get("subject")
    inside = {f"context/{n}": (n, context, n) for n in _ATTRIBUTES}
    inside["subject/id"] = ("subject", about, "id")
    for at, (name, part, member) in inside.items():
        there = part.get(member) if isinstance(part, dict) else None
        here = members.get(name)
        if at not in refused and None not in (here, there) and here != there:
            yield name, str(here), str(there)


def _replayed(resource: Resource, folder: str) -> Iterator[_Written]:
    import orjson

    from simulator.session.emitted import lines_of

    sources = resource.spec.get("sources")
    for name, source in sources.items() if isinstance(sources, dict) else ():
        file = source.get("replay") if isinstance(source, dict) else None
        if not isinstance(file, str):
            continue
        path = f"spec.sources.{name}.replay"
        where = _place(resource, path)
        for number, line in enumerate(lines_of(file, folder, where), 1):
            try:
                members = orjson.loads(line) if line.strip() else None
            except orjson.JSONDecodeError:
                continue  # told of when it is sent
            if isinstance(members, dict):
                at = f"{file}:{number}:1"
                yield members, f"source {name}", at, ""

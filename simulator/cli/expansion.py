"""What controllers make of resources: as lines for people, and as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.resource import mapping, mappings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.cli.style import Style
    from simulator.wiring import Expansion

_CONTAINERS = ("initContainers", "containers")
_ENDS = ("subscriber", "reply")
_LONGEST = 100


def expansion_objects(expansions: Iterable[Expansion]) -> list[dict[str, Any]]:
    return [
        {
            "group": each.resource.group,
            "kind": each.resource.kind,
            "namespace": each.resource.namespace,
            "name": each.resource.name,
            "changes": each.changes,
            "objects": [dict(made) for made in each.objects],
        }
        for each in expansions
    ]


def expansion_lines(expansions: Iterable[Expansion], style: Style) -> Iterator[str]:
    """Give what is made of each resource: names, ports, and env of containers.

    Of an object that is changed, what is new in it.
    """
    shown = [each for each in expansions if each.objects]
    before: dict[str, list[str]] = {}
    if shown:
        yield style.paint(f"made by controllers ({len(shown)})", "bold", "blue")
    for each in shown:
        key = each.resource
        verb = "changes" if each.changes else "makes"
        yield f"  {key.kind} {_named(key.namespace, key.name)} {verb}"
        for made in each.objects:
            metadata = made["metadata"]
            name = _named(metadata.get("namespace") or "default", metadata["name"])
            title = f"{made.get('kind')} {name}"
            yield style.symbols(f"    {title}{_gist(made)}")
            details = list(_details(made))
            known = [line for line in before.get(title, ()) if line.startswith(" ")]
            before[title] = details
            for line in details:
                if line not in known:
                    yield style.symbols(f"      {line}")


def _named(namespace: str, name: str) -> str:
    return name if namespace == "default" else f"{namespace}/{name}"


def _gist(made: Mapping[str, Any]) -> str:
    """Say in a word or two what an object is for.

    A channel is as its template says, whatever that is.
    """
    spec = mapping(made.get("spec"))
    subject, channel, broker = map(spec.get, ("subject", "channel", "broker"))
    if isinstance(subject, dict):
        return f" of {_reference(subject)}"
    if isinstance(channel, dict) or isinstance(broker, str):
        hub = f"broker {broker}" if channel is None else _reference(channel)
        parts = [f"{what} {_destination(spec[what])}" for what in _ENDS if what in spec]
        return f" of {hub}: {', '.join(parts)}"
    ports = [
        f"{each['port']} to {each['targetPort']}"
        for each in mappings(spec.get("ports"))
        if {"port", "targetPort"} <= each.keys()
    ]
    return f" with port {', '.join(ports)}" if ports else ""


def _reference(written: object) -> str:
    ref = mapping(written)
    return f"{ref.get('kind')} {ref.get('name')}"


def _destination(written: object) -> str:
    destination = mapping(written)
    if not isinstance(destination.get("ref"), dict):
        return str(destination.get("uri"))
    return f"{_reference(destination['ref'])}{destination.get('uri') or ''}"


def _details(made: Mapping[str, Any]) -> Iterator[str]:
    for name, text in mapping(made.get("data")).items():
        yield f"{name}: {_short(str(text))}"
    spec = mapping(made.get("spec"))
    spec = mapping(mapping(spec.get("jobTemplate")).get("spec")) or spec
    pod = mapping(mapping(spec.get("template")).get("spec"))
    for section in _CONTAINERS:
        for container in mappings(pod.get(section)):
            what = "init container" if section == "initContainers" else "container"
            yield f"{what} {container.get('name') or '(no name)'}"
            for each in mappings(container.get("env")):
                yield f"  {each.get('name')}={_value(each)}"


def _value(variable: Mapping[str, Any]) -> str:
    source = variable.get("valueFrom")
    if not isinstance(source, dict):
        return _short(str(variable.get("value", "")))
    from_, key = next(iter(source.items()), ("elsewhere", {}))
    what = from_.removesuffix("KeyRef").removesuffix("Ref")
    named = mapping(key)
    parts = (what, named.get("name"), named.get("key") or named.get("fieldPath"))
    return f"({' '.join(str(part) for part in parts if part)})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

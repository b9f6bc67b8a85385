"""What controllers make of resources: as lines for people, and as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.cli.style import Style
    from simulator.wiring import Expansion

_CONTAINERS = ("initContainers", "containers")
_ENDS = ("subscriber", "reply")
_LONGEST = 100


def expansion_objects(expansions: Iterable[Expansion]) -> list[dict[str, Any]]:
    """Give what is made of each resource, whole."""
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
    """Say in a word or two what an object is for."""
    spec = made.get("spec") or {}
    subject = spec.get("subject")
    if subject:
        return f" of {subject['kind']} {subject['name']}"
    channel, broker = spec.get("channel"), spec.get("broker")
    if channel or broker:
        hub = f"{channel['kind']} {channel['name']}" if channel else f"broker {broker}"
        parts = [f"{what} {_destination(spec[what])}" for what in _ENDS if what in spec]
        return f" of {hub}: {', '.join(parts)}"
    ports = [
        f"{each['port']} to {each['targetPort']}" for each in spec.get("ports", ())
    ]
    return f" with port {', '.join(ports)}" if ports else ""


def _destination(written: Mapping[str, Any]) -> str:
    ref = written.get("ref")
    if not isinstance(ref, dict):
        return str(written.get("uri"))
    return f"{ref.get('kind')} {ref.get('name')}{written.get('uri') or ''}"


def _details(made: Mapping[str, Any]) -> Iterator[str]:
    for name, text in (made.get("data") or {}).items():
        yield f"{name}: {_short(str(text))}"
    spec = made.get("spec") or {}
    spec = (spec.get("jobTemplate") or {}).get("spec") or spec
    pod = (spec.get("template") or {}).get("spec") or {}
    for section in _CONTAINERS:
        for container in pod.get(section) or ():
            what = "init container" if section == "initContainers" else "container"
            yield f"{what} {container.get('name') or '(no name)'}"
            for each in container.get("env") or ():
                yield f"  {each.get('name')}={_value(each)}"


def _value(variable: Mapping[str, Any]) -> str:
    source = variable.get("valueFrom")
    if not isinstance(source, dict):
        return _short(str(variable.get("value", "")))
    from_, key = next(iter(source.items()), ("elsewhere", {}))
    what = from_.removesuffix("KeyRef").removesuffix("Ref")
    named = key if isinstance(key, dict) else {}
    parts = (what, named.get("name"), named.get("key") or named.get("fieldPath"))
    return f"({' '.join(str(part) for part in parts if part)})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

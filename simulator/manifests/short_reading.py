"""The short form is read as the manifests that it abbreviates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import Fault
from simulator.manifests.origin import WrittenShort, path_of
from simulator.manifests.sections import Cursor, read_entry
from simulator.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import UnionType

    from simulator.manifests.origin import Document, Step
    from simulator.manifests.scalars import Plain, PlainMapping
    from simulator.manifests.sections import Section, ShortForm

SIMULATION_API_VERSION = "simulator/v1"
SETTINGS = ("seed", "profile", "start", "maxTTL", "apiServer")
SIMULATION_FIELDS = (*SETTINGS, "sources", "services", "objects", "jobs", "faults")
"""Fields of a Simulation's ``spec``, which stand at the top of the short form."""

_TYPES: Mapping[str, tuple[str, type | UnionType]] = {
    "seed": ("an integer", int),
    "maxTTL": ("an integer", int),
    "profile": ("a string", str),
    "start": ("a string", str),
    "apiServer": ("a string", str),
    "objects": ("a list of changes", list | dict),
    "faults": ("a list of faults", list | dict),
}
TIMED = "pingsources"
"""The section of those entries of ``sources`` that have a ``schedule``."""

OWN = "x-"  # what a file keeps for its anchors, as compose files do
TOP = ("topology", "namespace", *SIMULATION_FIELDS)


def read_short(
    value: PlainMapping, document: Document, form: ShortForm
) -> tuple[list[Resource], list[Fault]]:
    """Give the resources of a short form, as far as they can be read, and its faults.

    What belongs to a ``Simulation``, sources without a ``schedule`` included, makes one
    with the topology's name; it comes first, if there is one.
    """
    cursor = Cursor(form)
    found = short_manifests(value, cursor)
    subjects = {base: str(Resource(manifest=each)) for base, each in found}
    faults = []
    for steps, reason in cursor.faults:
        path, subject = path_of(steps), subjects.get(steps[:2], "")
        text = f"{path}: {reason}{_reading(document, steps, reason)}"
        faults.append(Fault(text, document.position(steps), path, subject))
    wrong = {steps[:2] for steps, _ in cursor.faults}
    resources = [
        Resource(
            manifest=manifest,
            origin=WrittenShort(document, base, misread=base in wrong),
        )
        for base, manifest in found
    ]
    return resources, faults


def _reading(document: Document, steps: tuple[Step, ...], reason: str) -> str:
    """Say how YAML reads a value of a wrong type, if not as it looks."""
    reading = document.reading(steps) if reason.startswith("must be") else ""
    return reading and f"; {reading}"


def short_manifests(
    value: PlainMapping, cursor: Cursor
) -> list[tuple[tuple[Step, ...], PlainMapping]]:
    namespace = _text(value, "namespace", cursor)
    found: list[tuple[tuple[Step, ...], PlainMapping]] = []
    simulation: PlainMapping = {}
    for key, content in value.items():
        section = cursor.form.section(key)
        if section is not None:
            entries = cursor.into(key).mapping(content)
            found += _entries(section, key, entries, namespace, cursor)
        elif key == "sources":
            entries = cursor.into(key).mapping(content)
            timed = {k: v for k, v in entries.items() if _is_timed(v)}
            timed_section = cursor.form.section(TIMED) if timed else None
            if timed_section is not None:
                found += _entries(timed_section, key, timed, namespace, cursor)
            if content is not None and (len(timed) < len(entries) or not entries):
                simulation[key] = {k: v for k, v in entries.items() if k not in timed}
        elif key in SIMULATION_FIELDS:
            if content is not None and _is_right(key, content, cursor.into(key)):
                simulation[key] = content
        elif key not in TOP and not key.startswith(OWN):
            cursor.unknown("section", key, (*TOP, *cursor.form.names))
    name = _text(value, "topology", cursor)
    if simulation:
        found.insert(0, ((), _simulation(name, namespace, simulation)))
    return found


def _entries(
    section: Section, key: str, entries: PlainMapping, namespace: str, cursor: Cursor
) -> list[tuple[tuple[Step, ...], PlainMapping]]:
    found: list[tuple[tuple[Step, ...], PlainMapping]] = []
    for name, entry in entries.items():
        at = cursor.into(key, name)
        found.append((at.steps, read_entry(section, name, entry, namespace, at)))
    return found


def _is_timed(source: Plain) -> bool:
    return isinstance(source, dict) and "schedule" in source


def _is_right(key: str, content: Plain, cursor: Cursor) -> bool:
    expected, types = _TYPES.get(key, ("a mapping", dict))
    if isinstance(content, types) and not isinstance(content, bool):
        return True
    cursor.expect(expected, content)
    return False


def _text(value: PlainMapping, key: str, cursor: Cursor) -> str:
    text = value.get(key, "")
    if isinstance(text, str) and (text or key not in value):
        return text
    what = "a name" if key == "topology" else "the name of a namespace"
    if text == "":
        cursor.into(key).fault(f"must be {what}, not empty")
    else:
        cursor.into(key).expect(what, text)
    return ""


def _simulation(name: str, namespace: str, spec: PlainMapping) -> PlainMapping:
    own, _, name = name.rpartition("/")
    metadata: PlainMapping = {"name": name}
    if own or namespace:
        metadata["namespace"] = own or namespace
    return {
        "apiVersion": SIMULATION_API_VERSION,
        "kind": "Simulation",
        "metadata": metadata,
        "spec": spec,
    }

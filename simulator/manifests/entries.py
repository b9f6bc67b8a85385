"""An entry of a section and a manifest say the same thing, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.manifests.construct import keeps_values
from simulator.manifests.sections import Cursor

if TYPE_CHECKING:
    from simulator.manifests.plain import Plain, PlainMapping
    from simulator.manifests.sections import Section, ShortForm

METADATA = ("labels", "annotations")
"""Keys of ``metadata`` that stand beside an entry's fields."""

_NONE = object()
_BESIDE = ("apiVersion", "namespace", *METADATA, "metadata", "spec", "status")


def read_entry(
    section: Section, key: str, value: Plain, namespace: str, cursor: Cursor
) -> PlainMapping:
    """Give the manifest of an entry, its faults noted at *cursor*.

    Args:
        section: Where the entry stands.
        key: Its key, ``NAME`` or ``NAMESPACE/NAME``.
        value: What is written there.
        namespace: The topology's own, empty for none.
        cursor: Where the entry stands in the document.
    """
    entry = cursor.mapping(value)
    in_key, _, name = key.rpartition("/")
    if not name:
        cursor.fault("a name is missing")
    metadata: PlainMapping = {"name": name}
    own = entry.get("namespace", in_key or (section.namespaced and namespace))
    if own:
        metadata["namespace"] = own
    metadata |= {k: entry[k] for k in METADATA if k in entry}
    metadata |= cursor.into("metadata").mapping(entry.get("metadata"))
    manifest: PlainMapping = {
        "apiVersion": entry.get("apiVersion", section.api_version),
        "kind": section.kind,
        "metadata": metadata,
    }
    for text in ("apiVersion", "namespace"):
        if text in entry and not isinstance(entry[text], str):
            cursor.into(text).expect("a string", entry[text])
    fields = _read_fields(section, entry, cursor)
    if not section.in_spec:
        manifest |= fields
    elif fields:
        manifest["spec"] = fields
    return manifest | {k: entry[k] for k in ("spec", "status") if k in entry}


def _read_fields(section: Section, entry: PlainMapping, cursor: Cursor) -> PlainMapping:
    fields: PlainMapping = {}
    for key, value in entry.items():
        if key in _BESIDE:
            continue
        if "spec" in entry:
            cursor.into(key).fault(f"'spec' is written as well; move {key!r} into it")
        elif section.fields is not None and key not in section.fields:
            cursor.unknown("field", key, (*section.fields, *_BESIDE))
        else:
            notation = section.notations.get(key)
            fields[key] = notation.read(value, cursor.into(key)) if notation else value
    for name, usual in section.usual.items():
        if not {name, section.instead.get(name), "spec"} & {*fields, *entry}:
            fields[name] = usual
    return fields


def write_entry(
    section: Section, manifest: PlainMapping, namespace: str, form: ShortForm
) -> tuple[str, Plain] | None:
    """Give the shortest entry that reads as *manifest*, None when none does."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        return None
    own = metadata.get("namespace")
    name = str(metadata.get("name"))
    key = f"{own}/{name}" if own is not None and own != namespace else name
    beside = _beside(section, manifest, metadata)
    for fields in (
        _short_fields(section, manifest, form),
        {"spec": manifest.get("spec")},
    ):
        entry = {**beside, **fields}
        cursor = Cursor(form)
        reads = read_entry(section, key, entry, namespace, cursor)
        if reads == manifest and not cursor.faults and keeps_values(entry):
            return key, entry
    return None


def _beside(
    section: Section, manifest: PlainMapping, metadata: PlainMapping
) -> PlainMapping:
    beside: PlainMapping = {}
    if manifest.get("apiVersion") != section.api_version:
        beside["apiVersion"] = manifest.get("apiVersion")
    beside |= {key: metadata[key] for key in METADATA if key in metadata}
    rest: PlainMapping = {
        key: value
        for key, value in metadata.items()
        if key not in ("name", "namespace", *METADATA)
    }
    if rest:
        beside["metadata"] = rest
    if "status" in manifest:
        beside["status"] = manifest["status"]
    return beside


def _short_fields(
    section: Section, manifest: PlainMapping, form: ShortForm
) -> PlainMapping:
    if section.in_spec:
        spec = manifest.get("spec")
        fields = spec if isinstance(spec, dict) else {}
    else:
        fields = {k: v for k, v in manifest.items() if k in (section.fields or ())}
    short: PlainMapping = {}
    for key, value in fields.items():
        notation = section.notations.get(key)
        short[key] = notation.write(value, form) if notation else value
    return {k: v for k, v in short.items() if v != section.usual.get(k, _NONE)}

"""The short form: sections, one for each kind, and words and notations of values.

Which sections and words there are, the kinds say; they are handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.errors import nearest
from simulator.manifests.scalars import called
from simulator.resource import mapping
from simulator.value import NamedTuple, Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.manifests.origin import Step
    from simulator.manifests.scalars import Plain, PlainMapping


class Short(Value):
    """What an entry of one kind says in the short form.

    Args:
        version: Which is meant when an entry names no ``apiVersion``.
        fields: The fields an entry may have, in ``spec`` of the manifest;
            None where Kubernetes has too many to list.
        notations: Those of them that have a compact notation.
        usual: A field that need not be written -> its value then.
        instead: Such a field -> the one that may stand in its place.
        in_spec: Whether the fields belong in ``spec`` or beside ``metadata``.
        namespaced: Whether the topology's ``namespace`` applies.
    """

    version: str = "v1"
    fields: tuple[str, ...] | None = None
    notations: Mapping[str, Notation] = made(default_factory=dict)
    usual: Mapping[str, str] = made(default_factory=dict)
    instead: Mapping[str, str] = made(default_factory=dict)
    in_spec: bool = True
    namespaced: bool = True


class Section(NamedTuple):
    """Where resources of one kind stand in the short form, and how."""

    name: str
    api_version: str
    kind: str
    short: Short


class ShortForm(Protocol):
    """All sections, and all words before the slash of a reference."""

    @property
    def names(self) -> Sequence[str]: ...

    @property
    def words(self) -> Sequence[str]: ...

    def section(self, name: str) -> Section | None: ...

    def section_of(self, group: str, kind: str) -> Section | None: ...

    def target(self, word: str) -> tuple[str, str] | None: ...

    def word_for(self, target: tuple[object, object]) -> str | None: ...


class Cursor:
    """A field of a short form; the cursors of one document share their faults."""

    __slots__ = ("faults", "form", "steps")

    def __init__(
        self,
        form: ShortForm,
        steps: tuple[Step, ...] = (),
        faults: list[tuple[tuple[Step, ...], str]] | None = None,
    ) -> None:
        self.form = form
        self.steps = steps
        self.faults = [] if faults is None else faults

    def into(self, *steps: Step) -> Cursor:
        return Cursor(self.form, (*self.steps, *steps), self.faults)

    def fault(self, reason: str) -> None:
        self.faults.append((self.steps, reason))

    def expect(self, what: str, found: Plain) -> None:
        self.fault(f"must be {what}, not {called(found)}")

    def unknown(self, what: str, key: str, valid: Sequence[str]) -> None:
        hint = nearest(key, valid) or f" (there are: {', '.join(valid)})"
        self.into(key).fault(f"unknown {what} {key!r}{hint}")

    def mapping(self, value: Plain) -> PlainMapping:
        """Give a mapping; nothing written is an empty one, all else a fault."""
        return {} if value is None else self.written_mapping(value)

    def written_mapping(
        self, value: Plain, expected: str = "a mapping"
    ) -> PlainMapping:
        if isinstance(value, dict):
            return value
        self.expect(expected, value)
        return {}


class Notation(Protocol):
    def read(self, value: Plain, cursor: Cursor) -> Plain: ...

    def write(self, value: Plain, form: ShortForm) -> Plain: ...


METADATA = ("labels", "annotations")
"""Keys of ``metadata`` that stand beside an entry's fields."""

_NONE = object()
BESIDE = ("apiVersion", "namespace", *METADATA, "metadata", "spec", "status")


def read_entry(
    section: Section, key: str, value: Plain, namespace: str, cursor: Cursor
) -> PlainMapping:
    """Give the manifest of an entry; its key is ``NAME`` or ``NAMESPACE/NAME``."""
    entry = cursor.mapping(value)
    in_key, _, name = key.rpartition("/") if section.short.namespaced else ("", "", key)
    if not name:
        cursor.fault("a name is missing")
    metadata: PlainMapping = {"name": name}
    own = entry.get("namespace", in_key or (section.short.namespaced and namespace))
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
    fields = _read_fields(section.short, entry, cursor)
    if not section.short.in_spec:
        manifest |= fields
    elif fields:
        manifest["spec"] = fields
    return manifest | {k: entry[k] for k in ("spec", "status") if k in entry}


def _read_fields(short: Short, entry: PlainMapping, cursor: Cursor) -> PlainMapping:
    fields: PlainMapping = {}
    for key, value in entry.items():
        if key in BESIDE:
            continue
        if "spec" in entry:
            cursor.into(key).fault(f"'spec' is written as well; move {key!r} into it")
        elif short.fields is not None and key not in short.fields:
            cursor.unknown("field", key, (*short.fields, *BESIDE))
        else:
            notation = short.notations.get(key)
            fields[key] = notation.read(value, cursor.into(key)) if notation else value
    for name, usual in short.usual.items():
        if not {name, short.instead.get(name), "spec"} & {*fields, *entry}:
            fields[name] = usual
    return fields


def write_entry(
    section: Section, manifest: PlainMapping, namespace: str, form: ShortForm
) -> tuple[str, Plain] | None:
    """Give the shortest entry that reads as *manifest*, None when none does."""
    from simulator.manifests.construct import keeps_values  # it loads PyYAML

    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict):
        return None
    own = metadata.get("namespace")
    name = str(metadata.get("name"))
    key = f"{own}/{name}" if own is not None and own != namespace else name
    beside = _beside(section, manifest, metadata)
    for fields in (
        _short_fields(section.short, manifest, form),
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
    short: Short, manifest: PlainMapping, form: ShortForm
) -> PlainMapping:
    if short.in_spec:
        fields = mapping(manifest.get("spec"))
    else:
        fields = {k: v for k, v in manifest.items() if k in (short.fields or ())}
    written: PlainMapping = {}
    for key, value in fields.items():
        notation = short.notations.get(key)
        written[key] = notation.write(value, form) if notation else value
    return {k: v for k, v in written.items() if v != short.usual.get(k, _NONE)}

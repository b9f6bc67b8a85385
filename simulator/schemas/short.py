"""The schema of the short form, from its sections, their kinds and the Simulation's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.go_types import (
    Later,
    ListOf,
    MapOf,
    Struct,
    Text,
    Truth,
    Url,
    Whole,
)
from simulator.control.registry import LINES, SHORT_FORM, kind_of
from simulator.control.types_duck import FILTER_LIST
from simulator.manifests import shorthand
from simulator.manifests.sections import BESIDE
from simulator.manifests.short_reading import OWN, TIMED, TOP
from simulator.schemas.ours import definitions, member, table
from simulator.subscribers.parse import SPEC, TEST
from simulator.testing.case import TEST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.go_types import GoType
    from simulator.control.kind import Kind
    from simulator.manifests.sections import Notation

Schema = dict[str, Any]
_MAPPING: Schema = {"type": ["object", "null"]}
_NAME: Schema = {"type": "string", "minLength": 1}


def short_form() -> Schema:
    sections = {line.section: kind_of(*key) for key, line in LINES.items()}
    entries = {name: _entry(kind) for name, kind in sections.items()}
    settings = {
        name: {**member(shape), "description": what}
        for name, (shape, what) in SPEC.items()
    }
    settings["sources"]["additionalProperties"] = {
        "if": {"type": "object", "required": ["schedule"]},
        "then": {"$ref": f"#/definitions/{TIMED}"},
        "else": {"$ref": "#/definitions/source"},
    }
    own = {"topology": {**_NAME, "description": "its name"},
           "namespace": {**_NAME, "description": "of all that names none"}}  # fmt: skip
    return {
        "title": "Topology of kn-sim, in the short form",
        "type": "object",
        "properties": {
            **{name: own.get(name) or settings[name] for name in TOP},
            **{
                name: {
                    **_MAPPING,
                    "description": f"{kind.name}, {kind.api_version}",
                    "additionalProperties": {"$ref": f"#/definitions/{name}"},
                }
                for name, kind in sections.items()
            },
        },
        "patternProperties": {f"^{OWN}": {}},
        "additionalProperties": False,
        "required": ["topology"],
        "definitions": {**definitions(), **entries, **_holding_itself()},
    }


def _holding_itself() -> dict[str, Schema]:
    of = FILTER_LIST.element
    return {of.name: go_schema(of.resolve())} if isinstance(of, Later) else {}


def _entry(kind: Kind) -> Schema:
    short = kind.short
    if short.fields is None:
        return _MAPPING
    types = _types(kind)
    ours = table(TEST_FIELDS)["properties"] if kind.name == TEST else {}
    fields = {
        name: notation_schema(short.notations[name], types.get(name), SHORT_FORM.words)
        if name in short.notations
        else go_schema(types.get(name))
        for name in short.fields
    }
    beside = {name: _MAPPING if name in _MAPPINGS else {} for name in BESIDE}
    texts = {name: {"type": "string"} for name in ("apiVersion", "namespace")}
    return {
        **_MAPPING,
        "properties": {**fields, **ours, **beside, **texts},
        "additionalProperties": False,
    }


_MAPPINGS = ("labels", "annotations", "metadata", "spec", "status")


def _types(kind: Kind) -> dict[str, Any]:
    webhook = kind.webhooks.get(kind.short.version)
    spec = webhook.type.by_name.get("spec") if webhook and kind.short.in_spec else None
    if spec is None or not isinstance(spec.type, Struct):
        return {}
    return {name: each.type for name, each in spec.type.by_name.items()}


_DURATION = "ISO 8601, or 500ms, 2s, 1h30m"


def go_schema(of: GoType | None) -> Schema:
    """Give the schema of a Go type, as strict decoding takes it; None is any value.

    A type that holds itself is one of the definitions, by its name.
    """
    found: Schema = {}
    match of:
        case Text() | Url():
            found = {"type": ["string", "null"]}
        case Truth():
            found = {"type": ["boolean", "null"]}
        case Whole():
            found = {"type": ["integer", "null"]}
        case ListOf():
            found = {"type": ["array", "null"], "items": go_schema(of.element)}
        case MapOf():
            found = {**_MAPPING, "additionalProperties": go_schema(of.value)}
        case Later():
            found = {"$ref": f"#/definitions/{of.name}"}
        case Struct() if not of.takes_any:
            properties = {each.name: go_schema(each.type) for each in of.fields}
            found = {**_MAPPING, "properties": properties}
            found["additionalProperties"] = False
    return found


def notation_schema(
    notation: Notation, of: GoType | None, words: Sequence[str]
) -> Schema:
    """Give the schema of a field with a notation: compact, or as Knative has it."""
    whole = go_schema(of) or _MAPPING
    compact: list[Schema] = []
    match notation:
        case shorthand.Reference():
            compact = [_compact(words)]
        case shorthand.Destination():
            compact = [
                {**_compact(words), "pattern": _compact(words)["pattern"] + "|://"}
            ]
            whole = _with(whole, {"ref": notation.ref}, of, words)
        case shorthand.Sender() | shorthand.Expression() | shorthand.Job():
            compact = [{"type": "string"}]
        case shorthand.Duration():
            whole = {"type": ["string", "null"], "description": _DURATION}
        case shorthand.Filter():
            attributes = {"type": ["string", "null"]}
            compact = [{**_MAPPING, "additionalProperties": attributes}]
        case shorthand.ListOf():
            element = of.element if isinstance(of, ListOf) else None
            items = notation_schema(notation.item, element, words)
            whole = {"type": "array", "items": items}
        case shorthand.Fields():
            whole = _with(whole, notation.notations, of, words)
            if notation.whole is not None:
                compact = [notation_schema(notation.whole, of, words)]
    return {"anyOf": [*compact, whole]} if compact else whole


def _with(
    whole: Schema,
    notations: Mapping[str, Notation],
    of: GoType | None,
    words: Sequence[str],
) -> Schema:
    of = of.resolve() if isinstance(of, Later) else of
    fields = of.by_name if isinstance(of, Struct) else {}
    compact = {
        name: notation_schema(
            notation, fields[name].type if name in fields else None, words
        )
        for name, notation in notations.items()
    }
    return {**whole, "properties": {**whole.get("properties", {}), **compact}}


def _compact(words: Sequence[str]) -> Schema:
    """Give the schema of NAME, KIND/NAME and KIND/NAMESPACE/NAME."""
    kinds = "|".join(words)
    return {
        "type": "string",
        "pattern": f"^([^/]+|({kinds})/([^/]*/)?[^/]+)$",
        "patternErrorMessage": f"write {shorthand.FORMS}",  # what VS Code and yaml-language-server say
    }

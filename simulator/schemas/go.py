"""Schemas of Knative's own fields, from their Go types, and of their short notations."""

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
from simulator.manifests import shorthand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.go_types import GoType
    from simulator.manifests.sections import Notation

Schema = dict[str, Any]
_MAPPING: Schema = {"type": ["object", "null"]}
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
    """Give the schema of a field with a notation: compact, or as Knative has it.

    Args:
        notation: The notation.
        of: Its type; None where it is not known.
        words: Those of references.
    """
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
    """Let members of a mapping have notations."""
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

"""The schema of the short form, from its sections, their kinds and the Simulation's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.go_types import Later, Struct
from simulator.control.registry import LINES, SHORT_FORM, kind_of
from simulator.control.types_duck import FILTER_LIST
from simulator.manifests.sections import BESIDE
from simulator.manifests.short_reading import OWN, TIMED, TOP
from simulator.schemas.go import go_schema, notation_schema
from simulator.schemas.ours import definitions, member, table
from simulator.subscribers.parse import SPEC, TEST
from simulator.testing.case import TEST_FIELDS

if TYPE_CHECKING:
    from simulator.control.kind import Kind
    from simulator.manifests.sections import Section

Schema = dict[str, Any]
_MAPPING: Schema = {"type": ["object", "null"]}
_NAME: Schema = {"type": "string", "minLength": 1}


def short_form() -> Schema:
    """Give the schema of the short form."""
    made = {key: kind_of(*key) for key, line in LINES.items() if line.section}
    sections = {kind.section.name: kind for kind in made.values() if kind.section}
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
                    "description": f"{kind.name}, {_api_version(kind)}",
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


def _api_version(kind: Kind) -> str:
    return kind.section.api_version if kind.section else ""


def _entry(kind: Kind) -> Schema:
    """Give the schema of an entry of a section; see `sections.read_entry`."""
    section = kind.section
    if section is None or section.fields is None:
        return _MAPPING
    types = _types(kind, section)
    ours = table(TEST_FIELDS)["properties"] if kind.name == TEST else {}
    fields = {
        name: notation_schema(
            section.notations[name], types.get(name), SHORT_FORM.words
        )
        if name in section.notations
        else go_schema(types.get(name))
        for name in section.fields
    }
    beside = {name: _MAPPING if name in _MAPPINGS else {} for name in BESIDE}
    texts = {name: {"type": "string"} for name in ("apiVersion", "namespace")}
    return {
        **_MAPPING,
        "properties": {**fields, **ours, **beside, **texts},
        "additionalProperties": False,
    }


_MAPPINGS = ("labels", "annotations", "metadata", "spec", "status")


def _types(kind: Kind, section: Section) -> dict[str, Any]:
    """Give the Go types of the fields of ``spec``, as far as they are known."""
    webhook = kind.webhooks.get(section.api_version.rpartition("/")[2])
    spec = webhook.type.by_name.get("spec") if webhook and section.in_spec else None
    if spec is None or not isinstance(spec.type, Struct):
        return {}
    return {name: each.type for name, each in spec.type.by_name.items()}

"""Schemas of documents of our own kinds, from the tables by which they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.duration import EXPECTED
from simulator.subscribers.approval_spec import APPROVAL, POLICY
from simulator.subscribers.fault_spec import FAULT
from simulator.subscribers.latency import NORMAL, SHAPES
from simulator.subscribers.life_spec import CREATED, STEP, VOCABULARIES
from simulator.subscribers.object_spec import CHANGE
from simulator.subscribers.parse import API_VERSION, ENDS, JOB_FIELDS, SPEC
from simulator.subscribers.program_spec import OVERRIDES, READY
from simulator.subscribers.record_spec import RECORD
from simulator.subscribers.replies import ECHO, JSONATA
from simulator.subscribers.script import RESPONSE, RULE
from simulator.subscribers.service_spec import EMISSION, EXACTLY, PODS, SERVICE
from simulator.subscribers.source_spec import SOURCE
from simulator.testing.case import SENDING
from simulator.testing.expected import EXPECTATIONS

if TYPE_CHECKING:
    from simulator.subscribers.fields import Shape, Table

Schema = dict[str, Any]

TABLES: Final[dict[str, Table]] = {
    "service": SERVICE, "source": SOURCE, "change": CHANGE, "job": JOB_FIELDS,
    "fault": FAULT, "rule": RULE, "emission": EMISSION, "approval": APPROVAL,
    "policy": POLICY, "step": STEP, "pods": PODS, "record": RECORD, "normal": NORMAL,
    "simulation": SPEC, "sending": SENDING, "ready": READY, "overrides": OVERRIDES,
}  # fmt: skip
"""Word -> the table of a mapping."""

_NO_EVENT = {"jsonata": {"type": "null"}}


def _words() -> dict[str, Schema]:
    """Say what each word of a table means, but for those of mappings."""
    text: Schema = {"type": ["string", "null"]}
    refused = {
        "type": "object",
        "properties": {"refused": {"type": "string", "minLength": 1}},
        "required": ["refused"],
        "additionalProperties": False,
    }
    return {
        "text": text,
        "texts": {"anyOf": [text, {"type": "array", "items": {"type": "string"}}]},
        "any": {},
        "flag": {"type": ["boolean", "null"]},
        "whole": {"type": ["integer", "null"], "minimum": 0},
        "share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "scalar": {"type": ["string", "number", "boolean"]},
        "mapping": {"type": ["object", "null"]},
        "duration": text,
        "latency": {"anyOf": [_reference("duration"), _one_of(SHAPES)]},
        "rate": {"type": ["number", "string", "null"]},
        "key": {"type": ["number", "string", "null"]},
        "sink": {"type": ["string", "object", "null"]},
        "start": {"anyOf": [_reference("duration"), table(EXACTLY)]},
        "told": {"anyOf": [text, table(CREATED)]},
        "traffic": {"anyOf": [text, _map_of("whole")]},
        "vocabulary": member(VOCABULARIES),
        "end": {"anyOf": [{"enum": list(ENDS)}, refused]},
        "response": {"anyOf": [{"type": "integer"}, table(RESPONSE)]},
        "event": {"type": "object", "required": ["type"]},
        "any of them": {"anyOf": [{"const": True}, _reference("texts")]},
        "code": {"type": ["integer", "string", "null"]},
        "order": {
            "type": ["array", "null"],
            "items": {"anyOf": [{"type": "string"}, _map_of("scalar")]},
        },
        "expectation": {
            "anyOf": [{**table(of), "type": "object"} for of in EXPECTATIONS.values()]
        },
        "reply": {
            "anyOf": [
                _reply(JSONATA, closed=True),
                _reply({"mode": JSONATA["mode"]}, closed=False),
            ]
        },
        "echo": {"anyOf": [{"type": "boolean"}, table(ECHO)]},
    }


def definitions() -> dict[str, Schema]:
    made = {**_words(), **{word: table(each) for word, each in TABLES.items()}}
    return {word: made[word] for word in sorted(made)}


def table(of: Table) -> Schema:
    """Give the schema of a mapping that has these members, and no others."""
    needed = [
        name
        for name, (shape, _) in of.items()
        if isinstance(shape, str) and shape.endswith(_REQUIRED)
    ]
    return {
        "type": ["object", "null"],
        "properties": {
            name: {**member(shape), "description": _told(shape, what)}
            for name, (shape, what) in of.items()
        },
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


_REQUIRED = ", required"


def _told(shape: Shape, what: str) -> str:
    """Say what a member is, here: of several descriptions, editors show the innermost."""
    timed = isinstance(shape, str) and shape.startswith("duration")
    return f"{what}; {EXPECTED}" if timed else what


def member(shape: Shape) -> Schema:
    if not isinstance(shape, str):
        # Apart, so that editors do not offer to write nothing.
        return {
            "anyOf": [
                {"enum": list(shape)},
                {"type": ["string", "null"], "maxLength": 0},
            ]
        }
    word = shape.removesuffix(_REQUIRED)
    if word.startswith("list of "):
        item = _reference(word.removeprefix("list of "))
        return {"anyOf": [{"type": "null"}, item, {"type": "array", "items": item}]}
    if word.startswith("map of "):
        return _map_of(word.removeprefix("map of "))
    return _reference(word)


def _map_of(word: str) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": _reference(word)}


def _reference(word: str) -> Schema:
    # Beside $ref, draft 7 reads nothing.
    return {"allOf": [{"$ref": f"#/definitions/{word}"}]}


def _one_of(of: Table) -> Schema:
    return {**table(of), "type": "object", "minProperties": 1, "maxProperties": 1}


def _reply(of: Table, *, closed: bool) -> Schema:
    """Give the schema of an event, as it is or by an expression; see `parse_event`."""
    made = table({**of, "whenPreferred": ECHO["whenPreferred"]})
    if closed:
        return {**made, "type": "object"}
    properties = {**made["properties"], **_NO_EVENT}
    return {**made, "properties": properties, "additionalProperties": True}


def document(kind: str, of: Table) -> Schema:
    return {
        "title": f"{kind} of kn-sim",
        "type": "object",
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": kind},
            "metadata": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "namespace": {"type": ["string", "null"]},
                },
                "required": ["name"],
            },
            "spec": table(of),
        },
        "required": ["apiVersion", "kind", "metadata"],
        "definitions": definitions(),
    }

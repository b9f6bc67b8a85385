"""A schema for editors takes what the parser takes, and knows the same keys."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from simulator.control.go_types import DecodeError, decode
from simulator.control.registry import SHORT_FORM, webhook_of
from simulator.manifests.sections import Cursor
from simulator.manifests.short_reading import short_manifests
from simulator.resource import Resource
from simulator.schemas import schema
from simulator.schemas.ours import TABLES
from simulator.subscribers.parse import KIND, TEST, parse_simulation
from simulator.testing.case import cases_of
from simulator.testing.expected import EXPECTATIONS
from simulator.topology import Topology
from tests.properties.test_manifests import PLAIN
from tests.unit.schemas.test_schema import WRITTEN, documents

SHORT = [
    value for path in WRITTEN for name, value in documents(path) if name == "short"
]
# What each word of a table stands for, beside what it does not.
VALUES = st.one_of(
    PLAIN,
    st.sampled_from(["5s", "PT1M", "10/s", "type = 'a'", "broker/default", "kafka"]),
    st.sampled_from([{"type": "a"}, {"uniform": ["1s", "2s"]}, [503, {"delay": "1s"}]]),
    st.integers(400, 599),
)
# A member of an event is an attribute, whatever it is called.
EVENTS = ("reply", "event", "set")
EXPECTED: list[dict[str, Any]] = [
    {"received": "any"},
    {"deadLettered": "s", "code": 422},
    {"noLoss": True},
    {"noLoop": ["s"]},
    {"answered": "any"},
    {"endsWithin": "1s"},
]
PLACES: dict[str, Callable[[Any], Any]] = {
    "service": lambda part: {"services": {"s": part}},
    "source": lambda part: {"sources": {"s": part}},
    "change": lambda part: {"objects": [part]},
    "job": lambda part: {"jobs": {"j": part}},
    "fault": lambda part: {"faults": part},
    "rule": lambda part: {"services": {"s": {"rules": [part]}}},
    "emission": lambda part: {"services": {"s": {"emit": part}}},
    "approval": lambda part: {"services": {"s": {"approval": part}}},
    "policy": lambda part: {"services": {"s": {"approval": {"policy": part}}}},
    "pods": lambda part: {"services": {"s": {"pods": part}}},
    "normal": lambda part: {"services": {"s": {"latency": {"normal": part}}}},
    "record": lambda part: {"sources": {"s": {"record": part}}},
    "simulation": lambda part: part,
    "sending": lambda part: {
        "tests": {"t": {"send": part, "expect": {"noLoss": True}}}
    },
    "ready": lambda part: {"services": {"s": {"run": "a", "ready": part}}},
    "overrides": lambda part: {"sources": {"s": {"run": "a", "overrides": part}}},
    "step": lambda part: {"sources": {"s": {"service": {"image": "a"}, "steps": part}}},
}
# What must stand beside a member, one or the other.
BESIDE: dict[str, list[dict[str, Any]]] = {
    "rule": [{"match": {"type": "a"}, "responses": [200]}],
    "emission": [{"event": {"type": "a"}, "to": "broker/default"}],
    "fault": [{"at": "*"}, {"at": "*", "outage": True}],
    "step": [{"at": "1s"}, {"at": "1s", "image": "b"}, {"at": "1s", "ready": False}],
    "service": [{}, {"handler": "a:b"}, {"run": "a"}, {"url": "http://a"}],
    "approval": [{}, {"deadline": "1s"}],
    "sending": [{"event": {"type": "a"}}],
    "source": [{}, {"service": {"image": "a"}}, {"run": "a"}],
}


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema("short"))


def refused(value: Any) -> list[str]:
    """Give what the readers of the short form, of a Simulation and of CRDs refuse."""
    cursor = Cursor(SHORT_FORM)
    reasons: list[str] = []
    for _, manifest in short_manifests(value, cursor):
        if manifest["kind"] == KIND:
            reasons += [str(fault) for fault in parse_simulation(manifest)[1]]
            continue
        if manifest["kind"] == TEST:
            test = Topology(resources=(Resource(manifest=manifest),))
            reasons += [str(fault) for fault in cases_of(test)[1]]
            continue
        webhook = webhook_of(str(manifest["apiVersion"]), str(manifest["kind"]))
        try:
            if webhook is not None:
                decode(webhook.type, manifest)
        except DecodeError as error:
            reasons.append(str(error))
    return reasons + [reason for _, reason in cursor.faults]


def mappings(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give where mappings stand in a document, events left out."""
    if isinstance(value, list):
        return [p for n, each in enumerate(value) for p in mappings(each, (*path, n))]
    if not isinstance(value, dict):
        return []
    below = [
        found
        for key, each in value.items()
        if key not in EVENTS
        for found in mappings(each, (*path, key))
    ]
    return [path, *below] if value else below


@st.composite
def changed(draw: st.DrawFn, *, keys: bool) -> Any:
    """Give a topology of ours in which a key is misspelt, or a value is another."""
    value = copy.deepcopy(draw(st.sampled_from(SHORT)))
    path = draw(st.sampled_from(mappings(value)))
    at = value
    for step in path:
        at = at[step]
    key = draw(st.sampled_from(sorted(at)))
    if not keys:
        at[key] = draw(VALUES)
        return value
    cut = draw(st.integers(0, len(key)))
    misspelt = key[:cut] + draw(st.sampled_from("aeiouxz")) + key[cut:]
    at[misspelt] = at.pop(key) if draw(st.booleans()) else at[key]
    return value


@given(changed(keys=True))
def test_a_key_that_the_parser_does_not_know_the_schema_refuses(value: Any) -> None:
    unknown = [reason for reason in refused(value) if "unknown " in reason]

    if any("field" in each or "section" in each for each in unknown):
        assert not validator().is_valid(value), unknown


@given(st.one_of(changed(keys=True), changed(keys=False)))
def test_what_the_parser_takes_the_schema_takes(value: Any) -> None:
    if not refused(value):
        assert [each.message for each in validator().iter_errors(value)] == []


@pytest.mark.parametrize("word", TABLES)
@given(data=st.data())
def test_a_member_that_the_parser_takes_the_schema_takes(
    word: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(TABLES[word])))
    beside = data.draw(st.sampled_from(BESIDE.get(word, [{}])))
    part: dict[str, Any] = {**beside, name: data.draw(VALUES)}
    value = {"topology": "t", **PLACES[word](part)}

    if not refused(value):
        assert [each.message for each in validator().iter_errors(value)] == []


@given(data=st.data())
def test_an_expectation_that_the_parser_takes_the_schema_takes(
    data: st.DataObject,
) -> None:
    part: dict[str, Any] = dict(data.draw(st.sampled_from(EXPECTED)))
    members = sorted({name for of in EXPECTATIONS.values() for name in of})
    name = data.draw(st.sampled_from(members))
    part[name] = data.draw(st.one_of(VALUES, st.sampled_from([True, ["a"], "s", 202])))
    value = {"topology": "t", "tests": {"t": {"expect": [part]}}}

    found = refused(value)

    if not found:
        assert [each.message for each in validator().iter_errors(value)] == []
    elif any("unknown field" in each for each in found):
        assert not validator().is_valid(value)

"""Whatever a caller in Python gives by mistake is answered in one sentence."""

from __future__ import annotations

import asyncio
import copy
import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Blueprint, Simulation, Topology, reply
from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = """
topology: shop
brokers: {default: {}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {}}
"""
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEED = "seed: expected a whole number from 0 to 9223372036854775807, found"

# Whatever a type checker would refuse is given here on purpose.
MAKING: list[tuple[dict[str, Any], str]] = [
    ({"start": NOON}, "start: expected an RFC 3339 time such as 2026-01-01T00:00:00Z"),
    ({"seed": -1}, f"{SEED} -1"),
    ({"seed": 2**63}, f"{SEED} 9223372036854775808"),
    ({"seed": "x"}, f"{SEED} 'x'"),
    ({"seed": 1.5}, f"{SEED} 1.5"),
    ({"seed": True}, f"{SEED} True"),
    ({"keep": "9"}, "keep: expected 1 or more records, found '9'"),
    ({"most": None}, "most: expected 1 or more records, found None"),
    ({"max_ttl": 0.5}, "max_ttl: expected 1 or more passes, found 0.5"),
    ({"profile": 3}, "unknown profile 3 (there are: mt-channel, kafka"),
    ({"profile": ["spec"]}, "unknown profile ['spec'] (there are: mt-channel, kafka"),
    ({"folder": 3}, "folder: expected the name of a folder, found 3"),
    ({"handlers": 3}, "handlers: expected a list of files or modules, found 3"),
    ({"services": 3}, "services: expected names and what they stand for, found 3"),
    ({"configmaps": 3}, "configmaps: expected names and their keys, found 3"),
    ({"configmaps": {"config-features": 3}}, "configmaps: config-features: expected a mapping of keys to texts, found 3"),
    ({"configmaps": {"config-features": {"a": True}}}, "configmaps: config-features: a: expected text, found True"),
    ({"configmaps": {"config-features": {1: ""}}}, "configmaps: config-features: expected names that are text, found 1"),
]  # fmt: skip
USING: list[tuple[Callable[[Any], Any], str]] = [
    (lambda s: s.service("", print), "service: expected its name, such as 'pricing', found ''"),
    (lambda s: s.service([]), "service: expected its name, such as 'pricing', found []"),
    (lambda s: s.send(3), "expected a CloudEvent, found 3; or send(type=…, data=…)"),
    (lambda s: s.send(type="a", to=3), "to: expected an address such as 'broker/default', found 3"),
    (lambda s: s.send(type="a", headers=3), "headers: expected a mapping of names to texts, found 3"),
    (lambda s: s.send(type="a", headers={"x": 3}), "headers: x: expected text, found 3"),
    (lambda s: s.send(type="a", amount=5.5), "amount: 5.5 is no attribute value (text, integer, boolean)"),
    (lambda s: s.hang_up([]), "number: expected that of what was posted, found []"),
    (lambda s: s.post("broker/default", refused=5), "refused: expected a status and why, such as (413, 'too large'), found 5"),
    (lambda s: s.post(3), "to: expected an address such as 'broker/default', found 3"),
    (lambda s: s.post("http://[/"), "nothing has the address 'http://[/'"),
    (lambda s: s.post("http://a/", method=3), "method: expected text such as 'POST', found 3"),
    (lambda s: s.post("http://a/", body=1), "body: expected bytes, or text, found 1"),
    (lambda s: s.post("http://a/", body="\ud800"), "body: expected text that UTF-8 can hold, found '\\ud800'"),
    (lambda s: s.watch("x"), "watch: expected a function, found 'x'"),
    (lambda s: s.run(1e300), "until: expected a duration of 0 to 292 years, found 1e+300"),
    (lambda s: s.post("http://a/", headers={"a": 1}), "headers: a: expected text, found 1"),
    (lambda s: s.received(3), "nothing has the address 3 (there are: shipping)"),
    (lambda s: s.why("a", "t"), "nothing has the address 't' (there are: ship)"),
    (lambda s: s.why(3, "ship"), "event: expected a CloudEvent, or what was sent or received, found 3"),
    (lambda s: s.whys("a"), "event: expected a CloudEvent, or what was sent or received, found 'a'"),
    (lambda s: s.post("http://a/", then=3), "then: expected a function that takes what was sent, found 3"),
    (lambda s: s.break_at(edge=3), "edge: expected two nodes, found 3"),
    (lambda s: s.break_at(edge="ab"), "edge: expected two nodes, found 'ab'"),
    (lambda s: asyncio.run(s.advance("1s")), "until_ns: expected nanoseconds since the start, found '1s'"),
    (lambda s: asyncio.run(s.advance(enough=3)), "enough: expected a function that says whether to return, found 3"),
    (lambda s: asyncio.run(s.sleep("1s")), "sim.sleep() belongs into a handler, and nothing runs yet"),
    (lambda s: s.trace.select(kind=3), "kind: expected one kind or several, found 3"),
    (lambda s: s.trace.select(kind="dispached"), "'dispached' is no kind of record; did you mean 'dispatched'? (there are: sent,"),
    (lambda s: s.trace.select(kind=[3]), "3 is no kind of record (there are: sent,"),
    (lambda s: s.trace.select(where=3), "where: expected a function that takes a record, found 3"),
    (lambda s: s.trace.lineage([1]), "there is no record [1]"),
    (lambda s: s.trace.read(3), "expected the name of a trace file, found 3"),
    (lambda s: s.why(s.send(type="a"), 3), "expected a name such as 'trigger/ship', found 3"),
]  # fmt: skip


@pytest.fixture
def topology() -> Topology:
    return Topology.parse(TEXT)


@pytest.mark.parametrize(("options", "message"), MAKING)
def test_a_setting_of_a_wrong_type_is_refused_as_the_run_is_made(
    topology: Topology, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SimulatorError) as refused:
        Simulation(topology, **options).send(type="a")

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(("wrong", "message"), USING)
def test_an_argument_of_a_wrong_type_is_refused_where_it_comes_in(
    topology: Topology, wrong: Callable[[Any], Any], message: str
) -> None:
    sim = Simulation(topology)

    with pytest.raises(SimulatorError) as refused:
        wrong(sim)

    assert str(refused.value).startswith(message)
    assert list(sim.trace) == []


@pytest.mark.parametrize("kind", [Simulation, Blueprint])
def test_a_path_is_no_topology(kind: Any) -> None:
    with pytest.raises(SimulatorError) as refused:
        kind("shop.yaml")

    assert str(refused.value) == (
        "topology: expected a Topology, such as Topology.load(PATH), found 'shop.yaml'"
    )


def test_what_is_loaded_is_a_path_and_what_is_parsed_is_text() -> None:
    strange: Any = 3

    with pytest.raises(SimulatorError, match="expected a file or a folder, found 3"):
        Topology.load(strange)
    with pytest.raises(SimulatorError, match="expected YAML as text, found 3"):
        Topology.parse(strange)
    with pytest.raises(SimulatorError, match="expected a name as text, found 3"):
        Topology.parse("", strange)
    with pytest.raises(
        SimulatorError, match="cannot be read: no name of a file has a NUL"
    ):
        Topology.load("a\0b")


def test_half_a_character_is_no_yaml() -> None:
    with pytest.raises(SimulatorError) as refused:
        Topology.parse("topology: x\nbrokers: {\ud83d: {}}", "x.yaml")

    assert str(refused.value) == (
        "x.yaml:2:11: U+D83D is half of a character; a manifest is UTF-8 text"
    )


def test_an_event_of_the_trace_is_answered_as_one_of_the_sdk_is(
    topology: Topology,
) -> None:
    sim = Simulation(topology)
    sim.send(type="a", id="1")
    sim.run()

    answer = reply(sim.trace[0].event, type="b")

    assert (answer.get_id(), answer.get_source()) == ("1/b", "/kn-sim")


def test_only_an_event_is_answered() -> None:
    strange: Any = 3

    with pytest.raises(SimulatorError, match="expected the event that is answered"):
        reply(strange, type="b")


@pytest.mark.parametrize("strange", [None, 0, 5, []])
def test_the_type_of_an_answer_is_text(topology: Topology, strange: Any) -> None:
    sent = Simulation(topology).send(type="a")

    with pytest.raises(SimulatorError) as refused:
        reply(sent.event, type=strange)

    assert str(refused.value) == f"reply: expected the type as text, found {strange!r}"


@pytest.mark.parametrize(
    ("emitted", "message"),
    [
        (("x", "broker/default"), "emit: expected a CloudEvent, found 'x'"),
        ((None, []), "emit: expected an address as text, found []"),
    ],
)
def test_what_is_emitted_is_an_event_and_goes_to_an_address(
    topology: Topology, emitted: tuple[Any, Any], message: str
) -> None:
    sim = Simulation(topology)
    event, to = emitted
    sim.service("shipping", lambda got, ctx: ctx.emit(event or got, to))
    sim.send(type="a")

    sim.run()

    assert {str(failed.exception) for failed in sim.handler_errors} == {message}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_run_is_forked_and_not_copied(
    topology: Topology, copied: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError, match="fork"):
        copied(Simulation(topology))

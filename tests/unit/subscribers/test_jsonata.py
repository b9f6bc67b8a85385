"""JSONata follows the run, and comes to an end."""

import json
from typing import Any

import pytest

from simulator import Simulation, Topology, UsageError

ENDLESS = '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a|a)*$/)'


def run(expression: str, seed: int = 0) -> Simulation:
    """Let a service answer one event with an expression."""
    topology = {
        "topology": "t",
        "brokers": {"default": {}},
        "triggers": {"t": {"filter": {"type": "a"}, "subscriber": "s"}},
        "services": {"s": {"reply": {"jsonata": expression}}},
    }
    sim = Simulation(Topology.parse(json.dumps(topology)), seed=seed)
    sim.send(type="a", data={"text": "a1b22"})
    sim.run()
    return sim


def result(expression: str, seed: int = 0) -> Any:
    """Give what an expression comes to."""
    sim = run(f'{{"type": "b", "data": {expression}}}', seed)
    (replied,) = sim.trace.select(kind="replied")
    assert replied.event.body is not None
    return json.loads(replied.event.body)


@pytest.mark.parametrize(
    "expression",
    [
        ENDLESS,
        ENDLESS.replace("$match", "$contains"),
        ENDLESS.replace("$match", "$split"),
        ENDLESS.replace("/)", '/, "")').replace("$match", "$replace"),
        f"$eval({json.dumps(ENDLESS.replace('/)', '/).match'))})",
    ],
)
def test_a_regular_expression_without_end_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, expression: str
) -> None:
    monkeypatch.setattr("simulator.subscribers.jsonata._LONGEST_S", 0.05)

    with pytest.raises(UsageError, match=r"^service s: jsonata: no result after"):
        run(expression)


@pytest.mark.parametrize("width", ["10000001", "-10000001", "1e300"])
def test_a_text_padded_to_more_than_a_range_may_hold_ends_the_run(width: str) -> None:
    with pytest.raises(UsageError, match=r"\$pad: no text is longer than 10,000,000"):
        run(f'$pad("a", {width})')


def test_what_is_shuffled_follows_the_seed() -> None:
    first, again = result("$shuffle([1..20])", 1), result("$shuffle([1..20])", 1)
    other = result("$shuffle([1..20])", 2)

    assert first == again
    assert first != other
    assert sorted(first) == list(range(1, 21))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$match(data.text, /([a-z])([0-9]+)/).match", ["a1", "b22"]),
        ("$match(data.text, /([a-z])([0-9]+)/)[1].groups", ["b", "22"]),
        ('$replace(data.text, /[0-9]+/, "")', "ab"),
        ('$replace(data.text, /([a-z])([0-9])/, "$2$1")', "1a2b2"),
        ('$replace(data.text, /([a-z])/, "$1$5")', "a1b22"),
        ('$replace(data.text, /A/i, function($m) {"<" & $m.match & ">"})', "<a>1b22"),
        ("$split(data.text, /[0-9]+/)", ["a", "b", ""]),
        ("$contains(data.text, /b2{2}$/)", True),
        ('$pad("a", -3, "#")', "##a"),
        ("$shuffle([7])", [7]),
    ],
)
def test_regular_expressions_and_texts_are_those_of_jsonata(
    expression: str, expected: object
) -> None:
    assert result(expression) == expected

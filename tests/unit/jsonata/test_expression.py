"""JSONata follows the run, and comes to an end."""

import json
from random import Random
from threading import local
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError, UsageError
from simulator.jsonata import Expression, JsonataError

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


def seeded() -> Random:
    return Random(1)  # noqa: S311


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
    monkeypatch.setattr("simulator.jsonata.expression._LONGEST_S", 0.05)

    with pytest.raises(UsageError, match=r"^service s: jsonata: no result after"):
        run(expression)


@pytest.mark.parametrize("width", ["1000001", "-1000001"])
def test_a_text_padded_to_more_than_a_range_may_hold_ends_the_run(width: str) -> None:
    with pytest.raises(UsageError, match="a text of more than 1,000,000 characters"):
        run(f'$pad("a", {width})')


@pytest.mark.parametrize("kilobytes", range(24_000, 24_800, 100))
@pytest.mark.parametrize(
    "expression",
    ["$map([1..1000000], $string)", "($f := function($x) {1 + $f($x)}; $f(1))"],
)
def test_an_expression_that_fills_the_memory_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, expression: str, kilobytes: int
) -> None:
    monkeypatch.setattr("simulator.jsonata.expression._MOST_BYTES", kilobytes * 1024)
    monkeypatch.setattr("simulator.jsonata.expression._engines", local())

    with pytest.raises(UsageError, match=r"^service s: jsonata: it needs more than"):
        run(expression)

    assert result("1 + 1") == 2


def test_a_call_leaves_nothing_in_a_function_for_whoever_is_evaluated_next() -> None:
    chance = Random(1)  # noqa: S311
    function = Expression("$sum")
    before = function.evaluate_text("{}", 0, chance)

    Expression("$sum([1, 2])").evaluate_text("{}", 0, chance)

    assert function.evaluate_text("{}", 0, chance) == before
    assert "position" not in str(before)


def test_a_half_of_a_character_is_spelled_as_javascript_does() -> None:
    halves = Expression("$split($, '')").evaluate_text('"a\U0001f600"', 0, seeded())

    assert halves == r'["a","\ud83d","\ude00"]'


@pytest.mark.parametrize("text", ["out of memory", "a part of null"])
def test_an_error_of_ones_own_is_no_lack_of_memory(text: str) -> None:
    with pytest.raises(JsonataError, match=text):
        Expression(f"$error('{text}')").evaluate_text("1", 0, seeded())


def test_a_run_tells_jsonata_the_time() -> None:
    assert result("$now()") == "2026-01-01T00:00:00.000Z"
    assert result("$millis()") == 1_767_225_600_000


def test_chance_is_asked_for_by_none_but_who_uses_it() -> None:
    plain, chance = seeded(), seeded()

    Expression("1 + 1").evaluate_text("1", 0, plain)
    Expression("$random()").evaluate_text("1", 0, chance)

    assert plain.getstate() == seeded().getstate() != chance.getstate()


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
        ('$base64encode("Söln")', "U/Zsbg=="),
        ('$base64decode("aMOpbGxv")', "h\u00c3\u00a9llo"),
        ('$base64decode($base64encode("any?>~ length"))', "any?>~ length"),
        ("[1 / 0, 9007199254740993, 1e21]", [None, 9007199254740992, 1e21]),
        ("$distinct([{}, {}])", [{}]),
    ],
)
def test_regular_expressions_and_texts_are_those_of_jsonata(
    expression: str, expected: object
) -> None:
    assert result(expression) == expected


def test_what_is_wrong_with_a_long_expression_is_told_as_it_is_of_a_short_one() -> None:
    with pytest.raises(TopologyError, match="Number out of range"):
        run("9" * 2000)


def test_a_number_beyond_all_floats_is_infinite_as_javascript_reads_it() -> None:
    data = json.loads('{"a": 1e999, "b": [-1e999, 1]}')

    found = Expression("{'a': a > 1, 'b': b[0] < 0}").evaluate(data, 0, seeded())

    assert found == {"a": True, "b": True}

"""CESQL and JSONata, mangled, each in the place of a topology where users write it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.session import Simulation
from simulator.topology import Topology
from tests.fuzz import corpus, scalars
from tests.fuzz.texts import mangled_text

if TYPE_CHECKING:
    from random import Random

FILES = ("expression.txt", "language.txt")
_NAMES = ("type", "id", "source", "x", "n", "subject", "data", "time")
_CESQL = (
    "type = 'a'", "x LIKE '%a_b%'", "n > 1", "n IN (1, '2', TRUE)", "NOT EXISTS x", "x + n * 2",
    "ABS(n) = 1", "LENGTH(x)", "CONCAT(x, 'a', n)", "CONCAT_WS('-', x, n)", "LOWER(x) = 'A'",
    "TRIM(x)", "LEFT(x, 2)", "RIGHT(x, -1)", "SUBSTRING(x, 2, n)", "INT(x) % 0", "BOOL(x)",
    "STRING(n)", "IS_BOOL(x)", "IS_INT(n)", "-n - -2147483648", "n / 0 = 1", "n != x AND TRUE",
    "(x = 'a') XOR (n <= 3) OR FALSE",
)  # fmt: skip
_JSONATA = (
    "{'type': 'b', 'data': data}", "data", "$", "$$", "data.a", "data.items[n > 1]", "$sum(data.items.n)",
    "data.items{name: n}", "$map(data.items, function($v, $i) {$v.n * $i})", "data.items^(>n)",
    "$match(id, /([a-z]+)(\\d*)/i)", "$replace(type, /a/, 'b')", "$split(type, '.')", "$string(data)",
    "$number(id)", "$pad(id, 10, '#')", "$now()", "$millis()", "$random()", "$shuffle([1, 2, 3])",
    "$fromMillis(1, '[Y]-[M]')", "$toMillis('2026')", "$formatNumber(1234.5, '#,##0.00')",
    "$formatBase(100, 2)", "$eval('1 + 1')", "$merge([{'a': 1}, {'b': 2}])", "$each(data, $string)",
    "$sort([3, 1], function($l, $r) {$l > $r})", "[1..10]", "$power(2, 10)", "$sqrt(-1)",
    "($f := function($n) {$n <= 1 ? 1 : $n * $f($n - 1)}; $f(5))", "data ~> |items|{'x': 1}|",
    "$base64decode('aGk=')", "$encodeUrl('a b')", "$lookup(data, 'a')", "$join(['a', 'b'], ',')",
    "data.*", "data.**", "items.%.a", "items@$i.n", "items#$i[$i = 0]", "$type(data)", "$error('x')",
    "$assert(false, 'x')", "$single([1, 2])", "$zip([1], [2])", "$reduce([1, 2], function($a, $b) {$a + $b})",
    "$exists(x) ? 1 : null", "-data.n", "1e308 * 10", "$parseInteger('12', '0')", "$formatInteger(12, 'w')",
    "$substring(type, -3, 99)", "$contains(type, /a+$/)", "function($x) {$x}", "$uppercase(id) & 1",
)  # fmt: skip
_EVENTS = (
    {"type": "a", "x": "1", "n": "2"},
    {"type": "a.b", "data": {"a": 1, "n": 2, "items": [{"n": 1, "name": "x"}, {"n": 2, "name": "y"}]}},
    {"type": "é", "data": "text", "x": "true", "n": "-2147483648"},
)  # fmt: skip

_FORMS = {
    "cesql": """\
topology: cesql
brokers: {default: {}}
triggers: {t: {filters: [{cesql: %s}], subscriber: x}}
services: {x: {}}
""",
    "jsonata": """\
topology: jsonata
brokers: {default: {}}
triggers: {t: {filter: {answered: ""}, subscriber: x}}
services: {x: {reply: {jsonata: %s}}}
""",
}


def make(random: Random) -> tuple[str, str]:
    """Make an expression."""
    language, known = random.choice((("cesql", _CESQL), ("jsonata", _JSONATA)))
    found = random.choice((*known, *corpus.values().get(language, ())))
    text = found if isinstance(found, str) else str(found)
    for _ in range(random.randrange(3)):
        text = random.choice(_CHANGES)(text, random.choice(known), random)
    return text[:2000], language


def _change_text(text: str, other: str, random: Random) -> str:
    return mangled_text(text, random)


def _join(text: str, other: str, random: Random) -> str:
    operator = random.choice(
        (" AND ", " = ", " + ", " & ", ".", " ~> ", " ? 1 : ", ", ", " in ", "; ")
    )
    return f"({text}){operator}({other})"


def _nest(text: str, other: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return (
        text[:at]
        + random.choice((other, scalars.text(random), random.choice(_NAMES)))
        + text[at:]
    )


_CHANGES = (_change_text, _change_text, _join, _nest)


def attempt(parts: tuple[str, ...]) -> None:
    """Try it: as a filter of a trigger, or as what a service answers."""
    expression, language = parts
    topology = Topology.parse(_FORMS[language] % json.dumps(expression))
    for event in _EVENTS:
        sim = Simulation(topology, most=500)
        for why in sim.whys(sim.send(**event)):
            list(why.explanation.lines())
        try:
            sim.run("1m")
        except SimulatorError:
            continue

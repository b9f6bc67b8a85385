"""Each rule has one id, is told by something, and says what it is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from simulator.rules import GROUPS, ID_OF

ROOT = Path(__file__).parents[2]
TELLERS = "cli", "control", "session", "timetable"
TELLING = {
    "warn",
    "note",
    "fault",
    "_fault",
    "_noticed",
    "_warning",
    "Finding",
    "Warned",
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def codes_told() -> Iterator[str]:
    """Give the code of each finding that the package makes."""
    simulator = ROOT / "simulator"
    for file in [f for folder in TELLERS for f in (simulator / folder).rglob("*.py")]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = dict(constants(tree))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in TELLING:
                continue
            given = [k.value for k in node.keywords if k.arg == "code"] or node.args
            texts = [named.get(ast.unparse(each), literal(each)) for each in given]
            yield from [t for t in texts if CODE.fullmatch(t)][:1]


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give the names of a module that stand for a text."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and literal(node.value):
            yield ast.unparse(node.targets[0]), literal(node.value)


def literal(node: ast.expr) -> str:
    text = node.value if isinstance(node, ast.Constant) else ""
    return text if isinstance(text, str) else ""


def test_every_rule_that_is_told_has_an_id_and_no_id_is_without_a_rule() -> None:
    told = set(codes_told())

    assert told == set(ID_OF)


def test_rules_stand_in_the_order_of_their_ids_and_say_everything() -> None:
    rules = [rule for group in GROUPS.values() for rule in group]

    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    assert len({rule.name for rule in rules}) == len(rules)
    assert [rule.name for rule in rules if not all(map(str, rule[:7]))] == []
    assert {s for rule in rules for s in rule.severities.split(", ")} == {
        "fault",
        "warning",
        "note",
    }

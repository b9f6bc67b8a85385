"""Each rule has one id, is used, and has its row in the docs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from simulator.rules import ID_OF

ROOT = Path(__file__).parents[2]
TELLERS = "control", "session", "timetable"
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


def test_the_page_of_findings_has_a_row_for_every_rule_and_no_other() -> None:
    page = (ROOT / "docs/reference/findings.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| (KN\d{3}) \| `([a-z0-9-]+)` \| \S", page, re.MULTILINE)

    assert rows == sorted(rows, key=lambda row: row[0])
    assert dict(map(reversed, rows)) == dict(ID_OF)
    assert len(rows) == len(ID_OF)

"""The shape of the package in numbers: `python -m tests.house [KIND …]`.

Without arguments: how many files and lines, the largest of them, functions that fit on
no screen, cycles of imports that are left, and public names. With kinds of Knative, such
as EventType: the files that name each.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "simulator"
MOST_LINES = 400
MOST_OF_A_FUNCTION = 60
_SHOWN = 5


class Source(NamedTuple):
    """One file of the package."""

    path: str
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def functions(self) -> Iterator[tuple[str, int]]:
        """Name and lines of each function, its docstring left out."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0]
                said = _height(first) if ast.get_docstring(node) is not None else 0
                yield f"{self.path}: {node.name}", _height(node) - said


def _height(node: ast.stmt) -> int:
    assert node.end_lineno is not None, "it was parsed"
    return node.end_lineno - node.lineno + 1


def sources(package: Path = PACKAGE) -> list[Source]:
    """Read all files of the package, sorted by path."""
    return [
        Source(file.relative_to(package).as_posix(), file.read_text(encoding="utf-8"))
        for file in sorted(package.rglob("*.py"))
    ]


def cycles() -> list[str]:
    """Give the imports that are allowed to close a cycle, those for types included."""
    config = tomllib.loads((ROOT / ".importlinter-types.toml").read_text("utf-8"))
    [contract] = config["tool"]["importlinter"]["contracts"]
    allowed: list[str] = contract["ignore_imports"]
    return allowed


def naming(kind: str, files: list[Source]) -> list[str]:
    """Give the files whose texts name a kind as a word; docstrings do not count."""
    word = re.compile(rf"\b{re.escape(kind)}\b(?!\[)")
    return [each.path for each in files if any(map(word.search, _texts(each.text)))]


@cache
def _texts(code: str) -> tuple[str, ...]:
    """Give the strings of a module, those that stand alone left out."""
    nodes = list(ast.walk(ast.parse(code)))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = (node for node in nodes if isinstance(node, ast.Constant))
    return tuple(
        each.value
        for each in strings
        if isinstance(each.value, str) and id(each) not in alone
    )


def report(files: list[Source]) -> Iterator[str]:
    """Give the lines of the report."""
    for title, group in (
        ("tui", [each for each in files if each.path.startswith("tui/")]),
        ("all else", [each for each in files if not each.path.startswith("tui/")]),
    ):
        sizes = [each.lines for each in group]
        yield (
            f"{title}: {len(group)} files, {sum(sizes):,} lines, "
            f"median {median(sizes):.0f}, largest {max(sizes)}"
        )
    large = [(each.lines, each.path) for each in files if each.lines > MOST_LINES]
    yield from _listed(f"files above {MOST_LINES} lines", large)
    long = [
        (lines, name)
        for each in files
        for name, lines in each.functions
        if lines > MOST_OF_A_FUNCTION
    ]
    yield from _listed(f"functions above {MOST_OF_A_FUNCTION} lines", long)
    yield f"imports that close a cycle, those for types included: {len(cycles())}"
    yield f"public names: {len(simulator.__all__)}"


def _listed(title: str, found: list[tuple[int, str]]) -> Iterator[str]:
    yield f"{title}: {len(found)}"
    yield from (f"  {n:5} {name}" for n, name in sorted(found, reverse=True)[:_SHOWN])


def main(kinds: list[str]) -> None:
    """Print the report, or the files that name each of some kinds."""
    files = sources()
    for kind in kinds:
        names = naming(kind, files)
        print(f"{kind}: {len(names)} files")  # noqa: T201 - what it is for
        for name in names:
            print(f"  {name}")  # noqa: T201 - likewise
    if not kinds:
        for line in report(files):
            print(line)  # noqa: T201 - likewise


if __name__ == "__main__":
    main(sys.argv[1:])

"""What is mangled: the manifests of the repository and of the shared data."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from simulator.errors import SimulatorError
from simulator.session.blueprint import Blueprint
from simulator.topology import Topology
from tests.shared_data import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]
_FOLDERS = (
    _ROOT / "topologies",
    _ROOT / "examples",
    _ROOT / "docs",
    _ROOT / "tests",
    DATA,
)
_LARGEST = 500_000
_MOST_CASES = 400  # of one file with recordings
_MOST_DOCUMENTS = 20  # of a set that is run as it is
_SHORT = (
    "brokers",
    "triggers",
    "services",
    "sources",
    "channels",
    "sequences",
    "broker",
)


@cache
def manifests() -> tuple[tuple[Any, ...], ...]:
    """Give sets of documents, in a fixed order; each as it stands in one file."""
    found: list[tuple[Any, ...]] = []
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _READERS and path.stat().st_size < _LARGEST:
                found += _READERS[path.suffix](path.read_text("utf-8", "replace"))
    unique = {json.dumps(each, default=str): each for each in found if each}
    return tuple(unique.values())


@cache
def in_order() -> tuple[tuple[Any, ...], ...]:
    """Give those sets that can be run: what is mangled little can be run, too."""
    return tuple(each for each in manifests() if _runs(each))


def _runs(documents: tuple[Any, ...]) -> bool:
    if len(documents) > _MOST_DOCUMENTS:
        return False
    try:
        Blueprint(Topology.parse("\n---\n".join(map(json.dumps, documents))))
    except SimulatorError:
        return False
    return True


@cache
def values() -> dict[str, list[Any]]:
    """Give key -> the different values that stand behind it."""
    found: dict[str, dict[str, Any]] = {}
    waiting: list[Any] = [list(each) for each in manifests()]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            for key, value in here.items():
                if isinstance(key, str):
                    found.setdefault(key, {}).setdefault(json.dumps(value), value)
        if isinstance(here, dict | list):
            waiting += here.values() if isinstance(here, dict) else here
    return {key: list(found[key].values()) for key in sorted(found)}


def _yaml(text: str) -> Iterator[tuple[Any, ...]]:
    try:
        loaded = list(yaml.safe_load_all(text))
        plain = json.loads(json.dumps(loaded, default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return  # it is wrong on purpose
    yield tuple(_whole(each) for each in plain if isinstance(each, dict))


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    """Put the line above the short form that tests leave to a function."""
    is_short = "kind" not in document and any(key in document for key in _SHORT)
    return {"topology": "t", **document} if is_short else document


def _json(text: str) -> Iterator[tuple[Any, ...]]:
    """Give the manifests within recordings, those of one case together."""
    try:
        loaded = json.loads(text)
    except ValueError:
        return
    cases = loaded if isinstance(loaded, list) else [loaded]
    for lists in (
        [e for e in loaded.values() if isinstance(e, list)]
        if isinstance(loaded, dict)
        else ()
    ):
        cases = [*cases, *lists] if len(lists) > 1 else cases
    for case in cases[:_MOST_CASES]:
        yield tuple(_within(case))


def _within(tree: Any) -> Iterator[Any]:
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict) and "kind" in here and "metadata" in here:
            yield here
        elif isinstance(here, dict | list):
            waiting += here.values() if isinstance(here, dict) else here


def _python(text: str) -> Iterator[tuple[Any, ...]]:
    """Give the manifests that stand in the texts of a test."""
    for node in ast.walk(ast.parse(text)):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and "\n" in value and _is_manifest(value):
            yield from _yaml(value)


def _markdown(text: str) -> Iterator[tuple[Any, ...]]:
    for block in text.split("```")[1::2]:
        language, _, content = block.partition("\n")
        if language.startswith("yaml"):
            yield from _yaml(content)


def _is_manifest(text: str) -> bool:
    return "apiVersion:" in text or any(f"{each}:" in text for each in _SHORT)


_READERS = {
    ".yaml": _yaml, ".yml": _yaml, ".json": _json, ".py": _python, ".md": _markdown,
}  # fmt: skip

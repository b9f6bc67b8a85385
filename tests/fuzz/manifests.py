"""Sets of manifests, mangled, through every command that reads a topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.session.blueprint import Blueprint
from simulator.topology import Topology
from tests.fuzz import corpus
from tests.fuzz.texts import mangled_text
from tests.fuzz.trees import mangled, written
from tests.fuzz.trying import commands, encoded
from tests.fuzz.words import command_lines, event, target

if TYPE_CHECKING:
    from random import Random

FILES = ("manifest.yaml", "commands.txt")
_OTHER = "topologies/orders.yaml"
_MOST_DOCUMENTS = 8
_LARGEST = 60_000
_FORMATS = ("text", "mermaid", "dot", "json")


def make(random: Random) -> tuple[str, str]:
    """Make a text with manifests, and the commands that are to read it."""
    found: Any = documents(random)
    if random.random() < 0.7:
        found = mangled(found, corpus.values(), random)
    text = written(found if isinstance(found, list) else [found], random)
    if random.random() < 0.25:
        text = mangled_text(text, random)
    return text[:_LARGEST], command_lines(_commands(random))


def attempt(parts: tuple[str, ...]) -> None:
    """Try what makes sense of the commands: of a faulty topology there is nothing to run."""
    text, lines = parts
    stdin = encoded(text)
    asked = [line for line in lines.splitlines() if line]
    checks, converts = _of(asked, "check"), _of(asked, "convert")
    try:
        topology = Topology.parse(stdin.decode("utf-8", "replace"))
    except SimulatorError:
        commands(checks, stdin)
        return
    commands(checks + converts, stdin)
    try:
        Blueprint(topology)
    except SimulatorError:
        return
    commands([each for each in asked if each not in checks + converts], stdin)


def _of(lines: list[str], command: str) -> list[str]:
    return [line for line in lines if line.startswith(f'["{command}"')]


def documents(random: Random) -> list[Any]:
    """Draw documents: of one set, or of two."""
    sets = corpus.in_order() if random.random() < 0.8 else corpus.manifests()
    documents = list(random.choice(sets))
    if random.random() < 0.15:
        documents += random.choice(sets)
        random.shuffle(documents)
    if len(documents) > _MOST_DOCUMENTS:
        documents = random.sample(documents, random.randint(1, _MOST_DOCUMENTS))
    return documents


def _commands(random: Random) -> list[list[str]]:
    strict = ["--strict"] if random.random() < 0.2 else []
    as_json = ["--format", "json"] if random.random() < 0.3 else []
    sends = [f"--send={event(random)}" for _ in range(random.randint(1, 2))]
    to = [f"--to={target(random)}"] if random.random() < 0.6 else []
    few = ["--generate", "10"]
    limit = ["--limit", "1000", "--for", random.choice(("10s", "10m", "1d"))]
    return [
        ["check", "-", "--expand", *strict, *as_json],
        ["convert", "--to", "short", "-"],
        ["convert", "--to", "knative", "-"],
        ["graph", "-", *strict, "--format", random.choice(_FORMATS)],
        ["timetable", "-", *strict, *as_json],
        ["explain", "-", *strict, *as_json, *sends],
        ["run", "-", *strict, *as_json, *limit, *sends, *to],
        ["run", "-", *limit],
        ["check", "-", "--apply-order", random.choice(("kapp", "kubectl")), *as_json],
        ["inspect", "-", *random.choice((["--tree"], [])), *as_json],
        ["diff", *random.choice((["-", _OTHER], [_OTHER, "-"])), *few, *as_json],
    ]

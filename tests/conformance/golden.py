"""Recorded scenarios of Knative Eventing, played and compared.

    python -m tests.conformance.golden DIR_OR_FILE...

plays every scenario (in a directory: every *.json below it), prints a line for each
mismatch and for each scenario that is skipped, and a summary. Exit codes: 0 no
mismatch, 1 some, 2 a file cannot be used.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import TopologyError
from tests.conformance.recordings import differences
from tests.conformance.scenario import play, simulation

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]
_USAGE = "usage: python -m tests.conformance.golden DIR_OR_FILE...\n"
_GROUPS = ("eventing", "messaging", "flows", "sources", "sinks")
# They are understood and play no part on a cluster either.
_WITHOUT_EFFECT = ("EventType", "EventPolicy")


class UnusableFileError(Exception):
    """A file or directory that holds no scenario; one line says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of one scenario: it agrees, or it was skipped, or it differs."""

    skipped: str = ""
    differences: tuple[str, ...] = ()


def scenario_files(path: Path) -> list[Path]:
    """List the scenarios of a directory, in order, or the one file.

    Raises:
        UnusableFileError: There is none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UnusableFileError(f"{path}: there is no such file or directory")
    files = sorted(path.rglob("*.json"))
    if not files:
        raise UnusableFileError(f"{path}: holds no scenario, expected files *.json")
    return files


def read_scenario(file: Path) -> Json:
    """Read one file.

    Raises:
        UnusableFileError: It cannot be read, or has another form.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableFileError(f"{file}: {error.strerror or error}") from error
    except ValueError as error:
        raise UnusableFileError(f"{file}: is not JSON in UTF-8: {error}") from error
    found = fault_of(document)
    if found:
        raise UnusableFileError(f"{file}: {found}")
    scenario: Json = document
    return scenario


def fault_of(document: object) -> str:
    """Say what keeps a document from being a scenario; nothing if it is one."""
    if not isinstance(document, dict):
        return "expected an object with 'scenario' and 'expected'"
    for name in ("scenario", "expected"):
        if not isinstance(document.get(name), dict):
            return f"{name!r}: expected an object"
    found = _list_fault(document["scenario"], "events", ("to",))
    if not found and not document["expected"].get("crashed"):
        found = _list_fault(
            document["expected"], "senders", ("index", "to", "doneMs")
        ) or _list_fault(document["expected"], "requests", ("service", "mode", "atMs"))
    return found


def _list_fault(part: Json, name: str, needed: Sequence[str]) -> str:
    items = part.get(name)
    if not isinstance(items, list):
        return f"{name!r}: expected a list"
    for index, item in enumerate(items):
        if not isinstance(item, dict) or not all(key in item for key in needed):
            return f"{name}[{index}]: expected an object with {', '.join(needed)}"
    return ""


def judge(document: Json) -> Finding:
    """Play a scenario and compare it with its recording.

    Raises:
        TopologyError: A manifest cannot be read at all.
    """
    expected = document["expected"]
    if expected.get("crashed"):
        return Finding(skipped="Knative's dispatcher crashed, which is not re-enacted")
    scenario = document["scenario"]
    kinds = dict.fromkeys(
        resource.kind
        for resource in simulation(scenario).wiring.not_simulated
        if resource.group.removesuffix(".knative.dev") in _GROUPS
        and resource.kind not in _WITHOUT_EFFECT
    )
    if kinds:
        return Finding(skipped=f"not simulated: {', '.join(kinds)}")
    return Finding(differences=tuple(differences(expected, play(scenario))))


def main(arguments: Sequence[str]) -> int:
    """Play the scenarios of all arguments; return the exit code."""
    if not arguments:
        sys.stderr.write(_USAGE)
        return 2
    passed = failed = skipped = unusable = 0
    write = sys.stdout.write
    try:
        files = [f for each in arguments for f in scenario_files(Path(each))]
    except UnusableFileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for file in files:
        try:
            finding = _judge_file(file)
        except UnusableFileError as error:
            unusable += 1
            sys.stderr.write(f"{error}\n")
            continue
        if finding.skipped:
            skipped += 1
            write(f"{file.stem}: skipped: {finding.skipped}\n")
        elif finding.differences:
            failed += 1
            for line in finding.differences:
                write(f"{file.stem}: {line}\n")
        else:
            passed += 1
    also = f", {skipped} skipped" if skipped else ""
    write(f"{passed} passed, {failed} failed{also}\n")
    if unusable:
        return 2
    return 1 if failed else 0


def _judge_file(file: Path) -> Finding:
    document = read_scenario(file)
    try:
        return judge(document)
    except TopologyError as error:
        reason = str(error).replace("\n", "; ")
        raise UnusableFileError(f"{file}: {reason}") from error
    except Exception as error:  # noqa: BLE001 - a run that breaks is a mismatch
        return Finding(differences=(f"raised {type(error).__name__}: {error}",))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

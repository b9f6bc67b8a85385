"""Recordings of the other implementations, played or read, and compared.

    python -m tests.conformance.profiles PROFILE DIR_OR_FILE...

tries every file *.json below, whose form it knows: scenarios, the facts and the settings
of Kafka, the rules of the specification. PROFILE is that of the recordings: ``kafka``,
``natss``, ``rabbitmq``, or ``spec``. It prints a line for each mismatch and for what is
skipped, and a summary. Exit codes: 0 no mismatch, 1 some, 2 a file cannot be used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import RunStoppedError, TopologyError
from simulator.kernel import Kind
from tests.conformance.golden import (
    Finding,
    UnusableFileError,
    fault_of,
    scenario_files,
)
from tests.conformance.placeholders import put_in, without_hanging
from tests.conformance.recordings import differences, lane_of
from tests.conformance.scenario import played, simulation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator import Simulation

Json = dict[str, Any]
PROFILES = ("kafka", "natss", "rabbitmq", "spec")
_USAGE = "usage: python -m tests.conformance.profiles PROFILE DIR_OR_FILE...\n"
# Those that never end are stopped after so many records.
_ENOUGH = 20_000


def cases(document: object, profile: str) -> list[tuple[str, Finding]]:
    """Judge all that is in a file, by name.

    Raises:
        UnusableFileError: It has a form that nobody knows, or is of another profile.
        TopologyError: A manifest cannot be read at all.
    """
    if isinstance(document, dict) and "scenario" not in document:
        from tests.conformance import profile_facts as facts

        for name, read in facts.READERS.items():
            if isinstance(document.get(name), list):
                return read(document[name], profile)
    wrong = fault_of(document)
    if wrong:
        raise UnusableFileError(wrong)
    assert isinstance(document, dict), "it has no fault"
    recorded = document.get("profile", profile)
    if recorded != profile:
        raise UnusableFileError(f"is of the profile {recorded}, not {profile}")
    return [("", judge(document))]


def judge(document: Json) -> Finding:
    """Play a scenario and compare it with its recording.

    Raises:
        TopologyError: A manifest cannot be read at all.
    """
    scenario, expected = document["scenario"], document["expected"]
    endless = bool(expected.get("open"))
    sim = simulation(scenario, **({"most": _ENOUGH} if endless else {}))
    try:
        found = played(sim, scenario)
    except RunStoppedError:
        if not endless:
            raise
        return Finding(differences=tuple(_open_ended(sim, expected)))
    for place, request in enumerate(found["requests"]):
        request["place"] = place
    found["requests"] = put_in(expected["requests"], without_hanging(found["requests"]))
    expected = {**expected, "requests": without_hanging(expected["requests"])}
    return Finding(
        differences=(
            *differences(expected, found),
            *_out_of_order(expected, found),
            *_crashes(expected, sim),
            *_left(expected, sim),
        )
    )


def _open_ended(sim: Simulation, expected: Json) -> Iterator[str]:
    """Compare a run without an end: how much there is at least."""
    least = expected.get("atLeast", len(expected["requests"]))
    if isinstance(least, dict):
        least = sum(least.values())
    heard = len(sim.received())
    if heard < least:
        yield f"requests: expected {least} at least, found {heard}"


def _out_of_order(expected: Json, found: Json) -> Iterator[str]:
    for service in expected.get("inOrder", ()):
        lanes = [
            [lane_of(r) for r in part["requests"] if r["service"] == service]
            for part in (expected, found)
        ]
        if lanes[0] != lanes[1]:
            yield f"{service}: requests come in another order"


def _crashes(expected: Json, sim: Simulation) -> Iterator[str]:
    """Compare which processes died; a recording may name more of one than its role."""
    recorded = [each["process"] for each in expected.get("crashes", ())]
    bugs = sim.trace.select(kind=Kind.UPSTREAM_BUG)
    told = [str(bug.detail).partition(" dies: ") for bug in bugs]
    died = [process for process, dies, _ in told if dies]
    if len(recorded) != len(died) or not all(
        mine in theirs for mine, theirs in zip(died, recorded, strict=True)
    ):
        yield f"crashes: expected {recorded}, found {died}"


def _left(expected: Json, sim: Simulation) -> Iterator[str]:
    """Compare how many events stay in which queue, ``default.t1 of broker default``."""
    if "left" not in expected:
        return
    there: dict[str, int] = {}
    stuck = [each.source for each in sim.trace.select(kind=Kind.STUCK)]
    for hub in sim.wiring.hubs:
        for route in hub.routes:
            key = route.resource
            name = f"{key.namespace}.{key.name} of broker {hub.name}"
            if route.node in stuck:
                there[name] = stuck.count(route.node)
    if expected["left"] != there:
        yield f"left: expected {expected['left']}, found {there}"


def main(arguments: Sequence[str]) -> int:
    """Try the files of all arguments; return the exit code."""
    if len(arguments) < 2 or arguments[0] not in PROFILES:
        sys.stderr.write(_USAGE)
        return 2
    profile, *paths = arguments
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    unusable = False
    try:
        files = [f for each in paths for f in scenario_files(Path(each))]
    except UnusableFileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for file in files:
        try:
            findings = judge_file(file, profile)
        except UnusableFileError as error:
            unusable = True
            sys.stderr.write(f"{file}: {error}\n")
            continue
        for name, finding in findings:
            what = f"{file.stem}: {name}" if name else file.stem
            counts[_tell(what, finding)] += 1
    sys.stdout.write(", ".join(f"{count} {word}" for word, count in counts.items()))
    sys.stdout.write("\n")
    if unusable:
        return 2
    return 1 if counts["failed"] else 0


def _tell(what: str, finding: Finding) -> str:
    """Write the lines of a finding; give the word that it counts as."""
    for line in finding.differences:
        sys.stdout.write(f"{what}: {line}\n")
    if finding.skipped:
        sys.stdout.write(f"{what}: skipped: {finding.skipped}\n")
        return "skipped"
    return "failed" if finding.differences else "passed"


def judge_file(file: Path, profile: str) -> list[tuple[str, Finding]]:
    """Judge all that is in a file.

    Raises:
        UnusableFileError: It cannot be read, or has another form.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return cases(document, profile)
    except OSError as error:
        raise UnusableFileError(error.strerror or str(error)) from error
    except TopologyError as error:
        raise UnusableFileError(str(error).replace("\n", "; ")) from error
    except ValueError as error:
        raise UnusableFileError(f"is not JSON in UTF-8: {error}") from error
    except UnusableFileError:
        raise
    except Exception as error:  # noqa: BLE001 - a run that breaks is a mismatch
        return [("", Finding(differences=(f"raised {type(error).__name__}: {error}",)))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How what came of tests is told to programs: JSON, JUnit's XML, TAP."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from simulator.cli.outcomes import failure_lines, flow_lines
from simulator.cli.output import emit, json_text
from simulator.quoting import xml_text

if TYPE_CHECKING:
    from simulator.cli.outcomes import Counts
    from simulator.testing.suite import Outcome

_FORMAT = "kn-sim-test/1"


class JsonReport:
    """One object, when all is over; `docs/reference/schemas/test.schema.json`."""

    def __init__(self) -> None:
        self._tests: list[dict[str, Any]] = []

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Take one test."""
        place = outcome.case.resource.position()
        self._tests.append(
            {
                "name": outcome.case.name,
                "file": place.file,
                "line": place.line,
                "column": place.column,
                "passed": outcome.passed,
                "seed": outcome.simulation.seed,
                "virtual_time_ns": outcome.simulation.now_ns,
                "failures": [
                    {
                        "message": text,
                        "file": at.file,
                        "line": at.line,
                        "column": at.column,
                    }
                    for at, text, _ in outcome.failures
                ],
                "flow": [] if outcome.passed else list(flow_lines(outcome)),
            }
        )

    def finish(self, counts: Counts) -> None:
        """Print it."""
        whole = {"format": _FORMAT, **counts._asdict(), "tests": self._tests}
        emit(json_text(whole) + "\n")


class JUnitReport:
    """One suite, as Jenkins and GitLab read it.

    Source: junit-10.xsd of Jenkins' xUnit plugin, which pytest tests its own XML against.

    Args:
        name: Of the suite: what was tested.
    """

    def __init__(self, name: str) -> None:
        self._suite = ET.Element("testsuite", name=xml_text(name))
        self._seconds = 0.0

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Take one test."""
        self._seconds += seconds
        case = ET.SubElement(
            self._suite,
            "testcase",
            classname=xml_text(outcome.case.resource.position().file),
            name=xml_text(outcome.case.name),
            time=f"{seconds:.3f}",
        )
        if outcome.passed:
            return
        lines = list(failure_lines(outcome))
        failure = ET.SubElement(
            case, "failure", type="AssertionError", message=xml_text(lines[0])
        )
        failure.text = xml_text("\n".join(lines))
        ET.SubElement(case, "system-out").text = xml_text(
            "\n".join(flow_lines(outcome))
        )

    def finish(self, counts: Counts) -> None:
        """Print it."""
        numbers = {
            "tests": str(counts.passed + counts.failed),
            "failures": str(counts.failed),
            "errors": "0",
        }
        self._suite.attrib |= {
            **numbers,
            "skipped": "0",
            "time": f"{self._seconds:.3f}",
        }
        suites = ET.Element("testsuites", {"name": "kn-sim test", **numbers})
        suites.append(self._suite)
        ET.indent(suites)
        text = ET.tostring(suites, encoding="unicode")
        emit(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


class TapReport:
    r"""A line for each test as it ends, with the reasons as YAML, and the plan behind.

    Source: TAP 14 (testanything.org): descriptions escape ``\`` and ``#``; the plan may come
    last; YAML diagnostics are indented by two.
    """

    def __init__(self) -> None:
        self._count = 0
        print("TAP version 14")

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Print one test."""
        self._count += 1
        name = " ".join(outcome.case.name.split()).replace("\\", "\\\\")
        verdict = "ok" if outcome.passed else "not ok"
        lines = [f"{verdict} {self._count} - {name}".replace("#", "\\#")]
        if not outcome.passed:
            place, text, _ = outcome.failures[0]
            lines += [
                "  ---",
                f"  at: {json.dumps(str(place))}",
                f"  message: {json.dumps(text.splitlines()[0])}",
                "  failures:",
                *(f"    - {json.dumps(line)}" for line in failure_lines(outcome)),
                "  flow:",
                *(f"    - {json.dumps(line)}" for line in flow_lines(outcome)),
                "  ...",
            ]
        emit("\n".join(lines) + "\n")
        sys.stdout.flush()

    def finish(self, counts: Counts) -> None:
        """Print how many tests were run."""
        emit(f"1..{self._count}\n")

"""How what came of tests is told: to people, as TAP, as JUnit."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from xml.etree import ElementTree as ET

from simulator.cli.output import emit, json_text
from simulator.cli.show import report_lines
from simulator.cli.style import harmless
from simulator.quoting import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cli.style import Style
    from simulator.testing.suite import Outcome

_MOST_LINES = 200  # of a flow
_INDENT = "    "


class Counts(NamedTuple):
    """How many tests passed, failed, were not run after that, were not selected."""

    passed: int
    failed: int
    not_run: int
    not_selected: int


class Report(Protocol):
    def add(self, outcome: Outcome, seconds: float) -> None:
        """Take what came of one test, and how long that took, in seconds of the clock."""

    def finish(self, counts: Counts) -> None:
        """Take what came of all."""


class TextReport:
    def __init__(self, style: Style) -> None:
        self._style = style

    def add(self, outcome: Outcome, seconds: float) -> None:
        style = self._style
        mark, colour = ("✓", "green") if outcome.passed else ("✗", "red")
        name = style.line(outcome.case.name)
        print(f"{style.mark(mark, colour)} {name}")
        if not outcome.passed:
            for line in (*failure_lines(outcome), "", *flow_lines(outcome)):
                print(style.line(f"{_INDENT}{line}".rstrip()))

    def finish(self, counts: Counts) -> None:
        passed, failed, not_run, not_selected = counts
        parts = [f"{failed} failed"] if failed else []
        parts += [f"{passed} passed"] if passed or not failed else []
        parts += [f"{not_run} not run"] if not_run else []
        parts += [f"{not_selected} not selected"] if not_selected else []
        mark, colour = ("✗", "red") if failed else ("✓", "green")
        style = self._style
        verdict = style.paint(", ".join(parts), "bold")
        print(f"{style.mark(mark, colour)} {verdict}")


def failure_lines(outcome: Outcome) -> Iterator[str]:
    for place, text, _ in outcome.failures:
        yield from f"{place}: {text}".splitlines()


def flow_lines(outcome: Outcome) -> Iterator[str]:
    sim = outcome.simulation
    yield f"events (seed {sim.seed})"
    if not len(sim.trace):
        yield "nothing happened"
        return
    lines = report_lines(sim, _MOST_LINES)
    told = "\n".join(lines)
    yield from lines
    yield from (doubt for doubt in sim.doubts if doubt not in told)


_FORMAT = "kn-sim-test/1"


class JsonReport:
    """One object, when all is over; `docs/reference/schemas/test.schema.json`."""

    def __init__(self) -> None:
        self._tests: list[dict[str, Any]] = []

    def add(self, outcome: Outcome, seconds: float) -> None:
        self._tests.append(
            {
                "name": outcome.case.name,
                **outcome.case.resource.position()._asdict(),
                "passed": outcome.passed,
                "seed": outcome.simulation.seed,
                "virtual_time_ns": outcome.simulation.now_ns,
                "failures": [
                    {"message": text, **at._asdict()}
                    for at, text, _ in outcome.failures
                ],
                "flow": [] if outcome.passed else list(flow_lines(outcome)),
            }
        )

    def finish(self, counts: Counts) -> None:
        whole = {"format": _FORMAT, **counts._asdict(), "tests": self._tests}
        emit(json_text(whole) + "\n")


class JUnitReport:
    """One suite, as Jenkins and GitLab read it.

    Source: junit-10.xsd of Jenkins' xUnit plugin, which pytest tests its own XML against.
    """

    def __init__(self, name: str) -> None:
        self._suite = ET.Element("testsuite", name=xml_text(name))
        self._seconds = 0.0

    def add(self, outcome: Outcome, seconds: float) -> None:
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
        flow = ET.SubElement(case, "system-out")
        flow.text = xml_text("\n".join(flow_lines(outcome)))

    def finish(self, counts: Counts) -> None:
        tests, failures = str(counts.passed + counts.failed), str(counts.failed)
        numbers = {"tests": tests, "failures": failures, "errors": "0"}
        seconds = f"{self._seconds:.3f}"
        self._suite.attrib |= {**numbers, "skipped": "0", "time": seconds}
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
        self._count += 1
        name = harmless(" ".join(outcome.case.name.split())).replace("\\", "\\\\")
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
        emit(f"1..{self._count}\n")

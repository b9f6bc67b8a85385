"""What of a topology runs have tried: ``kn-sim trace coverage``, ``kn-sim test --cov``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli.inputs import style_of
from simulator.cli.output import emit, json_text, say
from simulator.coverage import Coverage, Plan, covered
from simulator.coverage.covered import Measuring
from simulator.coverage.formats import FORMATS, targets_of
from simulator.coverage.report import coverage_json, text_lines
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, Position, UsageError
from simulator.session.replaying import Replay
from simulator.subscribers.parse import KIND
from simulator.topology import Topology

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from simulator.testing.suite import Outcome, Suite
    from simulator.trace import Trace


def show(args: argparse.Namespace, traces: Iterable[tuple[str, Trace]]) -> int:
    """Print what traces, each with its name, cover together; give the exit code.

    Raises:
        UsageError: One is no trace, or says nothing of its run; or there are no lines.
        TopologyError: The topology is refused.
        OSError: A file cannot be read.
    """
    if not args.of and args.format in ("lcov", "cobertura", "html"):
        raise UsageError(f"-o {args.format} is about lines: name the files with --of")
    coverage = _coverage(args.of, traces)
    if args.format == "json":
        print(json_text(coverage_json(coverage)))
    elif args.format == "text":
        style = style_of(args)
        for line in text_lines(coverage):
            print(style.line(line))
    else:
        emit(FORMATS[args.format](coverage, Path()))
    return EXIT_DONE if enough(coverage, args.fail_under) else EXIT_SAYS_NO


def enough(coverage: Coverage, fail_under: float) -> bool:
    if coverage.percent >= fail_under:
        return True
    say(
        f"kn-sim: {coverage.percent:.2f}% is covered, less than --fail-under "
        f"{fail_under:g}"
    )
    return False


class Asked:
    """Measures what ``kn-sim test --cov`` asks for; UsageError where an option is wrong."""

    def __init__(self, args: argparse.Namespace, suite: Suite) -> None:
        try:
            read = suite.blueprint(None).topology.files
            self._targets = targets_of(args.cov_report, Path(), read)
        except UsageError as error:
            raise UsageError(f"--cov-report: {error}") from None
        self._args = args
        self._suite = suite
        self._measuring = Measuring([suite.blueprint(None)])

    def add(self, outcome: Outcome) -> None:
        case = outcome.case
        self._measuring.watch(outcome.simulation, self._suite.blueprint(case))
        self._measuring.count(case.given.get("services") or ())

    def finish(self) -> bool:
        """Report; tell whether enough is covered, or raise OSError for a file.

        Stdout is for text among text.
        """
        coverage = self._measuring.coverage
        style = style_of(self._args)
        show = print if self._args.format == "text" else say
        for target in self._targets:
            if target.form != "text":
                say(f"kn-sim: {target.write(coverage, Path(), Path())}")
                continue
            show("")
            for line in text_lines(coverage):
                show(style.line(line))
        return enough(coverage, self._args.fail_under or 0)


def _coverage(of: list[str], traces: Iterable[tuple[str, Trace]]) -> Coverage:
    topology = Topology.load(*of) if of else None
    coverage = Coverage()
    for name, trace in traces:
        replay = Replay(trace, name)
        if topology is not None:
            if _mesh(topology) != _mesh(replay.topology):
                say(
                    f"kn-sim: {name}: another topology has run, such as an earlier version "
                    f"of {', '.join(of)}: what has the same name counts"
                )
            replay.topology = topology
        else:
            replay.topology = Topology(
                resources=tuple(r.replace(origin=_InTrace()) for r in replay.topology)
            )
        plan = Plan(replay.wiring, replay.topology)
        coverage |= Coverage.of(plan.items, covered(plan, trace))
    return coverage


def _mesh(topology: Topology) -> Topology:
    """Leave out who plays services: a trace knows files that these name by other paths."""
    return Topology(resources=tuple(r for r in topology if r.kind != KIND))


class _InTrace:
    def position(self, path: str = "") -> Position:
        return Position(file="<trace>")

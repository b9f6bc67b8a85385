"""``kn-sim trace coverage``: what of a topology recorded runs have tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.inputs import style_of
from simulator.cli.output import json_text, say
from simulator.coverage import Coverage, Plan, covered
from simulator.coverage.report import coverage_json, missing_lines, table_lines
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, Position
from simulator.session.replaying import Replay
from simulator.subscribers.parse import KIND
from simulator.topology import Topology

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from simulator.trace import Trace


def show(args: argparse.Namespace, traces: Iterable[tuple[str, Trace]]) -> int:
    """Print what traces, each with its name, cover together; give the exit code.

    Raises:
        UsageError: One is no trace, or says nothing of its run.
        TopologyError: The topology is refused.
        OSError: A file cannot be read.
    """
    coverage = _coverage(args.of, traces)
    if args.format == "json":
        print(json_text(coverage_json(coverage)))
    else:
        style = style_of(args)
        for line in table_lines(coverage):
            print(style.line(line))
        if coverage.missing:
            print()
        for line in missing_lines(coverage):
            print(style.line(line))
    if coverage.percent < args.fail_under:
        say(
            f"kn-sim: {coverage.percent:.2f}% is covered, less than --fail-under "
            f"{args.fail_under:g}"
        )
        return EXIT_SAYS_NO
    return EXIT_DONE


def _coverage(of: list[str], traces: Iterable[tuple[str, Trace]]) -> Coverage:
    """Join what each trace covers."""
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
    """Where a resource stands of which there is no file."""

    def position(self, path: str = "") -> Position:
        return Position(file="<trace>")

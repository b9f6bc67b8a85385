"""A recorded run, shown as when it ran, though nobody has its topology here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import style_of
from simulator.cli.output import say
from simulator.cli.show import Layout, column_of
from simulator.cli.summary import verdict_line
from simulator.cli.trace_export import refuse_to_draw
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError, nearest
from simulator.kernel.log import Kind
from simulator.nodes import name_of
from simulator.story.phrases import flow_line
from simulator.story.story import Nodes, Story

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence

    from simulator.cli.by_chain import Stories
    from simulator.cli.style import Style
    from simulator.story.flow import Line
    from simulator.trace import Record, Trace

_NAMED = 8  # in one message


def show(args: argparse.Namespace, trace: Trace) -> int:
    """Show what fits of a trace; give the exit code.

    Raises:
        UsageError: A name is not in the trace; the message gives the nearest. Or the
            flow is to be told in some way, and no flow is asked for.
    """
    if args.by is not None and (args.kind or args.format == "json"):
        raise UsageError(
            f"--by {args.by} tells the flow; with --kind or --format json records are shown"
        )
    refuse_to_draw(args)
    if args.format == "mermaid" and (args.kind or args.node or args.type):
        raise UsageError("--format mermaid draws whole events: --id picks one")
    choice = Choice(args, trace)
    _tell_missing_kinds(args.kind, trace)
    if args.format == "json":
        shown = _objects(choice, trace)
    elif args.format == "mermaid":
        from simulator.cli.output import emit
        from simulator.exports.sequence import sequence  # few draw

        emit(sequence(trace, args.id))
        shown = len(trace)
    elif choice.kinds:
        shown = _records(choice, trace, style_of(args))
    else:
        shown = _flow(choice, trace, style_of(args), args.by)
    return EXIT_DONE if shown or choice.is_all else EXIT_SAYS_NO


class Choice:
    """What somebody wants to see of a trace.

    Args:
        trace: In which all of them must occur.

    Attributes:
        kinds: Kinds of records; empty for all.

    Raises:
        UsageError: A name is not in the trace; the message gives the nearest.
    """

    def __init__(self, args: argparse.Namespace, trace: Trace) -> None:
        self.kinds = frozenset(args.kind)
        self._type: str | None = args.type
        self._id: str | None = args.id
        self._nodes: frozenset[str] | None = None
        if args.node is not None:
            nodes = {end for each in trace for end in (each.source, each.target)}
            self._nodes = frozenset(
                node for node in nodes if args.node in (node, name_of(node))
            )
            if not self._nodes:
                raise UsageError(_unknown("node", args.node, nodes - {""}))
        if args.type is not None:
            _check("type", args.type, {each.event.type for each in trace})
        if args.id is not None:
            _check("id", args.id, {each.event.id for each in trace})

    @property
    def is_all(self) -> bool:
        return not self.kinds and self._nodes is None and self._type is self._id is None

    def takes(self, record: Record) -> bool:
        event = record.event
        return (not self.kinds or record.kind in self.kinds) and self._fits(
            (event.type, event.id), (record.source, record.target)
        )

    def takes_line(self, line: Line) -> bool:
        return self._fits(line.event, line.nodes)

    def _fits(self, event: tuple[str, str], nodes: tuple[str, str]) -> bool:
        return (
            (self._type is None or self._type == event[0])
            and (self._id is None or self._id == event[1])
            and (self._nodes is None or not self._nodes.isdisjoint(nodes))
        )


def _tell_missing_kinds(kinds: Sequence[str], trace: Trace) -> None:
    """Say which kinds nothing in the trace is of: no wrong use, but perhaps not meant."""
    if not kinds:
        return
    there = {str(record.kind) for record in trace}
    known = [str(kind) for kind in Kind if kind in there]
    for kind in kinds:
        if kind not in there:
            close = nearest(kind, known)
            say(
                f"kn-sim: no record of the trace is of the kind {kind}{close} "
                f"(there are: {', '.join(known) or 'none'})"
            )


def _check(what: str, name: str, there: Collection[str]) -> None:
    if name not in there:
        raise UsageError(_unknown(what, name, there))


def _unknown(what: str, name: str, there: Collection[str]) -> str:
    names = sorted(there)
    more = ", …" if len(names) > _NAMED else ""
    there_are = ", ".join(names[:_NAMED]) + more if names else "none"
    return (
        f"--{what} {name}: the trace has no such {what}{nearest(name, names)} "
        f"(there are: {there_are})"
    )


def _objects(choice: Choice, trace: Trace) -> int:
    from simulator.trace.objects import ObjectWriter  # orjson costs 8 ms

    chosen = [record for record in trace if choice.takes(record)]
    ObjectWriter(sys.stdout.buffer).write_records(chosen)
    return len(chosen)


def _records(choice: Choice, trace: Trace, style: Style) -> int:
    shown = 0
    for record in filter(choice.takes, trace):
        shown += 1
        name = style.paint(style.line(record.event.id), "dim")
        print(f"{style.line(flow_line(record))}  {name}")
    print()
    print(_count_line(shown, f"{len(trace)} records", style))
    return shown


def _flow(choice: Choice, trace: Trace, style: Style, by: str | None) -> int:
    nodes = Nodes.among(trace)
    layout = Layout(style, column_of(nodes.routes))
    stories = None
    if by is not None:
        from simulator.cli.by_chain import Stories  # few want it

        stories = Stories(style, layout.text)
    lines = _Lines(choice, layout, stories)
    story = Story(nodes, lines.write)
    for record in trace:
        if stories is not None:
            stories.add(record)
        story.add(record)
    story.finish()
    if stories is not None:
        for text in (*stories.told(), "", *stories.measured()):
            print(text)
    print()
    if choice.is_all:
        now_ns = trace[-1].at_ns if len(trace) else 0
        print(verdict_line(story.counts, now_ns, style))
    else:
        print(_count_line(lines.shown, f"{lines.total} lines", style))
    return lines.shown


class _Lines:
    def __init__(self, choice: Choice, layout: Layout, stories: Stories | None) -> None:
        self._choice = choice
        self._layout = layout
        self._stories = stories
        self.shown = 0
        self.total = 0

    def write(self, line: Line) -> None:
        self.total += 1
        if self._choice.takes_line(line):
            self.shown += 1
            if self._stories is None:
                print(self._layout.text(line))
            else:
                self._stories.write(line)


def _count_line(shown: int, total: str, style: Style) -> str:
    symbol, colour = ("✓", "green") if shown else ("·", "yellow")
    mark = style.mark(symbol, colour)
    return f"{mark} {style.paint(f'{shown} of {total}', 'bold')}"

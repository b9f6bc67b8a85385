"""A run shown: flow, trace file, summary; while it goes on, or when it is over.

Each chunk of records is handed to whoever wants it, and may then be forgotten.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from simulator.cli.progress import Progress
from simulator.cli.style import Style
from simulator.cli.summary import summary_lines
from simulator.errors import naming_file
from simulator.story.circles import why_so_many
from simulator.story.phrases import time_text
from simulator.story.story import Nodes, Story
from simulator.trace.record import unpack

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import BinaryIO, Self, TextIO

    from simulator.cli.progress import Interruptions
    from simulator.session import Simulation
    from simulator.story.flow import Line
    from simulator.trace.objects import ObjectWriter
    from simulator.trace.writing import TraceWriter

_MOST_LINES = 200
_WIDTH = 100  # of a report, which no terminal shows
STDOUT = "-"


class LimitReachedError(Exception):
    """A run has made more records than the user allowed."""


class Show:
    """Follows a run that has not begun yet; a context manager, for the trace file."""

    def __init__(
        self,
        args: argparse.Namespace,
        sim: Simulation,
        style: Style,
        out: TextIO,
        interruptions: Interruptions,
    ) -> None:
        self._sim = sim
        self._style = style
        self._out = out
        self._interruptions = interruptions
        self._verbose: bool = args.verbose
        self._progress = Progress(sys.stderr)
        self._limit: int = args.limit
        self._json = args.format == "json"
        self._quiet: bool = args.quiet or args.format == "mermaid"
        self._most_lines = _MOST_LINES if style.terminal and not args.all else None
        self._lines = 0
        self._next = 0
        self._stack = ExitStack()
        self._writers: list[TraceWriter | ObjectWriter] = []
        self._trace: str | None = args.trace
        self._file: TraceWriter | None = None
        if args.trace:
            if args.trace != STDOUT:
                from simulator.cli.outputs import TRACE, refuse_an_input

                refuse_an_input(args, "trace", TRACE, "trace")
            self._file = self._trace_writer(args.trace)
            self._writers.append(self._file)
        if self._json and not self._quiet:
            self._writers.append(_object_writer(out.buffer))
        nodes = Nodes.of(sim.wiring)
        self._layout = Layout(style, column_of(nodes.routes))
        self._stories = None
        write: Callable[[Line], None] = self._write
        if args.by is not None:
            from simulator.cli.by_chain import Stories  # few want it

            self._stories = Stories(style, self._layout.text)
            write = self._stories.write
        flows = not self._json and not self._quiet
        self._story = Story(nodes, write if flows else None)
        self.counts = self._story.counts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with naming_file(self._trace):
            self._stack.close()

    def _trace_writer(self, path: str) -> TraceWriter:
        from simulator.trace.writing import TraceWriter

        recording = self._sim.recording
        if path == STDOUT:
            return TraceWriter(sys.stdout.buffer, recording)
        from simulator.trace.files import create_trace

        return TraceWriter(self._stack.enter_context(create_trace(path)), recording)

    def go_on(self) -> None:
        """Take the records made since the last call; LimitReachedError above the limit."""
        log = self._sim.log
        if len(log) == self._next:
            return
        with naming_file(self._trace), self._interruptions.held():
            for writer in self._writers:
                writer.write(log)
        errors = self._sim.handler_errors
        self.counts.add_errors(errors)
        errors.clear()
        for record in map(unpack, log.rows(self._next)):
            if self._stories is not None:
                self._stories.add(record)
            self._story.add(record)
        self._next = len(log)
        self._out.flush()
        scrolls = not self._quiet and self._out.isatty()
        if not scrolls or (self._most_lines and self._lines >= self._most_lines):
            self._progress.tell(self._next, self._sim.now_ns)
        if self._next > self._limit and not self.counts.stopped:
            self.counts.stopped = True
            raise LimitReachedError(self._too_many())

    def finish(self) -> None:
        self.clear_progress()
        with naming_file(self._trace):
            if self._file is not None:
                self._file.finish()
        if self._json:
            self._finish_json()
            return
        if not self._quiet:
            self._story.finish()
            if self._stories is not None:
                for text in self._stories.told():
                    self._print(text)
            self._tell_hidden()
            print(file=self._out)
        if self._stories is not None:
            for text in self._stories.measured():
                print(text, file=self._out)
        for line in summary_lines(
            self._sim, self.counts, self._style, verbose=self._verbose
        ):
            print(line, file=self._out)

    def clear_progress(self) -> None:
        self._progress.clear()

    def _tell_hidden(self) -> None:
        hidden = self._lines - (self._most_lines or self._lines)
        if hidden > 0:
            where = (
                f"{self._trace} has all records"
                if self._trace
                else "--all shows them, --trace FILE keeps all records"
            )
            text = self._style.symbols(f"… {hidden} lines more: {where}")
            print(text, file=self._out)

    def _finish_json(self) -> None:
        from simulator.cli.output import json_line
        from simulator.cli.summary import SUMMARY, summary_json

        summary = summary_json(self._sim, self.counts)
        if self._stories is not None:
            summary |= self._stories.as_data()
        print(json_line({"format": SUMMARY, "summary": summary}), file=self._out)

    def _write(self, line: Line) -> None:
        self._lines += 1
        if self._most_lines is None or self._lines <= self._most_lines:
            print(self._layout.text(line), file=self._out)

    def _print(self, text: str) -> None:
        self._lines += 1
        if self._most_lines is None or self._lines <= self._most_lines:
            print(text, file=self._out)

    def _too_many(self) -> str:
        time = time_text(self._sim.now_ns)
        return (
            f"stopped at +{time} after {self._next} records, more than --limit "
            f"{self._limit}{why_so_many(self._sim.log)}"
        )


def _object_writer(file: BinaryIO) -> ObjectWriter:
    from simulator.trace.objects import ObjectWriter

    return ObjectWriter(file)


def report_lines(sim: Simulation, most: int) -> list[str]:
    """Give the flow of a run, at least 3 lines, cut in the middle, and what it came to."""
    nodes = Nodes.of(sim.wiring)
    lines: list[Line] = []
    story = Story(nodes, lines.append)
    for record in sim.trace:
        story.add(record)
    story.finish()
    story.counts.add_errors(sim.handler_errors)
    style = Style(width=_WIDTH)
    layout = Layout(style, column_of(nodes.routes))
    shown = [layout.text(line) for line in lines]
    summary = summary_lines(sim, story.counts, style, judges=False)
    return [*_cut(shown, most), "", *summary]


def _cut(lines: list[str], most: int) -> list[str]:
    surplus = len(lines) - most
    if surplus <= 0:
        return lines
    head = (most - 1) // 2
    tail = most - 1 - head
    left_out = f"… {surplus + 1} lines left out"
    return [*lines[:head], left_out, *lines[len(lines) - tail :]]


_TIME_COLUMN = 10
_SHORTEST_ID = 9
# A loop of replies goes 255 levels deep; nobody reads further to the right than this.
_DEEPEST = 8
_LEAST_OUTCOME = 24
_USUAL_INDENT = 6  # a reply's deliveries stand three levels deep
_LOGGED = "│"
_COLOURS = {
    "✓": "green",
    "✗": "red",
    "↻": "yellow",
    "·": "yellow",
    "!": "yellow",
    "◐": "yellow",
}


class Layout:
    """Aligns lines in columns: time, what happens indented, outcome.

    The column of the time grows with the widest time so far, and does not shrink.

    Args:
        column: Where outcomes begin, when the line leaves room.
    """

    def __init__(self, style: Style, column: int) -> None:
        self._style = style
        self._column = min(column, style.width - _LEAST_OUTCOME)
        self._time_column = _TIME_COLUMN
        self._event = ("", "")

    def text(self, line: Line) -> str:
        """Give a line; its event is named where the line above is about another."""
        style = self._style
        time = f"+{time_text(line.at_ns)}"
        self._widen(len(time) + 1)
        indent = "  " * min(line.level, _DEEPEST)
        symbol, text = style.symbols(line.symbol), style.line(line.text)
        said = style.line(line.outcome)
        used = self._time_column + len(indent) + len(symbol) + 1
        if style.terminal and line.names_event:
            over = used + len(text) + 2 + len(said) - style.width
            text = _with_shorter_id(text, style.line(line.event[1]), over)
            text = style.symbols(text)
        gap = " " * max(self._column - used - len(text), 2)
        if not line.names_event and line.event != self._event:
            event = style.line(" ".join(line.event))
            said = f"{said}  {style.paint(event, 'dim')}"
        self._event = line.event
        colour = _COLOURS.get(line.symbol)
        if colour:
            symbol = style.paint(symbol, colour)
        if line.names_event:
            text = style.paint(text, "dim" if line.symbol == _LOGGED else "bold")
        shown_time = style.paint(time.ljust(self._time_column - 1), "dim")
        return f"{shown_time} {indent}{symbol} {text}{gap}{said}".rstrip()

    def _widen(self, width: int) -> None:
        more = width - self._time_column
        if more > 0:
            self._time_column = width
            self._column = min(self._column + more, self._style.width - _LEAST_OUTCOME)


def _with_shorter_id(text: str, name: str, over: int) -> str:
    """Leave out of the middle of an id what is over a terminal's width."""
    kept = max(len(name) - over - 1, _SHORTEST_ID)
    if over <= 0 or kept + 1 >= len(name):
        return text
    tail = kept // 2
    short = f"{name[: kept - tail]}…{name[len(name) - tail :]}"
    return text.replace(f" {name} ", f" {short} ", 1)


def column_of(routes: Sequence[tuple[str, str]]) -> int:
    """Find where outcomes begin so that most deliveries of these routes fit."""
    widest = max((len(a) + len(b) for a, b in routes), default=30)
    return _TIME_COLUMN + _USUAL_INDENT + len("✓ ") + widest + len(" → ") + 2

"""`TraceView`: a trace laid out for the screen, at any position, forwards and backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Log
from simulator.tui.view.columns import Columns, Fold
from simulator.tui.view.frame import Framer
from simulator.tui.view.intake import LogIntake, RecordIntake
from simulator.tui.view.shapes import Shape, Shapes
from simulator.tui.view.timeline import Mode, Plain, Slot, Story, Timeline, histogram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.trace import Record
    from simulator.tui.diagram import Diagram


class TraceView:
    """The records of a run or of a recording, and what the screen shows of them.

    Grows by `extend` only. What it answers depends on the records and on what is due
    next, not on what was asked before.
    """

    def __init__(self, source: Log | Sequence[Record], diagram: Diagram) -> None:
        self.shapes = Shapes(diagram)
        self.columns = Columns(self.shapes)
        self.fold = Fold(self.columns)
        self._intake = (
            LogIntake(source, self.shapes)
            if isinstance(source, Log)
            else RecordIntake(source, self.shapes)
        )
        self._timelines: dict[str, Timeline] = {
            Mode.STORY: Story(self.columns),
            Mode.TRUE: Plain(self.columns),
        }
        self.frame = Framer(self.columns, self.fold, self._timelines).frame
        self.extend()

    @property
    def diagram(self) -> Diagram:
        return self.shapes.diagram

    # -- records

    def extend(self) -> int:
        """Take in what has happened since the last call; give how many records."""
        columns = self.columns
        before = len(columns)
        if len(self._intake) == before:
            return 0
        if self._intake.first > before:
            columns.lose(self._intake.first)
        for batch in self._intake.batches(len(columns)):
            columns.add(batch)
        if self._intake.first:
            columns.forget(self._intake.first)
        self.fold.keep_up()
        return len(columns) - before

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def first(self) -> int:
        """The serial of the oldest record that can still be read."""
        return self._intake.first

    def record(self, serial: int) -> Record:
        """Give one record; IndexError: it is not there, or no more."""
        if not self.first <= serial < len(self):
            raise IndexError(serial)
        return self._intake.record(serial)

    def shape(self, serial: int) -> Shape:
        return self.shapes.all[self.columns.shape[serial]]

    def at_ns(self, serial: int) -> int:
        return self.columns.at[serial]

    def trace_of(self, serial: int) -> int:
        """Give the serial of the first record of the lineage."""
        return self.columns.root[self.columns.event[serial]]

    def attributes(self, serial: int) -> Mapping[str, str]:
        """Give the attributes of the event of a record; empty when it is gone."""
        return self.columns.attributes(self.columns.event[serial])

    # -- time

    @property
    def due_ns(self) -> int | None:
        """The instant at which the run goes on; None when nothing is due."""
        return self.columns.due_ns

    def timeline(self, mode: str = Mode.STORY) -> Timeline:
        return self._timelines[mode]

    # -- what the screen shows

    def histogram(self, slots: int, mode: str = Mode.STORY) -> list[Slot]:
        return histogram(self.columns, self._timelines[mode], slots)

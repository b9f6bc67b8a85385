"""A run as the screen shows it: its records, their picture, and where one looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.graph.build import build
from simulator.kernel import Kind
from simulator.trace import Comparison, Record, compare
from simulator.tui.diagram import Diagram, diagram_of
from simulator.tui.player import Player

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.session import Simulation
    from simulator.trace.recorded import Recording
    from simulator.tui.view.trace_view import TraceView

# The time to live ends a circle of replies after 255 passes; what goes on longer is a
# circle of new events, which nothing ends.
TURNS = 1_000
_MS = 1_000_000
_DONE_TO_IT = (Kind.FAULT_SET, Kind.FAULT_HIT, Kind.FAULT_LIFTED, Kind.RECONFIGURED)


@dataclass(eq=False)
class Branch:
    """One run with the place where it is looked at.

    Args:
        sim: What runs, or answers questions about a recorded trace; None without a
            topology.
        live: Whether *sim* can go on.
        forked_at: The record of *parent* before which it was forked; None for the first.
    """

    name: str
    sim: Simulation | None
    view: TraceView
    live: bool
    forked_at: int | None = None
    parent: str = ""

    def __post_init__(self) -> None:
        self.player = Player(self.view, live=self.live)
        self.looked = 0
        # A circle of so many turns stops the run; who lets it go on has seen it.
        self.turns = TURNS
        self._learned = 0
        self.learn()

    def learn(self) -> None:
        """Draw what services send each other and nobody has said before."""
        sent = self.view.shapes.sent
        news, self._learned = list(sent)[self._learned :], len(sent)
        way = self.view.diagram.way
        if self.sim is not None and not all(way(Kind.SENT, *each) for each in news):
            self.redraw()

    def redraw(self) -> None:
        assert self.sim is not None, "something runs"
        diagram = drawn(self.sim, self.view.shapes.sent)
        if diagram != self.view.diagram:
            self.view.shapes.redraw(diagram)

    @property
    def records(self) -> list[Record]:
        view = self.view
        return [view.record(serial) for serial in range(view.first, len(view))]

    @property
    def end_ns(self) -> int:
        """The instant until which it is known, ns since the start."""
        if self.live and self.sim is not None:
            return self.sim.now_ns
        return self.view.at_ns(len(self.view) - 1) if len(self.view) else 0

    @property
    def recording(self) -> Recording | None:
        """What a trace of it says of its run; None where nothing runs."""
        return self.sim.recording if self.sim is not None and self.live else None


def compared(one: Branch, other: Branch) -> Comparison:
    """Compare what came of two branches, until the earlier of their ends.

    What was done to them, such as a fault that was set, is no difference; what follows
    from it is.
    """
    until = min(one.end_ns, other.end_ns)
    first, second = (
        [r for r in each.records if r.at_ns <= until and r.kind not in _DONE_TO_IT]
        for each in (one, other)
    )
    return compare(first, second, numbered=False)


def ended(one: Branch, other: Branch) -> str:
    """Say until when two branches are compared; nothing where both are as long."""
    if one.end_ns == other.end_ns:
        return ""
    first = min(one, other, key=lambda each: each.end_ns)
    return f"; compared up to {duration_text(first.end_ns // _MS * _MS)}, where {first.name} ends"


def drawn(sim: Simulation, sent: Iterable[tuple[str, str]] = ()) -> Diagram:
    return diagram_of(build(sim.wiring, sent))

"""Players with recordings, and with an engine that is driven as the app drives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import Simulation, Topology
from simulator.tui.filters.filter import Filter
from simulator.tui.player import Player, State
from simulator.tui.view.rows import Rows
from simulator.tui.view.timeline import Mode
from tests.tui.view.runs import orders, view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.view.trace_view import TraceView


DT = 1 / 60


def recording(view: TraceView | None = None, mode: Mode = Mode.STORY) -> Player:
    player = Player(orders() if view is None else view, live=False)
    player.use(mode)
    return player


def rows_of(view: TraceView, text: str = "") -> Rows:
    rows = Rows(view, Filter.parse(text))
    while not rows.scan():
        pass
    return rows


def state(player: Player) -> State:
    """Give the state, which may be another one each time."""
    return player.state


class Live:
    """A player with its engine, driven as the app drives it."""

    def __init__(self, topology: str, mode: Mode = Mode.STORY) -> None:
        self.sim = Simulation(Topology.parse(topology))
        self.player = Player(view_of(self.sim), live=True)
        self.player.use(mode)
        self.asked: list[int] = []
        self.tell()

    def tell(self) -> None:
        self.player.tell(self.sim.due_ns)

    def frame(self, dt: float = DT) -> None:
        """Let one frame of the screen pass."""
        wanted = self.player.wants_ns
        if wanted is not None:
            self.asked.append(wanted)
            self.sim.run(f"{min(wanted, 10**16)}ns")
        self.tell()
        self.player.tick(dt)

    def until(self, done: Callable[[], bool], most: int = 5_000) -> int:
        for count in range(most):
            if done():
                return count
            self.frame()
        raise AssertionError("it never happens")

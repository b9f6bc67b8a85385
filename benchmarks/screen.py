"""What the terminal UI costs: a frame, and the engine while the UI is attached."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmarks.measure import Row
from benchmarks.simpy_peer import spawn_timeout_join
from simulator import Simulation, Topology
from simulator.tui.app import KnSimApp
from simulator.tui.branch import drawn
from simulator.tui.opening import Opening
from simulator.tui.player import MAX
from simulator.tui.settings import Settings
from simulator.tui.stage import Stage
from simulator.tui.view.timeline import Mode
from simulator.tui.view.trace_view import TraceView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Effort

_SIZE = (160, 45)
_RATE = 60
_EVENTS_A_SECOND = 10_000
_EVERY_US = 1_000_000 // _EVENTS_A_SECOND
_SEEKS, _STRIDE = 101, 37
_TRIGGERS = 4
_ADDITIONS = 100_000
_BUSY = (
    """\
topology: busy
brokers: {default: {}}
sources: {load: {every: EVERY, event: {type: order}, sink: broker/default}}
triggers:
""".replace("EVERY", f"{_EVERY_US}us")
    + "".join(f"  t{n}: {{subscriber: s{n}}}\n" for n in range(_TRIGGERS))
)
_LONGEST_S = 120.0
_TURNS = 5
# The first engine had 0.063 to 0.071, in turn with 0.127 to 0.141 of the second.
_ATTACHED = 0.07


def frames(effort: Effort) -> Row:
    """The CPU of a frame at 10,000 events a second, against a loop of additions."""
    seconds = max(0.2, 2 * effort.share)
    frame_s = asyncio.run(_frame_s(seconds))
    loop_s = min(_loop_s() for _ in range(effort.rounds))
    return Row(
        what=f"a frame at {_EVENTS_A_SECOND:,} events/s, {_SIZE[0]}x{_SIZE[1]} / 100,000 additions",
        figure=frame_s / loop_s,
        aim=9,
        detail=f"{frame_s * 1e3:.1f} ms CPU against {loop_s * 1e3:.1f} ms",
    )


def attached(effort: Effort) -> Row:
    """Events a second of CPU while the UI shows them as fast as it can, over SimPy's rate.

    Against itself without the UI, the engine would look the worse the faster it gets.
    """
    events = effort.of(30_000)
    process = spawn_timeout_join(effort)
    turns = [
        (asyncio.run(_shown(events)), min(process() for _ in range(effort.pairs)))
        for _ in range(_TURNS)
    ]
    shown = max(rate for rate, _ in turns)
    process_s = min(seconds for _, seconds in turns)
    return Row(
        what="events/s with the UI attached, at full speed / SimPy spawn+timeout+join",
        figure=shown * process_s,
        aim=_ATTACHED,
        at_least=True,
        detail=f"{shown:,.0f} events against {1 / process_s:,.0f} processes/s of CPU",
    )


def seeks(effort: Effort) -> Row:
    """The CPU of a jump to anywhere in a long trace, the frame there included."""
    events = effort.of(90_000)
    simulation = Simulation(Topology.parse(_BUSY))
    simulation.run(until=f"{events * _EVERY_US}us")
    view = TraceView(simulation.log, drawn(simulation))
    spent = []
    for number in range(_SEEKS):
        position = view.timeline().end() * ((number * _STRIDE) % _SEEKS) / _SEEKS
        start = time.process_time()
        view.frame(position)
        spent.append(time.process_time() - start)
    spent.sort()
    worst = spent[-1] * 1e3
    return Row(
        what=f"a seek in {len(view):,} records, the slowest of {_SEEKS}",
        figure=worst,
        aim=30,
        unit="ms CPU",
        detail=f"half of them within {spent[_SEEKS // 2] * 1e3:.2f} ms",
    )


def _begin(topology: Topology, files: Sequence[str]) -> Simulation:
    return Simulation(topology, journal=True)


class _Busy(Opening):
    """A topology that is written here."""

    def load(self) -> Topology | None:
        return Topology.parse(_BUSY)


def _app() -> KnSimApp:
    stage = Stage(_Busy(["busy"], _begin))
    return KnSimApp(stage, Settings(fps=_RATE), frames=False)


async def _frame_s(seconds: float) -> float:
    app = _app()
    async with app.run_test(size=_SIZE):
        player = app.main.stage.player
        player.use(Mode.TRUE)
        player.play()
        spent = []
        for _ in range(round(seconds * _RATE)):
            start = time.process_time()
            await app.main.frame(1 / _RATE)
            await asyncio.sleep(0)
            spent.append(time.process_time() - start)
        spent.sort()
        return spent[len(spent) // 2]


async def _shown(events: int) -> float:
    app = _app()
    async with app.run_test(size=_SIZE):
        stage = app.main.stage
        stage.player.use(Mode.TRUE)
        stage.player.set_speed(MAX)
        stage.player.play()
        end = time.perf_counter() + _LONGEST_S
        start = time.process_time()
        while (
            len(stage.view) // (2 * _TRIGGERS + 3) < events
            and time.perf_counter() < end
        ):
            await app.main.frame(1 / _RATE)
            await asyncio.sleep(0)
        return len(stage.view) // (2 * _TRIGGERS + 3) / (time.process_time() - start)


def _loop_s() -> float:
    start = time.process_time()
    total = 0
    for number in range(_ADDITIONS):
        total += number
    return time.process_time() - start

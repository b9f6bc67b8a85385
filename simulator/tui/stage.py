"""The runs that the screen shows: driven on demand, forked, reloaded, begun again.

The engine runs in slices on the app's own event loop, never further than the playhead
needs; what it does is the same however it is sliced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_written
from simulator.errors import SimulatorError, TopologyError, UsageError
from simulator.graph.build import recorded
from simulator.manifests.files import Watch
from simulator.story.circles import circle_in, turns_of
from simulator.tui.branch import TURNS, Branch, drawn
from simulator.tui.diagram import diagram_of
from simulator.tui.view.trace_view import TraceView

if TYPE_CHECKING:
    from simulator.session import Simulation
    from simulator.session.breakpoints import Held
    from simulator.session.prepared import Changes
    from simulator.tui.opening import Opening
    from simulator.tui.player import Player
    from simulator.tui.screens.draft import SendRequest
    from simulator.wiring import Finding, Wiring

MAIN = "main"
_TURNS_MORE = 10
# Records between two looks: a look follows the causes all the way back.
_LOOK_EVERY = 5_000


class Stage:
    """The branches, of which one is on the screen.

    Attributes:
        faults: Why the file as it is now cannot run; the last good one goes on.
        circle: Names the circle that stopped it; empty when nothing goes round.
        sent: How many events were sent from the screen; the next id.
        served: The first run, which drives itself; None for none.

    Raises:
        SimulatorError: The topology or the trace is refused; every fault is named.
    """

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.watch = Watch(opening.files)
        self.faults: tuple[str, ...] = ()
        self.circle = ""
        self.sent = 0
        self.branches = [self._first()]
        self.current = first = self.branches[0]
        serve = opening.serve
        self.served = None if serve is None or first.sim is None else serve(first.sim)
        first.player.chases = self.served is not None

    def _first(self) -> Branch:
        replay, again = self.opening.replay, self.opening.again
        if replay is not None and again is not None:
            played, same = again()
            records = played.log if same else replay
            return Branch(MAIN, played, TraceView(records, drawn(played)), live=same)
        topology = self.opening.load()
        sim = None if topology is None else self.opening.simulate(topology)
        if sim is not None and replay is None:
            return Branch(MAIN, sim, TraceView(sim.log, drawn(sim)), live=True)
        shown = [] if replay is None else replay
        diagram = diagram_of(recorded(shown)) if sim is None else drawn(sim)
        return Branch(MAIN, sim, TraceView(shown, diagram), live=False)

    # -- what is on the screen

    @property
    def sim(self) -> Simulation | None:
        """What runs on the screen, or answers questions there."""
        return self.current.sim

    @property
    def view(self) -> TraceView:
        return self.current.view

    @property
    def player(self) -> Player:
        return self.current.player

    @property
    def strangers(self) -> list[str]:
        """The nodes of a recording that its topology has not: it is of another one."""
        replay = self.opening.replay
        if replay is None or not self.opening.files:
            return []
        known = {box.name for box in self.view.diagram.boxes}
        there = diagram_of(recorded(replay)).boxes
        return [box.name for box in there if box.name not in known]

    @property
    def problems(self) -> tuple[Finding, ...]:
        sim = self.sim
        return () if sim is None else sim.findings

    # -- driving

    async def drive(self, clock: Callable[[], float], budget_s: float) -> int:
        """Let the engine do what the playhead needs, for about so many seconds."""
        branch, player, failed = self.current, self.player, self.player.error
        if self.served is not None:
            self.served.wake()
        if player.chases and self.served is not None:
            player.error = self.served.error
        elif branch.live and branch.sim is not None and not failed:
            await self._go_on(branch.sim, clock, budget_s)
        before = len(branch.view)
        self.tell_player()
        if player.error and not failed:
            player.end()  # nothing plays any more: show all that was done
        added = len(branch.view) - before
        if added and branch.live:
            self._look_for_circle()
        return added

    def tell_player(self) -> None:
        """Let the playhead know how far the records go and what is due next."""
        branch = self.current
        sim = branch.sim if branch.live else None
        branch.player.tell(None if sim is None or sim.held else sim.due_ns)
        branch.learn()
        if self.holds and branch.player.position >= branch.player.edge:
            branch.player.stop_at_break()

    async def _go_on(
        self, sim: Simulation, clock: Callable[[], float], budget_s: float
    ) -> None:
        wants_ns = self.player.wants_ns
        if wants_ns is None and self.player.playing and sim.due_ns == sim.now_ns:
            # An instant that has begun goes on: nothing can come before its end.
            wants_ns = sim.now_ns
        if wants_ns is not None and not sim.held:
            end = clock() + budget_s
            try:
                await sim.advance(wants_ns, enough=lambda: clock() >= end)
            except SimulatorError as error:  # the log is full
                self.player.error = str(error)

    def _look_for_circle(self) -> None:
        branch = self.current
        # A look goes back as far as so many turns: they must not come more often.
        every = _LOOK_EVERY * branch.turns // TURNS
        if len(branch.view) - branch.looked < every:
            return
        branch.looked = len(branch.view)
        assert branch.sim is not None, "something runs"
        log = branch.sim.log
        found = circle_in(log)
        turns = 0 if found is None else turns_of(log, found)
        if turns >= branch.turns:
            branch.turns = turns * _TURNS_MORE
            self.circle = f"{found}, {turns:,} turns"
            branch.player.pause()

    # -- inputs

    def catch_up(self) -> None:
        """Bring the run to the instant on the screen: an input happens there.

        The playhead goes to the live edge; a gap that is just being travelled is
        passed as far as the clock on the screen says.
        """
        sim, player = self.sim, self.player
        assert sim is not None, "something runs"
        last = len(self.view) - 1
        if last >= 0 and player.position < player.timeline.position_of(last):
            player.end()
        now_ns = player.now_ns
        due_ns = sim.due_ns
        if sim.now_ns < now_ns and (due_ns is None or now_ns < due_ns) and not sim.held:
            sim.arrive(now_ns)

    def send(self, request: SendRequest) -> None:
        sim = self.sim
        assert sim is not None, "something runs"
        self.catch_up()
        for number in range(request.repeat):
            event = request.event
            if not event.id or number:
                self.sent += 1
                event = event.with_attributes({"id": f"sent-{self.sent}"})
            after = duration_written(number * request.every_ns)
            sim.send(event, to=request.to, after=after, as_=self.opening.account)

    # -- what stands

    @property
    def holds(self) -> tuple[Held, ...]:
        """What stands at a breakpoint, the first one first."""
        sim = self.sim
        return () if sim is None or not self.current.live else sim.held

    def release_next(self) -> None:
        assert self.sim is not None, "something is held"
        self.sim.release(self.holds[0].serial)
        self.tell_player()

    def release_all(self) -> None:
        while self.holds:
            self.release_next()

    # -- branches

    async def fork(self, before: int) -> Branch:
        """Run again up to a record, and go on from there; UsageError: nothing runs."""
        if not self.current.live or self.sim is None:
            raise UsageError("a recorded trace cannot be forked: nothing runs")
        sim = await self.sim.fork_async(before)
        names = [branch.name for branch in self.branches]
        number = 1 + max(int(n.partition(" ")[2]) for n in ["fork 0", *names[1:]])
        name, parent = f"fork {number}", self.current.name
        view = TraceView(sim.log, drawn(sim))
        branch = Branch(name, sim, view, live=True, forked_at=before, parent=parent)
        branch.player.like(self.player)
        self.branches.append(branch)
        self.switch(branch)
        self.tell_player()
        branch.player.end()
        return branch

    def branch(self, name: str) -> Branch:
        return next(branch for branch in self.branches if branch.name == name)

    def switch(self, branch: Branch) -> None:
        """Bring a branch to the screen; the others stand still."""
        self.current.player.pause()
        self.current = branch
        self.circle = ""

    def remove(self, branch: Branch) -> None:
        if branch is not self.current:
            self.branches.remove(branch)

    def restart(self) -> None:
        """Begin again from the file as it is now; forks are forgotten.

        Raises:
            SimulatorError: The file is refused; what runs goes on.
        """
        if self.served is not None:
            raise UsageError("what is served goes on: leave, and serve it anew")
        first = self._first()
        first.player.like(self.player)
        self.branches = [first]
        self.current = first
        self.faults, self.circle = (), ""

    # -- the file changed

    def reload(self) -> Changes | None:
        """Apply the file as it is now to the run on the screen, all or nothing.

        Returns:
            What changed; None when it is refused: then `faults` say why.
        """
        branch = self.current
        try:
            topology, changes = self.opening.load(), None
            if topology is None or branch.sim is None:
                return None
            if branch.live:
                changes = branch.sim.reload(topology)
            else:  # for the questions about a recorded trace
                branch.sim = self.opening.simulate(topology)
        except (SimulatorError, OSError) as error:
            told = error.faults if isinstance(error, TopologyError) else [str(error)]
            self.faults = tuple(told)
            return None
        self.faults = ()
        branch.redraw()
        return changes


def filter_types(wiring: Wiring) -> list[str]:
    """List the values of ``type`` that filters of triggers name, in document order."""
    found: dict[str, None] = {}
    for hub in wiring.hubs:
        for route in hub.routes:
            resource = wiring.resources.get(route.resource)
            if resource is not None and route.filter is not None:
                _collect_types(resource.spec, found)
    return list(found)


def _collect_types(spec: Any, found: dict[str, None]) -> None:
    """Look for ``type: x`` at any depth of a filter."""
    if isinstance(spec, Mapping):
        for name, value in spec.items():
            if name == "type" and isinstance(value, str):
                found[value] = None
            elif name not in ("cesql", "subscriber"):
                _collect_types(value, found)
    elif isinstance(spec, list | tuple):
        for item in spec:
            _collect_types(item, found)

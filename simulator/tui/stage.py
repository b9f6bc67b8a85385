"""The runs that the screen shows: driven on demand, forked, reloaded, begun again.

The engine runs in slices on the app's own event loop, never further than the playhead
needs; what it does is the same however it is sliced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import SimulatorError, TopologyError, UsageError
from simulator.tui.diagram import Diagram, diagram_from, diagram_of
from simulator.tui.player import Player
from simulator.tui.reel import Reel
from simulator.tui.runaway import LOOK_EVERY, Circle, circle

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.session import Simulation
    from simulator.session.reload import Changes
    from simulator.tui.opening import Opening
    from simulator.wiring import Finding

MAIN = "main"
_EMPTY = Diagram.of((), ())


class Branch:
    """One run with the place where it is looked at.

    Args:
        name: ``main``, or that of a fork.
        sim: What runs, or answers questions about a recorded trace; None without a
            topology.
        reel: Its records.
        live: Whether *sim* can go on.
        forked_at: The record before which it was forked; None for the first.
    """

    def __init__(
        self,
        name: str,
        sim: Simulation | None,
        reel: Reel,
        *,
        live: bool,
        forked_at: int | None = None,
    ) -> None:
        self.name = name
        self.sim = sim
        self.reel = reel
        self.live = live
        self.forked_at = forked_at
        self.player = Player(reel, live=live)
        self.looked = 0


class Stage:
    """The branches, of which one is on the screen.

    Args:
        opening: What was asked for.

    Attributes:
        branches: In the order in which they were made.
        current: The one on the screen.
        faults: Why the file as it is now cannot run; the last good one goes on.
        error: Why the engine stopped, for the state ERROR; empty while it works.
        circle: The circle that stopped it; None when nothing goes round.

    Raises:
        SimulatorError: The topology or the trace is refused; every fault is named.
    """

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.faults: tuple[str, ...] = ()
        self.error = ""
        self.circle: Circle | None = None
        self.branches = [self._first()]
        self.current = self.branches[0]

    def _first(self) -> Branch:
        topology = self.opening.load()
        sim = None if topology is None else self.opening.simulate(topology)
        replay = self.opening.replay
        if replay is not None:
            diagram = diagram_from(replay) if sim is None else drawn(sim)
            return Branch(MAIN, sim, Reel(replay, diagram), live=False)
        if sim is None:
            return Branch(MAIN, None, Reel([], _EMPTY), live=False)
        return Branch(MAIN, sim, Reel(sim.log, drawn(sim)), live=True)

    # -- what is on the screen

    @property
    def sim(self) -> Simulation | None:
        """What runs on the screen, or answers questions there."""
        return self.current.sim

    @property
    def reel(self) -> Reel:
        """The records on the screen."""
        return self.current.reel

    @property
    def player(self) -> Player:
        """The playhead on the screen."""
        return self.current.player

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What the topology's author should know."""
        sim = self.sim
        return () if sim is None else sim.findings

    # -- driving

    async def drive(self, clock: Callable[[], float], budget_s: float) -> int:
        """Let the engine do what the playhead needs, for a slice of time.

        Args:
            clock: Seconds that pass.
            budget_s: About how long it may take.

        Returns:
            How many records are new.
        """
        branch = self.current
        sim, player = branch.sim, branch.player
        if branch.live and sim is not None and not self.error:
            wants_ns = player.wants_ns
            if wants_ns is not None:
                end = clock() + budget_s
                try:
                    await sim.advance(wants_ns, enough=lambda: clock() >= end)
                except UsageError as error:  # the log is full
                    self._stop(str(error))
        added = branch.reel.extend()
        self.tell_player()
        if added and branch.live:
            self._look_for_circle()
        return added

    def tell_player(self) -> None:
        """Let the playhead know how far the records go and what is due next."""
        branch = self.current
        sim = branch.sim if branch.live else None
        branch.player.told(
            due_ns=None if sim is None else sim.due_ns,
            held=bool(sim is not None and sim.held),
        )

    def _stop(self, reason: str) -> None:
        self.error = reason
        self.player.fail()

    def _look_for_circle(self) -> None:
        branch = self.current
        if len(branch.reel) - branch.looked < LOOK_EVERY:
            return
        branch.looked = len(branch.reel)
        found = circle(branch.reel, len(branch.reel) - 1)
        if found is not None:
            self.circle = found
            branch.player.pause()

    # -- branches

    def fork(self, before: int) -> Branch:
        """Run again up to a record, and go on from there.

        Raises:
            UsageError: There is nothing to run.
        """
        if not self.current.live or self.sim is None:
            raise UsageError("a recorded trace cannot be forked: nothing runs")
        sim = self.sim.fork(before)
        names = [branch.name for branch in self.branches]
        number = 1 + max(int(n.partition(" ")[2]) for n in ["fork 0", *names[1:]])
        branch = Branch(
            f"fork {number}",
            sim,
            Reel(sim.log, drawn(sim)),
            live=True,
            forked_at=before,
        )
        branch.player.like(self.player)
        self.branches.append(branch)
        self.switch(branch)
        branch.reel.extend()
        self.tell_player()
        branch.player.seek_live()
        return branch

    def switch(self, branch: Branch) -> None:
        """Bring a branch to the screen; the others stand still."""
        self.current.player.pause()
        self.current = branch
        self.error, self.circle = "", None

    def remove(self, branch: Branch) -> None:
        """Forget a branch that is not on the screen."""
        if branch is not self.current:
            self.branches.remove(branch)

    def restart(self) -> None:
        """Begin again from the file as it is now; forks are forgotten.

        Raises:
            SimulatorError: The file is refused; what runs goes on.
        """
        first = self._first()
        first.player.like(self.player)
        self.branches = [first]
        self.current = first
        self.faults, self.error, self.circle = (), "", None

    # -- the file changed

    def reload(self) -> Changes | None:
        """Apply the file as it is now to the run on the screen, all or nothing.

        Returns:
            What changed; None when it is refused: then `faults` say why.
        """
        try:
            topology = self.opening.load()
            sim = self.sim
            if topology is None or sim is None:
                return None
            if not self.current.live:
                return self._look_again()
            changes = sim.reload(topology)
        except TopologyError as error:
            self.faults = error.faults
            return None
        except (SimulatorError, OSError) as error:
            self.faults = (str(error),)
            return None
        self.faults = ()
        self.reel.redraw(drawn(sim))
        return changes

    def _look_again(self) -> None:
        """Take the file as it is now for the questions about a recorded trace."""
        topology = self.opening.load()
        assert topology is not None, "there is a file"
        branch = self.current
        branch.sim = self.opening.simulate(topology)
        branch.reel.redraw(drawn(branch.sim))
        self.faults = ()


def drawn(sim: Simulation) -> Diagram:
    """Draw what runs: without reply lines of services that never reply."""
    silent = set()
    emissions = []
    for endpoint in sim.wiring.endpoints:
        spec = sim.service_spec(endpoint)
        if spec is None:
            continue
        if spec.replies is False:
            silent.add(endpoint.node)
        emissions += [(endpoint.node, each.to) for each in spec.emissions]
    return diagram_of(sim.wiring, silent=frozenset(silent), emissions=emissions)

"""From files and traces to what the UI shows, and the same again on a restart."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.errors import UsageError
from simulator.tui.settings import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.trace import Trace

LAST = "last.jsonl"


class Served(AbstractAsyncContextManager[object], Protocol):
    """A run that is served over sockets, and drives itself; entered while it is shown."""

    @property
    def error(self) -> str:
        """Why it cannot go on; empty while it can."""

    @property
    def told(self) -> str:
        """Say where it is served."""

    def wake(self) -> None:
        """Look whether anything is due: somebody may have done something to the run."""


class Opening(NamedTuple):
    """What was asked for on the command line.

    Args:
        files: Of the topology; none for a bare replay or an empty screen.
        begin: Makes a simulation of a topology, with the settings of the run.
        events: What is sent at the start.
        to: Where to; empty for the only broker.
        account: Who sends that, and all that is sent by hand; None for nobody's.
        replay: A trace to show; None to run.
        name: Of what is shown; empty for those of the files.
        namespace: Of resources that name none.
        again: Has the run of that trace again, and tells whether it is the same; None where
            nothing says how, or there are files.
        serve: Makes of the run one that is served over sockets; None for none.
    """

    files: Sequence[str]
    begin: Callable[[Topology, Sequence[str]], Simulation]
    events: Sequence[Event] = ()
    to: str = ""
    account: str | None = None
    replay: Trace | None = None
    name: str = ""
    namespace: str | None = None
    again: Callable[[], tuple[Simulation, bool]] | None = None
    handlers: Sequence[str] = ()
    serve: Callable[[Simulation], Served] | None = None

    @property
    def title(self) -> str:
        return self.name or ", ".join(self.files) or "no topology"

    def of(self, files: Sequence[str]) -> Opening:
        """Give the same for other files, to run."""
        return self._replace(files=files, name="", replay=None, again=None, serve=None)

    def load(self) -> Topology | None:
        """Read the topology; None when no file was named. TopologyError names every fault."""
        from simulator.topology import Topology

        if not self.files:
            return None
        return Topology.load(*self.files, partly=True, namespace=self.namespace)

    def simulate(self, topology: Topology) -> Simulation:
        """Make the simulation, with the first events sent unless a trace is replayed."""
        sim = self.begin(topology, self.files)
        if self.replay is None:
            for event in self.events:
                sim.send(event, to=self.to, as_=self.account)
        return sim


def last_trace(folder: Path | None = None) -> Path:
    """Tell where the trace of the last session lies; UsageError: there is none yet."""
    path = (folder or state_folder()) / LAST
    if not path.is_file():
        raise UsageError(
            f"{path}: there is no last trace yet; kn-sim ui keeps it when you quit"
        )
    return path

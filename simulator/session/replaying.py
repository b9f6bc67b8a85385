"""A run had again from its trace alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.session.redoing import Redo
from simulator.session.simulation import Simulation

if TYPE_CHECKING:
    from simulator.trace import Trace


class Replay(Redo[Simulation]):
    """What a trace says of its run, made ready to be done again; see `Redo`.

    Raises:
        UsageError: It says nothing of its run.
        TopologyError: The topology in it is none.
    """

    def __init__(self, trace: Trace, name: str) -> None:
        super().__init__(trace, name, Simulation)

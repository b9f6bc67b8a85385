"""Who works on the pieces of a search: what is asked of them, and the first of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator import __version__
from simulator.errors import SimulatorError
from simulator.explore.working import work

if TYPE_CHECKING:
    from simulator.explore.plan import Plan
    from simulator.explore.working import Outcome, Piece

VERSIONS = f"kn-sim {__version__}, Python {sys.version_info[0]}.{sys.version_info[1]}"
"""On which it depends what a piece comes to, and whether it can be sent."""


class WorkersError(SimulatorError):
    """Nobody is left who could work, or nobody can work on this."""


class Trouble(NamedTuple):
    """Why a worker cannot work on a plan; an error would not survive the way.

    Args:
        text: As the worker would have said it.
    """

    text: str


class Workers(Protocol):
    """Work on pieces, several at a time."""

    @property
    def most(self) -> int:
        """How many pieces keep all of them at work."""
        ...

    def start(self, piece: Piece) -> None:
        """Let somebody begin with a piece."""
        ...

    def next(self) -> Outcome:
        """Wait for an outcome of a piece that was begun, any one.

        Raises:
            WorkersError: There will be none.
        """
        ...


class Here:
    """This process, a piece at a time.

    Args:
        plan: What is searched.
    """

    most = 1

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._started: list[Piece] = []

    def start(self, piece: Piece) -> None:
        """Note what is to be done."""
        self._started.append(piece)

    def next(self) -> Outcome:
        """Do it."""
        return work(self._plan, self._started.pop())


def attempted(plan: Plan, piece: Piece) -> Outcome | Trouble:
    """Work on a piece in another process."""
    try:
        return work(plan, piece)
    except (SimulatorError, OSError) as error:
        return Trouble(str(error))


def outcome_of(result: Outcome | Trouble) -> Outcome:
    """Give what a worker has found out.

    Raises:
        WorkersError: It could not work; it says why.
    """
    if isinstance(result, Trouble):
        raise WorkersError(f"a worker cannot run this: {result.text}")
    return result

"""Processes on this machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.explore.working import (
    Trouble,
    WorkersError,
    attempted,
    ground_of,
    outcome_of,
)

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from typing import Self

    from simulator.explore.plan import Plan
    from simulator.explore.working import Outcome, Piece

_AHEAD = 3  # pieces for each process: one that it works on, and some that wait
_MOST_DEATHS = 3
_TASKS = Path("/proc/self/task")  # threads of this process; Linux has it


class Pool:
    """Processes that work on the pieces of a plan; those that die are made up for.

    Args:
        plan: What is searched; it is made ready here first, so that processes that are
            forked have it ready, too.
        jobs: How many.

    Raises:
        SimulatorError: The plan cannot be run.
        UsageError: It cannot be sent to other processes.
    """

    def __init__(self, plan: Plan, jobs: int) -> None:
        ground_of(plan)
        self.most = jobs * _AHEAD
        self._plan = plan
        self._jobs = jobs
        self._context = _context()
        if self._context.get_start_method() != "fork":
            _check_sendable(plan)
        self._under_way: dict[Future[Outcome | Trouble], Piece] = {}
        self._deaths: dict[int, int] = {}  # piece -> how often its process died
        self._others = {each.pid for each in multiprocessing.active_children()}
        self._executor = self._made()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let them end; at once, whatever they do, if this is an interruption."""
        for process in multiprocessing.active_children() if kind else ():
            if process.pid not in self._others:
                process.terminate()
        self._executor.shutdown(cancel_futures=True)

    def start(self, piece: Piece) -> None:
        """Let a process begin with a piece."""
        try:
            future = self._executor.submit(_work, piece)
        except BrokenProcessPool:  # noticed between two outcomes
            self._begin_again()
            future = self._executor.submit(_work, piece)
        self._under_way[future] = piece

    def next(self) -> Outcome:
        """Wait for the next outcome.

        Raises:
            WorkersError: Processes died too often, or cannot work on this.
        """
        while True:
            done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            future = next(iter(done))
            try:
                result = future.result()
            except BrokenProcessPool:
                self._begin_again()
                continue
            piece = self._under_way.pop(future)
            self._deaths.pop(piece.number, None)
            return outcome_of(result)

    def _begin_again(self) -> None:
        """Make new processes, and let them do what those that died leave undone.

        Raises:
            WorkersError: They died too often.
        """
        self._executor.shutdown()
        self._executor = self._made()
        for future, piece in list(self._under_way.items()):
            if not isinstance(future.exception(), BrokenProcessPool):
                continue
            deaths = self._deaths[piece.number] = self._deaths.get(piece.number, 0) + 1
            if deaths == _MOST_DEATHS:
                raise WorkersError(
                    f"processes died {deaths} times at the same work; the machine may be "
                    "short of memory, or a handler ends its process (in a script, "
                    'explore needs `if __name__ == "__main__":`); --jobs 1 shows it'
                )
            del self._under_way[future]
            self._under_way[self._executor.submit(_work, piece)] = piece

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._jobs, self._context, initializer=_begin, initargs=(self._plan,)
        )


def _context() -> BaseContext:
    """Choose how processes are started, whatever the default of this Python is.

    A fork has all that is ready here, but is safe only where there is one thread, and
    nowhere but on Linux (Source: Python's library reference, multiprocessing, "Contexts
    and start methods").
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    alone = len(list(_TASKS.iterdir())) == 1 if _TASKS.exists() else False
    return multiprocessing.get_context("fork" if alone else "forkserver")


def _check_sendable(plan: Plan) -> None:
    try:
        pickle.dumps(plan)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(
            f"the plan cannot be sent to other processes: {error}; functions must stand "
            "at the top of a module"
        ) from error


_plan: Plan | None = None  # of this process


def _begin(plan: Plan) -> None:
    """Make a new process ready to work."""
    global _plan  # noqa: PLW0603 - an initializer has no other place
    _plan = plan
    gc.freeze()  # what is there stays
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one is gone that started it, even if it was killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "it is a child"
    wait_for([parent.sentinel])
    os._exit(1)


def _work(piece: Piece) -> Outcome | Trouble:
    assert _plan is not None, "the process was made ready"
    return attempted(_plan, piece)

"""Try many cases in some processes, each of which another can end when it hangs."""

from __future__ import annotations

import multiprocessing
import queue
import resource
import time
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.cases import Case, case_of
from tests.fuzz.trying import MOST_MEMORY_MB, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkContext

_DEAF_S = (
    120.0  # of real time; a case that hears no signal is in code that is not Python
)
_LOOK_S = 0.5
_TELL_S = 30.0


class Found(NamedTuple):
    """A case that has a fault.

    Args:
        number: Which makes it, with the seed.
        case: As small as it was made.
        fault: What came of it.
    """

    number: int
    case: Case
    fault: Fault


class Task(NamedTuple):
    """Which cases to try.

    Args:
        seed: Of all of them.
        first: The number of the first.
        tries: How many.
        only: The kind; all unless given.
    """

    seed: int
    first: int
    tries: int
    only: str | None = None


def faults(
    task: Task, processes: int, *, keep_going: bool, tell: Callable[[int], None]
) -> Iterator[Found]:
    """Try cases; give each sort of fault once.

    Args:
        task: Which ones.
        processes: How many at a time.
        keep_going: Whether to look for further ones after the first.
        tell: Is told now and then how many were tried.
    """
    context = multiprocessing.get_context("fork")
    team = [_Worker(context, task, start, processes) for start in range(processes)]
    seen: set[str] = set()
    told = time.monotonic()
    try:
        while team:
            time.sleep(_LOOK_S)
            if time.monotonic() - told > _TELL_S:
                told = time.monotonic()
                tell(min(worker.tried for worker in team))
            for worker in list(team):
                over = not worker.process.is_alive()
                for found in worker.found():
                    if found.fault.sort not in seen:
                        seen.add(found.fault.sort)
                        yield found
                        if not keep_going:
                            return
                if over:
                    team.remove(worker)
    finally:
        for worker in team:
            worker.process.kill()


class _Worker:
    """A process that tries every so-manieth case."""

    def __init__(self, context: ForkContext, task: Task, start: int, step: int) -> None:
        self._task = task
        self._queue = context.Queue()
        self._here = context.Value("q", -1)
        self._looked = (-1, time.monotonic())
        self.process = context.Process(
            target=_work, args=(task, start, step, self._queue, self._here), daemon=True
        )
        self.process.start()

    @property
    def tried(self) -> int:
        """How many cases were tried before the one that is tried now."""
        return max(0, int(self._here.value) - self._task.first)

    def found(self) -> Iterator[Found]:
        """Give what it found since; and end it when it is deaf, or died."""
        yield from self._told()
        here: int = self._here.value
        if here < 0:
            return
        if self.process.exitcode:
            yield self._lost(here, f"the process died: {self.process.exitcode}")
        elif here != self._looked[0]:
            self._looked = here, time.monotonic()
        elif time.monotonic() - self._looked[1] > _DEAF_S:
            self.process.kill()
            yield self._lost(here, "it hangs, and hears no signal")

    def _told(self) -> Iterator[Found]:
        while True:
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return

    def _lost(self, number: int, text: str) -> Found:
        case = case_of(self._task.seed, number, self._task.only)
        return Found(number, case, Fault(f"{text} {number}", text, text))


def _work(task: Task, start: int, step: int, found: object, here: object) -> None:
    most = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) + (
        4 * MOST_MEMORY_MB << 20
    )
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    known: set[str] = set()
    for number in range(task.first + start, task.first + task.tries, step):
        here.value = number  # type: ignore[attr-defined]
        case = case_of(task.seed, number, task.only)
        fault = case.fault()
        if fault is not None and fault.sort not in known:
            known.add(fault.sort)
            here.value = -1  # type: ignore[attr-defined]
            small = case.shrunk(fault.sort)
            found.put(Found(number, small, small.fault() or fault))  # type: ignore[attr-defined]
    here.value = -1  # type: ignore[attr-defined]

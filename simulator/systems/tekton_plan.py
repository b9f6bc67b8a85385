"""When the tasks of a run begin and end: each after those that it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.systems.tekton_pipelines import Pipeline, Task


class Span(NamedTuple):
    """A task of a run: from when to when, ns since the run began; and how it ends."""

    task: str
    begin_ns: int
    end_ns: int
    failed: bool


def plan_of(
    pipeline: Pipeline, takes_ns: Callable[[str], int], failing: str | None
) -> tuple[Span, ...]:
    """Lay out the tasks, in the order in which they begin.

    Args:
        pipeline: Whose run it is.
        takes_ns: How long a task takes.
        failing: The task that fails; None for a run in which none does.

    Source: tektoncd/pipeline docs/pipelines.md: once a task has failed no other begins,
        those under way go on; then those of ``finally`` run in any case, all at once.
    """
    spans: dict[str, Span] = {}
    given_up_ns: int | None = None
    for task in _in_order(each for each in pipeline.tasks if not each.last):
        if any(one not in spans for one in task.after):
            continue  # what it waits for never ran
        begin = max((spans[one].end_ns for one in task.after), default=0)
        failed = task.name == failing
        spans[task.name] = Span(task.name, begin, begin + takes_ns(task.name), failed)
        if failed:
            given_up_ns = spans[task.name].end_ns
    if given_up_ns is not None:
        begun = [s for s in spans.values() if s.failed or s.begin_ns < given_up_ns]
        spans = {each.task: each for each in begun}
    end = max((each.end_ns for each in spans.values()), default=0)
    for task in pipeline.tasks:
        if task.last:
            failed = task.name == failing
            spans[task.name] = Span(task.name, end, end + takes_ns(task.name), failed)
    return tuple(sorted(spans.values(), key=lambda each: each.begin_ns))


def _in_order(tasks: Iterable[Task]) -> list[Task]:
    """Put each task behind those that it waits for; there are no circles."""
    left = list(tasks)
    found: list[Task] = []
    while left:
        waiting = {each.name for each in left}
        ready = [each for each in left if not waiting.intersection(each.after)]
        found += ready
        left = [each for each in left if each not in ready]
    return found

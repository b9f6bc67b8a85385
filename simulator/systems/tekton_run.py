"""One run of a pipeline: when its tasks begin and end, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from simulator.systems.tekton_pipelines import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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


@dataclass(kw_only=True)
class Run:
    """A PipelineRun.

    Args:
        pipeline: What it runs.
        name: Its own.
        namespace: Where it is.
        uid: Its id in the cluster.
        params: All of them.
        chain: The id of the story that it is part of.
        cause: The id of the event that led to it.
        uri: Where it can be looked at.
        errors: What a task or a pipeline says when it fails.
        reason: Of its condition ``Succeeded``.
        error: Why it failed; empty if it did not, or not yet.
        results: Name -> value; once it has succeeded.
        queued: The id of the event that told of it first; None if nobody was told.
        started: Likewise, of its start.
    """

    pipeline: Pipeline
    name: str
    namespace: str
    uid: str
    params: Mapping[str, str]
    chain: str
    cause: str | None
    uri: str
    errors: Mapping[str, str]
    reason: str = "Started"
    error: str = ""
    results: dict[str, str] = field(default_factory=dict)
    queued: str | None = None
    started: str | None = None

    @property
    def environment(self) -> str:
        """Where its service goes: its param ``envId``, or else the result."""
        return self.params.get("envId") or self.results.get("cd.service.envId", "")

    @property
    def artifact(self) -> str:
        """What its service is made of: its param ``image``."""
        return self.params.get("image", "")

    def fill(self, text: str, more: Mapping[str, str]) -> str:
        """Put params and the like into a text.

        Raises:
            KeyError: It names what there is not.
        """
        values = {f"params.{name}": value for name, value in self.params.items()}
        values |= {"context.pipelineRun.name": self.name, **more}
        values["context.pipelineRun.namespace"] = self.namespace
        return filled(text, values.__getitem__)


class Releases:
    """What runs where: each environment and service with what it has had, in order.

    Args:
        had: ``ENVIRONMENT/SERVICE`` -> its artifacts so far; an empty one at the end
            says that nothing runs there now.
    """

    def __init__(self, had: Mapping[str, Iterable[str]]) -> None:
        self._had = {place: list(artifacts) for place, artifacts in had.items()}
        self._generations = {place: len(each) for place, each in self._had.items()}

    def previous(self, place: str) -> str:
        """Give the latest artifact before the one that runs; empty where there is none."""
        had = self._had.get(place, [])
        now = had[-1] if had else ""
        return next((each for each in reversed(had) if each not in ("", now)), "")

    def put(self, place: str, artifact: str) -> str:
        """Let an artifact run there; give how that is called.

        Source: systems reference 1.12, the PoC's events in CDEvents 0.5.
        """
        had = self._had.setdefault(place, [])
        now = had[-1] if had else ""
        if artifact != now:
            self._generations[place] = self._generations.get(place, 0) + 1
        kind = "service.upgraded" if now else "service.deployed"
        if artifact != now and artifact in had:
            kind = "service.rolledback"
        had.append(artifact)
        return kind

    def generation(self, place: str) -> str:
        """Give the generation of the Deployment: how often its image has changed."""
        return str(self._generations.get(place, 0))

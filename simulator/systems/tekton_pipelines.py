"""What a Pipeline says, and what becomes of a run of one.

Source: tektoncd/pipeline docs/pipelines.md, pkg/apis/pipeline/{v1,v1beta1}/
    pipeline_types.go. Its webhook refuses fields that the installed release does not know;
    what none of them knows is a warning here, since a later one may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.subscribers.fields import Fields

TEMPLATE = re.compile(r"\$\(([^()]+)\)")
"""What stands for a value: ``$(params.a)``."""
_RESULT = re.compile(r"tasks\.([\w.-]+)\.results\.([\w.-]+)")

_SPEC = ("displayName", "description", "tasks", "params", "workspaces", "results",
         "finally", "resources")  # fmt: skip
_TASK = ("name", "displayName", "description", "taskRef", "taskSpec", "when", "retries",
         "runAfter", "params", "matrix", "workspaces", "timeout", "onError", "pipelineRef",
         "pipelineSpec", "conditions", "resources")  # fmt: skip


class Task(NamedTuple):
    """A task of a pipeline: whom it comes after, and whether it comes in any case."""

    name: str
    after: tuple[str, ...]
    last: bool


class Pipeline(NamedTuple):
    """A pipeline.

    Args:
        namespace: Where its runs are, unless they say so themselves.
        params: Name -> default; None for one that has to be given.
        tasks: In the order of the file.
        results: Name -> the text that its value is made of.
        given: What stands in the texts besides the params: ``TASK.RESULT``.
    """

    name: str
    namespace: str
    annotations: Mapping[str, str]
    params: Mapping[str, str | None]
    tasks: tuple[Task, ...]
    results: Mapping[str, str]
    given: tuple[str, ...]

    def __deepcopy__(self, _: object) -> Pipeline:
        return self  # nothing of it changes


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """Put values in the place of ``$(…)``; *value_of* may raise."""
    return TEMPLATE.sub(lambda found: value_of(found[1].strip()), text)


def read_pipeline(fields: Fields) -> Pipeline:
    metadata, spec = fields.child("metadata"), fields.child("spec")
    spec.only(_SPEC)
    name = metadata.needed("name")
    params = defaults(spec.children("params"))
    tasks = _tasks(spec)
    results: dict[str, str] = {}
    given: dict[str, None] = {}
    for each in spec.children("results"):
        results[each.text("name")] = text = text_of(each, "value")
        for inside in TEMPLATE.findall(text):
            found = _RESULT.fullmatch(inside)
            if found:
                given[f"{found[1]}.{found[2]}"] = None
                known = [task.name for task in tasks]
                if found[1] not in known:
                    near = nearest(found[1], known)
                    each.fault("value", f"there is no task {found[1]!r}{near}")
            elif inside.removeprefix("params.") not in params:
                near = nearest(inside, [f"params.{name}" for name in params])
                each.fault("value", f"nothing gives $({inside}){near}")
    return Pipeline(
        name=name,
        namespace=metadata.text("namespace", "default"),
        annotations=metadata.texts_by_name("annotations", folded=False),
        params=params,
        tasks=tasks,
        results=results,
        given=tuple(given),
    )


def defaults(params: Iterable[Fields]) -> dict[str, str | None]:
    """Read names and defaults; a default that is no text is one in JSON."""
    return {
        each.text("name"): text_of(each, "default") if "default" in each else None
        for each in params
    }


def text_of(fields: Fields, name: str) -> str:
    """Read a value; one that is no text is one in JSON."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)


def _tasks(spec: Fields) -> tuple[Task, ...]:
    read = [(each, False) for each in spec.children("tasks")]
    if not read:
        spec.fault("tasks", "is missing, and needed: the tasks of the pipeline")
    names = [each.text("name") for each, _ in read]
    tasks: list[Task] = []
    for each, last in [*read, *((f, True) for f in spec.children("finally"))]:
        each.only(_TASK)
        name, after = each.needed("name"), each.texts("runAfter")
        if name and name in [task.name for task in tasks]:
            each.fault("name", f"{name!r} is another task's, too")
        for one in after:
            if one not in names:
                near = nearest(one, names)
                each.fault("runAfter", f"there is no task {one!r}{near}")
        used = [found[1] for found in map(_RESULT.match, _inside(each.values)) if found]
        tasks.append(Task(name, (*after, *(one for one in used if one in names)), last))
    circle = _circle(tasks)
    if circle:
        spec.fault("tasks", f"wait for each other: {', '.join(circle)}")
    return tuple(tasks)


def _inside(task: Mapping[str, Any]) -> Iterable[str]:
    """Give what stands in a task for values that others give, ``tasks.a.results.b[*]``.

    Source: tektoncd/pipeline pkg/apis/pipeline/v1 PipelineTaskResultRefs, by which a task
        waits for others: params, matrix and when.
    """
    for name in ("params", "matrix", "when"):
        yield from TEMPLATE.findall(str(task.get(name, "")))


def _circle(tasks: list[Task]) -> list[str]:
    left = {
        task.name: [one for one in task.after if one != task.name] for task in tasks
    }
    selves = [task.name for task in tasks if task.name in task.after]
    while True:
        ready = [name for name, after in left.items() if not set(after) & left.keys()]
        if not ready:
            break
        for name in ready:
            del left[name]
    return selves or list(left)


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
        chain: The id of the story that it is part of.
        cause: The id of the event that led to it.
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
        """Put params and the like into a text; KeyError names what there is not."""
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

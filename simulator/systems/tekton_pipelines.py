"""What a Pipeline says: its params, its tasks and their order, and its results.

Source: tektoncd/pipeline docs/pipelines.md, pkg/apis/pipeline/{v1,v1beta1}/
    pipeline_types.go. Its webhook refuses fields that the installed release does not know;
    what none of them knows is a warning here, since a later one may.
"""

from __future__ import annotations

import re
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
        name: Its name.
        namespace: Where its runs are, unless they say so themselves.
        annotations: Its own; each run has them, too.
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
    """Read a Pipeline; faults go to *fields*."""
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
    """Read the tasks: in ``tasks``, and those in ``finally``."""
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
        used = [
            found[1] for found in map(_RESULT.fullmatch, _inside(each.values)) if found
        ]
        tasks.append(Task(name, (*after, *(one for one in used if one in names)), last))
    circle = _circle(tasks)
    if circle:
        spec.fault("tasks", f"wait for each other: {', '.join(circle)}")
    return tuple(tasks)


def _inside(value: Any) -> Iterable[str]:
    """Give what stands in ``$(…)`` anywhere in the params of a task."""
    params = value.get("params")
    for each in params if isinstance(params, list) else ():
        yield from TEMPLATE.findall(str(each))


def _circle(tasks: list[Task]) -> list[str]:
    """Find tasks that can never start, since each waits for another of them."""
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

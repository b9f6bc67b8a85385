"""What Tekton's own YAML says: Pipelines, and the Triggers that make runs of them.

Read are Pipeline (tekton.dev), EventListener, TriggerBinding and TriggerTemplate
(triggers.tekton.dev) of any version; what a task does inside is not, so its results come
from elsewhere. Documents of other kinds play no part.

Source: tektoncd/pipeline docs/pipelines.md; tektoncd/triggers docs/eventlisteners.md,
    triggerbindings.md, triggertemplates.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import Fault, TopologyError, nearest
from simulator.systems.cel import Cel, CelError
from simulator.systems.documents import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from simulator.subscribers.fields import Fields
    from simulator.systems.documents import SystemDocument

_TEMPLATE = re.compile(r"\$\(([^()]+)\)")
_RESULT = re.compile(r"tasks\.([\w.-]+)\.results\.([\w.-]+)")
# What a binding may take from a request; of JSONPath, members and indices.
_TAKEN = re.compile(r"header\.[\w-]+|(?:body|extensions)(?:\.[\w-]+|\[\d+\])*")
_LONGEST_SHOWN = 80
_TT = "tt.params."
_GROUPS = {"Pipeline": "tekton.dev", "EventListener": "triggers.tekton.dev",
           "TriggerBinding": "triggers.tekton.dev", "TriggerTemplate": "triggers.tekton.dev"}  # fmt: skip


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


class RunTemplate(NamedTuple):
    """A PipelineRun that a TriggerTemplate makes; all texts with ``$(tt.params.NAME)``."""

    pipeline: str
    name: str
    generated: str
    namespace: str
    params: Mapping[str, str]


class Trigger(NamedTuple):
    """What an EventListener does about a request.

    Args:
        filters: All have to be true.
        overlays: Key of ``extensions`` -> what it is made of.
        params: Name -> the text of the binding: ``$(body.a)``, ``$(header.X)``.
        defaults: Those of the template.
        runs: What is made of the params.
    """

    filters: tuple[Cel, ...]
    overlays: Mapping[str, Cel]
    params: Mapping[str, str]
    defaults: Mapping[str, str]
    runs: tuple[RunTemplate, ...]


class Listener(NamedTuple):
    """An EventListener."""

    name: str
    namespace: str
    triggers: tuple[Trigger, ...]


class TektonFile(NamedTuple):
    """What a file says."""

    pipelines: Mapping[str, Pipeline]
    listener: Listener | None


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """Put values in the place of ``$(…)``; *value_of* may raise."""
    return _TEMPLATE.sub(lambda found: value_of(found[1].strip()), text)


def read_tekton(path: Path, option: str) -> TektonFile:
    """Read a file.

    Raises:
        OptionError: There is no such file.
        TopologyError: Something in it is wrong; all of it is named.
    """
    documents = read_documents(path, option)
    kinds = _by_kind(documents)
    pipelines = {
        found.name: found
        for each in kinds["Pipeline"]
        if (found := _pipeline(each.fields)).name
    }
    bindings = {_name(each): each.fields for each in kinds["TriggerBinding"]}
    templates = {_name(each): each.fields for each in kinds["TriggerTemplate"]}
    reader = _Triggers(bindings, templates, pipelines)
    listeners = [reader.listener(each.fields) for each in kinds["EventListener"]]
    for each in kinds["EventListener"][1:]:
        each.fields.fault("metadata.name", "is a second EventListener; expected one")
    faults = [fault for each in documents for fault in each.faults]
    if not pipelines and not faults:
        faults = [Fault(f"{path}: has no Pipeline of tekton.dev")]
    if faults:
        raise TopologyError(faults)
    return TektonFile(pipelines, listeners[0] if listeners else None)


def _by_kind(documents: Iterable[SystemDocument]) -> dict[str, list[SystemDocument]]:
    found: dict[str, list[SystemDocument]] = {kind: [] for kind in _GROUPS}
    for each in documents:
        kind = each.fields.text("kind")
        group = each.fields.text("apiVersion").partition("/")[0]
        if _GROUPS.get(kind) == group:
            found[kind].append(each)
    return found


def _name(document: SystemDocument) -> str:
    return document.fields.child("metadata").text("name")


def _pipeline(fields: Fields) -> Pipeline:
    metadata, spec = fields.child("metadata"), fields.child("spec")
    name = metadata.text("name")
    if not name:
        metadata.fault("name", "is missing, and needed")
    params = _defaults(spec.children("params"))
    tasks = _tasks(spec)
    results: dict[str, str] = {}
    given: dict[str, None] = {}
    for each in spec.children("results"):
        results[each.text("name")] = text = _text(each, "value")
        for inside in _TEMPLATE.findall(text):
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


def _defaults(params: Iterable[Fields]) -> dict[str, str | None]:
    """Read names and defaults; a default that is no text is one in JSON."""
    return {
        each.text("name"): _text(each, "default") if "default" in each else None
        for each in params
    }


def _text(fields: Fields, name: str) -> str:
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
        name, after = each.text("name"), each.texts("runAfter")
        if not name:
            each.fault("name", "is missing, and needed")
        if name in [task.name for task in tasks]:
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
        yield from _TEMPLATE.findall(str(each))


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


class _Triggers:
    """Puts EventListeners, bindings and templates together."""

    def __init__(
        self,
        bindings: Mapping[str, Fields],
        templates: Mapping[str, Fields],
        pipelines: Mapping[str, Pipeline],
    ) -> None:
        self._bindings = bindings
        self._templates = templates
        self._pipelines = pipelines

    def listener(self, fields: Fields) -> Listener:
        metadata = fields.child("metadata")
        triggers = fields.child("spec").children("triggers")
        return Listener(
            metadata.text("name"),
            metadata.text("namespace", "default"),
            tuple(map(self._trigger, triggers)),
        )

    def _trigger(self, fields: Fields) -> Trigger:
        filters: list[Cel] = []
        overlays: dict[str, Cel] = {}
        for each in fields.children("interceptors"):
            _interceptor(each, filters, overlays)
        params: dict[str, str] = {}
        for each in fields.children("bindings"):
            if "ref" in each:
                found = self._referred(each, "ref", self._bindings, "TriggerBinding")
                listed = [] if found is None else found.child("spec").children("params")
            else:
                listed = [each]
            params |= {one.text("name"): _taken(one) for one in listed}
        template = fields.child("template")
        found = self._referred(template, "ref", self._templates, "TriggerTemplate")
        spec = None if found is None else found.child("spec")
        declared = _defaults([] if spec is None else spec.children("params"))
        return Trigger(
            tuple(filters),
            overlays,
            params,
            {name: text for name, text in declared.items() if text is not None},
            () if spec is None else tuple(
                self._run(each, declared)
                for each in spec.children("resourcetemplates")
            ),
        )  # fmt: skip

    def _referred(
        self, fields: Fields, name: str, known: Mapping[str, Fields], kind: str
    ) -> Fields | None:
        wanted = fields.text(name)
        if wanted not in known:
            fields.fault(name, f"there is no {kind} {wanted!r}{nearest(wanted, known)}")
        return known.get(wanted)

    def _run(self, fields: Fields, declared: Iterable[str]) -> RunTemplate:
        kind = fields.text("kind")
        if kind != "PipelineRun":
            fields.fault("kind", f"expected PipelineRun, found {kind!r}")
        metadata, spec = fields.child("metadata"), fields.child("spec")
        pipeline = spec.child("pipelineRef").text("name")
        if "$(" not in pipeline and pipeline not in self._pipelines:
            near = nearest(pipeline, self._pipelines)
            spec.fault("pipelineRef.name", f"there is no Pipeline {pipeline!r}{near}")
        params = {each.text("name"): each for each in spec.children("params")}
        for each in params.values():
            _check_declared(each, "value", declared)
        for name in ("name", "generateName", "namespace"):
            _check_declared(metadata, name, declared)
        known = self._pipelines.get(pipeline)
        wanted = {} if known is None else known.params
        for name, default in wanted.items():
            if default is None and name not in params:
                spec.fault("params", f"Pipeline {pipeline} needs a param {name!r}")
        return RunTemplate(
            pipeline,
            metadata.text("name"),
            metadata.text("generateName"),
            metadata.text("namespace"),
            {name: _text(each, "value") for name, each in params.items()},
        )


def _taken(fields: Fields) -> str:
    """Read the value of a binding."""
    text = _text(fields, "value")
    for inside in _TEMPLATE.findall(text):
        if not _TAKEN.fullmatch(inside):
            expected = "expected such as body.a[0].b, header.X or extensions.k"
            fields.fault("value", f"$({inside}) is not simulated: {expected}")
    return text


def _check_declared(fields: Fields, name: str, declared: Iterable[str]) -> None:
    """Refuse a text with a param that the TriggerTemplate does not declare.

    Source: tektoncd/triggers pkg/apis/triggers trigger_template_validation.go.
    """
    for inside in _TEMPLATE.findall(_text(fields, name) if name in fields else ""):
        param = inside.removeprefix(_TT)
        if inside.startswith(_TT) and param not in declared:
            hint = nearest(param, declared)
            fields.fault(name, f"undeclared param $({inside}){hint}")


def _interceptor(fields: Fields, filters: list[Cel], overlays: dict[str, Cel]) -> None:
    """Read a CEL interceptor, as of v1alpha1 or as of later; others are not simulated."""
    if "cel" in fields:
        cel = fields.child("cel")
        found = {"filter": cel.get("filter"), "overlays": cel.get("overlays")}
    elif fields.child("ref").text("name") == "cel":
        found = {
            each.text("name"): each.get("value") for each in fields.children("params")
        }
    else:
        fields.fault("", "is not simulated: expected an interceptor of CEL")
        return
    if found.get("filter"):
        read = _cel(fields, found["filter"])
        filters += [] if read is None else [read]
    listed = found.get("overlays")
    for each in listed if isinstance(listed, list) else ():
        key = each.get("key") if isinstance(each, dict) else None
        if not isinstance(key, str):
            fields.fault("overlays", "expected a list of key and expression")
            continue
        read = _cel(fields, each.get("expression"))
        if read is not None:
            overlays[key] = read


def _cel(fields: Fields, text: object) -> Cel | None:
    try:
        return Cel(text if isinstance(text, str) else "")
    except CelError as error:
        shown = text if not isinstance(text, str) else text[:_LONGEST_SHOWN]
        fields.fault("", f"CEL {shown!r}: {error}")
        return None

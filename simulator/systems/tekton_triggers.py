"""What EventListeners, TriggerBindings and TriggerTemplates say, and what comes of a request.

Source: tektoncd/triggers docs/eventlisteners.md, triggerbindings.md, triggertemplates.md,
    pkg/sink/sink.go, pkg/template; systems reference 1.4, 1.7.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import nearest
from simulator.event import Event
from simulator.kernel import Answer
from simulator.kernel.envelope import known_valid
from simulator.systems.cdevents import chain_id
from simulator.systems.cel import Cel, CelError
from simulator.systems.tekton_pipelines import TEMPLATE, defaults, filled, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.subscribers.fields import Fields
    from simulator.systems.tekton_pipelines import Pipeline

# What a binding may take from a request; of JSONPath, members and indices.
_TAKEN = re.compile(r"header\.[\w-]+|(?:body|extensions)(?:\.[\w-]+|\[\d+\])*")
_TRIGGER = ("name", "bindings", "template", "triggerRef", "interceptors",
            "serviceAccountName", "serviceAccount")  # fmt: skip
_LONGEST_SHOWN = 80
_TT = "tt.params."


class Asked(NamedTuple):
    """A run that is asked for; by a TriggerTemplate, texts with ``$(tt.params.NAME)``."""

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
    """

    filters: tuple[Cel, ...]
    overlays: Mapping[str, Cel]
    params: Mapping[str, str]
    defaults: Mapping[str, str]
    runs: tuple[Asked, ...]


class Listener(NamedTuple):
    name: str
    namespace: str
    triggers: tuple[Trigger, ...]

    def __deepcopy__(self, _: object) -> Listener:
        return self  # likewise


class TriggerReader:
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
        fields.only(_TRIGGER)
        if "triggerRef" in fields:
            fields.fault("triggerRef", "is not simulated: write the trigger here")
            return Trigger((), {}, {}, {}, ())
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
        declared = defaults([] if spec is None else spec.children("params"))
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

    def _run(self, fields: Fields, declared: Iterable[str]) -> Asked:
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
        return Asked(
            pipeline,
            metadata.text("name"),
            metadata.text("generateName"),
            metadata.text("namespace"),
            {name: text_of(each, "value") for name, each in params.items()},
        )


def _taken(fields: Fields) -> str:
    text = text_of(fields, "value")
    for inside in TEMPLATE.findall(text):
        if not _TAKEN.fullmatch(inside):
            expected = "expected such as body.a[0].b, header.X or extensions.k"
            fields.fault("value", f"$({inside}) is not simulated: {expected}")
    return text


def _check_declared(fields: Fields, name: str, declared: Iterable[str]) -> None:
    """Refuse a text with a param that the TriggerTemplate does not declare.

    Source: tektoncd/triggers pkg/apis/triggers trigger_template_validation.go.
    """
    for inside in TEMPLATE.findall(text_of(fields, name) if name in fields else ""):
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


ANSWERS = ("event", "json")
_ACCEPTED = 202
_STEP = re.compile(r"[\w-]+")


def runs_asked_for(
    listener: Listener, headers: Mapping[str, list[str]], body: object
) -> Iterator[Asked]:
    """Give the runs that the triggers of a listener make of a request, in order.

    A trigger whose filter or binding cannot be evaluated makes none; the listener
    answers 202 all the same.
    """
    for trigger in listener.triggers:
        try:
            yield from _made(trigger, headers, body)
        except (CelError, KeyError):
            continue


def _made(
    trigger: Trigger, headers: Mapping[str, list[str]], body: object
) -> list[Asked]:
    values: dict[str, Any] = {"header": headers, "body": body, "extensions": {}}
    if not all(each.evaluate(values) is True for each in trigger.filters):
        return []
    for key, cel in trigger.overlays.items():
        _put(values["extensions"], key, cel.evaluate(values))
    params = dict(trigger.defaults)
    for name, text in trigger.params.items():
        try:
            params[name] = filled(text, lambda path: _found(values, path))
        except KeyError:
            if name not in params:
                raise
    own = {f"tt.params.{name}": value for name, value in params.items()}

    def fill(text: str) -> str:
        """Put params in; what there is no value for stays as it is written."""
        return filled(text, lambda path: own.get(path, f"$({path})"))

    return [
        Asked(
            fill(run.pipeline),
            fill(run.name),
            fill(run.generated),
            fill(run.namespace),
            {name: fill(text) for name, text in run.params.items()},
        )
        for run in trigger.runs
    ]


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    """Set a member below: ``a.b``."""
    *above, last = key.split(".")
    for name in above:
        into = into.setdefault(name, {})
    into[last] = value


def _found(values: Mapping[str, Any], path: str) -> str:
    """Give ``body.a[0].b``, ``header.X``, ``extensions.k``; KeyError for what is not there."""
    first, *steps = _STEP.findall(path)
    found: Any = values[first]
    if first == "header":
        rest = steps[0]
        names = [name for name in found if name.lower() == rest.lower()]
        return str(found[names[0]][0]) if names else _missing(path)
    for step in steps:
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            _missing(path)
    return found if isinstance(found, str) else json.dumps(found)


def _missing(path: str) -> str:
    raise KeyError(path)


def answered(listener: Listener, with_: str, event_id: str) -> Answer:
    """Give the answer: 202 with an event, or with bare JSON as before v0.22.

    Source: systems reference 1.7, rows on the EventListener.
    """
    uid = chain_id("EventListener", listener.namespace, listener.name)
    data = {
        "eventListener": listener.name,
        "namespace": listener.namespace,
        "eventListenerUID": uid,
        "eventID": event_id,
    }
    body = json.dumps(data).encode()
    if with_ == "json":
        return Answer(
            _ACCEPTED, headers={"content-type": "application/json"}, body=body
        )
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": listener.name,
        "type": "dev.tekton.event.triggers.accepted.v1",
        "subject": f"{listener.namespace}.{listener.name} accepted {event_id}",
        "datacontenttype": "application/json",
    }
    return Answer(_ACCEPTED, reply=known_valid(Event(attributes, body)))

"""What EventListeners, TriggerBindings and TriggerTemplates say.

Source: tektoncd/triggers docs/eventlisteners.md, triggerbindings.md, triggertemplates.md,
    pkg/template; systems reference 1.4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import nearest
from simulator.systems.cel import Cel, CelError
from simulator.systems.tekton_pipelines import TEMPLATE, defaults, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.subscribers.fields import Fields
    from simulator.systems.tekton_pipelines import Pipeline

# What a binding may take from a request; of JSONPath, members and indices.
_TAKEN = re.compile(r"header\.[\w-]+|(?:body|extensions)(?:\.[\w-]+|\[\d+\])*")
_TRIGGER = ("name", "bindings", "template", "triggerRef", "interceptors",
            "serviceAccountName", "serviceAccount")  # fmt: skip
# What brings triggers from elsewhere in the cluster.
_ELSEWHERE = ("triggerGroups", "namespaceSelector", "labelSelector")
_BINDING = "TriggerBinding"
_OLD_ESCAPE = "triggers.tekton.dev/old-escape-quotes"
_LONGEST_SHOWN = 80
_TT = "tt.params."


class Asked(NamedTuple):
    """A run that is asked for; by a TriggerTemplate, texts with ``$(tt.params.NAME)``."""

    pipeline: str
    name: str
    generated: str
    namespace: str
    params: Mapping[str, str]


class Interceptor(NamedTuple):
    """One of CEL.

    Args:
        filter: Has to be true; None for none.
        overlays: Key of ``extensions`` -> what it is made of.
    """

    filter: Cel | None
    overlays: Mapping[str, Cel]


class Trigger(NamedTuple):
    """What an EventListener does about a request.

    Args:
        interceptors: Each sees the extensions of those before it.
        params: Name -> the text of the binding: ``$(body.a)``, ``$(header.X)``.
        escapes: Whether quotes in params are escaped in the template.
    """

    interceptors: tuple[Interceptor, ...] = ()
    params: Mapping[str, str] = {}
    defaults: Mapping[str, str] = {}
    runs: tuple[Asked, ...] = ()
    escapes: bool = False


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
        metadata, spec = fields.child("metadata"), fields.child("spec")
        for name in _ELSEWHERE:
            if name in spec:
                spec.fault(name, "is not simulated: write the triggers under triggers")
        return Listener(
            metadata.text("name"),
            metadata.text("namespace", "default"),
            tuple(map(self._trigger, spec.children("triggers"))),
        )

    def _trigger(self, fields: Fields) -> Trigger:
        fields.only(_TRIGGER)
        if "triggerRef" in fields:
            fields.fault("triggerRef", "is not simulated: write the trigger here")
            return Trigger()
        interceptors = tuple(map(_interceptor, fields.children("interceptors")))
        params = self._params(fields)
        template = fields.child("template")
        found = self._referred(template, "ref", self._templates, "TriggerTemplate")
        if found is None:
            return Trigger(interceptors, params)
        spec = found.child("spec")
        declared = defaults(spec.children("params"))
        annotations = found.child("metadata").child("annotations")
        return Trigger(
            interceptors,
            params,
            {name: text for name, text in declared.items() if text is not None},
            tuple(
                self._run(each, declared) for each in spec.children("resourcetemplates")
            ),
            escapes=_OLD_ESCAPE in annotations,
        )

    def _params(self, fields: Fields) -> dict[str, str]:
        """Read the params of all bindings.

        Source: tektoncd/triggers pkg/template/resource.go, resolveBindingsToParams: one
            that is named twice makes each request fail.
        """
        params: dict[str, str] = {}
        for each in fields.children("bindings"):
            listed = [each]
            if "ref" in each:
                kind = each.text("kind", _BINDING)
                if kind != _BINDING:
                    each.fault(
                        "kind", f"{kind!r} is not simulated: expected {_BINDING}"
                    )
                    continue
                found = self._referred(each, "ref", self._bindings, _BINDING)
                listed = [] if found is None else found.child("spec").children("params")
            for one in listed:
                name = one.text("name")
                if name and name in params:
                    twice = f"duplicate param name: {name}, so that no run is made"
                    fields.fault("bindings", twice)
                params[name] = _taken(one)
        return params

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


def _interceptor(fields: Fields) -> Interceptor:
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
        return Interceptor(None, {})
    text = found.get("filter")
    listed = found.get("overlays")
    overlays: dict[str, Cel] = {}
    for each in listed if isinstance(listed, list) else ():
        key = each.get("key") if isinstance(each, dict) else None
        if not isinstance(key, str):
            fields.fault("overlays", "expected a list of key and expression")
            continue
        read = _cel(fields, each.get("expression"))
        if read is not None:
            overlays[key] = read
    return Interceptor(_cel(fields, text) if text else None, overlays)


def _cel(fields: Fields, text: object) -> Cel | None:
    try:
        return Cel(text if isinstance(text, str) else "")
    except CelError as error:
        shown = text if not isinstance(text, str) else text[:_LONGEST_SHOWN]
        fields.fault("", f"CEL {shown!r}: {error}")
        return None

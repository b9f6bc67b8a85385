"""The systems that kn-sim brings, and the arguments that ``with:`` gives them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from simulator.duration import EXPECTED, duration_ns
from simulator.subscribers.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from inspect import Parameter

    from simulator.systems.system import System

PREFIX = "kn-sim/"
"""What stands before their names in ``handler:``."""

SYSTEMS = {
    "approval-service": "simulator.systems.approval_service:ApprovalService",
    "knative-service": "simulator.systems.knative_service:KnativeService",
    "keptn": "simulator.systems.keptn:Keptn",
    "keptn-executor": "simulator.systems.keptn_executor:Executor",
    "lighthouse": "simulator.systems.lighthouse:Lighthouse",
    "remediation-service": "simulator.systems.remediation_service:RemediationService",
    "tekton": "simulator.systems.tekton:Tekton",
    "keptn-cdf-translator": "simulator.systems.cdf_2021:Translator",
    "cdf-events-keptn-adapter": "simulator.systems.cdf_2021:Adapter",
    "keptn-cdevents": "simulator.systems.keptn_cdevents:KeptnCDEvents",
    "spinnaker": "simulator.systems.spinnaker:Spinnaker",
}
"""Name -> module and class, imported when a topology names it."""


def system_class(name: str) -> type[System]:
    """Give the class of a system; KeyError for no such name."""
    module, _, kind = SYSTEMS[name].partition(":")
    return cast("type[System]", getattr(import_module(module), kind))


_INT64 = 2**63
_PATHS = {"Path", "pathlib.Path", "pathlib._local.Path"}  # the last is that of 3.13


def read_options(
    kind: Callable[..., Any], fields: Fields, folder: str
) -> dict[str, Any]:
    """Read the arguments of a class or function; a `Path` is relative to *folder*."""
    import inspect  # only systems pay

    parameters = inspect.signature(kind).parameters.values()
    free = any(each.kind is each.VAR_KEYWORD for each in parameters)
    known = {
        each.name: each
        for each in parameters
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }
    if not free:
        fields.only(tuple(known))
    for name, each in known.items():
        if each.default is each.empty and name not in fields:
            fields.fault(name, "is missing, and needed")
    return {
        str(name): _value(fields, str(name), known.get(name), folder)
        for name, value in fields.values.items()
        if value is not None and (free or name in known)
    }


def _value(fields: Fields, name: str, of: Parameter | None, folder: str) -> Any:
    """Read one argument as it is annotated; as it stands where that says nothing."""
    annotation = "" if of is None or of.annotation is of.empty else of.annotation
    if isinstance(annotation, type) and annotation.__module__ != "types":
        annotation = annotation.__name__
    kind = str(annotation).removesuffix(" | None")
    if kind in _PATHS:
        from pathlib import Path  # only systems pay

        return Path(folder, fields.text(name))
    read = _READ.get(kind)
    return fields.get(name) if read is None else read(fields, name)


def _whole(fields: Fields, name: str) -> int:
    return fields.number(name, -_INT64, _INT64 - 1, 0)


def _texts_by_name(fields: Fields, name: str) -> dict[str, str]:
    return fields.texts_by_name(name, folded=False)


def _duration(fields: Fields, name: str) -> str:
    text = fields.text(name)
    try:
        duration_ns(text)
    except ValueError:
        if text:
            fields.fault(name, f"{text!r} is no duration; expected {EXPECTED}")
        return "0s"
    return text


_READ: Mapping[str, Callable[[Fields, str], Any]] = {
    "str": Fields.text,
    "bool": Fields.flag,
    "int": _whole,
    "Duration": _duration,
    "list[str]": Fields.texts,
    "tuple[str, ...]": Fields.texts,
    "Sequence[str]": Fields.texts,
    "dict[str, str]": _texts_by_name,
    "Mapping[str, str]": _texts_by_name,
}
"""Annotation -> what reads such a value."""

"""What a file of Tekton's says: Pipelines, and the Triggers that make runs of them.

Read are Pipeline (tekton.dev), EventListener, TriggerBinding and TriggerTemplate
(triggers.tekton.dev) of any version; what a task does inside is not, so its results come
from elsewhere. Documents of other kinds play no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import Fault, TopologyError
from simulator.systems.documents import read_documents
from simulator.systems.tekton_pipelines import read_pipeline
from simulator.systems.tekton_triggers import TriggerReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from simulator.systems.documents import SystemDocument
    from simulator.systems.tekton_pipelines import Pipeline
    from simulator.systems.tekton_triggers import Listener

_GROUPS = {"Pipeline": "tekton.dev", "EventListener": "triggers.tekton.dev",
           "TriggerBinding": "triggers.tekton.dev", "TriggerTemplate": "triggers.tekton.dev"}  # fmt: skip


class TektonFile(NamedTuple):
    """What a file says; the warnings are about fields that Tekton does not know."""

    pipelines: Mapping[str, Pipeline]
    listener: Listener | None
    warnings: tuple[Fault, ...]


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
        if (found := read_pipeline(each.fields)).name
    }
    bindings = {_name(each): each.fields for each in kinds["TriggerBinding"]}
    templates = {_name(each): each.fields for each in kinds["TriggerTemplate"]}
    reader = TriggerReader(bindings, templates, pipelines)
    listeners = [reader.listener(each.fields) for each in kinds["EventListener"]]
    for each in kinds["EventListener"][1:]:
        each.fields.fault("metadata.name", "is a second EventListener; expected one")
    faults = [fault for each in documents for fault in each.faults]
    if not pipelines and not faults:
        faults = [Fault(f"{path}: has no Pipeline of tekton.dev")]
    if faults:
        raise TopologyError(faults)
    warnings = tuple(fault for each in documents for fault in each.warnings)
    return TektonFile(pipelines, listeners[0] if listeners else None, warnings)


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

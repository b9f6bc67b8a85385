"""What ``with:`` says of Tekton's runs: its file, times, results, words.

Source: systems-2 1.3 (times).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.duration import duration_ns
from simulator.errors import Fault, TopologyError, nearest
from simulator.systems.documents import read_documents
from simulator.systems.system import OptionError
from simulator.systems.tekton_events import CHANGE
from simulator.systems.tekton_pipelines import read_pipeline
from simulator.systems.tekton_triggers import TriggerReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from simulator.systems.documents import SystemDocument
    from simulator.systems.tekton_pipelines import Pipeline
    from simulator.systems.tekton_triggers import Listener

QUEUED = "pipelinerun.queued"
_USUAL_NS = 30_000_000_000


class Given(NamedTuple):
    """What is said of runs; see `Tekton`, whose arguments these are."""

    takes: Mapping[str, str]
    results: Mapping[str, str]
    errors: Mapping[str, str]
    uri: Mapping[str, str]
    quiet: tuple[str, ...]

    def takes_ns(self, pipeline: Pipeline, task: str) -> int:
        text = self.takes.get(f"{pipeline.name}/{task}", self.takes.get(task))
        return _USUAL_NS if text is None else duration_ns(text)

    def is_told(self, pipeline: Pipeline, what: str) -> bool:
        return f"{pipeline.name}/{what}" not in self.quiet

    def result(self, pipeline: Pipeline, name: str) -> str | None:
        """Give the text of ``TASK.RESULT``; None where nobody says it."""
        return self.results.get(f"{pipeline.name}/{name}", self.results.get(name))

    def faults(self, pipelines: Mapping[str, Pipeline]) -> Iterator[OptionError]:
        all_of = list(pipelines.values())
        tasks = [t.name for p in all_of for t in p.tasks]
        qualified = [f"{p.name}/{t.name}" for p in all_of for t in p.tasks]
        queued = [f"{name}/{QUEUED}" for name in pipelines]
        yield from _unknown("takes.{}", self.takes, [*tasks, *qualified])
        made = [name for p in all_of for name in p.given]
        made += [f"{p.name}/{name}" for p in all_of for name in p.given]
        yield from _unknown("results.{}", self.results, made)
        yield from _unknown("errors.{}", self.errors, [*tasks, *pipelines])
        yield from _unknown("uri.{}", self.uri, list(pipelines))
        yield from _unknown("quiet", self.quiet, [*qualified, *queued])
        for name, text in self.takes.items():
            try:
                duration_ns(text)
            except ValueError as error:
                yield OptionError(f"takes.{name}", str(error))
        for pipeline in all_of:
            for name in pipeline.given:
                if self.result(pipeline, name) is None:
                    what = f"pipeline {pipeline.name} has a result made of {name!r}"
                    why = "which only the task would know; give it here"
                    yield OptionError("results", f"{what}, {why}")


def changeless(pipelines: Mapping[str, Pipeline]) -> Iterator[OptionError]:
    for pipeline in pipelines.values():
        packaged = "cd.artifact.packaged" in pipeline.annotations
        if packaged and CHANGE[0] not in pipeline.results:
            what = f"pipeline {pipeline.name} packages an artifact: artifact.packaged"
            yield OptionError(
                "pipelines", f"{what} of CDEvents needs a result {CHANGE[0]!r}"
            )


def _unknown(
    path: str, given: Iterable[str], known: list[str]
) -> Iterator[OptionError]:
    for name in given:
        if name not in known:
            near = nearest(name, known) or f" (there are: {', '.join(known)})"
            yield OptionError(path.format(name), f"the file has no {name!r}{near}")


def one_of(option: str, value: str, known: Iterable[str]) -> Iterator[OptionError]:
    if value not in known:
        near = nearest(value, known)
        there_are = ", ".join(known)
        yield OptionError(option, f"expected one of {there_are}, found {value!r}{near}")


def unreleased(given: Any) -> Iterator[OptionError]:
    if not isinstance(given, dict):
        yield OptionError("released", f"expected a mapping, found {given!r}")
        return
    for place, artifacts in given.items():
        if "/" not in str(place) or not all(
            isinstance(a, str) for a in listed(artifacts)
        ):
            expected = "expected ENVIRONMENT/SERVICE and a list of artifacts"
            yield OptionError(f"released.{place}", expected)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_GROUPS = {"Pipeline": "tekton.dev", "EventListener": "triggers.tekton.dev",
           "TriggerBinding": "triggers.tekton.dev", "TriggerTemplate": "triggers.tekton.dev"}  # fmt: skip


class TektonFile(NamedTuple):
    """What a file says; the warnings are about fields that Tekton does not know."""

    pipelines: Mapping[str, Pipeline]
    listener: Listener | None
    warnings: tuple[Fault, ...]


def read_tekton(path: Path, option: str) -> TektonFile:
    """Read a file.

    Read are Pipeline (tekton.dev), EventListener, TriggerBinding and TriggerTemplate
    (triggers.tekton.dev) of any version; what a task does inside is not, so its results
    come from elsewhere. Documents of other kinds play no part.

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

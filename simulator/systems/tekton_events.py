"""What Tekton tells of runs: in its own words, in those of 2021, or in CDEvents of today.

Source: systems reference 1.4 and 1.12; tektoncd/experimental
    cloudevents/pkg/reconciler/events/cloudevent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from simulator.event.text import instant_text
from simulator.systems.cdevents import CDEvent, cd_event, event_id, purl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event
    from simulator.systems.tekton_pipelines import Run, Span

ARTIFACT = ("artifact.packaged", "artifact.published")
SERVICE = (
    "service.deployed",
    "service.upgraded",
    "service.rolledback",
    "service.removed",
)
_OF_ARTIFACT = ("cd.artifact.id", "cd.artifact.name", "cd.artifact.version")
_OF_SERVICE = ("cd.service.envId", "cd.service.name", "cd.service.version")
_VERSION = "tekton.dev/v1beta1"
CHANGE = ("cd.change.id", "cd.change.source")


class Vocabulary(Protocol):
    """Writes the events of a run; None where there is none to write."""

    def pipelinerun(self, phase: str, run: Run, at_ns: int) -> Event:
        """Tell that it is ``queued``, ``started`` or ``finished``."""

    def taskrun(self, phase: str, span: Span, run: Run, at_ns: int) -> list[Event]:
        """Tell that a task is ``started`` or ``finished``."""

    def result(self, kind: str, run: Run, at_ns: int) -> Event | None:
        """Tell of the artifact or service that it made; None if results are missing."""


class TektonEvents:
    """Tekton's own: ``dev.tekton.event.*``; nothing of artifacts and services.

    Source: systems reference 1.4, legacy; tektoncd/experimental cloudevent/legacy.go.
    """

    def pipelinerun(self, phase: str, run: Run, at_ns: int) -> Event:
        ended = "failed" if run.error else "successful"
        word = {"queued": "started", "started": "running", "finished": ended}[phase]
        return self._event("PipelineRun", word, run.name, _run_object(run), run, at_ns)

    def taskrun(self, phase: str, span: Span, run: Run, at_ns: int) -> list[Event]:
        ended = ("failed" if span.failed else "successful",)
        words = ended if phase == "finished" else ("started", "running")
        told = _task_object(phase, span, run)
        name = f"{run.name}-{span.task}"
        return [self._event("TaskRun", word, name, told, run, at_ns) for word in words]

    def result(self, kind: str, run: Run, at_ns: int) -> Event | None:
        return None

    def _event(  # noqa: PLR0917 - all that an event is made of
        self,
        kind: str,
        word: str,
        name: str,
        told: Mapping[str, Any],
        run: Run,
        at_ns: int,
    ) -> Event:
        from simulator.event.sdk import new_event  # the SDK

        type_ = f"dev.tekton.event.{kind.lower()}.{word}.v1"
        attributes = {
            "specversion": "1.0",
            "id": event_id(run.uid, type_, name, instant_text(at_ns)),
            "source": f"/apis/{_VERSION}/namespaces/{run.namespace}/{kind}/{name}",
            "type": type_,
            "subject": name,
            "datacontenttype": "application/json",
        }
        return new_event(attributes, {kind[0].lower() + kind[1:]: told})


class CdEvents2021:
    """The controller's own: ``cd.*.v1``, the whole run as text in the data."""

    def pipelinerun(self, phase: str, run: Run, at_ns: int) -> Event:
        ended = "Error" if run.error else "Finished"
        values = {
            "id": run.uid,
            "name": run.name,
            "status": ended if phase == "finished" else "Running",
            "url": "",
            "errors": run.error,
        }
        data = {"pipelinerun": _text(_run_object(run))}
        return _of_2021(f"pipelinerun.{phase}", run, values, data, at_ns)

    def taskrun(self, phase: str, span: Span, run: Run, at_ns: int) -> list[Event]:
        name = f"{run.name}-{span.task}"
        values = {"id": event_id(run.uid, span.task), "name": name, "pipelineid": ""}
        data = {"taskrun": _text(_task_object(phase, span, run))}
        return [_of_2021(f"taskrun.{phase}", run, values, data, at_ns)]

    def result(self, kind: str, run: Run, at_ns: int) -> Event | None:
        of_artifact = kind in ARTIFACT
        names = _OF_ARTIFACT if of_artifact else _OF_SERVICE
        found = [run.results.get(_called(name, run)) for name in names]
        if None in found:
            return None
        word = "artifact" if of_artifact else "service"
        keys = (
            ("id", "name", "version") if of_artifact else ("envid", "name", "version")
        )
        parts = (
            ("Id", "Name", "Version") if of_artifact else ("EnvId", "Name", "Version")
        )
        values = dict(zip(keys, found, strict=True))
        told = {f"{word}{part}": str(v) for part, v in zip(parts, found, strict=True)}
        data = {"pipelinerun": _text(_run_object(run)), **told}
        return _of_2021(kind, run, values, data, at_ns)


def _called(result: str, run: Run) -> str:
    """Give the name of a result, which an annotation may say otherwise.

    Source: tektoncd/experimental cloudevent: serviceMappings, artifactMappings.
    """
    key = f"cd.events/results.{result.removeprefix('cd.').lower()}"
    return run.pipeline.annotations.get(key) or result


def _of_2021(
    kind: str,
    run: Run,
    values: Mapping[str, str | None],
    data: Mapping[str, str],
    at_ns: int,
) -> Event:
    word = "taskrun" if kind.startswith("taskrun") else "pipelinerun"
    subject = str(values["name"]) if word == "taskrun" else run.name
    return cd_event(
        kind,
        id=event_id(run.uid, kind, subject, instant_text(at_ns)),
        source=f"/tekton/namespaces/{run.namespace}/{word}",
        subject=subject,
        values=values,
        data=data,
    )


def _run_object(run: Run) -> dict[str, Any]:
    metadata = {"name": run.name, "namespace": run.namespace, "uid": run.uid}
    status: dict[str, Any] = {}
    if run.results:
        status["pipelineResults"] = [
            {"name": name, "value": value} for name, value in run.results.items()
        ]
    return _object("PipelineRun", metadata, run.reason, run.error, status)


def _task_object(phase: str, span: Span, run: Run) -> dict[str, Any]:
    name, uid = f"{run.name}-{span.task}", event_id(run.uid, span.task)
    metadata = {"name": name, "namespace": run.namespace, "uid": uid}
    ended = "Failed" if span.failed else "Succeeded"
    reason = ended if phase == "finished" else "Running"
    message = run.errors.get(span.task, "failed") if reason == "Failed" else ""
    return _object("TaskRun", metadata, reason, message, {})


def _object(
    kind: str,
    metadata: dict[str, str],
    reason: str,
    message: str,
    status: dict[str, Any],
) -> dict[str, Any]:
    truth = {"Succeeded": "True", "Failed": "False"}.get(reason, "Unknown")
    condition = {"type": "Succeeded", "status": truth, "reason": reason}
    if message:
        condition["message"] = message
    return {
        "apiVersion": _VERSION,
        "kind": kind,
        "metadata": metadata,
        "status": {"conditions": [condition], **status},
    }


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class CDEvents:
    """CDEvents: subjects and contents in place of attributes, chains and links.

    A task and an artifact follow from the start of the run; its end and the service
    from what began it.
    """

    def __init__(self, release: str) -> None:
        self._release = release

    def pipelinerun(self, phase: str, run: Run, at_ns: int) -> Event:
        content = {"pipelineName": run.pipeline.name}
        if phase == "started":
            content["uri"] = run.uri
        if phase == "finished":
            content |= _outcome(run.error)
        cause = run.cause if phase == "queued" else run.queued or run.cause
        return self._event(f"pipelinerun.{phase}", run, run.name, content, at_ns, cause)

    def taskrun(self, phase: str, span: Span, run: Run, at_ns: int) -> list[Event]:
        content: dict[str, Any] = {
            "taskName": span.task,
            "pipelineRun": {"id": run.name},
        }
        if phase == "finished":
            content |= _outcome(
                run.errors.get(span.task, "failed") if span.failed else ""
            )
        subject = f"{run.name}-{span.task}"
        cause = run.started or run.cause
        kind = f"taskrun.{phase}"
        return [self._event(kind, run, subject, content, at_ns, cause)]

    def result(self, kind: str, run: Run, at_ns: int) -> Event | None:
        if kind in ARTIFACT:
            return self._artifact(kind, run, at_ns)
        name, artifact = run.results.get("cd.service.name"), run.artifact
        environment = {
            "id": run.environment,
            "source": run.results.get("cd.service.envId"),
        }
        if name is None or not run.environment:
            return None
        if environment["source"] in (None, run.environment):
            del environment["source"]
        content: dict[str, Any] = {"environment": environment}
        if kind != "service.removed":
            content["artifactId"] = (
                artifact if artifact.startswith("pkg:") else purl(artifact)
            )
        cause = run.queued or run.cause
        return self._event(kind, run, name, content, at_ns, cause)

    def _artifact(self, kind: str, run: Run, at_ns: int) -> Event | None:
        id_, version = (
            run.results.get(name) for name in ("cd.artifact.id", "cd.artifact.version")
        )
        change, source = (run.results.get(name) for name in CHANGE)
        packaged = kind == "artifact.packaged"
        if id_ is None or (packaged and change is None):
            return None
        content: dict[str, Any] = {}
        if packaged:
            content["change"] = {"id": change} | ({"source": source} if source else {})
        subject = id_ if id_.startswith("pkg:") else purl(id_, version or "")
        cause = run.started or run.cause
        return self._event(kind, run, subject, content, at_ns, cause)

    def _event(  # noqa: PLR0917 - all that an event is made of
        self,
        kind: str,
        run: Run,
        subject: str,
        content: Mapping[str, Any],
        at_ns: int,
        cause: str | None,
    ) -> Event:
        return CDEvent(
            kind=kind,
            source=f"/tekton/namespaces/{run.namespace}",
            subject=subject,
            content=content,
            at_ns=at_ns,
            chain=run.chain,
            cause=cause,
        ).event(self._release)


def _outcome(error: str) -> dict[str, str]:
    return {"outcome": "failure", "errors": error} if error else {"outcome": "success"}


VOCABULARIES: Mapping[str, Vocabulary] = {
    "tekton": TektonEvents(),
    "cd-v1": CdEvents2021(),
    "cdevents-0.4": CDEvents("0.4.1"),
    "cdevents-0.5": CDEvents("0.5.1"),
}
"""Vocabulary -> what writes it."""

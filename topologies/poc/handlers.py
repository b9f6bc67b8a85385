"""Keptn and Tekton as far as one delivery needs them; what they keep is one run's.

Source: keptn/keptn shipyard-controller, keptn/spec cloudevents.md;
    tektoncd/experimental cloudevents/pkg/reconciler/events/cloudevent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from simulator import CloudEvent, Context, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPYARD: dict[str, dict[str, Any]] = {
    "approval": {"pass": "manual", "warning": "manual"},
    "deployment": {"deploymentstrategy": "direct"},
}
EXECUTORS = {
    "approval": "service/approval-service",
    "deployment": "service/cdf-events-keptn-adapter",
}
BRIDGE = "service/keptn-bridge"
BROKER = "broker/events-broker"
_NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(slots=True, kw_only=True)
class Sequence:
    """One run of the sequence delivery: its tasks, one after the other.

    Args:
        shkeptncontext: Its id, on every event of it.
        begun_by: The id of the event that asked for it.
        data: The merged data of its input and all finished tasks.
        tasks: Those still to come.
        task: The one that is open.
        triggeredid: The id of the event that opened it.
        started: How many executors have begun it.
        results: What those said that have finished it.
    """

    shkeptncontext: str
    begun_by: str
    data: dict[str, Any]
    tasks: list[str] = field(default_factory=lambda: list(SHIPYARD))
    task: str = ""
    triggeredid: str = ""
    started: int = 0
    results: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, str]:
        """Stage and service; only one sequence runs in each place at a time."""
        return self.data.get("stage", ""), self.data.get("service", "")

    @property
    def closed(self) -> bool:
        """Whether all that began the open task have finished it."""
        return 0 < self.started == len(self.results)

    @property
    def result(self) -> str:
        """The worst result of the open task."""
        if any(result not in ("pass", "warning") for result in self.results):
            return "fail"
        return "warning" if "warning" in self.results else "pass"


class Keptn:
    """The API and the shipyard controller, for the one stage of the shipyard."""

    def __init__(self) -> None:
        self._running: dict[str, Sequence] = {}
        self._waiting: list[Sequence] = []

    def __call__(self, event: CloudEvent, context: Context) -> None:
        """Take an event of Keptn's; one that belongs to no open task is dropped."""
        name = event.get_type().removeprefix("sh.keptn.event.")
        if name == "production.delivery.triggered":
            self._waiting.append(
                Sequence(
                    shkeptncontext=_uuid(context),
                    begun_by=event.get_id(),
                    data=_data(event),
                )
            )
            self._begin_waiting(event, context)
            return
        found = self._running.get(event.get_extension("shkeptncontext"))
        if found is None or found.triggeredid != event.get_extension("triggeredid"):
            return
        if name == f"{found.task}.started":
            found.started += 1
        elif name == f"{found.task}.finished":
            found.results.append(_data(event).get("result", ""))
            found.data = _merged(found.data, _data(event))
        if found.closed:
            self._go_on(found, event, context)

    def _begin_waiting(self, event: CloudEvent, context: Context) -> None:
        busy = [sequence.place for sequence in self._running.values()]
        for sequence in list(self._waiting):
            if sequence.place not in busy:
                busy.append(sequence.place)
                self._waiting.remove(sequence)
                self._running[sequence.shkeptncontext] = sequence
                self._go_on(sequence, event, context)

    def _go_on(self, sequence: Sequence, event: CloudEvent, context: Context) -> None:
        """Open the next task, or end the sequence after the last or a failed one."""
        if not sequence.tasks or sequence.result == "fail":
            del self._running[sequence.shkeptncontext]
            ended = _keptn(
                "production.delivery.finished",
                sequence,
                event,
                context,
                triggeredid=sequence.begun_by,
            )
            context.emit(ended, BRIDGE)
            self._begin_waiting(event, context)
            return
        sequence.task = sequence.tasks.pop(0)
        sequence.started = 0
        sequence.results.clear()
        properties = {sequence.task: SHIPYARD[sequence.task], "message": ""}
        sequence.data = _merged(sequence.data, properties)
        triggered = _keptn(f"{sequence.task}.triggered", sequence, event, context)
        sequence.triggeredid = triggered.get_id()
        context.emit(triggered, EXECUTORS[sequence.task])


class Tekton:
    """The run deploy-artifact, and the CDEvents that tell of it."""

    def __init__(self) -> None:
        self._deployments: dict[str, tuple[str, int]] = {}

    def __call__(self, event: CloudEvent, context: Context) -> None:
        """Run the pipeline and tell the broker of each step."""
        params = _data(event)
        run = "deploy-artifact-" + "".join(context.random.choices(_NAME_LETTERS, k=5))
        version = str(self._generation(params["name"], params["image"]))
        for after, name, kind, data, extensions in _steps(run, params, version):
            told = reply(
                event,
                type=f"cd.{name}.v1",
                id=_uuid(context),
                source=f"/tekton/namespaces/cdevents/{kind}",
                subject=f"{run}-deploy" if kind == "taskrun" else run,
                data=data,
                **extensions,
            )
            context.emit(told, BROKER, after)

    def _generation(self, name: str, image: str) -> int:
        """Set a deployment's image; another one makes the next generation."""
        old, generation = self._deployments.get(name, ("", 0))
        if image != old:
            generation += 1
        self._deployments[name] = (image, generation)
        return generation


_Step = tuple[str, str, str, dict[str, str], dict[str, str]]


def _steps(run: str, params: dict[str, str], version: str) -> Iterator[_Step]:
    """Give what a run tells: when, the event, of what, its data, its extensions.

    Data holds the run as text, as Tekton sends it; results only once it has ended.
    """
    service = {
        "serviceEnvId": f"http://{params['name']}-127.0.0.1.nip.io",
        "serviceName": params["name"],
        "serviceVersion": version,
    }
    results = {
        "cd.service.envId": service["serviceEnvId"],
        "cd.service.name": service["serviceName"],
        "cd.service.version": service["serviceVersion"],
        "sh.keptn.context": params["shkeptncontext"],
        "sh.keptn.trigger.id": params["triggerid"],
    }
    listed = [{"name": name, "value": value} for name, value in results.items()]
    metadata = {"metadata": {"name": run, "namespace": "cdevents"}}
    ended = {**metadata, "status": {"pipelineResults": listed}}
    begun = {"pipelinerun": json.dumps(metadata)}
    done = {"pipelinerun": json.dumps(ended)}
    task = {"taskrun": json.dumps({"metadata": {"name": f"{run}-deploy"}})}
    named = {"pipelinerunname": run}
    running = {**named, "pipelinerunstatus": "Running"}
    finished = {**named, "pipelinerunstatus": "Finished"}
    of_task = {"taskrunname": f"{run}-deploy", "taskrunpipelineid": run}
    deployed = {name.lower(): value for name, value in service.items()}
    yield "0s", "pipelinerun.queued", "pipelinerun", begun, named
    yield "1s", "pipelinerun.started", "pipelinerun", begun, running
    yield "1s", "taskrun.started", "taskrun", task, of_task
    yield "30s", "taskrun.finished", "taskrun", task, of_task
    yield "31s", "service.deployed", "pipelinerun", done | service, deployed
    yield "31s", "pipelinerun.finished", "pipelinerun", done, finished


def _keptn(
    name: str, sequence: Sequence, event: CloudEvent, context: Context, **more: str
) -> CloudEvent:
    return reply(
        event,
        type=f"sh.keptn.event.{name}",
        id=_uuid(context),
        source="shipyard-controller",
        shkeptncontext=sequence.shkeptncontext,
        shkeptnspecversion="0.2.4",
        data=sequence.data,
        **more,
    )


def _data(event: CloudEvent) -> dict[str, Any]:
    data = event.get_data()
    if not isinstance(data, dict):
        raise TypeError(f"{event.get_type()}: the data is no JSON object")
    return data


def _merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in more.items():
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[name] = _merged(old, value)
        else:
            merged[name] = value
    return merged


def _uuid(context: Context) -> str:
    return str(UUID(int=context.random.getrandbits(128), version=4))

"""Spinnaker's echo, which takes a published artifact and runs a pipeline that deploys it.

Source: systems reference 1.8; rjalander/echo CDEventController.java, CDEventCreator.java.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.duration import Duration, span_ns
from simulator.event.sdk import CloudEvent, cloud_event
from simulator.kernel import Answer
from simulator.systems.cdevents import cd_event
from simulator.systems.keptn_events import data_of, extension
from simulator.systems.system import Knob, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.systems.system import SystemContext

_TAKES = "cd.artifact.published.v1"
_SOURCE = "cdevents-sdk-java"
_JSON = "application/json; charset=UTF-8"
_ERROR, _OK = 500, 200
# What it says of a run that has begun: the names of the fields themselves.
_PLACEHOLDERS = {"id": "pipelineRunId", "name": "pipelineRunName", "status": "pipelineRunStatus",
                 "url": "pipelineRunURL", "errors": "pipelineRunErrors"}  # fmt: skip


class Spinnaker(System):
    """Plays echo's consumer: it answers when its pipeline is through, and assumes success.

    Args:
        takes: How long it sleeps between the start and the end that it tells of.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(
        self,
        sink: str = "broker/default",
        pipeline: str = "deploy-spinnaker-poc",
        service: str = "poc",
        takes: Duration = "60s",
    ) -> None:
        self._sink = sink
        self._pipeline = pipeline
        self._service = service
        self._takes_ns = span_ns(takes)

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._sink,)

    @property
    def knobs(self) -> Mapping[str, Knob]:
        about = "whether orca runs it; refused, nothing is told, and it answers 200"
        return {self._pipeline: Knob(about, ("runs", "refused"))}

    def __call__(self, event: CloudEvent, context: SystemContext) -> int | Answer:
        """Run the pipeline for a published artifact; another type is an error.

        Errors with the right type are swallowed. The answer comes when all is told.
        """
        data = data_of(event)
        if event.get_type() != _TAKES:
            return _ERROR
        if data is None or self.set_to.get(self._pipeline) == "refused":
            return _OK
        told = {
            "artifactId": extension(event, "artifactid").replace(
                "kind-registry", "localhost"
            ),
            "artifactName": extension(event, "artifactname"),
        }
        none = {"contextId": None, "triggerId": None}
        self._tell(
            "pipelinerun.started",
            _PLACEHOLDERS,
            {**none, "subject": "SpinnakerPipelineRunStarted", **told},
            context,
        )
        mine = {
            "contextId": data.get("shkeptncontext"),
            "triggerId": data.get("triggerid"),
        }
        context.later_ns(self._takes_ns, partial(self._ended, told, mine))
        return Answer(_OK).delayed(self._takes_ns)

    def _ended(
        self, told: dict[str, Any], mine: dict[str, Any], context: SystemContext
    ) -> None:
        run = {"id": context.uuid(), "name": self._pipeline, "status": "SUCCESSFUL"}
        run |= {"url": "", "errors": ""}
        about = {**mine, "subject": "SpinnakerPipeline", **told}
        self._tell("pipelinerun.finished", run, about, context)
        service = {
            "id": "serviceId",
            "name": self._service,
            "version": "serviceVersion",
        }
        self._tell(
            "service.deployed", service, {**mine, "subject": None, **told}, context
        )

    def _tell(
        self,
        kind: str,
        values: Mapping[str, str],
        data: dict[str, Any],
        context: SystemContext,
    ) -> None:
        """Send an event; the SDK of Java has ``serviceid`` in place of ``serviceenvid``."""
        id_ = context.uuid()
        own = dict(values)
        extra = own.pop("id") if kind.startswith("service.") else None
        made = cd_event(
            kind,
            id=id_,
            source=_SOURCE,
            values=own,
            data={"eventId": id_, "eventName": f"cd.{kind}.v1", **data},
        )
        more = {"datacontenttype": _JSON} | ({"serviceid": extra} if extra else {})
        made = made.with_attributes(more)
        context.emit(cloud_event(made.attributes, made.body, valid=True), self._sink)

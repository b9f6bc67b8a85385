"""The two programs between Keptn and the CDEvents of 2021: one translates in, one out.

Source: systems reference 1.5; salaboy/keptn-cdf-translator pkg/handlers/handlers.go,
    salaboy/cdf-events-keptn-adapter eventhandlers.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.event.sdk import CloudEvent, cloud_event
from simulator.resource import mapping
from simulator.systems.cdevents import cd_event
from simulator.systems.keptn_events import PREFIX, data_of, extension, keptn_event
from simulator.systems.system import System

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.systems.system import SystemContext

_IN, _OUT = "keptn-cdf-translator", "keptn-cd-translator-service"
_HANDLED = "deployment handled by Tekton/Spinnaker"
_CONTEXT, _TRIGGER = "sh.keptn.context", "sh.keptn.trigger.id"


class Translator(System):
    """keptn-cdf-translator: an event of 2021 becomes one of Keptn; it answers 200, always."""

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(
        self,
        keptn: str = "service/keptn",
        project: str = "cde",
        stage: str = "production",
        sequence: str = "delivery",
    ) -> None:
        self._keptn = keptn
        self._scope = {"project": project, "stage": stage}
        self._triggers = f"{stage}.{sequence}.triggered"

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._keptn,)

    def __call__(self, event: CloudEvent, context: SystemContext) -> None:
        """Translate; what it has no handler for is only logged."""
        data = data_of(event) or {}
        handlers = {
            "cd.artifact.packaged.v1": self._packaged,
            "cd.artifact.published.v1": self._published,
            "cd.service.deployed.v1": self._deployed,
        }
        handler = handlers.get(event.get_type())
        if handler is not None:
            handler(event, data, context)

    def _packaged(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        told = {
            "message": _HANDLED,
            "configurationChange": {
                "values": {"image": extension(event, "artifactid")}
            },
            "deployment": {"deploymentURIsLocal": None, "deploymentstrategy": ""},
        }
        service = extension(event, "artifactname")
        self._tell(self._triggers, service, told, context, "", "")

    def _published(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        told = {"message": _HANDLED, "status": "unknown"}
        keptn_context, trigger = data.get("shkeptncontext"), data.get("triggerid")
        service = extension(event, "artifactname")
        self._tell("deployment.started", service, told, context, keptn_context, trigger)

    def _deployed(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        service = extension(event, "servicename")
        url = f"http://{service}-127.0.0.1.nip.io"
        told = {
            "status": "succeeded",
            "result": "pass",
            "deployment": {
                "deploymentstrategy": "direct",
                "deploymentURIsLocal": [url],
                "deploymentURIsPublic": [url],
                "deploymentNames": [service],
                "gitCommit": "main",
            },
        }
        results = _pipeline_results(data)
        keptn_context = data.get("contextId") or results.get(_CONTEXT)
        trigger = data.get("triggerId") or results.get(_TRIGGER)
        self._tell(
            "deployment.finished", service, told, context, keptn_context, trigger
        )

    def _tell(  # noqa: PLR0917 - all that an event is made of
        self,
        name: str,
        service: str,
        told: dict[str, Any],
        context: SystemContext,
        keptn_context: object,
        trigger: object,
    ) -> None:
        """Send it; an event without a context gets one from Keptn."""
        more = {"triggeredid": str(trigger)} if trigger else {}
        made = keptn_event(
            name, {**self._scope, "service": service, **told}, context, source=_IN,
            keptn_context=str(keptn_context or ""), **more,
        )  # fmt: skip
        if not keptn_context:
            del made.get_attributes()["shkeptncontext"]
        context.emit(made, self._keptn)


def _pipeline_results(data: dict[str, Any]) -> dict[str, str]:
    try:
        run = json.loads(data.get("pipelinerun") or "{}")
        listed = run["status"]["pipelineResults"]
        return {str(each["name"]): str(each["value"]) for each in listed}
    except (ValueError, KeyError, TypeError):
        return {}


class Adapter(System):
    """cdf-events-keptn-adapter: a deployment of an image is told as a published artifact."""

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(self, sink: str = "broker/default") -> None:
        self._sink = sink

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._sink,)

    def __call__(self, event: CloudEvent, context: SystemContext) -> None:
        """Tell of a deployment that names an image; of others nothing."""
        data = data_of(event) or {}
        image = image_of(data)
        if event.get_type() != f"{PREFIX}deployment.triggered" or not image:
            return
        keptn_context = extension(event, "shkeptncontext")
        made = cd_event(
            "artifact.published",
            id=context.uuid(),
            source=_OUT,
            values={"id": image, "name": str(data.get("service", "")), "version": ""},
            data={
                "shkeptncontext": keptn_context,
                "triggerid": event.get_id(),
                "image": image,
            },
        )
        context.emit(cloud_event(made.attributes, made.body, valid=True), self._sink)


def image_of(data: dict[str, Any]) -> str:
    """Give the image that Keptn's data asks for; empty where there is none."""
    values = mapping(mapping(data.get("configurationChange")).get("values"))
    image = values.get("image")
    return image if isinstance(image, str) else ""

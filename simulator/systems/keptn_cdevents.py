"""Between Keptn and the CDEvents of today: what each says becomes what the other takes.

The chain of CDEvents is Keptn's context. An event follows from the last one of its chain
that Keptn acted on: one that came in, or the end of a test.

Source: systems reference 1.12 (the PoC's flow in CDEvents 0.5), 1.11; [derived] where
    the PoC has no counterpart: test, action, rollback.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from simulator.duration import Duration, span_ns
from simulator.event.sdk import CloudEvent, cloud_event, event_of
from simulator.resource import mapping
from simulator.systems.cdevents import CDEvent, cdevent_of, purl
from simulator.systems.cdf_2021 import image_of
from simulator.systems.keptn_events import (
    PREFIX,
    answer_to,
    data_of,
    extension,
    keptn_event,
)
from simulator.systems.system import System

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.systems.system import SystemContext

_SOURCE = "keptn-cdevents"
_PURL_NAME = re.compile(r"pkg:[^/]+/(?:[^/@?]+/)*([^/@?]+)")
_FAILED = ("failure", "error")
_PASSED = {"status": "succeeded", "result": "pass"}
_MOST_CHAINS = 10_000
_ROLLBACK = "rollback"
_SHORT = 4  # letters of a suite in the name of its run


class _Story:
    """What is known of one chain.

    Attributes:
        last: The id of the event that Keptn acted on last.
        incident: That began it, if one did.
        actions: How many were taken because of that.
        open: Stage -> the task of Keptn's that waits for a CDEvent.
    """

    def __init__(self) -> None:
        self.last = ""
        self.incident: CDEvent | None = None
        self.actions = 0
        self.open: dict[str, CloudEvent] = {}
        self.suite = "test"


class _Told(NamedTuple):
    kind: str
    source: str
    subject: str
    content: dict[str, Any]
    custom: dict[str, Any] | None = None


class KeptnCDEvents(System):
    """Translates in both directions.

    Args:
        tekton: Who rolls back; empty for nobody.
        rollback: The pipeline that does.
        stage: The first, where a packaged artifact goes.
        user: Who is said to publish artifacts; empty for nobody.
        actions: Action of a remediation -> who takes it; ``rollback`` is Tekton's.
        takes: How long such an action takes.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(
        self,
        *,
        keptn: str = "service/keptn",
        sink: str = "broker/default",
        tekton: str = "",
        rollback: str = "deploy-artifact",
        project: str = "cde",
        stage: str = "production",
        sequence: str = "delivery",
        remediation: str = "remediation",
        user: str = "",
        actions: dict[str, str] | None = None,
        takes: Duration = "20s",
    ) -> None:
        self._keptn, self._sink, self._tekton = keptn, sink, tekton
        self._rollback = rollback
        self._project, self._stage = project, stage
        self._triggers = f"{stage}.{sequence}.triggered"
        self._remediation = remediation
        self._user = user
        self._actors = actions or {}
        self._takes_ns = span_ns(takes)
        self._stories: dict[str, _Story] = {}

    @property
    def sends_to(self) -> Iterable[str]:
        return tuple(each for each in (self._keptn, self._sink, self._tekton) if each)

    def __call__(self, event: CloudEvent, context: SystemContext) -> None:
        """Take an event of either side; what neither knows is none of its business."""
        said = cdevent_of(event_of(event))
        if said is not None:
            if said.chain:
                self._hear(said, context)
            return
        data = data_of(event)
        name = event.get_type().removeprefix(PREFIX)
        if name != event.get_type() and data is not None:
            self._serve(name, event, data, context)

    def _hear(self, said: CDEvent, context: SystemContext) -> None:
        match said.kind:
            case "artifact.packaged":
                self._packaged(said, context)
            case "artifact.published":
                self._published(said, context)
            case "service.deployed" | "service.upgraded" | "service.rolledback":
                self._deployed(said, context)
            case "pipelinerun.finished":
                self._run_finished(said, context)
            case "incident.detected":
                self._detected(said, context)

    def _serve(
        self, name: str, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        match name:
            case "deployment.triggered":
                self._deployment(event, data, context)
            case "test.triggered":
                self._test(event, data)
            case "test.started" | "test.finished":
                self._tested(event, data, name.partition(".")[2], context)
            case "action.triggered":
                self._action(event, data, context)
            case "rollback.triggered":
                self._roll_back(event, data, context)
        if name == f"{data.get('stage')}.{self._remediation}.finished":
            self._resolved(event, data, context)

    def _story(self, chain: str) -> _Story:
        if chain not in self._stories and len(self._stories) >= _MOST_CHAINS:
            del self._stories[next(iter(self._stories))]
        return self._stories.setdefault(chain, _Story())

    # -- from CDEvents to Keptn

    def _packaged(self, said: CDEvent, context: SystemContext) -> None:
        self._story(said.chain).last = str(said.id)
        found = _PURL_NAME.match(said.subject)
        told = {
            "stage": self._stage,
            "service": found[1] if found else said.subject,
            "configurationChange": {"values": {"image": said.subject}},
        }
        self._trigger(self._triggers, told, said.chain, context)

    def _published(self, said: CDEvent, context: SystemContext) -> None:
        """Take what was told for a deployment: somebody has taken it on by then."""
        story = self._story(said.chain)
        opened = story.open.get(str((said.custom or {}).get("stage")))
        if opened is not None and opened.get_id() == (said.custom or {}).get(
            "triggerid"
        ):
            self._answer(opened, "started", {"status": "unknown"}, context)

    def _deployed(self, said: CDEvent, context: SystemContext) -> None:
        story = self._story(said.chain)
        environment = mapping(said.content.get("environment"))
        opened = story.open.pop(str(environment.get("id")), None)
        story.last = str(said.id)
        if opened is None:
            return
        urls = [environment["source"]] if environment.get("source") else []
        about = {"deploymentURIsPublic": urls, "deploymentNames": [said.subject]}
        self._answer(opened, "finished", {**_PASSED, "deployment": about}, context)

    def _run_finished(self, said: CDEvent, context: SystemContext) -> None:
        """End the task that a failed run was begun for, which is the chain's own."""
        story = self._story(said.chain)
        if said.content.get("outcome") not in _FAILED or not story.open:
            return
        story.last = str(said.id)
        _, opened = story.open.popitem()
        message = str(said.content.get("errors", ""))
        told = {"status": "succeeded", "result": "fail", "message": message}
        self._answer(opened, "finished", told, context)

    def _detected(self, said: CDEvent, context: SystemContext) -> None:
        story = self._story(said.chain)
        story.last, story.incident = str(said.id), said
        custom = said.custom or {}
        stage, service = (_id(said.content.get(n)) for n in ("environment", "service"))
        problem = {
            "State": str(custom.get("state", "OPEN")),
            "problemTitle": str(custom.get("problemTitle") or said.subject),
            "ProblemDetails": str(said.content.get("description", "")),
        }
        told = {"stage": stage, "service": service, "problem": problem}
        self._trigger(
            f"{stage}.{self._remediation}.triggered", told, said.chain, context
        )

    def _trigger(
        self, name: str, told: dict[str, Any], chain: str, context: SystemContext
    ) -> None:
        data = {"project": self._project, **told}
        context.emit(
            keptn_event(name, data, context, source=_SOURCE, keptn_context=chain),
            self._keptn,
        )

    def _answer(
        self, task: CloudEvent, phase: str, told: dict[str, Any], context: SystemContext
    ) -> None:
        context.emit(answer_to(task, phase, told, context, _SOURCE), self._keptn)

    # -- from Keptn to CDEvents

    def _deployment(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        image, stage = image_of(data), str(data.get("stage", ""))
        if not image:
            return
        self._story(extension(event, "shkeptncontext")).open[stage] = event
        told = _Told(
            "artifact.published",
            f"/keptn/{data.get('project', self._project)}",
            image if image.startswith("pkg:") else purl(image),
            {"user": self._user} if self._user else {},
            {
                "shkeptncontext": extension(event, "shkeptncontext"),
                "triggerid": event.get_id(),
                "stage": stage,
            },
        )
        self._tell(told, event, context)

    def _test(self, event: CloudEvent, data: dict[str, Any]) -> None:
        strategy = mapping(data.get("test")).get("teststrategy")
        self._story(extension(event, "shkeptncontext")).suite = str(strategy or "test")

    def _tested(
        self,
        event: CloudEvent,
        data: dict[str, Any],
        phase: str,
        context: SystemContext,
    ) -> None:
        stage, story = (
            str(data.get("stage", "")),
            self._story(extension(event, "shkeptncontext")),
        )
        content: dict[str, Any] = {
            "environment": {"id": stage},
            "testSuite": {"id": story.suite},
        }
        if phase == "finished":
            passed = data.get("result") in ("pass", "warning")
            content["outcome"] = "success" if passed else "failure"
            for name, of in (("severity", "severity"), ("reason", "message")):
                if data.get(of) and not passed:
                    content[name] = str(data[of])
        subject = f"{story.suite[:_SHORT]}-{data.get('service', '')}-{stage}"
        source = f"/keptn/{event.get_source()}"
        kind = f"testsuiterun.{phase}"
        told = self._tell(_Told(kind, source, subject, content), event, context)
        if phase == "finished":
            story.last = told

    def _action(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        """Take the next action against an incident: Tekton's, or somebody else's."""
        self._story(extension(event, "shkeptncontext")).actions += 1
        given = mapping(data.get("action"))
        name = str(given.get("action", ""))
        if name == _ROLLBACK:
            self._roll_back(event, data, context)
        elif name in self._actors:
            self._answer(event, "started", {"status": "succeeded"}, context)
            about = {"action": name, "value": given.get("value", "")}
            context.later_ns(self._takes_ns, partial(self._acted, event, data, about))

    def _acted(
        self,
        event: CloudEvent,
        data: dict[str, Any],
        about: dict[str, Any],
        context: SystemContext,
    ) -> None:
        stage = str(data.get("stage", ""))
        source = f"/keptn/{self._actors[about['action']]}"
        told = _Told("environment.modified", source, stage, {"name": stage}, about)
        self._tell(told, event, context)
        self._answer(event, "finished", _PASSED, context)

    def _roll_back(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        """Have Tekton deploy what ran there before; the service's event ends the task."""
        if not self._tekton:
            return
        story, stage = (
            self._story(extension(event, "shkeptncontext")),
            str(data.get("stage", "")),
        )
        story.open[stage] = event
        self._answer(event, "started", {"status": "succeeded"}, context)
        service = str(data.get("service", ""))
        start = {
            "pipeline": self._rollback,
            "name": f"{self._rollback}-{stage}",
            "params": {"image": "$(previous)", "name": service, "envId": stage},
            "chain": extension(event, "shkeptncontext"),
            "cause": story.last,
        }
        attributes = {
            "id": context.uuid(),
            "source": _SOURCE,
            "type": "tekton.start",
            "specversion": "1.0",
            "time": context.now,  # without one, the SDK asks the clock
            "datacontenttype": "application/json",
        }
        context.emit(CloudEvent(attributes, start), self._tekton)

    def _resolved(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        """Tell that an incident is over, once a remediation has passed its evaluation."""
        story = self._story(extension(event, "shkeptncontext"))
        if story.incident is None or data.get("result") != "pass":
            return
        count = story.actions
        content = {
            "description": f"evaluation passed after {count} action{'s' * (count != 1)}",
            "environment": story.incident.content.get("environment"),
            "service": story.incident.content.get("service"),
        }
        subject = story.incident.subject
        told = _Told("incident.resolved", "/keptn/lighthouse", subject, content)
        self._tell(told, event, context)
        story.incident = None

    def _tell(self, told: _Told, because: CloudEvent, context: SystemContext) -> str:
        chain = extension(because, "shkeptncontext")
        made = CDEvent(
            kind=told.kind,
            source=told.source,
            subject=told.subject,
            content=told.content,
            at_ns=context.instant_ns,
            chain=chain,
            cause=self._story(chain).last or None,
            custom=told.custom,
        ).event()
        context.emit(cloud_event(made.attributes, made.body, valid=True), self._sink)
        return made.id


def _id(value: object) -> str:
    return str(mapping(value).get("id", ""))

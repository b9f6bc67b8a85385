"""A Knative Service that others change by events, and that tells its life in CDEvents.

Source: systems reference 2.2; salaboy/knative-serving-events-controller 3bdbe29,
    pkg/server/handlers/trigger.go (read); keptn/spec cloudevents.md, deployment, rollback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from simulator.duration import Duration, span_ns
from simulator.errors import nearest
from simulator.event.sdk import cloud_event
from simulator.resource import mapping, namespace_fault
from simulator.serving.life import PREVIOUS, Life, Serving, Status, Step, StepError
from simulator.subscribers.fields import Fields
from simulator.subscribers.life_spec import (
    CD_V1,
    CDEVENTS,
    VOCABULARIES,
    parse_step,
    service_name_fault,
)
from simulator.systems.keptn_events import PREFIX, answer_to, data_of
from simulator.systems.service_life import LifeEvents
from simulator.systems.system import Knob, OptionError, System, refuse
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.errors import Fault
    from simulator.event.sdk import CloudEvent
    from simulator.systems.system import SystemContext, Timer

STEP = "kn-sim.service.step"
CREATED = "cd.service.created.v1"
_DEPLOYMENT = f"{PREFIX}deployment.triggered"
_ROLLBACK = f"{PREFIX}rollback.triggered"
_SOURCE = "knative-service"
_BAD_REQUEST = 400
_FAIL = "fail"


class _Task(NamedTuple):
    """A task of Keptn that is over when a revision has failed, or has been routed to."""

    event: CloudEvent
    revision: str


class KnativeService(System):
    """Is created, updated, rolled back and deleted by events.

    Args:
        name: Of the service; empty for that of the node.
        vocabulary: In which words its life is told.
        keptn: Where the answers to Keptn's tasks go; empty to take none.
        coldStart: From the creation of a revision until it is ready.
        routing: From a change of the route until the ingress follows.
        fails: Image -> why its revisions never become ready.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(
        self,
        *,
        name: str = "",
        namespace: str = "default",
        vocabulary: str = CDEVENTS,
        sink: str = "broker/default",
        keptn: str = "",
        coldStart: Duration = "5s",  # noqa: N803, as in a source
        routing: Duration = "1s",
        fails: Mapping[str, str] | None = None,
    ) -> None:
        refuse(list(_wrong(name, namespace, vocabulary)))
        self._of_2022 = vocabulary == CD_V1
        self._name, self._namespace = name, namespace
        self._sink, self._keptn = sink, keptn
        self._waits = span_ns(coldStart), span_ns(routing)
        self._fails = dict(fails or {})
        self._serving: Serving | None = None
        self._writer: LifeEvents | None = None
        self._created_ns = 0
        self._tasks: list[_Task] = []
        self._timer: Timer | None = None

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._sink, self._keptn) if self._keptn else (self._sink,)

    @property
    def knobs(self) -> Mapping[str, Knob]:
        """The one that there is: of revisions that are made from then on."""
        return {"revisions": Knob("what becomes of them", ("ready", _FAIL))}

    def unfinished(self) -> Iterable[str]:
        for task in self._tasks:
            yield f"{task.event.get_type().removeprefix(PREFIX)} waits for {task.revision}"

    def __call__(self, event: CloudEvent, context: SystemContext) -> int | None:
        """Take an event; what changes no service is none of its business."""
        data = data_of(event) or {}
        if event.get_type() == STEP:
            return self._step(data, context)
        if event.get_type() == CREATED:
            self._create(data, context)
        elif not self._keptn or data.get("service") != self._called(context):
            return None
        elif event.get_type() == _DEPLOYMENT:
            change = mapping(data.get("configurationChange"))
            image = mapping(change.get("values")).get("image")
            self._task(event, context, Step(at_ns=0, image=str(image or "")))
        elif event.get_type() == _ROLLBACK:
            self._task(event, context, Step(at_ns=0, shares=((PREVIOUS, 100),)))
        return None

    # -- what it is told

    def _called(self, context: SystemContext) -> str:
        return self._name or context.service

    def _step(self, data: Mapping[str, Any], context: SystemContext) -> int | None:
        """Do a step as a source of the Simulation has it, without ``at``."""
        faults: list[Fault] = []
        step = parse_step(Fields(data, "data", faults), at=False)
        if step is None or faults:
            return _BAD_REQUEST
        try:
            self._do(step, context)
        except StepError:
            return _BAD_REQUEST
        return None

    def _create(self, data: Mapping[str, Any], context: SystemContext) -> None:
        """Create it, as the controller of 2022 does: what is there already is left."""
        image = data.get("image")
        mine = self._called(context), self._namespace
        asked = data.get("name"), data.get("namespace", "default")
        if self._serving is None and asked == mine and isinstance(image, str) and image:
            self._do(Step(at_ns=0, image=image), context)

    def _task(self, event: CloudEvent, context: SystemContext, step: Step) -> None:
        started = {"status": "succeeded", "message": ""}
        context.emit(
            answer_to(event, "started", started, context, _SOURCE), self._keptn
        )
        if not (step.image or step.shares):
            why = "configurationChange.values.image is missing"
            self._answer(event, context, why, status="errored")
            return
        try:
            self._do(step, context, event)
        except StepError as error:
            self._answer(event, context, str(error), status="errored")

    # -- what it does

    def _do(
        self, step: Step, context: SystemContext, task: CloudEvent | None = None
    ) -> None:
        """Do a step now; StepError if it cannot be done."""
        fails = step.image in self._fails or self.set_to.get("revisions") == _FAIL
        if step.image and step.ready is None and fails:
            why = self._fails.get(step.image, step.message)
            step = step.replace(ready=False, message=why)
        if self._serving is None:
            self._begin(step, context)
        serving = self._serving
        assert serving is not None, "it has begun"
        at_ns = context.now_ns - self._created_ns
        self._go_on(at_ns, context)
        serving.do(step.replace(at_ns=at_ns))
        status = serving.status(at_ns)
        if task is not None:
            revision = status.latest_created if step.image else status.traffic
            self._tasks.append(_Task(task, revision))
        self._tell(at_ns, status, context)
        if status.deleted:
            self._serving = None
        self._await(context)

    def _begin(self, step: Step, context: SystemContext) -> None:
        if not step.image:
            raise StepError("", "there is no service")
        cold_start_ns, routing_ns = self._waits
        life = Life(
            name=self._called(context),
            namespace=self._namespace,
            created=step,
            steps=(),
            cold_start_ns=cold_start_ns,
            routing_ns=routing_ns,
        )
        self._serving = Serving(life)
        self._created_ns = context.now_ns
        self._writer = LifeEvents(life, context.instant_ns, of_2022=self._of_2022)

    def _go_on(self, at_ns: int, context: SystemContext) -> None:
        assert self._serving is not None, "it goes on"
        for then_ns, status in self._serving.until(at_ns):
            self._tell(then_ns, status, context)

    def _ring(self, context: SystemContext) -> None:
        self._go_on(context.now_ns - self._created_ns, context)
        self._await(context)

    def _await(self, context: SystemContext) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = None
        due_ns = None if self._serving is None else self._serving.due_ns
        if due_ns is not None:
            wait_ns = self._created_ns + due_ns - context.now_ns
            self._timer = context.later_ns(wait_ns, self._ring)

    def _tell(self, at_ns: int, status: Status, context: SystemContext) -> None:
        assert self._writer is not None, "it has begun"
        for each in self._writer.tell(at_ns, status):
            context.emit(
                cloud_event(each.attributes, each.body, valid=True), self._sink
            )
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            why = _end_of(task, status)
            if why is None:
                self._tasks.append(task)
            else:
                self._answer(task.event, context, why)

    def _answer(
        self,
        event: CloudEvent,
        context: SystemContext,
        why: str,
        status: str = "succeeded",
    ) -> None:
        """Say that a task has ended; well, where there is nothing to say."""
        result = _FAIL if why else "pass"
        data: dict[str, Any] = {"status": status, "result": result, "message": why}
        if not why and event.get_type() == _DEPLOYMENT:
            host = f"{self._called(context)}.{self._namespace}.svc.cluster.local"
            data["deployment"] = {
                "deploymentNames": [self._called(context)],
                "deploymentURIsLocal": [f"http://{host}"],
            }
        context.emit(answer_to(event, "finished", data, context, _SOURCE), self._keptn)


def _end_of(task: _Task, status: Status) -> str | None:
    """Tell why a task has failed, empty where it went well; None as long as it goes on."""
    if status.deleted:
        return "the service is deleted"
    revision = status.revision(task.revision)
    if revision.ready is False:
        return revision.message
    routed = status.condition("RoutesReady").status is Truth.TRUE
    return "" if revision.ready and routed else None


def _wrong(name: str, namespace: str, vocabulary: str) -> Iterator[OptionError]:
    fault = service_name_fault(name) if name else None
    if fault:
        yield OptionError("name", fault)
    fault = namespace_fault(namespace)
    if fault:
        yield OptionError("namespace", fault)
    if vocabulary not in VOCABULARIES:
        hint = nearest(vocabulary, VOCABULARIES)
        there_are = ", ".join(VOCABULARIES)
        what = f"unknown vocabulary {vocabulary!r}{hint} (there are: {there_are})"
        yield OptionError("vocabulary", what)

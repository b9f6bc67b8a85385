"""Tekton: an EventListener that takes events, the runs it makes, and what is told of them.

Source: systems reference 1.4, 1.6, 1.7; systems-2 1.3 (times), 3.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path  # noqa: TC003 - what an argument is, is read from its annotation
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.duration import span_ns
from simulator.errors import nearest
from simulator.event.sdk import CloudEvent, cloud_event, event_of
from simulator.resource import mapping
from simulator.subscribers.handler import failure
from simulator.systems.cdevents import cdevent_of, chain_id
from simulator.systems.system import Knob, System, refuse
from simulator.systems.tekton_events import ARTIFACT, SERVICE, VOCABULARIES
from simulator.systems.tekton_given import (
    QUEUED,
    Given,
    changeless,
    listed,
    one_of,
    read_tekton,
    unreleased,
)
from simulator.systems.tekton_pipelines import Releases, Run, Span, plan_of
from simulator.systems.tekton_requests import ANSWERS, answered, runs_asked_for
from simulator.systems.tekton_triggers import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.duration import Duration
    from simulator.errors import Fault
    from simulator.event import Event
    from simulator.kernel import Answer
    from simulator.systems.system import SystemContext
    from simulator.systems.tekton_pipelines import Pipeline

START = "tekton.start"
"""The type of the event by which somebody starts a pipeline, as `tkn pipeline start` does."""
_PASS, _FAIL = "pass", "fail"
_PREVIOUS = "$(previous)"
_UNHEARD, _BAD = 404, 400
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_SUFFIX = 5


class Tekton(System):
    """Plays Tekton Pipelines, its CloudEvents controller, and Tekton Triggers.

    Args:
        pipelines: Tekton's own file: Pipelines, and perhaps an EventListener.
        vocabulary: ``tekton``, ``cd-v1``, ``cdevents-0.4`` or ``cdevents-0.5``.
        queued: How long a run waits before it starts.
        takes: Task, or ``PIPELINE/TASK``, -> how long it takes; 30 s unless said.
        results: ``TASK.RESULT``, or ``PIPELINE/TASK.RESULT``, -> its text.
        errors: Task or pipeline -> what it says when it fails.
        uri: Pipeline -> where its runs can be looked at.
        quiet: ``PIPELINE/TASK`` and ``PIPELINE/pipelinerun.queued`` that are not told of.
        released: ``ENVIRONMENT/SERVICE`` -> the artifacts that it has had, in order.
        answers: What the EventListener answers with: ``event``, or ``json`` as before v0.22.
    """

    replies: ClassVar[bool | None] = True
    asks: ClassVar[bool | None] = False

    def __init__(
        self,
        *,
        pipelines: Path,
        sink: str = "broker/default",
        vocabulary: str = "cd-v1",
        queued: Duration = "1s",
        takes: dict[str, str] | None = None,
        results: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
        uri: dict[str, str] | None = None,
        quiet: Sequence[str] = (),
        released: Any = None,
        answers: str = "event",
    ) -> None:
        self._file = str(pipelines)
        said = read_tekton(pipelines, "pipelines")
        self._pipelines, self._listener = said.pipelines, said.listener
        self._warnings = said.warnings
        self._given = Given(
            takes or {}, results or {}, errors or {}, uri or {}, tuple(quiet)
        )
        released = released or {}
        self._by_annotation = not vocabulary.startswith("cdevents-")
        wrong = (
            *one_of("vocabulary", vocabulary, VOCABULARIES),
            *one_of("answers", answers, ANSWERS),
            *self._given.faults(self._pipelines),
            *unreleased(released),
            *(() if self._by_annotation else changeless(self._pipelines)),
        )
        refuse(wrong)
        self._sink = sink
        self._vocabulary = VOCABULARIES[vocabulary]
        self._queued_ns = span_ns(queued)
        self._releases = Releases(
            {place: listed(had) for place, had in released.items()}
        )
        self._answers = answers
        self._running: dict[str, Run] = {}

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._sink,)

    @property
    def files(self) -> Iterable[str]:
        return (self._file,)

    @property
    def warnings(self) -> Iterable[Fault]:
        return self._warnings

    @property
    def knobs(self) -> Mapping[str, Knob]:
        return {
            pipeline.name: Knob(
                "how its runs end; `fail` and the longest task fails, or name one",
                (_PASS, _FAIL, *(task.name for task in pipeline.tasks)),
            )
            for pipeline in self._pipelines.values()
        }

    def unfinished(self) -> Iterable[str]:
        return [f"the run {run.name} has not ended" for run in self._running.values()]

    def __call__(
        self, event: CloudEvent, context: SystemContext
    ) -> Answer | int | None:
        """Start a run by hand, or take an event as the EventListener does."""
        if event.get_type() == START:
            return self._by_hand(event, context)
        if self._listener is None:
            return failure(f"{self._file} has no EventListener", _UNHEARD)
        body = event_of(event).body or b""
        for asked in runs_asked_for(
            self._listener, context.headers, body, context.uuid
        ):
            pipeline = self._pipelines.get(asked.pipeline)
            if pipeline is not None:
                self._start(pipeline, asked, event, context)
        return answered(self._listener, self._answers, context.uuid())

    def _by_hand(self, event: CloudEvent, context: SystemContext) -> Answer | None:
        """Start what the data names: ``{pipeline, params, name, namespace}``."""
        given = mapping(event.get_data())
        name, params = str(given.get("pipeline", "")), given.get("params", {})
        pipeline = self._pipelines.get(name)
        if pipeline is None:
            near = nearest(name, self._pipelines)
            return failure(f"there is no pipeline {name!r}{near}", _BAD)
        if not isinstance(params, dict):
            return failure("params: expected a mapping", _BAD)
        texts = {str(n): str(v) for n, v in params.items()}
        missing = [
            n for n, of in pipeline.params.items() if of is None and n not in texts
        ]
        if missing:
            return failure(f"pipeline {name} needs params: {', '.join(missing)}", _BAD)
        asked = Asked(
            pipeline.name,
            str(given.get("name") or ""),
            f"{pipeline.name}-run-",
            str(given.get("namespace") or ""),
            texts,
        )
        self._start(pipeline, asked, event, context)
        return None

    # -- a run

    def _start(
        self,
        pipeline: Pipeline,
        asked: Asked,
        event: CloudEvent,
        context: SystemContext,
    ) -> None:
        """Begin a run; an empty name gets a generated one."""
        defaults = {n: of for n, of in pipeline.params.items() if of is not None}
        suffix = "".join(context.random.choices(_LETTERS, k=_SUFFIX))
        chain, cause = _story(event)
        run = Run(
            pipeline=pipeline,
            name=asked.name or asked.generated + suffix,
            namespace=asked.namespace or pipeline.namespace,
            uid=context.uuid(),
            params={**defaults, **asked.params},
            chain=chain,
            cause=cause,
            uri="",
            errors=self._given.errors,
        )
        place = f"{run.environment}/{run.params.get('name', '')}"
        run.params = {
            name: self._releases.previous(place) if text == _PREVIOUS else text
            for name, text in run.params.items()
        }
        run.uri = run.fill(self._given.uri.get(pipeline.name, _URI), {})
        self._running[run.uid] = run
        if self._given.is_told(pipeline, QUEUED):
            run.queued = self._send(
                self._vocabulary.pipelinerun("queued", run, context.instant_ns), context
            )
        spans = plan_of(
            pipeline, partial(self._given.takes_ns, pipeline), self._failing(pipeline)
        )
        context.later_ns(self._queued_ns, partial(self._started, run))
        for at_ns, phase, span in _steps(spans):
            after_ns = self._queued_ns + at_ns
            if self._given.is_told(pipeline, span.task):
                context.later_ns(after_ns, partial(self._task, run, phase, span))
        end_ns = max((each.end_ns for each in spans), default=0)
        context.later_ns(self._queued_ns + end_ns, partial(self._ended, run, spans))

    def _failing(self, pipeline: Pipeline) -> str | None:
        """Give the task that fails, by the knob; of a run that fails, the longest."""
        chosen = self.set_to.get(pipeline.name, _PASS)
        if chosen == _FAIL:
            chosen = max(
                (task.name for task in pipeline.tasks if not task.last),
                key=partial(self._given.takes_ns, pipeline),
            )
        return None if chosen == _PASS else chosen

    def _started(self, run: Run, context: SystemContext) -> None:
        run.reason = "Running"
        run.started = self._send(
            self._vocabulary.pipelinerun("started", run, context.instant_ns), context
        )

    def _task(self, run: Run, phase: str, span: Span, context: SystemContext) -> None:
        for event in self._vocabulary.taskrun(phase, span, run, context.instant_ns):
            self._send(event, context)

    def _ended(self, run: Run, spans: tuple[Span, ...], context: SystemContext) -> None:
        """Tell that it has ended, and before that what it made, if it has not failed.

        Source: systems reference 1.4: such an event needs the annotation and the results.
        """
        del self._running[run.uid]
        failed = next((each.task for each in spans if each.failed), None)
        if failed is not None:
            run.reason = "Failed"
            run.error = self._given.errors.get(run.pipeline.name, f"{failed} failed")
        else:
            run.reason = "Succeeded"
            self._succeed(run, context)
        self._send(
            self._vocabulary.pipelinerun("finished", run, context.instant_ns), context
        )

    def _succeed(self, run: Run, context: SystemContext) -> None:
        kinds = [
            k for k in (*ARTIFACT, *SERVICE) if f"cd.{k}" in run.pipeline.annotations
        ]
        services = [kind for kind in kinds if kind in SERVICE]
        place = f"{run.environment}/{run.params.get('name', '')}"
        called = self._releases.put(place, run.artifact) if services else ""
        more = {"generation": self._releases.generation(place)}
        for name in run.pipeline.given:
            text = self._given.result(run.pipeline, name)
            task, _, result = name.partition(".")
            more[f"tasks.{task}.results.{result}"] = run.fill(str(text), more)
        for name, text in run.pipeline.results.items():
            run.results[name] = run.fill(text, more)
        for kind in kinds:
            if (
                kind in services
                and kind != "service.removed"
                and not self._by_annotation
            ):
                kind = called  # noqa: PLW2901 - today's word for what happened
            event = self._vocabulary.result(kind, run, context.instant_ns)
            if event is not None:
                self._send(event, context)

    def _send(self, event: Event, context: SystemContext) -> str:
        context.emit(cloud_event(event.attributes, event.body, valid=True), self._sink)
        return event.id


_URI = "http://tekton/$(context.pipelineRun.name)"


def _steps(spans: Iterable[Span]) -> list[tuple[int, str, Span]]:
    """Give what is told of tasks, by time; an end comes before a begin."""
    ends = [(each.end_ns, "finished", each) for each in spans]
    begins = [(each.begin_ns, "started", each) for each in spans]
    return sorted([*ends, *begins], key=lambda step: step[0])


def _story(event: CloudEvent) -> tuple[str, str | None]:
    """Tell which story a run is part of, and what in it led to the run.

    That of the CDEvent, or what the data or an attribute of Keptn's says; else a new one.
    """
    said = cdevent_of(event_of(event))
    if said is not None and said.chain:
        return said.chain, event.get_id()
    given = mapping(event.get_data())
    cause = given.get("cause")
    own = event.get_extension("shkeptncontext") or given.get("shkeptncontext")
    chain = given.get("chain") or own
    if not chain:
        chain = chain_id(event.get_source(), event.get_id())
    return str(chain), str(cause) if cause else None

"""One run of a sequence of Keptn: its tasks, what they came to, and the data it gathers.

Source: keptn/keptn shipyard-controller, models/sequence_execution.go.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.systems.keptn_events import merged

if TYPE_CHECKING:
    from simulator.systems.shipyard import Sequence, Task
    from simulator.systems.system import SystemContext, Timer

_PASS, _WARNING, _FAIL = "pass", "warning", "fail"
_SUCCEEDED, _ERRORED, _ABORTED, _UNKNOWN = "succeeded", "errored", "aborted", "unknown"
_APPROVAL = "approval"


class State(StrEnum):
    TRIGGERED = "triggered"
    STARTED = "started"
    WAITING_FOR_APPROVAL = "waitingForApproval"


class Done(NamedTuple):
    name: str
    result: str
    status: str
    data: Any


class CurrentTask:
    """The open task of a sequence; *id* is of the event that triggered it.

    Attributes:
        started: How many executors have begun it.
        finished: The data of those who have ended it, in order of arrival.
        watch: Ends the sequence unless somebody reacts.
    """

    def __init__(self, name: str, id: str) -> None:
        self.name = name
        self.id = id
        self.sent = False
        self.started = 0
        self.finished: list[dict[str, Any]] = []
        self.watch: Timer | None = None

    @property
    def closed(self) -> bool:
        return 0 < len(self.finished) == self.started

    def outcome(self) -> Done:
        """Tell what it came to.

        Source: CompleteCurrentTask: errored before aborted; what did not all succeed is
            unknown, and fails.
        """
        statuses = [each.get("status", "") for each in self.finished]
        results = [each.get("result", "") for each in self.finished]
        status = _UNKNOWN
        if _ERRORED in statuses:
            status = _ERRORED
        elif _ABORTED in statuses:
            status = _ABORTED
        elif all(each == _SUCCEEDED for each in statuses):
            status = _SUCCEEDED
        result = _WARNING if _WARNING in results else _PASS
        if any(each not in (_PASS, _WARNING) for each in results):
            result = _FAIL
        data: Any = None
        for each in self.finished:
            data = merged(data, each)
        return Done(self.name, _FAIL if status == _UNKNOWN else result, status, data)


class Execution:
    """One run of a sequence.

    Args:
        data: Of the event that triggered it.
        id: Of the event that triggered it.
        context: Of the request that it began with.

    Attributes:
        said: The data of the event that was about it last.
        state: How far it is, unless it is *paused*.
    """

    def __init__(
        self,
        sequence: Sequence,
        stage: str,
        data: dict[str, Any],
        *,
        keptn_context: str,
        id: str,
        context: SystemContext,
    ) -> None:
        self.sequence = sequence
        self.stage = stage
        self.place = (str(data["project"]), stage, str(data["service"]))
        self.data = data
        self.said = data
        self.keptn_context = keptn_context
        self.id = id
        self.context = context
        self.state = State.TRIGGERED
        self.paused = False
        self.done: list[Done] = []
        self.task: CurrentTask | None = None

    @property
    def name(self) -> str:
        """Its name, with the stage: ``production.delivery``."""
        return f"{self.stage}.{self.sequence.name}"

    @property
    def last(self) -> Done:
        """What the last task came to; empty before the first has ended."""
        return self.done[-1] if self.done else Done("", "", "", None)

    @property
    def next_task(self) -> Task | None:
        """The next task; None after the last, and after one that failed or erred."""
        if self.last.result == _FAIL or self.last.status == _ERRORED:
            return None
        tasks = self.sequence.tasks
        return tasks[len(self.done)] if len(self.done) < len(tasks) else None

    def next_data(self) -> dict[str, Any]:
        """Give the data of what it triggers next, a task or another sequence.

        Source: GetNextTriggeredEventData: the input, the data of all that have finished,
            the last result, and the properties of the task under its name.
        """
        scope = zip(("project", "stage", "service"), self.place, strict=True)
        data: dict[str, Any] = {**self.data, **dict(scope)}
        for each in self.done:
            data = merged(data, each.data)
        if self.done:
            data.update(result=self.last.result, status=self.last.status)
        task = self.next_task
        if task is not None and task.properties is not None:
            data[task.name] = merged(data.get(task.name), task.properties)
        if "message" in data:
            data["message"] = ""
        return data

    def open(self, task: Task, id: str) -> CurrentTask:
        self.task = CurrentTask(task.name, id)
        approval = task.name == _APPROVAL
        self.state = State.WAITING_FOR_APPROVAL if approval else State.STARTED
        return self.task

    def close(self, said: dict[str, Any]) -> None:
        assert self.task is not None, "one that is open is closed"
        self.said = said
        self.done.append(self.task.outcome())
        self.task = None

    @property
    def service(self) -> str:
        return self.place[2]

    def __str__(self) -> str:
        """Say what it waits for, as the end of a sentence."""
        task = self.task
        if self.paused:
            return "it is paused"
        if task is None:
            return f"another sequence of {self.service} runs in {self.stage}"
        if not task.sent:
            return f"task {task.name} is not triggered yet"
        counted = f"{task.started} started, {len(task.finished)} finished"
        return f"task {task.name} has {counted}"

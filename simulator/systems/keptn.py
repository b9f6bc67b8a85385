"""Keptn's control plane: its API, the event bus of its services, and the shipyard controller.

Source: keptn/keptn 318a3d54 shipyard-controller: shipyardcontroller.go,
    sequencedispatcher.go, eventdispatcher.go, sequencewatcher.go; distributor.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.systems.keptn_events import (
    PREFIX,
    data_of,
    extension,
    has,
    keptn_event,
    scope_of,
    topics_of,
)
from simulator.systems.keptn_sequence import Execution, State
from simulator.systems.shipyard import read_shipyard
from simulator.systems.system import Knob, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from simulator.errors import Fault
    from simulator.event.sdk import CloudEvent
    from simulator.systems.keptn_sequence import CurrentTask
    from simulator.systems.system import SystemContext, Timer

    Data = dict[str, Any]
    # When it is due, what it is of, the event, and the context that it follows from.
    _Queued = tuple[int, Execution, CurrentTask, CloudEvent, SystemContext]
    # Project and stage -> those that hold up others there.
    _Holding = dict[tuple[str, ...], list[Execution]]

SOURCE = "shipyard-controller"
_BAD_REQUEST = 400
_S = 1_000_000_000
_TICK_NS = 10 * _S  # EVENT_DISPATCH_INTERVAL_SEC, SEQUENCE_DISPATCH_INTERVAL_SEC
_WATCH_NS = 60 * _S  # SEQUENCE_WATCHER_INTERVAL
_TIMEOUT_NS = 600 * _S  # TASK_STARTED_WAIT_DURATION
_SCOPE = ("project", "stage", "service")
_SEQUENCE, _TASK = 3, 2  # parts of the names of their events
_MOST_SEEN = 10_000
_CONTROLS = ("pause", "resume", "abort")
_TIMED_OUT = (
    "sequence timed out while waiting for task {} to receive a correlating .started or "
    ".finished event"
)


class Keptn(System):
    """Runs the sequences of a shipyard, and hands events on to whom they concern.

    Args:
        shipyard: A file, spec.keptn.sh/0.2.x.
        distributors: Address -> the topics that are sent there, such as
            ``sh.keptn.event.approval.triggered``, ``sh.keptn.event.*.*.finished`` or
            ``sh.keptn.>``: one, several with commas, or a list.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(self, shipyard: Path, distributors: Mapping[str, Any] | None = None):
        self.shipyard = read_shipyard(shipyard, "shipyard")
        self._file = str(shipyard)
        self._topics = topics_of(distributors)
        self._open: list[Execution] = []
        self._queue: dict[str, _Queued] = {}  # by the id of the event
        self._tick: tuple[int, Timer] | None = None
        self._seen: dict[str, None] = {}  # ids of what triggered sequences
        self._paused: set[str] = set()

    @property
    def sends_to(self) -> Iterable[str]:
        return tuple(self._topics)

    @property
    def files(self) -> Iterable[str]:
        return (self._file,)

    @property
    def warnings(self) -> Iterable[Fault]:
        return self.shipyard.warnings

    @property
    def knobs(self) -> Mapping[str, Knob]:
        knob = Knob("what becomes of its runs", _CONTROLS)
        stages = self.shipyard.stages.items()
        return {f"{stage}.{name}": knob for stage, found in stages for name in found}

    def unfinished(self) -> Iterable[str]:
        return [
            f"sequence {each.name} of {each.service} never finished: {each}"
            for each in self._open
        ]

    # -- events

    def __call__(self, event: CloudEvent, context: SystemContext) -> int | None:
        """Take an event, hand it on, and act on it if it is about a sequence or a task."""
        data = data_of(event)
        if data is None:
            return _BAD_REQUEST
        name = event.get_type().removeprefix(PREFIX)
        kind, _, phase = name.replace(".status.changed", ".changed").rpartition(".")
        scoped = all(isinstance(data.get(n), str) and data[n] for n in _SCOPE)
        parts = len(kind.split(".")) + 1 if event.get_type().startswith(PREFIX) else 0
        triggers = phase == "triggered" and parts == _SEQUENCE
        if triggers and not extension(event, "shkeptncontext"):
            event.get_attributes()["shkeptncontext"] = context.uuid()
        self._publish(event, context)
        if scoped and triggers:
            self._begin(event, kind.partition(".")[2], data, context)
        elif scoped and parts == _TASK:
            self._progress(event, phase, data, context)
        return None

    def _publish(self, event: CloudEvent, context: SystemContext) -> None:
        type_ = event.get_type()
        for address, topics in self._topics.items():
            if any(has(topic, type_) for topic in topics):
                context.emit(event, address)

    def _send(
        self,
        name: str,
        data: Data,
        context: SystemContext,
        keptn_context: str,
        triggered: str = "",
    ) -> None:
        more = {"triggeredid": triggered} if triggered else {}
        made = keptn_event(
            name, data, context, source=SOURCE, keptn_context=keptn_context, **more
        )
        self._publish(made, context)

    # -- sequences

    def _begin(
        self, event: CloudEvent, name: str, data: Data, context: SystemContext
    ) -> None:
        """Take a sequence that is triggered; it starts at once, or waits its turn."""
        id, keptn_context = event.get_id(), extension(event, "shkeptncontext")
        if id in self._seen:
            return
        self._seen[id] = None
        if len(self._seen) > _MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        stage = data["stage"]
        sequence = self.shipyard.sequence(stage, name)
        if isinstance(sequence, str):
            message = f"Unable to start sequence {name}: {sequence}"
            told = {"status": "errored", "result": "fail", "message": message}
            told = {**scope_of(data), **told}
            self._send(f"{stage}.{name}.finished", told, context, keptn_context, id)
            return
        each = Execution(
            sequence, stage, data, keptn_context=keptn_context, id=id, context=context
        )
        each.paused = each.name in self._paused
        self._open.append(each)
        if self._is_free(each):
            self._go_on(each, context)

    def _is_free(self, each: Execution) -> bool:
        """Tell whether nothing holds up a sequence that has not started.

        One of another context does that runs in the same place, or was triggered before;
        one that waits for an approval does not.

        Source: sequencedispatcher.go isSequenceBlocked.
        """
        if each.paused:
            return False
        before = True
        for other in self._open:
            if other is each:
                before = False
            elif (
                other.place == each.place and other.keptn_context != each.keptn_context
            ):
                waits = before and other.state is State.TRIGGERED
                if not other.paused and (waits or other.state is State.STARTED):
                    return False
        return True

    def _go_on(self, each: Execution, context: SystemContext) -> None:
        task = each.next_task
        if task is None:
            self._end(each, each.last.result, each.last.status, context)
            self._trigger_others(each, context)
            return
        event = keptn_event(
            f"{task.name}.triggered", each.next_data(), context, source=SOURCE,
            keptn_context=each.keptn_context,
        )  # fmt: skip
        current = each.open(task, event.get_id())
        due_ns = context.now_ns + task.after_ns
        item = (due_ns, each, current, event, context)
        holding = {} if task.after_ns else self._holding(context.now_ns)
        if task.after_ns or not self._dispatch(item, holding, context):
            self._queue[current.id] = item
        self._wake(context)

    def _trigger_others(self, ended: Execution, context: SystemContext) -> None:
        last = ended.last
        for stage, sequence in self.shipyard.triggered_by(
            ended.said["stage"], ended.sequence.name, last.result, last.name
        ):
            data = {**ended.next_data(), "stage": stage}
            name = f"{stage}.{sequence.name}.triggered"
            event = keptn_event(
                name, data, context, source=SOURCE, keptn_context=ended.keptn_context
            )
            self._publish(event, context)
            self._begin(event, sequence.name, data, context)

    def _end(
        self,
        each: Execution,
        result: str,
        status: str,
        context: SystemContext,
        message: str = "",
    ) -> None:
        """End a sequence, and say so with what the last event about it has said."""
        if each.task is not None and each.task.watch is not None:
            each.task.watch.stop()
        self._open.remove(each)
        if each.task is not None:
            self._queue.pop(each.task.id, None)
        told = {**scope_of(each.said), "status": status, "result": result}
        message = message or each.said.get("message") or ""
        if message:
            told["message"] = message
        # Source: sendTaskSequenceFinishedEvent: the stage is that of the last event.
        name = f"{told['stage']}.{each.sequence.name}.finished"
        self._send(name, told, context, each.keptn_context, each.id)
        self._wake(context)

    def _cut_off(
        self,
        each: Execution,
        result: str,
        status: str,
        context: SystemContext,
        message: str = "",
    ) -> None:
        each.said = {**each.data, "stage": each.stage}
        self._end(each, result, status, context, message)

    # -- tasks

    def _progress(
        self, event: CloudEvent, phase: str, data: Data, context: SystemContext
    ) -> None:
        """Count what is said of an open task; what is of no open one is dropped."""
        about = extension(event, "shkeptncontext"), extension(event, "triggeredid")
        for each in self._open:
            task = each.task
            if task is not None and (each.keptn_context, task.id) == about:
                break
        else:
            return
        if task.watch is not None:
            task.watch.stop()
        if phase == "started":
            task.started += 1
        elif phase == "finished":
            task.finished.append(data)
        if task.closed:
            each.close(data)
            self._go_on(each, context)

    def _holding(self, now_ns: int) -> _Holding:
        """List by stage the sequences that hold up the tasks of others there.

        Source: eventdispatcher.go checkStarted: those that are started, but for one whose
            own event is in the queue, and was before.
        """
        overruled = {id(item[1]) for item in self._queue.values() if item[0] < now_ns}
        found: _Holding = {}
        for each in self._open:
            started = each.state is State.STARTED and not each.paused
            if started and id(each) not in overruled:
                found.setdefault(each.place[:2], []).append(each)
        return found

    def _dispatch(
        self, item: _Queued, holding: _Holding, context: SystemContext
    ) -> bool:
        """Send what triggers a task, unless another sequence of the stage holds it up.

        Source: eventdispatcher.go tryToSendEvent.
        """
        due_ns, each, task, event, _ = item
        if _is_held(each, holding):
            return False
        task.sent = True
        if each.state is State.STARTED:
            holding.setdefault(each.place[:2], []).append(each)
        self._publish(event, context)
        self._watch(due_ns, each, task, context)
        return True

    def _watch(
        self, due_ns: int, each: Execution, task: CurrentTask, context: SystemContext
    ) -> None:
        """End the sequence at the first look after ten minutes, unless somebody reacts.

        Source: sequencewatcher.go cleanUpOrphanedTasksOfProject.
        """
        latest = max(due_ns + _TIMEOUT_NS, context.now_ns)
        at_ns = (latest // _WATCH_NS + 1) * _WATCH_NS
        message = _TIMED_OUT.format(f"{PREFIX}{task.name}.triggered")
        task.watch = context.later_ns(
            at_ns - context.now_ns,
            lambda later: self._cut_off(each, "fail", "errored", later, message),
        )

    # -- the queues

    def _wake(self, context: SystemContext) -> None:
        """Look at the queues at the next tick at which anything may go on."""
        due = [item[0] for item in self._queue.values()]
        due += [0 for each in self._open if each.state is State.TRIGGERED][:1]
        if not due:
            return
        at_ns = -(-max(min(due), context.now_ns + 1) // _TICK_NS) * _TICK_NS
        if self._tick is not None and self._tick[0] > context.now_ns:
            if self._tick[0] <= at_ns:
                return
            self._tick[1].stop()
        self._tick = at_ns, context.later_ns(at_ns - context.now_ns, self._look)

    def _look(self, context: SystemContext) -> None:
        """Try what is in the queues, the oldest first; look again if anything moved."""
        self._tick = None
        moved = False
        holding = self._holding(context.now_ns)
        for item in sorted(self._queue.values(), key=lambda item: item[0]):
            if item[0] <= context.now_ns and not _is_held(item[1], holding):
                item[4].act(partial(self._retry, item, holding))
                moved |= item[2].id not in self._queue
        first: dict[tuple[str, ...], str] = {}
        for each in list(self._open):
            # Of one place, those after the first wait for it, unless they belong to it.
            if each.state is State.TRIGGERED and not each.paused:
                ahead = first.setdefault(each.place, each.keptn_context)
                if ahead == each.keptn_context and self._is_free(each):
                    each.context.act(partial(self._go_on, each))
                    moved = True
        if moved or any(item[0] > context.now_ns for item in self._queue.values()):
            self._wake(context)

    def _retry(self, item: _Queued, holding: _Holding, context: SystemContext) -> None:
        if self._dispatch(item, holding, context):
            del self._queue[item[2].id]

    # -- control

    def set(self, key: str, value: str) -> None:
        """Pause, resume or abort the runs of a sequence, as Keptn's bridge does."""
        super().set(key, value)
        if value == "pause":
            self._paused.add(key)
        elif value == "resume":
            self._paused.discard(key)
        for each in [each for each in self._open if each.name == key]:
            each.context.later_ns(0, partial(self._control, each, value))

    def _control(self, each: Execution, value: str, context: SystemContext) -> None:
        if each not in self._open:
            return
        if value == "abort":
            self._cut_off(each, "pass", "aborted", context)
        else:
            each.paused = value == "pause"
            self._wake(context)


def _is_held(each: Execution, holding: _Holding) -> bool:
    others = holding.get(each.place[:2], ())
    return each.paused or any(other is not each for other in others)

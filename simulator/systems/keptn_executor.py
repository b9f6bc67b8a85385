"""Whoever executes tasks for Keptn, such as helm-service or jmeter-service.

Source: keptn/spec cloudevents.md: an executor answers ``TASK.triggered`` with
    ``TASK.started`` and, when it is done, ``TASK.finished``. Times: systems-2 1.3.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_ns
from simulator.errors import nearest
from simulator.systems.keptn_events import PREFIX, KeptnService, time_text
from simulator.systems.shipyard import read_shipyard
from simulator.systems.system import Knob, OptionError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from simulator.event.sdk import CloudEvent
    from simulator.systems.system import SystemContext

_RESULTS = ("pass", "warning", "fail")
_ERRORED, _NEVER, _IGNORED = "errored", "never", "ignored"
_MOST_OPEN = 1_000


class Executor(KeptnService):
    """Executes tasks of a shipyard.

    Args:
        shipyard: The file, spec.keptn.sh/0.2.x.
        takes: Task -> how long it takes; it executes these.
        data: Task -> what its ``finished`` says besides.
    """

    def __init__(
        self,
        shipyard: Path,
        takes: dict[str, str],
        data: Mapping[str, Any] | None = None,
        source: str = "executor",
        keptn: str = "service/keptn",
    ) -> None:
        stages = read_shipyard(shipyard, "shipyard").stages
        tasks = {
            stage: dict.fromkeys(
                task.name for each in sequences.values() for task in each.tasks
            )
            for stage, sequences in stages.items()
        }
        known = dict.fromkeys(name for names in tasks.values() for name in names)
        self._data = data or {}
        refuse((*_wrong_times(takes, known), *_wrong_data(self._data, takes)))
        self._takes_ns = {name: duration_ns(text) for name, text in takes.items()}
        super().__init__(keptn, source, shipyard)
        self._knobs = [
            f"{stage}.{task}"
            for stage, names in tasks.items()
            for task in names
            if task in self._takes_ns
        ]
        self._open: dict[str, str] = {}

    @property
    def knobs(self) -> Mapping[str, Knob]:
        values = (*_RESULTS, _ERRORED, _NEVER, _IGNORED)
        return dict.fromkeys(self._knobs, Knob("what the task comes to", values))

    def unfinished(self) -> Iterable[str]:
        return [f"task {name} never finished" for name in self._open.values()]

    def takes(self, type_: str) -> bool:
        kind, _, phase = type_.removeprefix(PREFIX).rpartition(".")
        return phase == "triggered" and kind in self._takes_ns

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        kind = event.get_type().removeprefix(PREFIX).removesuffix(".triggered")
        name = f"{data.get('stage', '')}.{kind}"
        outcome = self.set_to.get(name, _RESULTS[0])
        if outcome == _IGNORED:
            return
        self._send(event, "started", {"status": "succeeded"}, context)
        if len(self._open) < _MOST_OPEN:
            self._open[event.get_id()] = name
        if outcome != _NEVER:
            begun = time_text(context.now)
            act = partial(self._finish, event, kind, outcome, begun)
            context.later_ns(self._takes_ns[kind], act)

    def _finish(
        self,
        event: CloudEvent,
        task: str,
        outcome: str,
        begun: str,
        context: SystemContext,
    ) -> None:
        self._open.pop(event.get_id(), None)
        errored = outcome == _ERRORED
        told: dict[str, Any] = {
            "status": _ERRORED if errored else "succeeded",
            "result": "fail" if errored else outcome,
        }
        if task == "test":
            ended = time_text(context.now)
            told["test"] = {"start": begun, "end": ended}
        self._send(event, "finished", {**told, **self._data.get(task, {})}, context)


def _wrong_times(
    takes: Mapping[str, str], known: Iterable[str]
) -> Iterator[OptionError]:
    for name, text in takes.items():
        yield from _unknown(f"takes.{name}", name, known)
        try:
            duration_ns(text)
        except ValueError as error:
            yield OptionError(f"takes.{name}", str(error))


def _wrong_data(data: Any, known: Iterable[str]) -> Iterator[OptionError]:
    if not isinstance(data, dict):
        yield OptionError("data", f"expected tasks and what they say, found {data!r}")
        return
    for name, said in data.items():
        yield from _unknown(f"data.{name}", name, known)
        if not isinstance(said, dict):
            yield OptionError(f"data.{name}", f"expected a mapping, found {said!r}")


def _unknown(path: str, name: str, known: Iterable[str]) -> Iterator[OptionError]:
    if name not in known:
        there_are = ", ".join(known)
        hint = f"{nearest(str(name), known)} (there are: {there_are})"
        yield OptionError(path, f"no task is called {name!r}{hint}")

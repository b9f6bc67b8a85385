"""What the API server tells sources of objects that change, and the events of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.event import Event
from simulator.event.text import instant_text
from simulator.kernel.calendar import Alarm
from simulator.quoting import go_json
from simulator.session.told import API_SERVER, attributes_of, kept_back, tellings
from simulator.subscribers.fields import Fields
from simulator.subscribers.object_spec import parse_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.errors import Fault
    from simulator.processes import Watched
    from simulator.session.objects import Objects
    from simulator.session.run import Run
    from simulator.session.sources import RunningSource
    from simulator.session.told import Told
    from simulator.subscribers.object_spec import ObjectChange
    from simulator.wiring import Source

    Manifest = Mapping[str, Any]


def change_of(given: Mapping[str, object]) -> ObjectChange:
    """Read a change that a caller in Python gives; UsageError if it is none."""
    from simulator.manifests.scalars import NotPlainError, plain  # yaml

    try:
        written = {
            name: plain(each) for name, each in given.items() if each is not None
        }
    except NotPlainError as error:
        raise UsageError(f"change: {error}") from None
    faults: list[Fault] = []
    change = parse_change(Fields(written, "change", faults))
    if change is None or faults:
        raise UsageError("; ".join(each.reason for each in faults))
    return change


class ApiServer:
    """Lets objects change, and tells who watches; *host* is the source of events."""

    def __init__(self, objects: Objects, run: Run, host: str, name: str) -> None:
        self._objects = objects
        self._run = run
        self._host = host or API_SERVER
        self._name = name
        self._watching: Sequence[tuple[Source, RunningSource]] = ()
        self._due: list[tuple[int, ObjectChange]] = []
        self._alarm: Alarm | None = None

    def tell(self, watching: Sequence[tuple[Source, RunningSource]]) -> None:
        self._watching = watching

    def plan(self, changes: Sequence[ObjectChange]) -> None:
        """Carry out these changes, from now on, in place of those that are planned."""
        if self._alarm is not None:
            self._alarm.stop()
        now = self._run.now_ns
        self._due = sorted(
            ((now + each.at_ns, each) for each in changes), key=lambda each: each[0]
        )[::-1]
        self._alarm = Alarm(self._run.running(), self._name, self._ring)
        self._await_next()

    def _await_next(self) -> None:
        assert self._alarm is not None, "it was made with the plan"
        if self._due:
            self._alarm.set(self._due[-1][0])
        else:
            self._alarm.stop()

    def _ring(self) -> None:
        """Carry out the next change; what a caller did meanwhile may have come first."""
        _, change = self._due.pop()
        self._await_next()
        operation, there = change.operation, change.manifest in self._objects
        if operation != "delete":
            operation = "update" if there else "add"
        if there or operation != "delete":
            self.change(change.replace(operation=operation))

    def apply(self, old: Sequence[Manifest], new: Sequence[Manifest]) -> None:
        """Change what another topology writes otherwise, as `kubectl apply` does."""
        key = self._objects.key
        wanted = {key(each): each for each in new}
        there = {key(each): each for each in old}
        for name, manifest in there.items():
            if name not in wanted and manifest in self._objects:
                self._tell_of(*self._objects.change("delete", manifest))
        for name, manifest in wanted.items():
            if there.get(name) != manifest:
                before, after = self._objects.put(manifest)
                if before != after:
                    self._tell_of(before, after)

    def change(self, change: ObjectChange) -> None:
        """Carry out a change, and tell who watches; UsageError if it is impossible."""
        run, manifest = self._run, change.manifest
        if change.operation == "delete" and run.jobs:
            from simulator.session.jobs import delete_job  # few runs make any

            if delete_job(run.jobs, manifest, run.now_ns):
                return
        self._tell_of(*self._objects.change(change.operation, change.manifest))

    def _tell_of(self, before: Manifest | None, after: Manifest | None) -> None:
        for source, running in self._watching:
            for watched, told in tellings(source, self._objects, before, after):
                self._send(running, source, watched, told)

    def _send(
        self, running: RunningSource, source: Source, watched: Watched, told: Told
    ) -> None:
        watch = source.watch
        assert watch is not None, "it watches"
        assert source.resource is not None, "a resource of the cluster watches"
        attributes = attributes_of(told, watched, self._host, whole=watch.whole)
        if kept_back(watch, told, attributes):
            return
        attributes["id"] = f"{source.resource.name}-{running.numbered + 1}"
        attributes["time"] = instant_text(self._run.epoch_ns + self._run.now_ns)
        attributes.update(source.overrides)
        body = told.object if watch.whole else _reference(told.object)
        text = go_json(body, sort_keys=watch.whole)
        running.tell(Event(attributes, text.encode(errors="replace")), self._run)


def _reference(manifest: Manifest) -> dict[str, str]:
    metadata = manifest["metadata"]
    found = {
        "kind": manifest["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "apiVersion": manifest["apiVersion"],
    }
    return {name: str(value) for name, value in found.items() if value}

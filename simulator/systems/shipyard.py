"""The shipyard: which stages a service goes through, and the tasks of each sequence.

Source: keptn/spec shipyard.md; keptn/go-utils pkg/lib/v0_2_0/shipyard.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.duration import go_duration_ns
from simulator.systems.documents import read_document
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from simulator.errors import Fault
    from simulator.subscribers.fields import Fields

_VERSION = re.compile(r"spec\.keptn\.sh/0\.2\.\d+")
# Source: keptn/keptn shipyard-controller, validateShipyardStages (lower case, digits).
_STAGE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_MOST = 1_000
_BUILT_IN = "evaluation"


class Task(Value):
    """One task of a sequence; its event has *properties* under its name."""

    name: str
    after_ns: int = 0
    properties: Mapping[str, Any] | None = None


class Trigger(Value):
    """Which end of another sequence, ``dev.delivery.finished``, triggers one.

    Args:
        match: What the result has to be, by name; None for a pass or a warning.
    """

    event: str
    match: Mapping[str, str] | None = None

    def fires(self, event: str, result: str, last_task: str) -> bool:
        """Tell whether the end of a sequence triggers it.

        Source: keptn/keptn shipyard-controller, GetTaskSequencesByTrigger: the result is
            always that of the sequence, whatever task the selector names.
        """
        if event != self.event:
            return False
        if self.match is None:
            return result in ("pass", "warning")
        wanted = (self.match.get("result"), self.match.get(f"{last_task}.result"))
        return result in wanted


class Sequence(Value):
    name: str
    tasks: tuple[Task, ...]
    triggered_on: tuple[Trigger, ...] = ()


class Shipyard(Value):
    """The stages of a project by name, in order; *warnings*: what Keptn ignores."""

    stages: Mapping[str, Mapping[str, Sequence]] = made(default_factory=dict)
    warnings: tuple[Fault, ...] = ()

    def __deepcopy__(self, _: object) -> Shipyard:
        return self  # nothing of it ever changes

    def sequence(self, stage: str, name: str) -> Sequence | str:
        """Find a sequence; a text says why there is none.

        Source: keptn/keptn shipyard-controller, GetTaskSequenceInStage.
        """
        if stage not in self.stages:
            return f"no stage with name {stage}"
        found = self.stages[stage].get(name)
        if found is None and name == _BUILT_IN:
            return Sequence(name=_BUILT_IN, tasks=(Task(name=_BUILT_IN),))
        if found is None:
            return f"no task sequence with name {name} found in stage {stage}"
        if not found.tasks:
            return f"task sequence {name} does not contain any tasks"
        return found

    def triggered_by(
        self, stage: str, sequence: str, result: str, last_task: str
    ) -> list[tuple[str, Sequence]]:
        """List what the end of a sequence triggers, with the stages."""
        event = f"{stage}.{sequence}.finished"
        return [
            (name, each)
            for name, sequences in self.stages.items()
            for each in sequences.values()
            for trigger in each.triggered_on
            if trigger.fires(event, result, last_task)
        ]


def read_shipyard(path: Path, option: str) -> Shipyard:
    """Read a shipyard; what Keptn takes is no fault.

    Raises:
        OptionError: There is no such file.
        TopologyError: It is none; every fault is named.

    Source: keptn/keptn shipyard-controller internal/common: UnmarshalShipyard ignores
        what it does not know; ValidateShipyardVersion, ValidateShipyardStages refuse.
    """
    document = read_document(path, option)
    fields = document.fields
    fields.only(("apiVersion", "kind", "metadata", "spec"))
    version = fields.text("apiVersion")
    if not _VERSION.fullmatch(version):
        fields.fault("apiVersion", f"expected spec.keptn.sh/0.2.x, found {version!r}")
    if fields.text("kind") != "Shipyard":
        fields.warn("kind", f"expected Shipyard, found {fields.get('kind')!r}")
    fields.child("metadata").only(("name",))
    spec = fields.child("spec")
    spec.only(("stages",))
    stages: dict[str, Mapping[str, Sequence]] = {}
    triggers: list[Fields] = []
    for stage in _listed(spec, "stages"):
        stage.only(("name", "sequences"))
        name = _name(stage, stages)
        if name and not _STAGE.fullmatch(name):
            stage.fault(
                "name", f"expected lower-case letters, digits and -, found {name!r}"
            )
        sequences = _sequences(stage, triggers)
        stages.setdefault(name, sequences)
    if not stages and not document.faults:
        spec.warn("stages", "expected at least one stage")
    _check_triggers(triggers, stages)
    document.check()
    return Shipyard(stages=stages, warnings=tuple(document.warnings))


def _sequences(stage: Fields, triggers: list[Fields]) -> dict[str, Sequence]:
    found: dict[str, Sequence] = {}
    for fields in _listed(stage, "sequences"):
        fields.only(("name", "triggeredOn", "tasks"))
        name = _name(fields, found)
        triggered_on = _listed(fields, "triggeredOn")
        triggers += triggered_on
        sequence = Sequence(
            name=name,
            tasks=tuple(_task(each) for each in _listed(fields, "tasks")),
            triggered_on=tuple(map(_trigger, triggered_on)),
        )
        found.setdefault(name, sequence)
    return found


def _task(fields: Fields) -> Task:
    fields.only(("name", "triggeredAfter", "properties"))
    name = _name(fields, ())
    properties = fields.child("properties").values if "properties" in fields else None
    return Task(name=name, after_ns=_go_duration(fields), properties=properties)


def _go_duration(fields: Fields) -> int:
    """Read ``15m`` or ``1h30m``; Keptn only logs what is none, and triggers at once.

    Source: keptn/keptn shipyard-controller, triggerTask (time.ParseDuration).
    """
    found = fields.get("triggeredAfter")
    text = str(found) if isinstance(found, int) else fields.text("triggeredAfter")
    ns = go_duration_ns(text)
    if text and ns is None:
        expected = f"expected a duration such as 15m, found {text!r}"
        fields.warn("triggeredAfter", f"{expected}; Keptn triggers the task at once")
    return max(0, ns or 0)


def _trigger(fields: Fields) -> Trigger:
    fields.only(("event", "selector"))
    selector = fields.child("selector")
    selector.only(("match",))
    match = None
    if "match" in selector:
        match = selector.texts_by_name("match", folded=False)
        for key in match:
            if key != "result" and not key.endswith(".result"):
                path = f"match.{key}"
                selector.warn(
                    path, "expected result or TASK.result, which Keptn compares"
                )
    return Trigger(event=fields.text("event"), match=match)


def _check_triggers(
    triggers: Iterable[Fields], stages: Mapping[str, Mapping[str, Sequence]]
) -> None:
    """Warn of a trigger by a sequence that there is not: it never fires."""
    from simulator.errors import nearest  # only here

    ends = [f"{s}.{each}.finished" for s, found in stages.items() for each in found]
    ends += [f"{stage}.{_BUILT_IN}.finished" for stage in stages]
    for each in triggers:
        event = str(each.get("event"))
        if event not in ends:
            what = f"no sequence ends with {event!r}{nearest(event, ends)}"
            each.warn("event", f"{what} (expected STAGE.SEQUENCE.finished)")


def _listed(fields: Fields, name: str) -> list[Fields]:
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        fields.fault(name, "expected a list")
        return []
    found = fields.children(name)
    if len(found) > _MOST:
        fields.fault(name, f"expected at most {_MOST:,}, found {len(found):,}")
    return found[:_MOST]


def _name(fields: Fields, others: object) -> str:
    """Read a name that none of the others has."""
    name = fields.needed("name")
    if "." in name:
        fields.fault("name", f"expected a name without a dot, found {name!r}")
    elif isinstance(others, dict) and name in others:
        fields.warn("name", f"{name!r} is there already; the first counts")
    return name

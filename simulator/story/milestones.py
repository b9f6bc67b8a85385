"""What events of a delivery pipeline say of an artefact: packaged, deployed, in trouble.

Three vocabularies: CDEvents (``dev.cdevents.service.deployed.0.3.0``), what they were in
2021 (``cd.service.deployed.v1``), and Keptn's own (``sh.keptn.event.deployment.finished``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from simulator.resource import mapping
from simulator.systems.cdevents import cdevent_of

if TYPE_CHECKING:
    from simulator.systems.cdevents import CDEvent
    from simulator.trace.record import Record

KEPTN_CONTEXT = "shkeptncontext"
OF_2021 = "cd."
_KEPTN = "sh.keptn.event."
_WELL = ("pass", "warning")


class Step(StrEnum):
    PACKAGED = "packaged"
    DEPLOYED = "deployed"
    ROLLED_BACK = "rolled-back"
    DETECTED = "incident-detected"
    RESOLVED = "incident-resolved"


class Milestone(NamedTuple):
    """An event that says it.

    Args:
        service: Of what; empty where it is not said.
        environment: Where; empty where it is not said, or only an address is.
        artifact: Its id, as it stands there; empty where it is not said.
        keptn: Whether Keptn says so, perhaps of what a CDEvent has said before.
    """

    step: Step
    record: Record
    service: str
    environment: str
    artifact: str
    keptn: bool = False

    @property
    def at_ns(self) -> int:
        return self.record.at_ns

    def concerns(self, other: Milestone) -> bool:
        return all(
            not one or not two or one == two
            for one, two in (
                (self.service, other.service),
                (self.environment, other.environment),
            )
        )


_STEPS = {
    "artifact.packaged": Step.PACKAGED,
    "service.deployed": Step.DEPLOYED,
    "service.upgraded": Step.DEPLOYED,
    "service.rolledback": Step.ROLLED_BACK,
    "incident.detected": Step.DETECTED,
    "incident.reported": Step.DETECTED,
    "incident.resolved": Step.RESOLVED,
}
_TASKS = {"deployment.finished": Step.DEPLOYED, "rollback.finished": Step.ROLLED_BACK}
_SEQUENCES = {
    "remediation.triggered": Step.DETECTED,
    "remediation.finished": Step.RESOLVED,
}


def milestone_of(record: Record) -> Milestone | None:
    """Read what the event of a record says; None for nothing of this.

    Source: cdevents/spec, the subjects artifact, service and incident; sig-events:cde/sdk/go
        for those of 2021; keptn/spec cloudevents.md: systems 1.3, 1.9, 1.11, 1.12.
    """
    event = record.event
    if event.type.startswith(OF_2021):
        step = _STEPS.get(event.type.removeprefix(OF_2021).removesuffix(".v1"))
        return None if step is None else _of_2021(step, record)
    cdevent = cdevent_of(event)
    if cdevent is not None:
        step = _STEPS.get(cdevent.kind)
        return None if step is None else _of_cdevent(step, record, cdevent)
    return _of_keptn(record)


def _of_keptn(record: Record) -> Milestone | None:
    stage, dot, name = record.event.type.removeprefix(_KEPTN).partition(".")
    in_stage = "." in name
    step = _SEQUENCES.get(name) if in_stage else _TASKS.get(f"{stage}{dot}{name}")
    if step is None or not record.event.type.startswith(_KEPTN):
        return None
    data = mapping(record.event.data)
    if name.endswith("finished") and data.get("result") not in _WELL:
        return None
    values = mapping(mapping(data.get("configurationChange")).get("values"))
    return Milestone(
        step, record, _text(data.get("service")), _text(data.get("stage")),
        _text(values.get("image")), keptn=True,
    )  # fmt: skip


def _of_cdevent(step: Step, record: Record, told: CDEvent) -> Milestone:
    content = told.content
    artifact = _text(content.get("artifactId"))
    environment = _text(mapping(content.get("environment")).get("id"))
    service = told.subject
    if step is Step.PACKAGED:
        artifact, service = told.subject, ""
    elif step in (Step.DETECTED, Step.RESOLVED):
        service = _text(mapping(content.get("service")).get("id"))
    return Milestone(step, record, service, environment, artifact)


def _of_2021(step: Step, record: Record) -> Milestone:
    attributes = record.event.attributes
    environment = attributes.get("serviceenvid", "")
    return Milestone(
        step,
        record,
        attributes.get("servicename", ""),
        "" if "://" in environment else environment,
        attributes.get("artifactid", ""),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

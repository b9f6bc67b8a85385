"""A document of kind Test, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import Fault
from simulator.event import UnparsableEventError, read_written
from simulator.subscribers.fields import Fields, Table
from simulator.subscribers.parse import API_VERSION, TEST, parse_simulation
from simulator.testing.expected import Expected, parse_expected
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.resource import Resource
    from simulator.topology import Topology

TEST_FIELDS: Table = {
    "given": ("simulation", "what is otherwise than the topology says"),
    "send": ("list of sending", "what is sent"),
    "choices": ("map of scalar", "point -> what is chosen in place of the seed"),
    "for": ("duration", "how long the run goes on"),
    "expect": ("list of expectation, required", "what is judged over the whole run"),
}
SENDING: Table = {
    "event": ("event, required", "attributes and data"),
    "to": ("text", "the address: broker/default; the only broker, if left out"),
    "at": ("duration", "an instant since the start"),
    "as": ("text", "the service account that sends"),
    "timeout": ("duration", "how long the sender waits"),
}


class Sending(Value):
    """One event that a test sends.

    Args:
        event: Its attributes and ``data``, with an id.
        to: Empty for the only broker.
        at: Since the start; as written, empty for the start.
        account: Who sends it; None for nobody.
        timeout: How long the sender waits; None for ever.
    """

    path: str
    event: Mapping[str, Any]
    to: str = ""
    at: str = "0s"
    account: str | None = None
    timeout: str | None = None


class Case(Value):
    """One test.

    Args:
        given: Of the ``spec`` of a Simulation, what it sets over that of the topology.
        choices: Point -> what is chosen there in place of what the seed says.
        until: How long the run goes on; None until nothing is due.
    """

    resource: Resource
    given: Mapping[str, Any] = made(default_factory=dict)
    sent: tuple[Sending, ...] = ()
    choices: Mapping[str, Any] = made(default_factory=dict)
    until: str | None = None
    expected: tuple[Expected, ...] = ()

    @property
    def name(self) -> str:
        return self.resource.name

    def fault(self, path: str, reason: str) -> Fault:
        place, subject = self.resource.position(path), str(self.resource)
        return Fault(f"{subject}: {path}: {reason}", place, path, subject)


def cases_of(topology: Topology) -> tuple[list[Case], list[Fault]]:
    cases, faults = [], []
    for resource in topology.of_kind(TEST):
        if resource.group == API_VERSION.partition("/")[0]:
            case, found = _case(resource)
            cases.append(case)
            faults += found
    return cases, faults


def _case(resource: Resource) -> tuple[Case, list[Fault]]:
    faults: list[Fault] = []
    if resource.api_version != API_VERSION:
        faults.append(Fault(f"apiVersion: expected {API_VERSION}", path="apiVersion"))
    spec = Fields(resource.manifest.get("spec"), "spec", faults)
    spec.only(TEST_FIELDS)
    given = spec.child("given")
    faults += _wrong_in(given.values)
    sent = tuple(_sending(part, n) for n, part in enumerate(spec.children("send"), 1))
    ids = [str(each.event["id"]) for each in sent]
    listed = [parse_expected(part, ids) for part in spec.children("expect")]
    if not listed:
        spec.fault("expect", "is required: a test without an expectation passes always")
    until = str(spec.get("for")) if spec.duration("for") else None
    case = Case(
        resource=resource,
        given=given.values,
        sent=sent,
        choices=spec.child("choices").values,
        until=until,
        expected=tuple(each for each in listed if each is not None),
    )
    return case, [case.fault(each.path, _without(each)) for each in faults]


def _without(fault: Fault) -> str:
    return fault.reason.removeprefix(f"{fault.path}: ")


def _wrong_in(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Say what a Simulation of this spec has wrong, with the paths of the test."""
    _, found = parse_simulation({"apiVersion": API_VERSION, "spec": dict(given)})
    for each in found:
        path = f"spec.given{each.path.removeprefix('spec')}"
        yield Fault(f"{path}: {_without(each)}", path=path)


def _sending(part: Fields, number: int) -> Sending:
    part.only(SENDING)
    event = {"id": f"event-{number}", **part.child("event").values}
    if "event" not in part:
        part.fault("event", "is required: the event to send")
    elif "type" not in event:
        part.fault("event", "an event needs a type")
    else:
        try:
            read_written({"source": "/kn-sim", **event})
        except UnparsableEventError as error:
            part.fault("event", f"is no event: {error}")
    part.duration("at")
    part.duration("timeout")
    timeout = part.get("timeout")
    return Sending(
        path=part.path,
        event=event,
        to=part.text("to"),
        at=str(part.get("at") or "0s"),
        account=part.account("as") or None,
        timeout=None if timeout is None else str(timeout),
    )

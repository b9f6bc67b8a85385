"""The CDEvents of the scenarios, attribute for attribute; ids and instants are the run's own."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.event.sdk import event_of
from simulator.systems.cdevents_schema import cdevent_faults
from tests.unit.systems.recorded import recorded_events, scenarios

FOLDER = Path(__file__).parents[2] / "topologies" / "cdevents"
SCENARIOS: dict[str, tuple[str, dict[str, str]]] = {
    "happy-path": ("cdevents-0.5", {}),
    "build-fails": ("cdevents-0.5", {"tekton.build-artifact": "fail"}),
    "deploy-fails": ("cdevents-0.5", {"tekton.deploy-artifact": "fail"}),
    "multi-stage": ("cdevents-0.5-stages", {}),
    "evaluation-fails-rollback": ("cdevents-0.5-stages", {"jmeter.staging.test": "fail"}),
    "remediation": ("cdevents-0.5-remediation", {}),
}  # fmt: skip
# Whose instants are those of the recording, too; others wait for Keptn's own ticks.
TIMED = ("happy-path", "build-fails", "deploy-fails")
# The recording leaves out that the test which fails has begun.
UNRECORDED = {"evaluation-fails-rollback": "dev.cdevents.testsuiterun.started.0.3.0"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_tells_the_cdevents_of_the_scenario(name: str) -> None:
    # given
    recorded = scenarios()[name]

    # when
    told = run(name)

    # then
    events = [each for each in told if each.type != UNRECORDED.get(name)]
    assert said(events) == said([_event(each) for each in recorded])
    for event in told:
        assert list(cdevent_faults(event.type, event.data)) == []
    if name in TIMED:
        times = [each.attributes["time"] for each in events]
        assert times == [each["ce"]["time"] for each in recorded]


def run(name: str) -> list[Event]:
    """Give the CDEvents that a run brings to the broker, in order."""
    folder, knobs = SCENARIOS[name]
    sim = Simulation(Topology.load(FOLDER / folder), folder=FOLDER / folder)
    for knob, value in knobs.items():
        service, _, key = knob.partition(".")
        sim.set_knob(service, key, value)
    if name != "remediation":
        sim.decide("approval-service", "approve", after="1h")
    sim.run()
    found = [event_of(each.event) for each in sim.received("cloudevents-player")]
    return [_sent(each) for each in found if each.type.startswith("dev.cdevents.")]


def said(events: list[Event]) -> list[Any]:
    """Give what events say; ids are numbered as they come up, and time is left out."""
    known: dict[str, str] = {}

    def plain(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {n: plain(v, n) for n, v in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        if key in ("time", "timestamp"):
            return "then"
        if key == "triggerid":  # of an event of Keptn's own, which is not recorded
            return "its id"
        if key in ("id", "contextId", "chainId", "shkeptncontext") and len(value) == 36:
            return known.setdefault(value, f"id {len(known)}")
        return value

    return [
        (plain(dict(sorted(each.attributes.items()))), plain(each.data)) for each in events
    ]  # fmt: skip


def _event(recorded: Mapping[str, Any]) -> Event:
    return Event(dict(recorded["ce"]), json.dumps(recorded["data"]).encode())


def _sent(received: Event) -> Event:
    """Give it as it was before the broker had it."""
    attributes = received.attributes.items()
    own = {name: value for name, value in attributes if name != "knativearrivaltime"}
    return Event(own, received.body)


def test_all_scenarios_but_the_one_of_a_service_are_played() -> None:
    # given, when
    played = sum(
        len(events) for name, events in scenarios().items() if name in SCENARIOS
    )

    # then
    assert set(scenarios()) - set(SCENARIOS) == {"ksvc-lifecycle"}
    assert played + len(scenarios()["ksvc-lifecycle"]) == len(recorded_events()) == 67

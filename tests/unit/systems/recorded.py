"""The recorded CDEvents, as events."""

import json
from pathlib import Path
from typing import Any

from simulator.event import Event
from simulator.event.sdk import new_event

FOLDER = Path(__file__).parents[2] / "conformance" / "golden" / "systems" / "cdevents"


def scenarios() -> dict[str, list[dict[str, Any]]]:
    """Give the events of each scenario: ``after_s``, ``ce`` and ``data``."""
    read = json.loads((FOLDER / "scenarios-0.5.1.json").read_text())
    return {scenario["name"]: scenario["events"] for scenario in read["scenarios"]}


def recorded_events() -> list[Event]:
    """Give the events of all scenarios."""
    return [
        new_event(event["ce"], event["data"])
        for events in scenarios().values()
        for event in events
    ]

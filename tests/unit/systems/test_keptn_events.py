"""How Keptn writes what is in its events."""

from datetime import UTC, datetime

from simulator.systems.keptn_events import time_text


def test_an_instant_is_written_with_milliseconds() -> None:
    instant = datetime(2026, 11, 30, 3, 4, 5, 67_890, tzinfo=UTC)

    assert time_text(instant) == "2026-11-30T03:04:05.067Z"

"""Strategies for Hypothesis: what a topology is tried with.

    from hypothesis import given
    from simulator.strategies import events

    @given(events(SHOP))
    def test_no_event_is_lost(event):
        shop = Simulation(SHOP)
        shop.send(attributes=event)
        ...

All that is drawn is accepted: events by `Simulation.send`, faults by `Simulation.fault`,
deliveries by Knative's webhooks; only `invalid_requests` are refused. It shrinks to what is plain: an event that the first
trigger wants, a 503, no retry.

Raises:
    ModuleNotFoundError: Hypothesis is not installed.
"""

from __future__ import annotations

try:
    import hypothesis as _hypothesis  # noqa: F401 - whether it is there
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise ModuleNotFoundError(
        "simulator.strategies needs hypothesis: pip install 'kn-sim[hypothesis]'",
        name="hypothesis",
    ) from None

from simulator.strategies.events import events, invalid_requests, sends
from simulator.strategies.faults import deliveries, faults

__all__ = ["deliveries", "events", "faults", "invalid_requests", "sends"]

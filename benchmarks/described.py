"""What is described and not written in Python: an event to send, a reply of a service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.engine import DONE, broker, event, exact, fresh
from benchmarks.measure import Row, compare, timed
from simulator import CloudEvent, Simulation, Topology

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort, Sample
    from simulator.kernel import Answer, Request

    Subscriber = Callable[[Request], Answer | None]

_SENDS = 150
_DELIVERIES = 150
_TOPOLOGY = """
topology: described
brokers: {default: {}}
triggers: {t: {filter: {type: wanted}, subscriber: one}}
services: {one: %s}
"""


def send(effort: Effort) -> Row:
    """An event sent by its type, delivered and answered, against making one at all.

    It was 10 when each attribute went through JSON and back; a third of it is held.
    """
    found = compare(_sends(effort), _sdk_events(effort), effort)
    return Row(
        what="sim.send(type=…) and its part of the run / the SDK's CloudEvent alone",
        figure=found.ratio,
        aim=3.5,
        detail=found.detail("event"),
    )


def static_reply(effort: Effort) -> Row:
    """A delivery that a described reply answers, against one that a status answers."""
    reply = _deliveries(_described("{reply: {type: other}}"), effort)
    found = compare(reply, _deliveries(lambda _: DONE, effort), effort)
    return Row(
        what="delivery answered by a described reply, which matches nothing / by a status",
        figure=found.ratio,
        aim=4.0,
        detail=found.detail("delivery"),
    )


def _sends(effort: Effort) -> Sample:
    topology = Topology.parse(_TOPOLOGY % "{}")
    count = effort.of(_SENDS)

    def sample() -> float:
        simulation = Simulation(topology)
        simulation.target("")  # what runs is made before the clock starts

        def work() -> None:
            for _ in range(count):
                simulation.send(type="wanted")
            simulation.run()

        return timed(work, count)

    return sample


def _sdk_events(effort: Effort) -> Sample:
    """Make what makes events of the same attributes, and of a time, or it asks a clock."""
    count = effort.of(_SENDS)
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def work() -> None:
        for number in range(count):
            CloudEvent(
                {
                    "specversion": "1.0",
                    "id": f"event-{number}",
                    "source": "/kn-sim",
                    "type": "wanted",
                    "time": at,
                }
            )

    return lambda: timed(work, count)


def _described(service: str) -> Subscriber:
    """Give what answers for a service of this description."""
    return Simulation(Topology.parse(_TOPOLOGY % service)).target("one").call


def _deliveries(subscriber: Subscriber, effort: Effort) -> Sample:
    """Make what sends one event again and again, and runs to the end."""
    program, count, sent = (
        broker([exact("wanted")], subscriber),
        effort.of(_DELIVERIES),
        event(),
    )

    def sample() -> float:
        kernel, target = fresh(program)

        def work() -> None:
            for _ in range(count):
                kernel.send(target, sent)
            kernel.run()

        return timed(work, count)

    return sample

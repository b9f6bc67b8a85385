"""Whether an answer is a success, as a record of it tells."""

import pytest

from simulator import Record
from simulator.event import Event
from simulator.kernel import Kind
from tests.playbook import simulation

EVENT = Event({"id": "a", "type": "t", "source": "/s"}, None)


@pytest.mark.parametrize(
    ("status", "detail", "ok"),
    [
        (200, None, True),
        (299, None, True),
        (199, None, False),
        (300, None, False),
        (0, "no such host", False),
        (200, "it counts otherwise", False),
    ],
)
def test_a_success_is_2xx_with_nothing_more_to_say(
    status: int, detail: str | None, *, ok: bool
) -> None:
    record = Record(0, 0, Kind.RESPONDED, None, EVENT, "s", "t", 1, status, detail)

    assert record.ok is ok


def test_an_answer_that_a_broker_takes_for_a_failure_is_none() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {retry: 0}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{status: 200, body: no event}]}}
        """
    )
    sim.send(id="a", type="t")

    sim.run()

    (answer,) = sim.trace.select(kind=Kind.RESPONDED)
    assert answer.status == 200
    assert not answer.ok
    assert not sim.why(sim.received("one")[0], "work").delivered

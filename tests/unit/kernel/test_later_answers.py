"""Handlers that wait answer later; the hop waits for them within its timeout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.playbook import answers, lines, simulation

if TYPE_CHECKING:
    from simulator import CloudEvent, Sent, Simulation

TOPOLOGY = """
brokers: {default: {delivery: {timeout: PT2S, retry: 1}}}
triggers: {work: {subscriber: one}}
services: {one: {}}
"""


def run(
    *waits: str, to: str = "", timeout: str | None = None
) -> tuple[Simulation, Sent]:
    """Let ``service/one`` take so long, for one request after the other."""
    sim = simulation(TOPOLOGY)
    left = list(waits)

    async def handler(event: CloudEvent) -> int:
        await sim.sleep(left.pop(0))
        return 201

    sim.service("one", handler)
    sent = sim.send(id="a", type="t", to=to, timeout=timeout)
    sim.run()
    return sim, sent


def test_the_sender_waits_for_an_answer_that_comes_later() -> None:
    sim, sent = run("1s")

    assert answers([sent]) == [202]
    assert lines(sim) == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "1s responded a service/one -> trigger/work 201",
        "1s answered a broker/default 202",
    ]


def test_an_answer_after_the_timeout_counts_no_more() -> None:
    sim, sent = run("5s", "1s")

    assert answers([sent]) == [202]
    assert lines(sim)[2:] == [
        "0s dispatched a trigger/work -> service/one",
        "2s responded a service/one -> trigger/work (timeout)",
        "2s retry-scheduled a trigger/work -> service/one #2 500 after 0s",
        "2s dispatched a trigger/work -> service/one #2",
        "3s responded a service/one -> trigger/work #2 201",
        "3s answered a broker/default 202",
    ]


def test_a_sender_that_calls_the_service_itself_waits_too() -> None:
    sim, sent = run("3s", to="one")

    assert (sent.status, sent.answered_ns) == (201, 3_000_000_000)
    assert lines(sim) == [
        "0s sent a -> service/one",
        "0s dispatched a -> service/one",
        "3s responded a service/one 201",
        "3s answered a service/one 201",
    ]


def test_a_sender_that_has_hung_up_gets_no_answer_later() -> None:
    sim, sent = run("1s", timeout="0.5s")

    assert answers([sent]) == ["context deadline exceeded"]
    assert lines(sim)[-2:] == [
        "500ms cut a service/one (client gone)",
        "500ms answered a broker/default (context deadline exceeded)",
    ]

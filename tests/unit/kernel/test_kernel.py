"""The kernel runs without a session: outcomes of requests are told to it."""

from __future__ import annotations

import pytest

from simulator.event import Event
from simulator.kernel import (
    AddressBook,
    Addresses,
    Answer,
    Failure,
    Kernel,
    Log,
    Request,
    RunawayError,
)
from tests.playbook import simulation

URL = "http://broker-ingress.knative-eventing.svc.cluster.local/default/default"
EVENT = {"specversion": "1.0", "id": "a", "source": "/s", "type": "t"}
TOPOLOGY = """
brokers: {default: {delivery: {timeout: PT5S}}}
triggers: {work: {subscriber: one}}
services: {one: {}}
"""


class Later:
    """A subscriber that leaves its requests open."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Answer | None:
        self.requests.append(request)
        return None


def kernel(later: Later, most: int = 1_000) -> Kernel:
    book = AddressBook(simulation(TOPOLOGY).wiring)
    addresses = Addresses(book, {"service/one": later})
    addresses.link()
    return Kernel(addresses, Log(most=most), epoch_ns=0)


def test_an_answer_told_in_time_settles_the_delivery() -> None:
    later = Later()
    running = kernel(later)
    sent = running.send(running.addresses.target(URL), Event(dict(EVENT)))

    running.run(1_000_000_000)
    waiting = sent.status
    running.answer(later.requests[0], Answer(200))
    running.run()

    assert waiting is None
    assert (sent.status, sent.answered_ns) == (202, 1_000_000_000)


def test_an_answer_told_after_the_timeout_has_no_effect() -> None:
    later = Later()
    running = kernel(later)
    sent = running.send(running.addresses.target(URL), Event(dict(EVENT)))
    running.run()

    running.answer(later.requests[0], Answer(200))
    running.run()

    assert later.requests[0].gone
    assert (sent.status, sent.answered_ns) == (500, 5_000_000_000)


def test_a_connection_told_to_fail_is_a_failed_delivery() -> None:
    later = Later()
    running = kernel(later)
    sent = running.send(running.addresses.target(URL), Event(dict(EVENT)))
    running.run(0)

    running.answer(later.requests[0], Answer(0, failure=Failure.RESET))
    running.run()

    assert (sent.status, sent.answered_ns) == (500, 0)


def test_an_answer_that_is_there_at_once_is_not_waited_for() -> None:
    def at_once(request: Request) -> Answer | None:
        request.answered = Answer(200)
        return None

    book = AddressBook(simulation(TOPOLOGY).wiring)
    addresses = Addresses(book, {"service/one": at_once})
    addresses.link()
    running = Kernel(addresses, Log(most=100), epoch_ns=0)
    sent = running.send(addresses.target(URL), Event(dict(EVENT)))
    running.run()

    assert (sent.status, sent.answered_ns) == (202, 0)


def test_a_run_that_was_stopped_goes_on_when_its_bound_is_raised() -> None:
    running = kernel(Later(), most=600)
    target = running.addresses.target(URL)
    sent = [running.send(target, Event({**EVENT, "id": str(n)})) for n in range(400)]

    with pytest.raises(RunawayError):
        running.run()
    running.log.most = 1_000_000
    running.run()

    assert [s.status for s in sent] == [500] * 400

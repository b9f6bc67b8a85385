"""Whatever has an address in the cluster is reached by it, and answers as it does there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from simulator.bridge import serve
from simulator.bridge.live import is_loopback
from simulator.errors import UsageError
from simulator.topology import Topology
from simulator.urls import split
from tests.unit.bridge.sockets import EVENT, request, status, talk

_TOPOLOGIES = Path(__file__).parents[3] / "topologies"


@pytest.mark.parametrize(
    ("file", "address", "method", "more", "expected"),
    [
        ("job-sink", "jobsink/transcode", "POST", "", 202),
        ("kafka", "broker/default", "POST", "", 202),
        ("kafka", "broker/default", "POST", "?q=1", 202),
        ("kafka", "broker/default", "OPTIONS", "", 405),
        ("kafka", "kafkasink/lost", "POST", "", 202),
        ("kafka", "kafkasink/lost", "POST", "-not", 404),
        ("rabbitmq", "broker/default", "POST", "", 202),
        ("rabbitmq", "broker/default", "POST", "?a=1", 404),
        ("rabbitmq", "broker/default", "OPTIONS", "", 405),
        ("nats", "broker/default", "POST", "", 202),
        ("nats", "broker/default", "POST", "?a=1", 202),
        ("nats", "broker/default", "OPTIONS", "", 405),
        ("nats", "channel/archive", "POST", "", 202),
        ("nats", "channel/archive", "OPTIONS", "", 200),
        ("request-reply", "requestreply/ask", "POST", "", 200),
        ("request-reply", "requestreply/ask", "OPTIONS", "", 200),
        ("transforms", "transform/total", "POST", "", 200),
    ],
)  # fmt: skip
def test_what_has_an_address_answers_by_host_and_by_the_path_that_it_has_here(
    file: str, address: str, method: str, more: str, expected: int
) -> None:
    # given
    headers = EVENT.replace("order.placed", "price.asked")
    topology = Topology.load(_TOPOLOGIES / f"{file}.yaml")

    async def ask() -> tuple[int, int]:
        async with serve(topology, pace="max") as live:
            there = split(live.simulation.wiring.addresses[address])
            path = f"{there.path or '/'}{more}"
            sent = request(path, headers, method=method, host=there.netloc)
            by_host = await talk(live, sent)
            here = live.url(address).partition(live.authority)[2] + more
            second = headers.replace("ce-id: 1", "ce-id: 2")
            by_path = await talk(live, request(here, second, method=method))
            return status(by_host), status(by_path)

    # when
    statuses = asyncio.run(ask())

    # then
    assert statuses == (expected, expected)


def test_a_topic_is_no_address_of_http() -> None:
    # given
    async def ask() -> None:
        async with serve(_TOPOLOGIES / "kafka.yaml") as live:
            # when
            live.url("topic/clicks")

    # then
    with pytest.raises(UsageError, match="topic/clicks is not reached by HTTP"):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.2", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)],  # noqa: S104
)
def test_who_listens_at_a_loopback_address_is_reached_from_here_alone(
    host: str, is_here: bool
) -> None:
    assert is_loopback(host) is is_here

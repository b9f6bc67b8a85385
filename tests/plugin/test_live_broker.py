"""The fixture `live_broker`, in plain tests and in those that have an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from simulator.errors import TopologyError, UsageError

if TYPE_CHECKING:
    from simulator.bridge.serving import LiveBroker

_SHOP = """
topology: shop
brokers: {default: {}}
triggers: {audit: {subscriber: audit}}
services: {audit: {}}
"""
_EVENT = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "t"}


def _post(url: str) -> int:
    with urlopen(Request(url, b"{}", _EVENT)) as answer:  # noqa: S310 - of this machine
        return int(answer.status)


def test_a_plain_test_has_a_broker(live_broker: LiveBroker) -> None:
    # given
    with live_broker(_SHOP, pace="max") as live:
        # when
        status = _post(live.url("broker/default"))

        # then
        assert status == 202
        live.simulation.expect("audit").once(type="t")


def test_a_test_with_an_event_loop_has_one(live_broker: LiveBroker) -> None:
    # given
    async def send() -> int:
        async with live_broker(_SHOP) as live:
            return await asyncio.to_thread(_post, live.url("broker/default"))

    # then
    assert asyncio.run(send()) == 202


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_test_of_anyio_has_one(live_broker: LiveBroker) -> None:
    # given
    async with live_broker(_SHOP, pace="max") as live:
        # when
        status = await asyncio.to_thread(_post, live.url("broker/default"))

        # then
        assert status == 202
        live.simulation.expect("audit").once(type="t")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_a_test_of_trio_is_told_to_have_a_thread(live_broker: LiveBroker) -> None:
    # given
    serving = live_broker(_SHOP)

    # then
    with pytest.raises(UsageError, match=r"needs an event loop of asyncio; with serve"):
        await serving.__aenter__()


def test_what_is_wrong_is_told_where_it_is_entered(live_broker: LiveBroker) -> None:
    # given
    wrong = _SHOP.replace("audit: {}", "audit: {url: 'http://example.com'}")

    async def enter() -> None:
        with live_broker(_SHOP):
            pass

    # then
    with pytest.raises(TopologyError, match="--allow-host"), live_broker(wrong):
        pass
    with pytest.raises(UsageError, match="async with serve"):
        asyncio.run(enter())

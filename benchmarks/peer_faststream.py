"""FastStream's TestKafkaBroker with an async function for every rule."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from faststream.kafka import KafkaBroker, TestKafkaBroker

from benchmarks.peers import events_for, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.peers import Measured

_PER_SECOND = 4_000


def samples(rules: int, every: bool) -> Iterator[Measured]:
    """Publish messages one by one to a broker with so many subscribers."""
    broker = KafkaBroker()
    received = 0

    async def handler(message: dict[str, int]) -> None:
        nonlocal received
        received += 1

    for n, name in enumerate(names(rules, every=every)):
        broker.subscriber(name, group_id=f"g{n}")(handler)
    # A sample among a thousand subscribers takes as long as twenty among one.
    count = max(1, events_for(rules, _PER_SECOND, every=every) * 50 // (50 + rules))

    async def publish() -> float:
        async with TestKafkaBroker(broker):
            start = time.perf_counter()
            for _ in range(count):
                await broker.publish({"order": 1}, "wanted")
            return time.perf_counter() - start

    while True:
        received = 0
        seconds = asyncio.run(publish())
        yield received, seconds

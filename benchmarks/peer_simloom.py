"""The mesh of `benchmarks.mesh` as a program of asyncio, explored by simloom.

It runs by itself, in a Python that has simloom: for each line of stdin, a number of runs,
it prints the deliveries that these made and the seconds of CPU that they took.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time

import simloom

_STEPS = 10
_RETRIES = 2


class Mesh:
    """A broker in memory, 20 triggers, 20 services: what the mesh asks for and no more."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._failed: set[int] = set()
        self._triggers = [
            ({"type": f"step.{n}"}, service, n)
            for service in (self._answers, self._fails_once)
            for n in range(_STEPS)
        ]
        self.delivered: list[tuple[str, int]] = []
        self.lost: list[dict[str, str]] = []

    def send(self, event: dict[str, str]) -> None:
        """Let each trigger that matches deliver it."""
        for wanted, service, n in self._triggers:
            if all(event.get(name) == value for name, value in wanted.items()):
                self._group.create_task(self._deliver(event, service, n))

    async def _deliver(self, event, service, n) -> None:  # type: ignore[no-untyped-def]
        for attempt in range(1 + _RETRIES):
            if attempt:
                await asyncio.sleep(1.0 * (attempt - 1))
            status, reply = await service(event, n)
            self.delivered.append((event["id"], status))
            if status < 300:  # noqa: PLR2004
                if reply is not None:
                    self.send(reply)
                return
        self.lost.append(event)

    async def _answers(self, event: dict[str, str], n: int):  # type: ignore[no-untyped-def]
        await asyncio.sleep(random.uniform(0.010, 0.040))  # noqa: S311
        return 200, {**event, "id": event["id"] + "r", "type": f"step.{n + 1}"}

    async def _fails_once(self, event: dict[str, str], n: int):  # type: ignore[no-untyped-def]
        if n in self._failed:
            return 200, None
        self._failed.add(n)
        return 503, None


counts: list[int] = []


async def main() -> None:
    """Run the mesh once; fail if anything is lost."""
    async with asyncio.TaskGroup() as group:  # it ends when nothing is under way
        mesh = Mesh(group)
        mesh.send({"id": "1", "source": "shop", "type": "step.0"})
    assert not mesh.lost
    counts.append(len(mesh.delivered))


if __name__ == "__main__":
    for line in sys.stdin:
        counts.clear()
        start = time.process_time()
        found = simloom.explore(main, runs=int(line), seed_randomness=True)
        seconds = time.process_time() - start
        assert not found.failed, found.summary()
        print(sum(counts), seconds, flush=True)

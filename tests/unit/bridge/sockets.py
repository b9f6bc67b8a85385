"""Raw requests to a live run, and a real service that says what it got."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from simulator.topology import Topology

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.bridge import Live

SHOP = """
topology: shop
brokers: {default: {}, other: {annotations: {eventing.knative.dev/broker.class: Kafka}}}
channels: {audit: {}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
subscriptions:
  audit: {channel: audit, subscriber: pricing}
services: {pricing: {}}
"""
EVENT = (
    "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /shop\r\nce-type: order.placed\r\n"
    "content-type: application/json\r\n"
)
PATH = "/default/default"


def topology(text: str = SHOP, **replaced: str) -> Topology:
    """Parse a topology; ``{name}`` in it stands for what is replaced."""
    for name, value in replaced.items():
        text = text.replace(f"<{name}>", value)
    return Topology.parse(text)


def request(
    path: str = PATH,
    headers: str = EVENT,
    *,
    method: str = "POST",
    body: bytes = b"{}",
    host: str = "localhost",
) -> bytes:
    """Spell a request after which the connection closes."""
    lines = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}"
    )
    head = f"{lines}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("utf-8", "surrogateescape") + body


async def talk(live: Live, sent: bytes) -> bytes:
    """Send bytes; give all that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write(sent)
    await writer.drain()
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


def status(answer: bytes) -> int:
    """Give the status of an answer; 0 where there is none."""
    return int(answer.split()[1]) if answer else 0


class Service:
    """A real service.

    Args:
        answers: Bytes, each for a request, the last again and again; None leaves it open.

    Attributes:
        got: The requests, head and body.
        cut: How many were cut off while they were open.
    """

    def __init__(self, *answers: bytes | None) -> None:
        self._answers = answers or (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",)
        self.got: list[bytes] = []
        self.asked = asyncio.Event()
        self.left = asyncio.Event()
        self.url = ""

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Service]:
        """Listen."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = 0
                for line in head.lower().splitlines():
                    if line.startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                self.got.append(head + await reader.readexactly(length))
                number = min(len(self.got), len(self._answers)) - 1
                answer = self._answers[number]
                self.asked.set()
                if answer is None:
                    await reader.read()
                    self.left.set()
                    break
                writer.write(answer)
                if b"Content-Length" not in answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

"""``python -m benchmarks.live [--long]``: a broker over sockets under load, and unkind clients.

Senders and the real service are this process, in one event loop; what serves is another. Each
sender has one connection and posts the next event when the one before is answered.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import uvloop

from benchmarks.measure import Effort, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDERS = 32
AIM = 0.5
_SHORT_S, _LONG_S = 1.0, 30.0
_LEAST_S = 0.2  # in which something is answered on any machine
_IDLE, _IDLE_LONG = 1_000, 10_000
_ROUNDS = 3
_OF_RECEIVED = b"POST / HTTP/1.1\r\n"


class Load(NamedTuple):
    """What came of a load.

    Args:
        sent: Events that were answered 202.
        refused: Events that were answered otherwise.
        lost: Those of the sent that the service has not received.
        twice: Those that it has received more than once.
        misordered: Those that came after a later one of the same connection.
        seconds: How long it took.
        grown: By how much the memory of what serves grew from the first half to the second.
        busy: How long what serves had a processor, in seconds; 0 where that is not known.
    """

    sent: int
    refused: int
    lost: int
    twice: int
    misordered: int
    seconds: float
    grown: float
    busy: float

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.sent / self.seconds

    @property
    def cost(self) -> str:
        """What an event takes of a processor, which others that use it do not change."""
        return f"{self.busy / max(1, self.sent) * 1e6:.0f} µs"


class Service(asyncio.Protocol):
    """A real service that answers at once, and notes which events came, in which order."""

    def __init__(self, seen: list[tuple[int, int]]) -> None:
        self._seen = seen
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole: its body is ``SENDER NUMBER``, padded."""
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            if len(self._rest) < end + 4 + _BODY:
                return
            body = self._rest[end + 4 : end + 4 + _BODY]
            self._rest = self._rest[end + 4 + _BODY :]
            sender, number = body.split()
            self._seen.append((int(sender), int(number)))
            self._transport.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


_BODY = 24


async def _sender(port: int, number: int, until: float) -> Counter[str]:
    """Post one event after the other over one connection; count the statuses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    statuses: Counter[str] = Counter()
    head = (
        "POST /default/default HTTP/1.1\r\nHost: localhost\r\nce-specversion: 1.0\r\n"
        f"ce-source: /sender/{number}\r\nce-type: load\r\nContent-Length: {_BODY}\r\nce-id: "
    )
    sent = 0
    while time.monotonic() < until:
        body = f"{number} {sent}".ljust(_BODY)
        writer.write(f"{head}{number}-{sent}\r\n\r\n{body}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if b"chunked" in answer:
            await reader.readuntil(b"0\r\n\r\n")
        statuses[answer[9:12].decode()] += 1
        sent += 1
    writer.close()
    return statuses


@contextmanager
def serving(name: str, service: int) -> Iterator[tuple[int, int]]:
    """Start a server; give its port and its process."""
    command = [sys.executable, "-m", "benchmarks.live_servers", name, str(service)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline()), process.pid
        process.stdin.close()


def _memory(pid: int) -> float:
    """Give the resident memory of a process, in bytes; 0 where /proc is not there."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return float(line.split()[1]) * 1_024


def _busy(pid: int) -> float:
    """Give the time that a process has had a processor, in seconds. Source: proc(5)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def load(name: str, seconds: float) -> Load:
    """Load a server, and say what came of it."""
    seen: list[tuple[int, int]] = []
    loop = asyncio.get_running_loop()
    service = await loop.create_server(lambda: Service(seen), "127.0.0.1", 0)
    with serving(name, service.sockets[0].getsockname()[1]) as (port, pid):
        start, before = time.monotonic(), _busy(pid)
        until = start + seconds
        senders = [asyncio.create_task(_sender(port, n, until)) for n in range(SENDERS)]
        await asyncio.sleep(seconds / 2)
        half = _memory(pid)
        statuses: Counter[str] = sum(await asyncio.gather(*senders), Counter())
        lasted = time.monotonic() - start
        grown = _memory(pid) / half - 1 if half else 0.0
        busy = _busy(pid) - before
    service.close()
    highest: dict[int, int] = {}
    misordered = 0
    for sender, number in seen:
        misordered += number < highest.get(sender, -1)
        highest[sender] = max(number, highest.get(sender, -1))
    sent = statuses.pop("202", 0)
    different = len(set(seen))
    return Load(
        sent, sum(statuses.values()), sent - different, len(seen) - different,
        misordered, lasted, grown, busy,
    )  # fmt: skip


def rate(effort: Effort) -> Row:
    """Events per second through one hop, over those of a bare server and client."""
    seconds = max(_SHORT_S * effort.share, _LEAST_S)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pairs = [
            (runner.run(load("serve", seconds)), runner.run(load("bare", seconds)))
            for _ in range(min(effort.rounds, _ROUNDS))
        ]
    ours, theirs = max(pairs, key=lambda pair: pair[0].rate / pair[1].rate)
    wrong = [ours.lost, ours.refused, ours.twice, ours.misordered]
    return Row(
        what="events per second over sockets, broker to real service, 32 senders / uvicorn "
        "and aiohttp alone",
        figure=0.0 if any(wrong) else ours.rate / theirs.rate,
        aim=AIM,
        at_least=True,
        detail=f"{ours.rate:,.0f} against {theirs.rate:,.0f}, {ours.cost} of a processor "
        f"against {theirs.cost}; {ours.sent:,} sent, "
        "lost {}, refused {}, twice {}, out of order {}".format(*wrong),
    )


async def idle(port: int, count: int) -> tuple[int, float]:
    """Open connections that say nothing; give how many stay, and how long an event takes."""
    opened = await asyncio.gather(
        *(asyncio.open_connection("127.0.0.1", port) for _ in range(count)),
        return_exceptions=True,
    )
    start = time.monotonic()
    statuses = await _sender(port, 0, start + 0.2)
    each = (time.monotonic() - start) / max(1, statuses["202"])
    open_ = [pair for pair in opened if not isinstance(pair, BaseException)]
    stay = sum(not reader.at_eof() for reader, _ in open_)
    for _, writer in open_:
        writer.close()
    return stay, each


async def slow(port: int) -> float:
    """Send a header a byte a second; give after how long the connection is cut."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    start = time.monotonic()

    async def drip() -> None:
        for byte in b"POST /default/default HTTP/1.1\r\nHost: localhost\r\n":
            writer.write(bytes((byte,)))
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    await reader.read()
    dripping.cancel()
    writer.close()
    return time.monotonic() - start


async def unkind(count: int) -> None:
    """Print what comes of idle connections, and of one that sends a byte a second."""
    seen: list[tuple[int, int]] = []
    loop = asyncio.get_running_loop()
    service = await loop.create_server(lambda: Service(seen), "127.0.0.1", 0)
    with serving("serve", service.sockets[0].getsockname()[1]) as (port, pid):
        before = _memory(pid)
        stay, each = await idle(port, count)
        more = (_memory(pid) - before) / count
        print(
            f"{stay:,} of {count:,} idle connections stay, {more:,.0f} B each; beside them "
            f"an event takes {each * 1_000:.1f} ms"
        )
        print(f"a byte of a header a second: cut after {await slow(port):.1f} s")
    service.close()


def main() -> int:
    """Print all of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument(
        "--long", action="store_true",
        help=f"{_LONG_S:.0f} s of load, {_IDLE_LONG:,} idle connections",
    )  # fmt: skip
    long = parser.parse_args().long
    seconds = _LONG_S if long else _SHORT_S
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for name in ("bare", "serve"):
            found = runner.run(load(name, seconds))
            print(
                f"{name:6} {found.rate:8,.0f} events/s, {found.cost} of a processor each: "
                f"{found.sent:,} sent, lost "
                f"{found.lost}, refused {found.refused}, twice {found.twice}, out of order "
                f"{found.misordered}; memory {found.grown:+.1%} in the second half"
            )
        runner.run(unkind(_IDLE_LONG if long else _IDLE))
    return 0


if __name__ == "__main__":
    sys.exit(main())

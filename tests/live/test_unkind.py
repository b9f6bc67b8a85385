"""Services that die in mid-answer, senders that say nothing, many at once: clear records."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from benchmarks.live import idle, load
from simulator import Topology
from simulator.bridge import serve
from tests.conformance.over_sockets import send

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.bridge import Live

DYING = """
import os, socket
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while True:
    connection, _ = server.accept()
    if connection.recv(65536):
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nab")
        os.kill(os.getpid(), 9)
"""
EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
SENT = {"to": "broker:default", "event": EVENT}


async def said(live: Live, text: str) -> None:
    async with asyncio.timeout(10):
        while not any(text in str(r.detail) for r in live.simulation.trace):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def test_a_service_that_is_killed_in_mid_answer_is_tried_again_and_dead_lettered(
    tmp_path: Path,
) -> None:
    (tmp_path / "dying.py").write_text(DYING)
    (tmp_path / "t.yaml").write_text(f"""
topology: t
brokers: {{default: {{}}}}
triggers:
  t1:
    subscriber: dying
    delivery: {{retry: 1, backoffDelay: 200ms, backoffPolicy: linear, deadLetterSink: parking}}
services: {{dying: {{run: "{sys.executable} -S dying.py"}}, parking: {{}}}}
""")

    async def played() -> tuple[int | None, Live]:
        async with serve(tmp_path / "t.yaml", run=True) as live:
            status = await send(live, SENT)
            await said(live, "SIGKILL")
        return status, live

    status, live = asyncio.run(played())

    trace = live.simulation.trace
    answers = trace.select(kind="responded", node="service/dying")
    assert status == 202
    first, second = [(each.status, each.detail) for each in answers]
    assert first == (0, "closed")
    assert second in ((0, "refused"), (0, "reset"))  # its end may still be under way
    assert len(trace.select(kind="dead-lettered")) == 1
    logged = [str(each.detail) for each in trace.select(kind="logged")]
    assert logged[-1] == "was ended by SIGKILL"


def test_beside_connections_that_say_nothing_events_are_taken() -> None:
    topology = Topology.parse("topology: t\nbrokers: {default: {}}")

    async def played() -> tuple[int, float]:
        async with serve(topology) as live:
            return await idle(live.port, 200)

    stay, each_s = asyncio.run(played())

    assert stay == 200
    assert each_s < 1


def test_of_many_senders_at_once_nothing_is_lost_and_each_keeps_its_order() -> None:
    found = asyncio.run(load("serve", 0.3))

    assert found.sent > 0
    assert (found.refused, found.lost, found.twice, found.misordered) == (0, 0, 0, 0)

"""What `benchmarks.live` loads: kn-sim serve, and a bare server and client beside it.

    python -m benchmarks.live_servers serve|bare PORT_OF_THE_SERVICE

prints the port that it listens on, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import uvicorn
import uvloop

from simulator import Topology
from simulator.bridge import serve
from simulator.bridge.hosting import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

_KEEP = 20_000


@contextlib.asynccontextmanager
async def served(service: int) -> Any:
    """Serve a broker with one trigger, whose subscriber is real."""
    topology = Topology.parse(f"""
topology: load
brokers: {{default: {{}}}}
triggers: {{all: {{filter: {{type: load}}, subscriber: real}}}}
services: {{real: {{url: "http://127.0.0.1:{service}"}}}}
""")
    async with serve(topology, keep=_KEEP) as live:
        yield live.port


@contextlib.asynccontextmanager
async def bare(service: int) -> Any:
    """Hand each request on as it is: uvicorn, and the client of aiohttp."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def app(scope: Any, receive: Any, send: Any) -> None:
            body = b""
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            headers = {
                name.decode(): value.decode() for name, value in scope["headers"]
            }
            url = f"http://127.0.0.1:{service}/"
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
            await send({"type": "http.response.start", "status": 202, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        config = uvicorn.Config(
            app, port=0, lifespan="off", access_log=False, log_level="error"
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        await running


SERVERS: dict[str, Callable[[int], AbstractAsyncContextManager[int]]] = {
    "serve": served,
    "bare": bare,
}


async def main(name: str, service: int) -> None:
    """Serve until standard input ends."""
    collect_seldom()  # as kn-sim serve does
    async with SERVERS[name](service) as port:
        print(port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], int(sys.argv[2])))

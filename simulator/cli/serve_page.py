"""What `kn-sim serve` says of itself: what it serves where, and what a change came to."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.cli.output import report
from simulator.nodes import Role, role_of
from simulator.urls import host_of, port_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from simulator.bridge import Live
    from simulator.cli.style import Style
    from simulator.errors import SimulatorError
    from simulator.session.prepared import Changes
    from simulator.subscribers.program_spec import Program

_COLUMN = 20

_CONNECT_S = 0.2


class Page:
    def __init__(self, args: argparse.Namespace, style: Style, out: TextIO) -> None:
        self._args = args
        self._style = style
        self._out = out
        self._hides_flow = args.quiet or args.format != "text"

    def began(self, live: Live) -> None:
        for line in self._lines(live):
            self._say(line)

    def changed(self, changes: Changes, resources: int) -> None:
        from simulator.changes.change_set import reloaded

        if changes:
            count, *which = reloaded(changes, resources).splitlines()
            self._say(count)
            for line in which if self._hides_flow else ():
                self._say(line)

    def refused(self, error: SimulatorError | OSError) -> None:
        report(error)
        self._say("the topology from before goes on")

    def _say(self, line: str) -> None:
        print(self._style.symbols(line), file=self._out, flush=True)

    def _row(self, what: str, where: str) -> str:
        return f"{self._style.paint(what.ljust(_COLUMN), 'bold')} {where}"

    def _lines(self, live: Live) -> Iterator[str]:
        from simulator.bridge.live import is_loopback

        wiring = live.simulation.wiring
        served = {endpoint.node: endpoint for endpoint in wiring.endpoints}
        for name, url in wiring.addresses.items():
            node = served.get(name)
            is_service = role_of(name) is Role.SERVICE and not (node and node.process)
            if not is_service and url.startswith("http://"):
                yield self._row(name, live.url_of(url))
        proxy = f"http://{live.authority}"
        yield self._row("cluster URLs", f"work as they are with HTTP_PROXY={proxy}")
        yield self._row(
            "", "where a client reads that; fetch of Node does not by itself"
        )
        for endpoint in wiring.endpoints:
            if endpoint.process is None and not endpoint.private:
                yield self._row(endpoint.node, self._answers(live, endpoint.node))
        for source in wiring.sources:
            spec = live.source_spec(source.node)
            if spec is not None and spec.program is not None:
                yield self._row(source.node, self._started(spec.program))
        if self._args.pace == "max":
            yield (
                "pace max: time stands still while a real service has a request; no "
                "timeout of a delivery ends it, --patience does"
            )
        if not is_loopback(self._args.bind):
            yield (
                f"WARNING: {self._args.bind} may be reached from other machines; nobody "
                "is asked who sends"
            )
        yield "ready; Ctrl-C stops"

    def _answers(self, live: Live, node: str) -> str:
        spec = live.simulation.service_spec(node)
        if spec is None:
            return "answers 202 (stub)"
        real = spec.real
        if real is None:
            return "described: plays its part here"
        if real.program is not None:
            return self._started(real.program)
        listens = "" if _listens(real.url) else ", nobody listens there yet"
        return f"→ {real.url}   real{listens}"

    def _started(self, program: Program) -> str:
        import shlex

        command = shlex.join(program.command)
        if self._args.run_programs:
            return f"→ {command}"
        return f"→ {command}   not started: it runs with --run"


def _listens(url: str) -> bool:
    import socket

    with suppress(OSError):
        where = host_of(url), port_of(url) or 80
        socket.create_connection(where, timeout=_CONNECT_S).close()
        return True
    return False

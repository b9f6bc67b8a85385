"""The programs of a served topology: started, watched, started anew, and ended."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.bridge import watchdog
from simulator.bridge.environment import (
    NOTHING,
    Sending,
    Serving,
    container_of,
    workload_of_service,
    workload_of_source,
)
from simulator.bridge.kept_program import KeptProgram, Plan
from simulator.control.generators import speaker
from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.bridge.live import Live
    from simulator.resource import Resource
    from simulator.subscribers.program_spec import Program
    from simulator.wiring import Source

_LATER = "not started: a changed file names it; restart kn-sim to start it"


class Programs:
    """Starts what a topology names with `run`, and ends it with the run.

    A program goes on over a reload if nothing that it is started with has changed, and is
    started anew if something has. For whom the topology named none at first, none is ever
    started: whoever said `--run` had those in mind that were there. All of them end with
    kn-sim, however that ends: a process of its own sees to it.

    Args:
        patience_s: How long each may take from SIGTERM to SIGKILL.

    Raises:
        UsageError: There are no groups of processes here.
    """

    def __init__(self, patience_s: float = watchdog.PATIENCE_S) -> None:
        if sys.platform == "win32":
            raise UsageError("programs are started on Linux and macOS only")
        self._patience_s = patience_s
        self._kept: dict[str, KeptProgram] = {}
        self._first: frozenset[str] | None = None  # those who had one at first
        self._told: set[str] = set()
        self._guard: asyncio.subprocess.Process | None = None

    async def apply(self, live: Live, specs: Mapping[str, Program]) -> None:
        """Run these, node -> program, and no others; wait until they are ready or not."""
        if self._first is None:
            self._first = frozenset(specs)
        for node in specs:
            if node not in self._first and node not in self._told:
                live.log(node, _LATER)
                self._told.add(node)
        planned = {
            node: _plan(live, node, each).replace(patience_s=self._patience_s)
            for node, each in specs.items()
            if node in self._first
        }
        gone = [n for n, kept in self._kept.items() if planned.get(n) != kept.plan]
        await asyncio.gather(*(self._kept.pop(node).stop() for node in gone))
        new = [node for node in planned if node not in self._kept]
        if new and self._guard is None:
            self._guard = await _guarded()
        for node in new:
            self._kept[node] = KeptProgram(live, node, planned[node], self._tell)
        try:
            # What sends shall find those that it sends to.
            for sends in (False, True):
                of_kind = [n for n in new if (planned[n].serving is None) is sends]
                await asyncio.gather(*(self._kept[node].begin() for node in of_kind))
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        await asyncio.gather(*(each.stop() for each in self._kept.values()))
        self._kept.clear()
        if self._guard is not None:
            assert self._guard.stdin is not None, "it was asked for"
            self._guard.stdin.close()
            await self._guard.wait()
            self._guard = None

    def _tell(self, sign: str, group: int) -> None:
        """Tell the guard of a group of processes that is there, or gone."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(f"{sign}{group}\n".encode())


async def _guarded() -> asyncio.subprocess.Process:
    words = (sys.executable, "-I", "-S", watchdog.__file__)
    return await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, start_new_session=True
    )


def _plan(live: Live, node: str, program: Program) -> Plan:
    cwd = str(Path(live.folder_of(node), program.cwd).resolve())
    plan = Plan(program=program, cwd=cwd, proxy=live.authority, container=NOTHING)
    wiring, topology = live.simulation.wiring, live.topology
    endpoint = next((each for each in wiring.endpoints if each.node == node), None)
    if endpoint is not None:
        workload = workload_of_service(topology, endpoint.namespace, endpoint.name)
        revision = _revision(endpoint.name, workload)
        plan = plan.replace(serving=Serving(endpoint.name, revision, 0))
    else:
        source = next(each for each in wiring.sources if each.node == node)
        workload = _workload(live, source)
        lacks = "" if source.sink else "it has no sink that events could be sent to"
        plan = plan.replace(sending=_sending(live, source), lacks=lacks)
    if workload is None:
        return plan
    for source in wiring.sources:
        if plan.sending is None and speaker(workload.key) in source.speakers:
            plan = plan.replace(sending=_sending(live, source))
    return plan.replace(container=container_of(topology, workload))


def _workload(live: Live, source: Source) -> Resource | None:
    topology, spec = live.topology, live.source_spec(source.node)
    kind, _, name = (spec.for_resource if spec else "").partition("/")
    wanted = (kind.lower(), source.namespace, name.rpartition("/")[2])
    for each in topology:
        if (each.kind.lower(), each.namespace, each.name) == wanted:
            return workload_of_source(topology, each)
    return None


def _sending(live: Live, source: Source) -> Sending | None:
    if source.sink is None:
        return None
    return Sending(live.url_of(source.sink), source.overrides)


def _revision(name: str, workload: Resource | None) -> str:
    if workload is not None:
        metadata = (workload.spec.get("template") or {}).get("metadata") or {}
        if workload.kind == "Service" and metadata.get("name"):
            return str(metadata["name"])
    return f"{name}-00001"

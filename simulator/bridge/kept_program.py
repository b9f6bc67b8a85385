"""A program that a topology names: started, watched, and started anew when files change."""

from __future__ import annotations

import asyncio
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.bridge.environment import environment
from simulator.bridge.program import Launch, NotRunningError, Running, free_port, start
from simulator.bridge.watchdog import PATIENCE_S
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.bridge.environment import Container, Sending, Serving
    from simulator.bridge.live import Live
    from simulator.subscribers.program_spec import Program

_NS = 1_000_000_000
_LOOK_S = 0.5
_MOST_WATCHED = 5_000


class Plan(Value):
    """What a program is started with; it goes on as long as this is the same.

    Args:
        proxy: Host and port at which URLs of the cluster are answered.
        container: What the manifests say of its variables.
        lacks: Why it cannot be started; empty if it can.
        patience_s: How long it may take to end when it is told to.
    """

    program: Program
    cwd: str
    proxy: str
    container: Container
    serving: Serving | None = None
    sending: Sending | None = None
    lacks: str = ""
    patience_s: float = PATIENCE_S

    def launch(self) -> Launch:
        """Say how it is started now, at a port that is free, unless it names one."""
        program, serving = self.program, self.serving
        if serving is not None:
            serving = serving._replace(port=program.port or free_port())
        return Launch(
            command=program.command,
            cwd=self.cwd,
            env=environment(
                os.environ,
                cwd=self.cwd,
                proxy=self.proxy,
                container=self.container.env,
                serving=serving,
                sending=self.sending,
                own=program.env,
            ),
            port=0 if serving is None else serving.port,
            ready=program.ready,
        )


class KeptProgram:
    """The program of one node, as long as the topology names it.

    *tell* takes ``+`` or ``-`` and the number of a group of processes.
    """

    def __init__(
        self, live: Live, node: str, plan: Plan, tell: Callable[[str, int], None]
    ) -> None:
        self.plan = plan
        self._live = live
        self._node = node
        self._tell = tell
        self._settled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start it, and wait until it is ready, or is known not to be."""
        self._task = asyncio.create_task(self._go_on())
        settled = asyncio.create_task(self._settled.wait())
        await asyncio.wait((self._task, settled), return_when=asyncio.FIRST_COMPLETED)
        settled.cancel()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _go_on(self) -> None:
        for text in self.plan.container.missing:
            self._say(text)
        if self.plan.lacks:
            self._say(f"not started: {self.plan.lacks}")
            return
        changed = ""
        while True:
            if changed:
                self._say(f"{changed} has changed: it is started anew")
            changing = asyncio.create_task(self._changed())
            try:
                await self._once(changing)
                self._settled.set()
                if not self.plan.program.watch:
                    return
                changed = await changing
            finally:
                changing.cancel()

    async def _once(self, changing: asyncio.Task[str]) -> None:
        try:
            running = await start(self.plan.launch(), self._say)
        except NotRunningError as error:
            self._say(f"not started: {error}")
            return
        self._tell("+", running.group)
        watching = asyncio.create_task(self._watched(running))
        try:
            await asyncio.wait(
                (watching, changing), return_when=asyncio.FIRST_COMPLETED
            )
            if watching.done():
                watching.result()
        finally:
            watching.cancel()
            self._live_down()
            await running.stop(self.plan.patience_s)
            self._tell("-", running.group)

    async def _watched(self, running: Running) -> None:
        try:
            if self.plan.serving is not None:
                url = await self._listening(running)
                self._live.up(self._node, url)
                self._say(f"listens at {url}")
            self._settled.set()
            how = await running.ended()
        except NotRunningError as error:
            how = str(error)
        self._live_down()
        self._say(how)

    async def _listening(self, running: Running) -> str:
        within_s = self.plan.program.within_ns / _NS
        try:
            return await running.ready(within_s)
        except TimeoutError:
            self._say(f"not ready within {within_s:g}s: {running.lacking()}")
            self._settled.set()
            return await running.ready()

    def _live_down(self) -> None:
        if self.plan.serving is not None:
            self._live.down(self._node)

    def _say(self, text: str) -> None:
        self._live.log(self._node, text)

    async def _changed(self) -> str:
        patterns = self.plan.program.watch
        if not patterns:
            await asyncio.Event().wait()
        before = _marks(self.plan.cwd, patterns)
        while True:
            await asyncio.sleep(_LOOK_S)
            after = _marks(self.plan.cwd, patterns)
            if after != before:
                found = dict(set(after.items()) ^ set(before.items()))
                return min(found)


def _marks(folder: str, patterns: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Give what tells whether files have changed: name below the folder -> time and size."""
    found: dict[str, tuple[int, int]] = {}
    root = Path(folder)
    files = (path for pattern in patterns for path in root.glob(pattern))
    for path in islice(files, _MOST_WATCHED):
        try:
            stat = path.stat()
        except OSError:  # gone for a moment, as editors write anew
            continue
        found[str(path.relative_to(root))] = (stat.st_mtime_ns, stat.st_size)
    return found

"""One process that plays a service or a source, from its start to its end, and its lines."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulator.bridge.port_owner import owner_of
from simulator.bridge.watchdog import signalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LOOPBACK = ("127.0.0.1", "::1")
_CHUNK = 65_536
_FIRST_LOOK_S, _LAST_LOOK_S = 0.01, 0.2
_GRACE_S = 0.2  # for what a program started, once it is gone itself
_ANSWER_S = 2.0
# Source: ECMA-48, control sequences; OSC, as xterm ends them.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_CONTROLS = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0)], "\N{REPLACEMENT CHARACTER}"
)
_CONTROLS[ord("\t")] = "    "
_LONGEST = 8_192
_MOST_A_SECOND = 200


class Launch(NamedTuple):
    """What it takes to start a program; *port* is 0 for a source.

    *ready* is the path that it answers with 2xx once it is ready; empty for an open port.
    """

    command: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    port: int = 0
    ready: str = ""


class Lines:
    """Cuts what is written into lines.

    A line that does not end is cut. What is more than `_MOST_A_SECOND` lines in a second is
    counted, and not shown.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._second = -1
        self._told = 0
        self._dropped = 0

    def fed(self, written: bytes, now_s: float) -> Iterator[str]:
        """Give the lines that are whole by now.

        Args:
            written: What came, perhaps the middle of a line; nothing at the end.
            now_s: When, in seconds, from any start.
        """
        if int(now_s) != self._second:
            yield from self._counted()
            self._second, self._told = int(now_s), 0
        *lines, self._rest = (self._rest + written).split(b"\n")
        if self._rest and (not written or len(self._rest) > _LONGEST):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._told += 1
            if self._told <= _MOST_A_SECOND:
                yield shown(line[:_LONGEST])
            else:
                self._dropped += 1
        if not written:
            yield from self._counted()

    def _counted(self) -> Iterator[str]:
        if self._dropped:
            yield f"… {self._dropped:,} more lines within a second"
        self._dropped = 0


def shown(line: bytes) -> str:
    """Give a line as text that cannot move the cursor of a terminal."""
    text = line.rstrip(b"\r").decode("utf-8", "replace")
    return _ESCAPES.sub("", text).translate(_CONTROLS).rstrip()


class NotRunningError(Exception):
    """A program cannot be started, or has ended."""


class Running:
    """A process that has been started, in a group of its own."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        launch: Launch,
        say: Callable[[str], None],
    ) -> None:
        self._process = process
        self._launch = launch
        self._say = say
        self._reading: asyncio.Task[None] | None = None
        self.last = ""

    @property
    def group(self) -> int:
        return self._process.pid

    @property
    def is_over(self) -> bool:
        return self._process.returncode is not None

    async def read(self, pipe: int) -> None:
        reader = asyncio.StreamReader()
        file = os.fdopen(pipe, "rb", buffering=0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), file
        )
        self._reading = asyncio.create_task(self._read(reader, transport))

    async def _read(
        self, reader: asyncio.StreamReader, transport: asyncio.BaseTransport
    ) -> None:
        lines, now_s = Lines(), asyncio.get_running_loop().time
        try:
            while written := await reader.read(_CHUNK):
                self._tell(lines, written, now_s())
            self._tell(lines, b"", now_s())
        finally:
            transport.close()

    def _tell(self, lines: Lines, written: bytes, now_s: float) -> None:
        for line in lines.fed(written, now_s):
            self.last = line or self.last
            self._say(line)

    async def ready(self, within_s: float | None = None) -> str:
        """Wait until it takes requests; give the URL at which it does.

        Raises:
            NotRunningError: It ends before.
            TimeoutError: It takes longer than that; None is as long as it runs.
        """
        port, path, wait_s = self._launch.port, self._launch.ready, _FIRST_LOOK_S
        async with asyncio.timeout(within_s):
            while not self.is_over:
                for host in _LOOPBACK:
                    if await _answers(host, port, path):
                        named = f"[{host}]" if ":" in host else host
                        return f"http://{named}:{port}"
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), wait_s)
                wait_s = min(2 * wait_s, _LAST_LOOK_S)
        raise NotRunningError(await self.ended())

    def lacking(self) -> str:
        port, path = self._launch.port, self._launch.ready
        what = f"answers GET {path} with 2xx" if path else "listens"
        return f"nothing {what} at port {port}"

    async def ended(self) -> str:
        """Wait until it ends, and say how: with its last line, if it wrote any."""
        code = await self._process.wait()
        if self._reading is not None:  # what it wrote last; others may hold the pipe
            await asyncio.wait([self._reading], timeout=_GRACE_S)
        how = f"exited with {code}"
        if code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        return f"{how}: {self.last}" if self.last else how

    async def stop(self, patience_s: float) -> None:
        """End it, and all that it started: SIGTERM, and SIGKILL for who does not go."""
        if signalled(self.group, signal.SIGTERM):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), patience_s)
            if self.is_over and signalled(self.group, 0):
                await asyncio.sleep(_GRACE_S)
            signalled(self.group, signal.SIGKILL)
        await self._process.wait()
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=_GRACE_S)
            self._reading.cancel()


async def start(launch: Launch, say: Callable[[str], None]) -> Running:
    """Start a program; NotRunningError says in words for people why it cannot be."""
    taken = _who_has(launch.port) if launch.port else None
    if taken is not None:
        raise NotRunningError(f"port {launch.port} is taken{taken}")
    read_end, write_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            cwd=launch.cwd,
            env=dict(launch.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
        )
    except OSError as error:
        os.close(read_end)
        raise NotRunningError(_why_not(error, launch)) from error
    finally:
        os.close(write_end)
    running = Running(process, launch, say)
    await running.read(read_end)
    return running


def _why_not(error: OSError, launch: Launch) -> str:
    program = launch.command[0]
    if not Path(launch.cwd).is_dir():
        return f"there is no folder {launch.cwd}"
    if isinstance(error, FileNotFoundError):
        where = f"in {launch.cwd}" if "/" in program else "on the PATH"
        return f"there is no program {program!r} {where}"
    if isinstance(error, PermissionError):
        return f"{program} is not executable"
    return f"{program} cannot be started: {error.strerror}"


async def _answers(host: str, port: int, path: str) -> bool:
    """Tell whether somebody listens, and, if a path is asked for, answers it with 2xx."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                if not path:
                    return True
                asked = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
                writer.write(asked.encode())
                status = (await reader.readline()).split()
                return len(status) > 1 and status[1].startswith(b"2")
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        return False


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind((_LOOPBACK[0], 0))
        port: int = listening.getsockname()[1]
        return port


def _who_has(port: int) -> str | None:
    """Say why nobody can listen at a port, as far as this can be known; None if one can."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_LOOPBACK[0], port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f": {error.strerror}"
            owner = owner_of(port)
            return f" ({owner})" if owner else ""
    return None

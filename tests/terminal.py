"""A terminal in which a command runs, with keys to press and signals to send."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTERRUPTIBLE = (
    sys.executable,
    "-c",
    (
        "import signal, sys; from simulator.cli import main; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "sys.exit(main(sys.argv[1:]))"
    ),
)
"""Our command; what runs behind a shell's & ignores SIGINT, and what it starts does, too."""
_PATIENCE_S = 60.0  # so long may a loaded machine take for what takes a second


class Terminal:
    """Runs a command in a new terminal of 100x30; ends it when it is left.

    Args:
        command: Its words.
        folder: Where it runs.
        env: Variables besides those of this process.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, env: Mapping[str, str]
    ) -> None:
        self._end, other = pty.openpty()
        self._ends: tuple[int, ...] = (self._end, other)
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self._other = other
        self.modes = termios.tcgetattr(other)
        self.printed = b""
        given = {"TERM": "xterm-256color", **env}
        # A size in the environment, as readline leaves it there, hides the terminal's.
        own = {k: v for k, v in os.environ.items() if k not in {"LINES", "COLUMNS"}}
        self.process = subprocess.Popen(  # noqa: S603 - what a test names
            command, stdin=other, stdout=other, stderr=other, cwd=folder,
            env={**own, **given}, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        self.go_away()

    def go_away(self) -> None:
        """Close both its ends, as when its window is closed."""
        for end in self._ends:
            os.close(end)
        self._ends = ()

    def modes_now(self) -> list[object]:
        """Give the line discipline: echo and the like."""
        return termios.tcgetattr(self._other)

    def resize(self, columns: int, rows: int) -> None:
        """Be of another size, as when somebody drags its corner."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._other, termios.TIOCSWINSZ, size)
        self.process.send_signal(signal.SIGWINCH)  # nobody's terminal tells nobody

    def press(self, keys: bytes) -> None:
        os.write(self._end, keys)

    def read_until(self, text: bytes, *, after: int = 0) -> None:
        """Read what is printed until there is this text, which may come in pieces.

        Args:
            text: To be found.
            after: So many bytes of what was printed.

        Raises:
            AssertionError: It did not come.
        """
        last = time.monotonic() + _PATIENCE_S
        while text not in self.printed[after:]:
            assert time.monotonic() < last, f"no {text!r} in {self.printed[-2000:]!r}"
            assert self._read(last) or self.process.poll() is None, self.printed
            self.printed += self._pending

    def read_until_still(self) -> None:
        """Read until nothing more comes, of a command that has nothing more to do."""
        last, quiet = time.monotonic() + _PATIENCE_S, 0
        while quiet < 3:
            assert time.monotonic() < last, f"it goes on: {self.printed[-2000:]!r}"
            quiet = 0 if self._read(last) or self._is_busy() else quiet + 1
            self.printed += self._pending

    def read_to_the_end(self) -> int:
        """Read what is printed until the command ends; give its exit code."""
        last = time.monotonic() + _PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < last, f"it goes on: {self.printed[-2000:]!r}"
            self._read(last)
            self.printed += self._pending
        while self._read(0):
            self.printed += self._pending
        if self.process.returncode == 1:
            sys.stdout.write(self.printed.decode(errors="replace"))  # a stack trace
        return self.process.returncode

    def _is_busy(self) -> bool:
        """Whether it waits for a processor, which a loaded machine makes it do for long."""
        try:
            told = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8")
        except FileNotFoundError:  # no Linux: silence has to do
            return False
        return told.rpartition(")")[2].split()[0] == "R"

    def _read(self, last: float) -> bool:
        """Wait for output, a tenth of a second at most; tell whether some came."""
        wait = min(0.1, max(0.0, last - time.monotonic()))
        ready, _, _ = select.select([self._end], [], [], wait)
        self._pending = os.read(self._end, 65_536) if ready else b""
        return bool(ready)

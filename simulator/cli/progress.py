"""While a run goes on: how far it has come, on stderr, and what ends it where its records are whole."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.story.phrases import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType
    from typing import Self, TextIO

_PATIENCE_S = 1.0
_APART_S = 0.2
_APART_PLAIN_S = 5.0  # where each is a line of its own


class Progress:
    """One line that is written again and again; nothing where nobody looks on.

    With NO_COLOR, or a TERM that knows no escapes, each is a line of its own.
    """

    def __init__(self, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._on = stream.isatty()
        self._plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        self._next_s = time.monotonic() + _PATIENCE_S
        self._shown = False

    def tell(self, records: int, now_ns: int) -> None:
        """Say so, if it is time to: so many records, at an instant of virtual time."""
        self.say(lambda: f"{records:,} records, +{time_text(now_ns)} of virtual time")

    def say(self, what: Callable[[], str], *, at_once: bool = False) -> None:
        if not self._on or not (at_once or time.monotonic() >= self._next_s):
            return
        self._next_s = time.monotonic() + (_APART_PLAIN_S if self._plain else _APART_S)
        text = f"kn-sim: {what()}"
        if self._plain:
            print(text, file=self._stream)
            return
        self._stream.write(f"\r{text}\x1b[K")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False


_SAID = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
_SIGNALS = {
    getattr(signal, name): said for name, said in _SAID.items() if hasattr(signal, name)
}
_BASE = 128  # Source: POSIX shells, the exit status of what a signal ended


class Interruptions:
    """Raises KeyboardInterrupt on a signal that ends a command, while it is entered."""

    def __init__(self) -> None:
        self._number: int = signal.SIGINT
        self._held = False
        self._due = False
        self._before: list[tuple[int, Any]] = []  # as signal gives it

    @property
    def exit_code(self) -> int:
        """As a shell reports what the signal ended: 130, 143 or 129."""
        return _BASE + self._number

    @property
    def said(self) -> str:
        return _SIGNALS[self._number]

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) is signal.SIG_IGN:
                continue  # as nohup wants it
            try:
                before = signal.signal(number, self._take)
            except ValueError:  # not in the main thread, which alone gets signals
                break
            self._before.append((number, before))
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before:
            signal.signal(number, before)

    def _take(self, number: int, _: FrameType | None) -> None:
        self._number = number
        self._due = True
        if not self._held:
            self._raise()

    def _raise(self) -> None:
        self._due = False
        raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put off what comes meanwhile until it is over, such as writing a line."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._due:
            self._raise()

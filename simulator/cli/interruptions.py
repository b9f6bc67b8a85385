"""Ctrl-C and SIGTERM end a run where its records are whole."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_BASE = 128  # Source: POSIX shells, the exit status of what a signal ended


class Interruptions:
    """Raises KeyboardInterrupt on either signal while it is entered.

    Attributes:
        exit_code: Of what was ended so: 130 or 143.
        said: How it was ended, in a word.
    """

    def __init__(self) -> None:
        self._number: int = signal.SIGINT
        self._held = False
        self._due = False
        self._before: list[tuple[int, Any]] = []  # as signal gives it

    @property
    def exit_code(self) -> int:
        """As a shell reports what the signal ended."""
        return _BASE + self._number

    @property
    def said(self) -> str:
        """The word for people."""
        return "terminated" if self._number == signal.SIGTERM else "interrupted"

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

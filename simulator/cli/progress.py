"""How far a long run has come, on stderr, for whoever waits at a terminal."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from simulator.story.phrases import time_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_PATIENCE_S = 1.0
_APART_S = 0.2
_APART_PLAIN_S = 5.0  # where each is a line of its own


class Progress:
    """One line that is written again and again; nothing where nobody looks on.

    Args:
        stream: Stderr.
        environ: With NO_COLOR, or a TERM that knows no escapes, each is a line.
    """

    def __init__(self, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._on = stream.isatty()
        self._plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        self._next_s = time.monotonic() + _PATIENCE_S
        self._shown = False

    def tell(self, records: int, now_ns: int) -> None:
        """Say so, if it is time to: so many records, at an instant of virtual time."""
        if not self._on or time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + (_APART_PLAIN_S if self._plain else _APART_S)
        text = f"kn-sim: {records:,} records, +{time_text(now_ns)} of virtual time"
        if self._plain:
            print(text, file=self._stream)
            return
        self._stream.write(f"\r{text}\x1b[K")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False

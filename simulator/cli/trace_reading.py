"""A trace, read by its name on the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from io import BufferedReader

    from simulator.trace import Trace

STDIN = "-"


def read_named(name: str) -> Trace:
    """Read the trace of this name, ``-`` for stdin.

    Raises:
        UsageError: It is none; the message names the line.
        OSError: It cannot be read.
    """
    from simulator.trace import Trace
    from simulator.trace.files import read_stream

    if name == STDIN:
        stdin = cast("BufferedReader", sys.stdin.buffer)
        return Trace(read_stream(stdin, "<stdin>"))
    return Trace.read(name)

"""Everything that is no result goes to stderr, one fault a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.errors import EventError, SimulatorError, TopologyError

# Nobody reads more at once; a fault of a template repeats itself thousands of times.
MOST_FAULTS = 100

if TYPE_CHECKING:
    from collections.abc import Sequence


def say(text: str) -> None:
    """Write a line to stderr, even where its encoding cannot spell it."""
    stream = sys.stderr
    encoding = getattr(stream, "encoding", None) or "ascii"
    safe = text.encode(encoding, "backslashreplace").decode(encoding)
    print(safe, file=stream)


def report(error: SimulatorError | OSError) -> None:
    """Say what is wrong; several faults are counted at the end."""
    if isinstance(error, OSError):
        say(f"kn-sim: {_os_text(error)}")
        return
    lines = str(error).splitlines()
    if isinstance(error, TopologyError):
        _count(error.faults)
    elif isinstance(error, EventError) and len(lines) > 1:
        _count(lines)
    else:
        say(f"kn-sim: {error}")


def _count(faults: Sequence[str]) -> None:
    for fault in faults[:MOST_FAULTS]:
        say(fault)
    if len(faults) > 1:
        say(f"kn-sim: {len(faults)} faults{hidden_text(len(faults))}")


def hidden_text(count: int) -> str:
    """Say how many of so many faults are not shown; empty when all are."""
    more = count - MOST_FAULTS
    return f", {more} of them not shown" if more > 0 else ""


def _os_text(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason

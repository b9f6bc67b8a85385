"""Everything that is no result goes to stderr, one fault a line."""

from __future__ import annotations

import sys

from simulator.errors import SimulatorError, TopologyError


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
        for fault in error.faults:
            say(fault)
        if len(error.faults) > 1:
            say(f"kn-sim: {len(error.faults)} faults")
    elif len(lines) > 1:
        for line in lines:
            say(line)
        say(f"kn-sim: {len(lines)} faults")
    else:
        say(f"kn-sim: {error}")


def _os_text(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason

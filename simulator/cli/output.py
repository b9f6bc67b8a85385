"""What a command writes: results to stdout, everything else to stderr, one fault a line."""

from __future__ import annotations

import io
import os
import sys
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING

from simulator.cli.parser import WrongWordsError
from simulator.cli.style import harmless
from simulator.errors import EventError, SimulatorError, TopologyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import TextIO

# Nobody reads more at once; a fault of a template repeats itself thousands of times.
MOST_FAULTS = 100


def say(text: str) -> None:
    """Write a line to stderr, even where its encoding cannot spell it."""
    stream = sys.stderr
    encoding = getattr(stream, "encoding", None) or "ascii"
    safe = harmless(text).encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(safe, file=stream)
    except OSError:  # nobody can be told: what is done does not end because of it
        silence(stream)


def silence(stream: TextIO) -> None:
    """Let nothing more be written to a reader that has gone, or a disk that is full.

    Source: Python's library reference, signal, "Note on SIGPIPE".
    """
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):  # it is no file: nothing is left to flush
        return


def report(error: SimulatorError | OSError) -> None:
    if isinstance(error, OSError):
        say(f"kn-sim: {os_text(error)}")
        return
    if isinstance(error, WrongWordsError):
        say(f"{error.prog}: {error}")
        say(f"try: {error.prog} --help")
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


def some_of(names: Sequence[str], most: int) -> str:
    """Join the first so many names: ``a, b and 3 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def os_text(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def printing_of_handlers(*, aside: bool) -> AbstractContextManager[object]:
    """Let what handlers print go to stderr while they run, if *aside*.

    So nothing stands among results that another program reads.
    """
    return redirect_stdout(sys.stderr) if aside else nullcontext()


def emit(text: str) -> None:
    """Write a result that another program reads to stdout, as it is."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    stream.write(text)


def json_line(data: object) -> str:
    """Spell JSON data without white space, keys in the order in which they are."""
    import orjson  # 8 ms

    try:
        return orjson.dumps(data).decode()
    except TypeError:  # half a character, such as a byte on the command line
        import json

        return json.dumps(data, separators=(",", ":"))


def json_text(data: object) -> str:
    import orjson

    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # likewise
        import json

        return json.dumps(data, indent=2)

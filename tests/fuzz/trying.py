"""Try a case: what comes of it that should not, and where."""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
import time
import traceback
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import simulator
from simulator.cli import _dispatch, _open_streams
from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType, TracebackType

LONGEST_S = 2.0
MOST_MEMORY_MB = 500
_PACKAGE = str(Path(simulator.__file__).parent)
_AGAIN_S = 0.5
_MOVED = r"simulator\.\w+ is "  # what names of before say of themselves
_KB_PER_MB = 1024


class HangError(BaseException):
    """It took too long; no handler of errors catches this."""


class MemoryUseError(BaseException):
    """It took too much."""


class Fault(NamedTuple):
    """What came of a case.

    Args:
        sort: The class of the error and where it was raised: the same fault again has
            the same.
        text: The error, in words.
        trace: How it came there.
    """

    sort: str
    text: str
    trace: str


def fault_of(
    attempt: Callable[[], object], longest_s: float = LONGEST_S
) -> Fault | None:
    """Try something; None where it does well, or where a SimulatorError says why not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", _MOVED, DeprecationWarning)
            with _watched(longest_s):
                attempt()
    except SimulatorError:
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _fault(error)
    return None


def command(words: Sequence[str], stdin: bytes) -> int:
    """Do what the command does with some words, below what catches its errors.

    Raises:
        SimulatorError: The command would report it.
        Exception: The command would fail with a stack trace.
    """
    streams = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(
        io.BufferedReader(io.BytesIO(stdin)), encoding="utf-8", errors="surrogateescape"
    )
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)
    )
    _open_streams()
    try:
        code = _dispatch(list(words), own_process=False)
        sys.stdout.flush()
    except SystemExit:  # argparse: wrong use
        return 2
    except OSError as error:
        if not any(error.filename and str(error.filename) in word for word in words):
            raise
        return 2  # the command says so of a file that the user named
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    return code


def encoded(text: str) -> bytes:
    """Give the bytes of a text in which what is no UTF-8 stands as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves of other characters
        return text.encode("utf-8", "surrogatepass")


def commands(lines: Iterable[str], stdin: bytes) -> None:
    """Do several, one a line as JSON; a SimulatorError ends none but its own."""
    for line in lines:
        try:
            words = json.loads(line)
        except ValueError:
            continue  # it was made smaller
        try:
            command(words, stdin)
        except SimulatorError:
            continue


@contextmanager
def _watched(longest_s: float) -> Iterator[None]:
    """Stop what takes too long, by the time of the processor, or too much memory."""
    begun, before_mb = time.process_time(), peak_mb()

    def stop(number: int, frame: FrameType | None) -> None:
        raise HangError(f"it took more than {longest_s:g} s")

    usual = signal.signal(signal.SIGPROF, stop)
    # And again, for who catches it.
    signal.setitimer(signal.ITIMER_PROF, longest_s, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, usual)
    if time.process_time() - begun > longest_s + _AGAIN_S:
        raise HangError(f"it took more than {longest_s:g} s, and was not to be stopped")
    if peak_mb() - before_mb > MOST_MEMORY_MB:
        raise MemoryUseError(f"it took more than {MOST_MEMORY_MB} MB")


def peak_mb() -> float:
    """Tell how much memory this process had at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_PER_MB


def _fault(error: BaseException) -> Fault:
    text = "".join(traceback.format_exception_only(error)).strip()
    where = place_of(error.__traceback__) if isinstance(error, Exception) else ""
    return Fault(
        sort=f"{type(error).__name__} {where}".strip(),
        text=text,
        trace="".join(traceback.format_exception(error)),
    )


def place_of(trace: TracebackType | None) -> str:
    """Name the innermost function of the package."""
    frames = [f for f in traceback.extract_tb(trace) if f.filename.startswith(_PACKAGE)]
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).relative_to(_PACKAGE)} {last.name}"

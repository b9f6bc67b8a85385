"""Another Python, with simloom in it: it wants 3.12 or later, whatever runs here."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import SkippedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VERSION = "simloom==0.5.0"
_ROOT = Path(__file__).parents[1]
_FOLDER = _ROOT / ".venv-simloom"
_PYTHON = _FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
_PROGRAM = Path(__file__).with_name("peer_simloom.py")


def install(python: str) -> None:
    """Make the environment.

    Args:
        python: A Python that simloom runs on.

    Raises:
        SkippedError: It could not be made.
    """
    try:
        _done(python, "-m", "venv", "--clear", str(_FOLDER))
        _done(str(_PYTHON), "-m", "pip", "install", "--quiet", _VERSION)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "").strip().rpartition("\n")[2]
        raise SkippedError(f"--simloom {python}: {said or error}") from error


@contextmanager
def explorer() -> Iterator[Callable[[int], tuple[int, float]]]:
    """Start it; it is given a number of runs, and gives deliveries and their seconds.

    Raises:
        SkippedError: Nobody has installed it.
    """
    if not _PYTHON.exists():
        raise SkippedError("simloom is not installed; --simloom PYTHON, 3.12 or later")
    with subprocess.Popen(  # noqa: S603 - the words are ours
        [str(_PYTHON), str(_PROGRAM)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        ask, told = process.stdin, process.stdout
        assert ask is not None
        assert told is not None

        def explore(runs: int) -> tuple[int, float]:
            ask.write(f"{runs}\n")
            ask.flush()
            deliveries, seconds = told.readline().split()
            return int(deliveries), float(seconds)

        yield explore
        ask.close()


def _done(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603

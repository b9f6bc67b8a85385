"""Answers that are recorded, in a live run; those that are not may be asked for, and kept."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.session import Simulation
from simulator.session.recorded_answers import Listener
from simulator.session.recording import ADDED
from simulator.session.recording_reading import read_answers
from simulator.trace.files import SUFFIX
from simulator.trace.recorded import INPUT, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.session.recorded_answers import RecordedAnswers


def recorded(
    file: str | os.PathLike[str] | None, mode: str, **own: Any
) -> RecordedAnswers | None:
    """Read the answers of a recording; None for none.

    Args:
        **own: Options of the run which no trace holds, ``handlers``.

    Raises:
        UsageError: It is none; or it is compressed, and is to be added to.
        OSError: It cannot be read.
    """
    if file is None:
        if mode != "replay":
            raise UsageError("mode says what answers are for; there are no answers")
        return None
    name = os.fspath(file)
    if mode == "new" and name.endswith(SUFFIX):
        raise UsageError(
            f"{name}: nothing is added to what is compressed; decompress it"
        )
    return read_answers(name, Simulation, mode, **own)


@contextmanager
def adding(simulation: Simulation, answers: RecordedAnswers | None) -> Iterator[None]:
    """Add what real services are asked meanwhile, and answer, to the recording.

    Only with ``new``; a last line that was cut short is taken away first.

    Raises:
        OSError: It cannot be written.
    """
    if answers is None or answers.mode != "new":
        yield
        return
    with Path(answers.name).open("r+b") as file:
        whole = file.read()
        file.truncate(whole.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)

        def add(entry: dict[str, Any]) -> None:
            line = told({INPUT: ADDED, "place": [0, 0, 0, 0], "kwargs": entry})
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            file.flush()

        simulation.outside().listener = Listener(
            lambda: simulation.now_ns, answers.redaction, add
        )
        yield

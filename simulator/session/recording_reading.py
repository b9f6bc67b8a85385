"""The answers of a recording, read: its run is had again, and who answers is listened to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.session.arguments import unexpected
from simulator.session.recorded_answers import Listener, RecordedAnswers
from simulator.session.redoing import Redo
from simulator.trace import Trace
from simulator.trace.redaction import redaction_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.session.redoing import Redone

_MEMORY = 1_000  # records that stay in memory while it is read


def chosen_answers(
    given: object, make: Callable[..., Redone], redact: Sequence[str], **own: Any
) -> RecordedAnswers | None:
    """Give the answers that a caller names; None where they are not to be used.

    Args:
        given: Themselves, what they are told as, or the file of a recording.
        make: Makes a run.
        redact: Paths that the run redacts.
        **own: Options of the run which no trace holds, ``handlers``.

    Raises:
        UsageError: There are none; or they hold what the run is to redact.
        OSError: The file cannot be read.
    """
    if isinstance(given, str | os.PathLike):
        given = read_answers(os.fspath(given), make, **own)
    elif isinstance(given, Mapping):
        given = RecordedAnswers.of(given)
    elif isinstance(given, RecordedAnswers):
        given = RecordedAnswers.of(given.told)  # each run asks from the beginning
    else:
        raise unexpected("answers", "the file of a recording", given)
    held = [path for path in redact if path not in given.redaction.paths]
    if held:
        raise UsageError(
            f"{given.name}: was recorded without --redact {held[0]!r}, so that its answers "
            "may hold what is there; record it anew"
        )
    return None if given.mode == "pass" else given


def read_answers(
    file: str, make: Callable[..., Redone], mode: str = "replay", **own: Any
) -> RecordedAnswers:
    """Read a recording, up to where it is whole; it does not hold the options *own*.

    Raises:
        UsageError: It is none, or cannot be had again.
        OSError: It cannot be read.
    """
    trace = Trace.read(file)
    again = Redo(trace, file, make)
    again.check()
    run = again.simulate(keep=_MEMORY, raise_assertions=False, **own)
    told = trace.recorded.run if trace.recorded is not None else {}
    if not run.live and "answers" not in told:
        raise UsageError(
            f"{file}: holds no answers of real services: it is no recording of a live run, "
            "as kn-sim serve --trace makes"
        )
    redacted = tuple(told.get("redact", ()))
    entries = list(told.get("answers", {}).get("entries", ()))
    if run.live:
        outside = run.outside()
        outside.listener = Listener(
            lambda: run.now_ns, redaction_of(redacted), entries.append
        )
        again.do(run)
    entries += again.added
    return RecordedAnswers(file, entries, mode, redacted)

"""Recorded behaviour of Knative's other kinds, replayed.

    python -m tests.conformance.kinds FILE...

prints one line for each mismatch and, for each file, a summary. Exit codes: 0 no mismatch,
1 some, 2 a file cannot be used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conformance import (
    kinds_api_server_source,
    kinds_event_policy,
    kinds_event_transform,
    kinds_event_type,
    kinds_job_sink,
    kinds_objects,
    kinds_ping_source,
    kinds_request_reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Json = dict[str, Any]
# Name of a recording -> what tells where a case of it differs.
READERS: dict[str, Callable[[Json], Iterator[str]]] = {
    "api_server_source": kinds_api_server_source.differences,
    "event_policy": kinds_event_policy.differences,
    "event_transform": kinds_event_transform.differences,
    "job_sink": kinds_job_sink.differences,
    "event_type": kinds_event_type.differences,
    "objects": kinds_objects.differences,
    "ping_source": kinds_ping_source.differences,
    "request_reply": kinds_request_reply.differences,
}
_USAGE = "usage: python -m tests.conformance.kinds FILE...\n"


class UnusableFileError(Exception):
    """The file is no recording of a kind."""


def read_cases(path: Path) -> list[Json]:
    """Read the cases of a recording.

    Raises:
        UnusableFileError: It cannot be read, or nobody here knows its kind.
    """
    if path.stem not in READERS:
        known = ", ".join(f"{name}.json" for name in READERS)
        raise UnusableFileError(f"{path}: no reader for it; there are some for {known}")
    try:
        recording = json.loads(path.read_text(encoding="utf-8"))
        cases: list[Json] = recording["cases"]
    except OSError as error:
        raise UnusableFileError(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableFileError(f"{path}: not of the form of a recording") from error
    return cases


def main(arguments: Sequence[str]) -> int:
    """Replay recordings; see the module."""
    if not arguments:
        sys.stderr.write(_USAGE)
        return 2
    failed = 0
    for name in arguments:
        path = Path(name)
        try:
            cases = read_cases(path)
        except UnusableFileError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        wrong = 0
        for case in cases:
            found = list(READERS[path.stem](case))
            wrong += bool(found)
            for difference in found:
                sys.stdout.write(f"{path.name}: {case['name']}: {difference}\n")
        sys.stdout.write(f"{len(cases) - wrong} passed, {wrong} failed, 0 skipped\n")
        failed += wrong
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

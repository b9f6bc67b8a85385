"""Answer the CESQL expressions of a golden recording.

    python -m tests.conformance.golden_cesql FILE

FILE has the form of cesql.json or of cesql_disputed.json, where the answer of sdk-go
and that of the specification are both right. Ends with 1 if a case fails, with 2 if
FILE holds no cases.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tests.conformance.cesql_cases import (
    PARSE,
    Answer,
    Case,
    UnreadableError,
    attributes_of,
    main,
    read_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KINDS = frozenset(
    {
        "",
        PARSE,
        "math",
        "cast",
        "missing attribute",
        "missing function",
        "function evaluation",
        "panic",
    }
)


def read(file: Path) -> list[Case]:
    """The cases of a recording.

    Raises:
        UnreadableError: *file* is absent or has another form.
    """
    try:
        document = json.loads(read_text(file))
        return [case(recorded) for recorded in document["cases"]]
    except json.JSONDecodeError as error:
        message = f"{file}: no JSON: {error}"
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = (
            f"{file}: not of the form of cesql.json: {type(error).__name__}: {error}"
        )
    raise UnreadableError(message)


def case(recorded: Mapping[str, object], *, disputed: bool = True) -> Case:
    """A recorded case.

    Args:
        recorded: As it stands in the file.
        disputed: The recorded answer counts as right beside the specification's.

    Raises:
        KeyError, TypeError, ValueError: It has another form.
    """
    event = recorded["event"]
    if not isinstance(event, dict):
        message = f"the event of {recorded['name']} is no object"
        raise TypeError(message)
    answers = [_answer(recorded)] if disputed or "spec" not in recorded else []
    if isinstance(spec := recorded.get("spec"), dict):
        answers.append(_answer(spec))
    return Case(
        name=str(recorded["name"]),
        expression=str(recorded["expression"]),
        attributes=attributes_of(event, binary=recorded.get("binary") is True),
        right=tuple(answers),
    )


def _answer(recorded: Mapping[str, object]) -> Answer:
    kind, value = recorded["errorKind"], recorded["value"]
    if kind not in KINDS or not isinstance(value, bool | int | str | None):
        message = f"{value!r} and error kind {kind!r} are no answer"
        raise ValueError(message)
    return Answer(value=None if kind == PARSE else value, error=str(kind))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m tests.conformance.golden_cesql FILE", read))

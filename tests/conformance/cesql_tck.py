"""Answer the expressions of the CloudEvents SQL test compatibility kit.

    python -m tests.conformance.cesql_tck DIR

DIR holds the YAML files of cloudevents/spec, cesql/cesql_tck. Ends with 1 if a case
fails, with 2 if DIR holds none.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import yaml

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

ERRORS = {
    "parse": PARSE,
    "math": "math",
    "cast": "cast",
    "missingAttribute": "missing attribute",
    "missingFunction": "missing function",
    "functionEvaluation": "function evaluation",
}
"""The names of the TCK, and those of the specification."""

EVENT: Mapping[str, object] = {
    "specversion": "1.0",
    "id": "some-id",
    "source": "https://example.com/source",
    "type": "com.example.type",
    "subject": "topic",
    "time": "2020-03-21T12:34:56.78Z",
    "dataschema": "https://example.com/schema",
    "datacontenttype": "text/json",
}
"""The event of a case that gives none: the TCK leaves it to the runner."""


class _Loader(yaml.SafeLoader):
    """Leaves times as they are written."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - yaml declares it so
        first: [(tag, regexp) for tag, regexp in resolvers if "timestamp" not in tag]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(directory: Path) -> list[Case]:
    """The cases of all files, in the order of the files' names.

    Raises:
        UnreadableError: *directory* holds no YAML file, or one of another form.
    """
    files = sorted(directory.glob("*.yaml"))
    if not files:
        message = f"{directory}: no directory with files *.yaml"
        raise UnreadableError(message)
    return [case for file in files for case in _cases(file)]


def _cases(file: Path) -> list[Case]:
    try:
        document = yaml.load(read_text(file), _Loader)  # noqa: S506 - a SafeLoader
        return [_case(file.stem, test) for test in document["tests"]]
    except yaml.YAMLError as error:
        line = " ".join(str(error).split())
        message = f"{file}: no YAML: {line}"
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{file}: not of the form of the TCK: {type(error).__name__}: {error}"
    raise UnreadableError(message)


def _case(topic: str, test: Mapping[str, object]) -> Case:
    own = test.get("event")
    overrides = test.get("eventOverrides") or {}
    if not isinstance(own, dict | None) or not isinstance(overrides, dict):
        message = f"the event of {test['name']!r} is no mapping"
        raise TypeError(message)
    event = {**(EVENT if own is None else own), **overrides}
    error = ERRORS[str(test["error"])] if "error" in test else ""
    value = test.get("result")
    if not isinstance(value, bool | int | str | None) or not (
        error or "result" in test
    ):
        message = f"the result of {test['name']!r} is no value of CESQL"
        raise TypeError(message)
    return Case(
        name=f"{topic}: {test['name']}",
        expression=str(test["expression"]),
        attributes=attributes_of(event, binary=False),
        right=(Answer(value=None if error == PARSE else value, error=error),),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m tests.conformance.cesql_tck DIR", read))

"""A CESQL case is an expression, an event and the answers that count as right.

This is what the runners of the TCK and of the golden recordings share.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cesql import ParseError, compile_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value = bool | int | str
PARSE = "parse"
_TIME = re.compile(r"([-0-9]+T[:0-9]+)(\.[0-9]+)?(Z|[-+][:0-9]+)")


class UnreadableError(Exception):
    """A file or directory that holds no cases; one line says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A value and a kind of error; None is no value, or any if this is a right answer."""

    value: Value | None
    error: str

    def agrees_with(self, right: Answer) -> bool:
        """Tell whether types, values and errors are the same: True is not 1."""
        if self.error != right.error:
            return False
        if right.value is None:
            return True
        return self.value.__class__ is right.value.__class__ and (
            self.value == right.value
        )

    def __str__(self) -> str:
        value = "" if self.value is None else repr(self.value)
        error = f"a {self.error} error" if self.error else ""
        return " and ".join(filter(None, (value, error)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    expression: str
    attributes: Mapping[str, Value]
    right: tuple[Answer, ...]


def answer(case: Case) -> Answer:
    """What the package answers."""
    try:
        expression = compile_expression(case.expression)
    except ParseError as error:
        return Answer(value=None, error=error.kind)
    value, fault = expression.evaluate(case.attributes)
    return Answer(value=value, error=fault.kind if fault else "")


def mismatches(cases: Sequence[Case]) -> list[str]:
    """A line for each case that is not answered right."""
    lines = []
    for case in cases:
        given = answer(case)
        if not any(given.agrees_with(right) for right in case.right):
            wanted = " or ".join(map(str, case.right))
            lines.append(f"{case.name}: {case.expression!r}: {given}, not {wanted}")
    return lines


def attributes_of(event: Mapping[str, object], *, binary: bool) -> dict[str, Value]:
    """The context attributes of an event in JSON form, as expressions see them.

    Args:
        event: null means that the event lacks the attribute; its data is left out.
        binary: The event went through the binary form, in which every extension is a
            string and time is in UTC.
    """
    seen: dict[str, Value] = {}
    for name, value in event.items():
        if value is None or name in {"data", "data_base64"}:
            continue
        if name == "time":
            seen[name] = normal_time(str(value), utc=binary)
        elif isinstance(value, bool):
            seen[name] = str(value).lower() if binary else value
        elif isinstance(value, int):
            seen[name] = str(value) if binary else value
        else:
            seen[name] = str(value)
    return seen


def normal_time(text: str, *, utc: bool) -> str:
    """Write an RFC 3339 time without needless digits, as sdk-go does."""
    parts = _TIME.fullmatch(text)
    if parts is None:
        message = f"{text!r} is no RFC 3339 time"
        raise ValueError(message)
    seconds, fraction, zone = parts.groups()
    if utc:
        instant = datetime.fromisoformat(seconds + zone).astimezone(UTC)
        seconds, zone = instant.replace(tzinfo=None).isoformat(), "Z"
    return seconds + (fraction or "").rstrip("0").rstrip(".") + zone


def read_text(file: Path) -> str:
    """The text of a file.

    Raises:
        UnreadableError: It is absent, is no file, or is no UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read: {error}"
        raise UnreadableError(message) from None


def main(
    arguments: Sequence[str], usage: str, read: Callable[[Path], list[Case]]
) -> int:
    """Answer all cases of a path, print what is wrong, and return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write(f"usage: {usage}\n")
        return 2
    try:
        cases = read(Path(arguments[0]))
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    wrong = mismatches(cases)
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(cases) - len(wrong)} passed, {len(wrong)} failed\n")
    return 1 if wrong else 0

"""Attributes as they are typed in one line: ``env=prod, note="a, b"``; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPECTED = 'expected name=value, other="with, comma"'
_PART = re.compile(
    r'\s*(?P<name>[^\s=,"]+)\s*=\s*'
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",]*))\s*(?P<end>,|$)'
)
_NAME = re.compile(r"[a-z0-9]+")
_ESCAPE = re.compile(r"\\(.)")
_MUST_QUOTE = re.compile(r'[",\\]|^\s|\s$|^$')


class AttributeListError(ValueError):
    """A text is no list of attributes.

    Args:
        reason: What is wrong, and what is expected.
        column: Where, from 1.
    """

    def __init__(self, reason: str, column: int) -> None:
        self.reason = reason
        self.column = column
        super().__init__(f"column {column}: {reason}")


def read_attributes(text: str) -> dict[str, str]:
    """Read ``name=value`` pairs, in the order in which they are written.

    Args:
        text: A value that has a comma, a quote or blanks at its ends is quoted; within
            quotes a backslash takes the next character as it is.

    Raises:
        AttributeListError: It is no such list, a name is none of an attribute, or
            stands twice.
    """
    found: dict[str, str] = {}
    at = 0
    while text[at:].strip():
        match = _PART.match(text, at)
        if match is None:
            raise AttributeListError(_reason(text[at:]), at + _blanks(text[at:]) + 1)
        name = match["name"]
        column = match.start("name") + 1
        if not _NAME.fullmatch(name):
            reason = f"{name!r} is no attribute name; expected a-z and 0-9"
            raise AttributeListError(reason, column)
        if name in found:
            raise AttributeListError(f"{name} stands twice", column)
        quoted = match["quoted"]
        plain = match["plain"]
        found[name] = plain.strip() if quoted is None else _ESCAPE.sub(r"\1", quoted)
        at = match.end()
    return found


def write_attributes(attributes: Mapping[str, str]) -> str:
    """Write attributes so that `read_attributes` gives them back."""
    return ", ".join(f"{name}={_spelled(value)}" for name, value in attributes.items())


def _spelled(value: str) -> str:
    if not _MUST_QUOTE.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _reason(text: str) -> str:
    start = text.lstrip()
    name, equals, value = start.partition("=")
    if not equals or "," in name:
        return f"{start.partition(',')[0].strip()!r} has no value; {EXPECTED}"
    if value.lstrip().startswith('"'):
        return f"the quotes of {name.strip()} do not end at a comma; {EXPECTED}"
    return EXPECTED

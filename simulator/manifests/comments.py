"""Comments that say which findings are meant so: ``# kn-sim: ignore KN104``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from yaml import ScalarToken, YAMLError, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.manifests.files import Text

_COMMENT = re.compile(
    r"(?:^|(?<=\s))#\s*kn-sim:\s*ignore(?![\w-])"
    r"(?:[\s:]*\[?\s*(?P<words>[\w-]+(?:\s*,\s*[\w-]+)*))?"
)
_LINE = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # as YAML has them
_MARK = re.compile(r"(?:---|\.\.\.)(?:\s|$)")


class Ignore(NamedTuple):
    """One comment.

    Attributes:
        first: The first line of what it speaks of.
        last: The last one.
        words: Rules, as they are written.
    """

    file: str
    line: int
    column: int
    first: int
    last: int
    words: tuple[str, ...]


def ignores_in(text: Text) -> Iterator[Ignore]:
    """Find the comments of a text.

    Behind something, a comment speaks of its line; above a document, of the document;
    else of the next line that is no comment.
    """
    lines = _LINE.split(text.text)
    found = [
        (n, each) for n, line in enumerate(lines) if (each := _COMMENT.search(line))
    ]
    try:
        inside = list(_scalars(text.text)) if found else []
    except YAMLError:
        return  # which is told
    for number, each in found:
        if any(start <= (number, each.start()) < end for start, end in inside):
            continue  # a text that has these words
        first, last = number, number
        if not lines[number][: each.start()].strip():
            first, last = _below(lines, number)
        words = re.findall(r"[\w-]+", each["words"] or "")
        yield Ignore(
            text.name, number + 1, each.start() + 1, first + 1, last + 1, tuple(words)
        )


def _scalars(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for token in scan(text):
        if isinstance(token, ScalarToken):
            start, end = token.start_mark, token.end_mark
            yield (start.line, start.column), (end.line, end.column)


def _below(lines: list[str], number: int) -> tuple[int, int]:
    heads = _is_head(lines, number)
    follows = (n for n in range(number + 1, len(lines)) if _is_content(lines[n]))
    first = next(follows, number)
    if heads and _MARK.match(lines[first]):  # `---` stands below it
        first = next(follows, first)
    if not heads or first == number:
        return first, first
    ends = (n for n in range(first, len(lines)) if _MARK.match(lines[n]))
    return first, next(ends, len(lines)) - 1


def _is_head(lines: list[str], number: int) -> bool:
    for line in reversed(lines[:number]):
        if _MARK.match(line):
            return True
        if _is_content(line):
            return False
    return True


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "%"))

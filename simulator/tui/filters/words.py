"""Cuts a filter into its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.filters.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r"([A-Za-z][\w.-]*)(!=|>=|<=|[:=<>])")
# Alternatives, each of plain characters and quoted parts.
_VALUE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^"|]+)|(\|)')
_ESCAPE = re.compile(r"\\(.)")
_STARS = re.compile(r"[*?]")


class Pattern(NamedTuple):
    """One alternative of a value.

    Args:
        pieces: Texts in order, each with whether it was quoted: there ``*`` and ``?``
            stand for themselves.
    """

    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """It as a whole, without quotes."""
        return "".join(text for text, _ in self.pieces)

    @property
    def has_wildcard(self) -> bool:
        """Whether it stands for several texts."""
        return any(_STARS.search(text) for text, quoted in self.pieces if not quoted)

    def regex(self) -> str:
        """Give it as a regular expression, in time linear in a text for each of its stars.

        Each star but the last takes as little as it can and never reconsiders: a later
        place never helps what follows.
        """
        parts = [""]
        for text, quoted in self.pieces:
            for letter in text:
                if letter == "*" and not quoted:
                    parts.append("")
                elif letter == "?" and not quoted:
                    parts[-1] += "."
                else:
                    parts[-1] += re.escape(letter)
        if len(parts) == 1:
            return parts[0]
        first, *middle, last = parts
        return (
            first + "".join(f"(?>.*?{part})" for part in middle if part) + ".*" + last
        )


class Word(NamedTuple):
    """One word of a filter.

    Args:
        position: Where it begins.
        text: As it was written.
        negated: Whether it begins with a minus.
        key: Before the operator; empty for a bare word.
        operator: ``:``, ``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, or empty.
        patterns: The alternatives.
    """

    position: int
    text: str
    negated: bool
    key: str
    operator: str
    patterns: tuple[Pattern, ...]


def words_of(text: str) -> Iterator[Word]:
    """Cut a filter into words.

    Raises:
        FilterError: A quote is not closed, or a value is missing; raised late.
    """
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        negated = text[at] == "-"
        at += negated
        key = _KEY.match(text, at)
        if key is not None:
            at = key.end()
        value = _VALUE.match(text, at)
        end = at if value is None else value.end()
        _check(text, start, end)
        yield Word(
            start,
            text[start:end],
            negated,
            key[1] if key else "",
            key[2] if key else "",
            tuple(_patterns(text, start, at, end)),
        )
        at = end


def _check(text: str, start: int, end: int) -> None:
    """Refuse a quote that is not closed."""
    if end < len(text) and text[end] == '"':
        raise FilterError(start, text[start:], 'a quote is not closed, expected "…"')


def _patterns(text: str, start: int, begin: int, end: int) -> Iterator[Pattern]:
    """Cut a value at its bars."""
    pieces: list[tuple[str, bool]] = []
    for part in _PART.finditer(text, begin, end):
        if part[3] is None:
            quoted = part[1] is not None
            piece = _ESCAPE.sub(r"\1", part[1]) if quoted else part[2]
            pieces.append((piece, quoted))
        elif pieces:
            yield Pattern(tuple(pieces))
            pieces = []
        else:
            break
    if not pieces:
        raise FilterError(
            start,
            text[start:end],
            f"{text[start:end]!r} lacks a value, expected one as in type:order*",
        )
    yield Pattern(tuple(pieces))

"""Mangle a text: bytes, tokens, lines, indents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fuzz import scalars

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_TOKEN = re.compile(r"[A-Za-z0-9_.-]+|\s+|[^\w\s]")
_MARKS: tuple[str, ...] = (*"{}[]:,-?&*!|>'\"%@`#=<~\\/.;+$()^_ \t\n\r\x00\x1b\x7f\x85", "\udc80", "\udcff",
          "é", "\ufeff", "\u2028", "😀", "---\n", "...\n", "\n\n", ": ", "- ", "\\u0000")  # fmt: skip


def mangled_text(text: str, random: Random) -> str:
    """Change a text in one to four places; what is no UTF-8 stands as surrogates."""
    for change in random.choices(_CHANGES, k=random.choice((1, 1, 1, 2, 3, 4))):
        text = change(text, random)
    return text


def _span(text: str, random: Random, most: int = 20) -> tuple[int, int]:
    start = random.randint(0, len(text))
    return start, min(len(text), start + random.randint(1, most))


def _cut(text: str, random: Random) -> str:
    start, end = _span(text, random, random.choice((1, 20, 200)))
    return text[:start] + text[end:]


def _repeated(text: str, random: Random) -> str:
    start, end = _span(text, random, random.choice((1, 20, 200)))
    return text[:end] + text[start:end] * random.choice((1, 2, 40)) + text[end:]


def _mark(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(_MARKS) + text[at + random.randrange(2) :]


def _inserted(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    found = (
        scalars.text(random) if random.random() < 0.5 else random.choice(scalars.RAW)
    )
    return text[:at] + found + text[at:]


def _token(text: str, random: Random) -> str:
    """Put another in the place of a token, one from elsewhere in the text perhaps."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        return scalars.text(random)
    new = (
        random.choice(tokens) if random.random() < 0.5 else str(scalars.scalar(random))
    )
    tokens[random.randrange(len(tokens))] = new
    return "".join(tokens)


def _line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    line = lines.pop(random.randrange(len(lines)))
    indent = " " * random.randrange(5)
    new = random.choice((line, line.lstrip(), indent + line, line[1:], "\t" + line, ""))
    lines.insert(random.randint(0, len(lines)), new)
    return "".join(lines)


def _truncated(text: str, random: Random) -> str:
    return text[: random.randint(0, len(text))]


_CHANGES: tuple[Callable[[str, Random], str], ...] = (
    _cut, _repeated, _mark, _mark, _inserted, _inserted, _token, _token, _token, _line, _line,
    _truncated,
)  # fmt: skip

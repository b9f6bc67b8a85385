"""Which tests are meant: words of their names, with ``and``, ``or``, ``not`` and brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    Fits: TypeAlias = Callable[[str], bool]

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_WORDS = ("and", "or", "not", "(", ")")


def keyword(text: str) -> Fits:
    """Compile an expression as pytest's ``-k`` has it; words side by side are one text.

    Args:
        text: Such as ``order and not refund`` or ``paid order``; case does not matter.

    Raises:
        UsageError: It is none.
    """
    reader = _Reader(_TOKEN.findall(text), text)
    fits = reader.either()
    if reader.tokens:
        raise reader.wrong(f"unexpected {reader.tokens[0]!r}")
    return fits


class _Reader:
    """Takes one token after another."""

    def __init__(self, tokens: list[str], text: str) -> None:
        self.tokens = tokens
        self._text = text

    def wrong(self, what: str) -> UsageError:
        return UsageError(
            f"-k {self._text!r}: {what}; expected words with and, or, not and brackets"
        )

    def _takes(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        del self.tokens[0]
        return True

    def either(self) -> Fits:
        first = self._both()
        if not self._takes("or"):
            return first
        second = self.either()
        return lambda name: first(name) or second(name)

    def _both(self) -> Fits:
        first = self._one()
        if not self._takes("and"):
            return first
        second = self._both()
        return lambda name: first(name) and second(name)

    def _one(self) -> Fits:
        if self._takes("not"):
            inner = self._one()
            return lambda name: not inner(name)
        if self._takes("("):
            inner = self.either()
            if not self._takes(")"):
                raise self.wrong("a bracket is not closed")
            return inner
        words: list[str] = []
        while self.tokens and self.tokens[0] not in _WORDS:
            words.append(self.tokens.pop(0))
        if not words:
            found = repr(self.tokens[0]) if self.tokens else "the end"
            raise self.wrong(f"unexpected {found}")
        wanted = " ".join(words).casefold()
        return lambda name: wanted in " ".join(name.split()).casefold()

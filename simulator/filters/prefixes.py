"""Which of many texts a value starts with, whatever their number and their lengths."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class Prefixes(Generic[T]):
    """Texts, and what belongs to each, to be found by a value that starts with them.

    The texts are sorted, and each knows the longest other one that it starts with
    itself. Of all that a value starts with, the longest is the last that is not
    greater than the value, or one that this starts with: what stands between a text and
    a value that starts with it, starts with it too.

    Args:
        by_text: Text -> what belongs to it.
    """

    __slots__ = ("_shorter", "_texts", "_things")

    def __init__(self, by_text: Mapping[str, T]) -> None:
        self._texts = sorted(by_text)
        self._things = [by_text[text] for text in self._texts]
        self._shorter: list[int] = []
        open_: list[int] = []
        for place, text in enumerate(self._texts):
            while open_ and not text.startswith(self._texts[open_[-1]]):
                open_.pop()
            self._shorter.append(open_[-1] if open_ else -1)
            open_.append(place)

    def of(self, value: str) -> list[T]:
        """Give what belongs to the texts that a value starts with, the longest first."""
        texts, shorter = self._texts, self._shorter
        place = bisect_right(texts, value) - 1
        while place >= 0 and not value.startswith(texts[place]):
            place = shorter[place]
        found: list[T] = []
        while place >= 0:
            found.append(self._things[place])
            place = shorter[place]
        return found

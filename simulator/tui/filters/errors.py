"""What is wrong with a filter, so that its author can mend it."""

from __future__ import annotations

from simulator.errors import UsageError


class FilterError(UsageError):
    """A word of a filter is none.

    Args:
        position: Where in the text it begins, from 0.
        found: The word.
        reason: What is wrong, what is expected, and what may have been meant.
    """

    def __init__(self, position: int, found: str, reason: str) -> None:
        self.position = position
        self.found = found
        self.reason = reason
        super().__init__(f"filter, column {position + 1}: {reason}")

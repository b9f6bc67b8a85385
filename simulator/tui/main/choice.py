"""What is selected, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.diagram import Diagram

# Selections that can be gone back to.
_MOST = 100


class Choice(Value):
    """What is selected: a record, a node, a line, or nothing.

    Args:
        serial: Of the record; None for none.
        node: Its name; empty for none.
        line: Its index in the diagram; None for none.
    """

    serial: int | None = None
    node: str = ""
    line: int | None = None

    @property
    def is_none(self) -> bool:
        """Whether nothing is selected."""
        return self == NOTHING


NOTHING = Choice()


def carried(choice: Choice, before: Diagram, after: Diagram) -> Choice:
    """Give the same selection in another diagram; `NOTHING` where it is gone.

    Args:
        choice: What was selected.
        before: The diagram in which it was.
        after: The one in which it is to be.
    """
    if choice.line is not None:
        line = before.lines[choice.line]
        at = after.line(line.start, line.end, line.kind)
        return NOTHING if at is None else Choice(line=at)
    gone = before.box(choice.node) is not None and after.box(choice.node) is None
    return NOTHING if gone else choice


class History:
    """The selections so far, and where in them we are."""

    def __init__(self) -> None:
        self._past = [NOTHING]
        self._at = 0

    @property
    def now(self) -> Choice:
        """What is selected."""
        return self._past[self._at]

    def choose(self, choice: Choice) -> bool:
        """Select something; tell whether it is something else than before."""
        if choice == self.now:
            return False
        del self._past[self._at + 1 :]
        self._past.append(choice)
        del self._past[: max(0, len(self._past) - _MOST)]
        self._at = len(self._past) - 1
        return True

    def can_go(self, by: int) -> bool:
        """Tell whether there is a selection before (-1) or after (1)."""
        return 0 <= self._at + by < len(self._past)

    def go(self, by: int) -> Choice:
        """Go back (-1) or on (1), as far as there is."""
        if self.can_go(by):
            self._at += by
        return self.now

    def revise(self, change: Callable[[Choice], Choice]) -> None:
        """Have other selections in place of those there were."""
        self._past = [change(each) for each in self._past]

    def forget(self) -> None:
        """Begin anew: another run is on the screen."""
        self._past = [NOTHING]
        self._at = 0

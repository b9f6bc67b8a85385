"""What stops a run before anything else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.calendar import Actor

if TYPE_CHECKING:
    from simulator.kernel.calendar import Calendar


class HaltedError(Exception):
    """The brake is on: what is due stays due."""


class Brake(Actor):
    """An actor whose turn ends the drive; nothing asks for it while it is off.

    Args:
        calendar: What is stopped.

    Attributes:
        on: Whether nothing may go on.
    """

    __slots__ = ("_calendar", "on")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.token = 0
        self.on = False

    def stops(self, calendar: Calendar) -> bool:
        """Tell whether it is this one's brake."""
        return calendar is self._calendar

    def pull(self) -> None:
        """Stop before anything else happens."""
        self.on = True
        self._calendar.ready.appendleft((self, self.token, None))

    def let_go(self) -> None:
        """Let the run go on where it was stopped."""
        self.on = False
        self.token += 1

    def step(self, value: object) -> None:
        """End the drive.

        Raises:
            HaltedError: Always.
        """
        # It is no part of the story: whether somebody met it depends on who drives.
        self._calendar.notices -= 1
        raise HaltedError

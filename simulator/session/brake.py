"""What stops a run before anything else happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from simulator.kernel.calendar import Alarm

if TYPE_CHECKING:
    from simulator.kernel.calendar import Calendar


class HaltedError(Exception):
    """The brake is on: what is due stays due."""


class Brake:
    """Something whose turn ends the drive; nothing asks for it while it is off."""

    __slots__ = ("_alarm", "_calendar", "on")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._alarm = Alarm(calendar, "", self._halt)
        self.on = False

    def pull(self) -> None:
        self.on = True
        self._calendar.ready.appendleft((self._alarm, self._alarm.token, None))

    def let_go(self) -> None:
        self.on = False
        self._alarm.token += 1

    def _halt(self) -> NoReturn:
        # It is no part of the story: whether somebody met it depends on who drives.
        self._calendar.notices -= 1
        raise HaltedError

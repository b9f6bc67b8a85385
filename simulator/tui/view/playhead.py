"""`Playhead`: a place on a time line, the ways to go to another one, and how one is written."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple

from simulator import digits
from simulator.duration import duration_ns
from simulator.errors import UsageError
from simulator.tui.view.columns import NS
from simulator.tui.view.timeline import Mode, Timeline

if TYPE_CHECKING:
    from simulator.tui.view.trace_view import TraceView


class Playhead:
    """A place on the time line of a trace view.

    Attributes:
        position: Seconds on the time line; from 0 to `edge`.
        cursor: The serial that was gone or stepped to; None once the playhead moves on.
        bookmarks: Numbers of records that had happened, in order.
    """

    def __init__(self, view: TraceView) -> None:
        self.view = view
        self.mode: str = Mode.STORY
        self.position = 0.0
        self.cursor: int | None = None
        self.bookmarks: list[int] = []
        # How many records have been looked at for quiet, as far as it goes on.
        self._checked = 0
        # The last step, and from where it was made; None after any other move.
        self._trail: tuple[int, float, int | None] | None = None

    @property
    def timeline(self) -> Timeline:
        return self.view.timeline(self.mode)

    @property
    def edge(self) -> float:
        """The last position there is; beyond lies what the engine has yet to do."""
        return self.timeline.end()

    @property
    def shown(self) -> int:
        return self.timeline.shown_at(self.position)

    @property
    def now_ns(self) -> int:
        return self.timeline.clock_at(self.position)

    def _put(self, position: float, cursor: int | None) -> None:
        self.position = position
        self.cursor = cursor
        self._trail = None
        self._checked = self.shown

    def _place(self, serial: int) -> float:
        return self.timeline.position_of(serial)

    # -- ways

    def use(self, mode: str) -> None:
        """Change to another time line; the playhead stays at what it shows."""
        if mode == self.mode:
            return
        shown, now, cursor = self.shown, self.now_ns, self.cursor
        self.mode = mode
        self._put(self.timeline.position_at(now, shown), cursor)

    def seek(self, position: float) -> None:
        self._put(min(max(0.0, position), self.edge), None)

    def seek_serial(self, serial: int) -> None:
        if not len(self.view):
            self.seek(0.0)
            return
        serial = min(max(0, serial), len(self.view) - 1)
        self.seek(self._place(serial))
        self.cursor = serial

    def go_to(self, text: str) -> bool:
        """Go where a text says: ``1:03``, ``+5s``, ``50%``, ``#329``.

        Returns:
            Whether there is such a place; otherwise the nearest one is gone to.

        Raises:
            UsageError: It says nothing of the kind.
        """
        place = read_goto(text, self.now_ns)
        if place.serial is not None:
            self.seek_serial(place.serial)
            return place.serial < len(self.view)
        if place.part is not None:
            self.seek(self.edge * place.part)
            return True
        wanted = place.at_ns or 0
        self.seek(self.timeline.position_at(wanted))
        return wanted <= self.timeline.clock_at(self.edge)

    def home(self) -> None:
        self.seek(0.0)

    def end(self) -> None:
        """Go to the last record: the live edge, or the end of the recording."""
        self.seek(self._place(len(self.view) - 1) if len(self.view) else 0.0)

    def mark(self) -> None:
        shown = self.shown
        if shown in self.bookmarks:
            self.bookmarks.remove(shown)
        else:
            insort(self.bookmarks, shown)

    def next_mark(self) -> None:
        """Go to the next bookmark, after the last to the first."""
        if self.bookmarks:
            number = bisect_right(self.bookmarks, self.shown)
            shown = self.bookmarks[number % len(self.bookmarks)]
            self.seek(self._place(shown - 1) if shown else 0.0)


EXPECTED = "a time such as 1:03 or 90s, a step such as +5s or -500ms, 50%, or #329"
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.(\d{1,9}))?")
_SIXTY = 60


class Place(NamedTuple):
    """Where to go; one of the three is given: an instant, a share from 0 to 1, a record."""

    at_ns: int | None = None
    part: float | None = None
    serial: int | None = None


def read_goto(text: str, now_ns: int) -> Place:
    """Read where to go; ``+5s`` counts from *now_ns*.

    Raises:
        UsageError: It is none of what is expected.
    """
    text = text.strip()
    if re.fullmatch(r"#\d+", text):
        return Place(serial=digits.whole(text[1:]))
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return Place(part=min(1.0, float(text[:-1]) / 100))
    sign = {"+": 1, "-": -1}.get(text[:1], 0)
    ns = instant_ns(text[1:] if sign else text)
    if ns is None:
        raise UsageError(f"go to {text!r}: expected {EXPECTED}")
    return Place(at_ns=max(0, now_ns + sign * ns) if sign else ns)


def instant_ns(text: str) -> int | None:
    """Read ``1:03``, ``1:02:03.5``, ``63`` or ``63s``; None for something else."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        try:
            return duration_ns(text)
        except ValueError:
            return None
    hours, minutes, seconds, fraction = found.groups("0")
    count = digits.whole
    minute = count(hours) * _SIXTY + count(minutes)
    return (minute * _SIXTY + count(seconds)) * NS + int(fraction.ljust(9, "0"))

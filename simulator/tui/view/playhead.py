"""`Playhead`: a place on a time line, and the ways to go to another one."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

from simulator.tui.view.columns import GAP_S, NS
from simulator.tui.view.goto import read_goto
from simulator.tui.view.timeline import Mode

if TYPE_CHECKING:
    from simulator.tui.view.trace_view import TraceView


class Playhead:
    """A place on the time line of a trace view.

    Args:
        view: What is looked at.
        mode: The time line to begin with.

    Attributes:
        position: Seconds on the time line; from 0 to `edge`.
        mode: Of the time line.
        cursor: The serial that was gone to, stepped to, or broke the run; None once
            the playhead moves on.
        bookmarks: Numbers of records that had happened, in order.
    """

    def __init__(self, view: TraceView, mode: str = Mode.STORY) -> None:
        self.view = view
        self.mode = mode
        self.position = 0.0
        self.cursor: int | None = None
        self.bookmarks: list[int] = []
        # How many records have been looked at for breakpoints, as far as it goes on.
        self._checked = 0
        # The last step, and from where it was made; None after any other move.
        self._trail: tuple[int, float, int | None] | None = None

    @property
    def edge(self) -> float:
        """The last position there is; beyond lies what the engine has yet to do."""
        return self.view.end(self.mode)

    @property
    def shown(self) -> int:
        """How many records have happened at the playhead."""
        return self.view.serial_at(self.position, self.mode)

    @property
    def now_ns(self) -> int:
        """The virtual clock at the playhead."""
        return self.view.clock_at(self.position, self.mode)

    def _moved(self) -> None:
        """Take note that somebody has put the playhead elsewhere; for subclasses."""

    def _put(self, position: float, cursor: int | None) -> None:
        self.position = position
        self.cursor = cursor
        self._trail = None
        self._checked = self.shown

    def _place(self, serial: int) -> float:
        return self.view.position_of(serial, self.mode)

    # -- ways

    def use(self, mode: str) -> None:
        """Change to another time line; the playhead stays at what it shows."""
        if mode == self.mode:
            return
        shown, now, cursor = self.shown, self.now_ns, self.cursor
        self.mode = mode
        position = now / NS
        if mode == Mode.STORY:
            before = self.view.at_ns(shown - 1) if shown else 0
            place = self._place(shown - 1) if shown else 0.0
            position = place + min(max(0, now - before) / NS, GAP_S)
        self._put(min(position, self.edge), cursor)

    def seek(self, position: float) -> None:
        """Go to a position, or to the nearest there is."""
        self._put(min(max(0.0, position), self.edge), None)
        self._moved()

    def seek_serial(self, serial: int) -> None:
        """Go to where a record happens, or to the nearest there is."""
        if not len(self.view):
            self.seek(0.0)
            return
        serial = min(max(0, serial), len(self.view) - 1)
        self.seek(self._place(serial))
        self.cursor = serial

    def seek_ns(self, instant_ns: int) -> None:
        """Go to where the clock comes to an instant."""
        self.seek(self.view.position_at(instant_ns, self.mode))

    def go_to(self, text: str) -> None:
        """Go where a text says: ``1:03``, ``+5s``, ``50%``, ``#329``.

        Raises:
            UsageError: It says nothing of the kind.
        """
        place = read_goto(text, self.now_ns)
        if place.serial is not None:
            self.seek_serial(place.serial)
        elif place.part is not None:
            self.seek(self.edge * place.part)
        else:
            self.seek_ns(place.at_ns or 0)

    def home(self) -> None:
        """Go to the beginning."""
        self.seek(0.0)

    def end(self) -> None:
        """Go to the last record: the live edge, or the end of the recording."""
        self.seek(self._place(len(self.view) - 1) if len(self.view) else 0.0)

    def mark(self) -> None:
        """Set a bookmark here, or take it away."""
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

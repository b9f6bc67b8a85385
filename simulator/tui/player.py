"""`Player`: where the playhead is, how it moves, and how far the engine is to go; pure."""

from __future__ import annotations

import math
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING

from simulator.story.meaning import Sense
from simulator.tui.view.columns import NS, members
from simulator.tui.view.playhead import Playhead

if TYPE_CHECKING:
    from simulator.tui.view.rows import Rows
    from simulator.tui.view.trace_view import TraceView

MAX = math.inf
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, MAX)
_FASTEST_SHOWN = 64.0
# Screen time that is made up for at most when the engine has been slow, in seconds.
_MOST_DEBT_S = 0.25
# An engine that goes on by itself is followed the faster, the further it is ahead: what
# is ahead of the playhead would take as long as this, in seconds of the screen.
_CATCH_UP_S = 0.5
_AS_FAR_AS_IT_GETS = 2**62
_CHUNK = 4096


class State(Enum):
    """What the player does; its value is the word that is shown."""

    LIVE = "LIVE"
    """It plays at the live edge."""
    PAUSED = "PAUSED"
    REPLAY = "REPLAY"
    """It plays what has happened before."""
    STEP = "STEP"
    BREAK = "BREAK"
    """It has stopped at a breakpoint."""
    IDLE = "IDLE"
    """Nothing is due any more."""
    END = "END"
    """A recording is over."""
    ERROR = "ERROR"
    """The engine has failed; what it did can still be looked at."""


class Player(Playhead):
    """The playhead of a trace view, which moves.

    Attributes:
        live: Whether an engine makes more records when it is driven.
        speed: Seconds of the time line in a second of the screen; `MAX` without bound.
        error: Why the engine has failed; empty while it has not.
        chases: Whether the engine goes on by itself, and waits for no playhead.
    """

    def __init__(self, view: TraceView, *, live: bool) -> None:
        super().__init__(view)
        self.live = live
        self.speed = 1.0
        self.error = ""
        self.chases = False
        self._state = State.PAUSED
        self._debt = 0.0
        self._hurries = False
        self._seeks_quiet = False
        self._asks: Rows | None = None
        # Whether it was taken back, and has not caught up with the engine again.
        self._is_back = False

    # -- what it says

    @property
    def playing(self) -> bool:
        return not self.error and self._state is State.LIVE

    @property
    def rate(self) -> float:
        """What frames are drawn for: the speed, as far as it can be seen."""
        return min(self._speed(), _FASTEST_SHOWN)

    @property
    def state(self) -> State:
        if self.error:
            return State.ERROR
        if not self.playing:
            return self._state
        if self.position >= self.edge and self.view.due_ns is None:
            return State.IDLE if self.live else State.END
        # The engine may be some instants ahead: that is live as long as nobody went back.
        if self.live and (not self._is_back or self._is_newest):
            return State.LIVE
        return State.REPLAY

    @property
    def _is_newest(self) -> bool:
        """Whether the playhead is in the last instant that the engine has carried out."""
        return self.position >= self.timeline.instant_begin()

    @property
    def wants_ns(self) -> int | None:
        """Up to which virtual instant the engine is to go on now; None for not at all.

        A gap before what is due is travelled first, so that what is sent meanwhile
        comes before it.
        """
        if not self.live or self.view.due_ns is None or self.error:
            return None
        if self._asks is not None:
            return self.view.due_ns
        if not self.playing or self.position < self.edge:
            return None
        if self._speed() == MAX:
            return _AS_FAR_AS_IT_GETS
        return self.view.due_ns + int(self._debt * NS)

    def _speed(self) -> float:
        return MAX if self._hurries else self.speed

    # -- what it is told

    def tell(self, due_ns: int | None) -> None:
        """Take in what the engine has done; *due_ns* is the instant of its next notice."""
        self.view.extend()
        self.view.columns.due_ns = due_ns
        if self._asks is None:
            return
        rows, self._asks = self._asks, None
        while not rows.scan():
            pass
        self.step(1, rows)

    def stop_at_break(self) -> None:
        if self._state is not State.BREAK:
            self._halt(State.BREAK)

    def like(self, other: Player) -> None:
        self.set_speed(other.speed)
        self.use(other.mode)

    def tick(self, dt_s: float) -> None:
        """Let time pass: *dt_s* seconds of the screen."""
        if not self.playing:
            return
        edge, speed = self.edge, self._speed()
        goal = edge
        if speed != MAX:
            speed += self._ahead_s() / _CATCH_UP_S
            goal = self.position + self._debt + dt_s * speed
        self._debt = 0.0
        if self.live and self.view.due_ns is not None and speed != MAX:
            self._debt = min(max(0.0, goal - edge), _MOST_DEBT_S * speed)
        self._advance(max(self.position, min(goal, edge)))
        self._is_back = self._is_back and not self._is_newest
        if self.state in {State.IDLE, State.END}:
            self._hurries = False
            if self._seeks_quiet:
                self._halt(State.PAUSED)

    def _ahead_s(self) -> float:
        """Give how far an engine is ahead that waits for nobody, as far as it matters."""
        if not self.chases or self._is_back or not len(self.view):
            return 0.0
        return max(0.0, self._place(len(self.view) - 1) - self.position)

    def _advance(self, position: float) -> None:
        """Move on, but not past the quiet that is looked for."""
        start, stop = self._checked, self.timeline.shown_at(position)
        if position > self.position:
            self.cursor = None
        if self._seeks_quiet and stop > start:
            quiet = _quiet_after(self.view, start, stop)
            if quiet is not None:
                self._halt(State.PAUSED)
                stop = quiet
                position = max(self.position, self._place(quiet - 1))
        self.position, self._checked = position, stop
        self._trail = None

    def _halt(self, state: State) -> None:
        self._state = state
        self._debt = 0.0
        self._hurries = self._seeks_quiet = False
        self._asks = None

    # -- what the user does

    def play(self) -> None:
        """Let time go on; from the beginning where a recording is over."""
        if not self.live and self.position >= self.edge:
            self.seek(0.0)
        self._halt(State.LIVE)

    def pause(self) -> None:
        self._halt(State.PAUSED)

    def toggle(self) -> None:
        if self.playing and self.state is not State.END:
            self.pause()
        else:
            self.play()

    def run_to_break(self) -> None:
        """Play without bound until a breakpoint stops it."""
        self.play()
        self._hurries = True

    def run_until_quiet(self) -> None:
        """Play until nothing is on its way and no retry waits."""
        self.play()
        self._seeks_quiet = True

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self._debt = 0.0
        self._hurries = False

    def faster(self) -> None:
        self.set_speed(next((s for s in SPEEDS if s > self.speed), MAX))

    def slower(self) -> None:
        lower = [speed for speed in SPEEDS if speed < self.speed]
        self.set_speed(lower[-1] if lower else SPEEDS[0])

    def seek(self, position: float) -> None:
        super().seek(position)
        self._is_back = not self._is_newest
        self._debt = 0.0
        self._asks = None
        if not self.playing:
            self._state = State.PAUSED

    # -- steps

    def step(self, by: int, rows: Rows) -> int | None:
        """Go to the next row of the list (1), or to the one before (-1), and give it.

        At the live edge the engine is asked for more, and the step is made when it
        has done something; see `wants_ns`.
        """
        if self._trail is not None and self._trail[0] == -by:
            # Back to where the last step began, be it no row.
            return self._stand(*self._trail[1:])
        start = self._cursor()
        number = rows.index_of(start + 1) if by > 0 else rows.index_of(start) - 1
        if 0 <= number < len(rows):
            return self._step_to(by, rows.serial(number))
        if by > 0 and self.live and self.view.due_ns is not None:
            self._halt(State.STEP)
            self._asks = rows
        return None

    def step_lineage(self, by: int, serial: int) -> int | None:
        """Go to the next row of the lineage of a record (1), or to the one before (-1)."""
        columns, here = self.view.columns, self._cursor()
        stop = len(columns) if by > 0 else here
        found = [
            member
            for member in members(columns, self.view.trace_of(serial), stop)
            if (by < 0 or member > here) and not Sense(columns.sense[member]).row.quiet
        ]
        if not found:
            return None
        return self._step_to(by, found[0] if by > 0 else found[-1])

    def _cursor(self) -> int:
        """Give the serial from which a step counts: the last that has happened."""
        return self.shown - 1 if self.cursor is None else self.cursor

    def _step_to(self, by: int, serial: int) -> int:
        trail = (by, self.position, self.cursor)
        self._stand(self._place(serial), serial)
        self._trail = trail
        return serial

    def _stand(self, position: float, cursor: int | None) -> int | None:
        self._put(position, cursor)
        self._halt(State.STEP)
        return cursor


def _quiet_after(view: TraceView, shown: int, stop: int) -> int | None:
    """Find the first instant after which no request is open and no retry waits.

    Only points after *shown* records and up to *stop*; None where there is none.
    """
    weights = [shape.open + shape.wait for shape in view.shapes.all]
    tally = view.fold.at(shown)
    now = sum(map(int.__mul__, tally.counts, weights))
    for start in range(shown, stop, _CHUNK):
        codes = view.columns.shape[start : min(stop, start + _CHUNK)]
        changes = [weights[code] for code in codes]
        sums = list(accumulate(changes, initial=now))
        for number, now_open in enumerate(sums[1:], start + 1):
            if not now_open and _is_last(view, number):
                return number
        now = sums[-1]
    return None


def _is_last(view: TraceView, shown: int) -> bool:
    at, due = view.columns.at, view.due_ns
    if shown < len(at):
        return at[shown] > at[shown - 1]
    return due is None or due > at[-1]

"""The bar that says when we are, how fast we play, and what happened when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message
from textual.reactive import reactive

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.spelling import bar_height, clock_text, short_clock, span_text
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.painted import Canvas, Painted
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.strip import Strip

    from simulator.tui.view.timeline import Slot

_WORD, _SPEED, _ASIDE = 6, 5, 22
# Narrower bars leave the mode and what was skipped out of their only row.
_ROOMY = 100
# One row of bars has so many heights.
_STEPS = 8
_AHEAD_SHARE = 0.32
# State -> the glyph before its word, and the outcome that has its colour.
_STATES = {
    "LIVE": (GLYPHS.play, "ok"),
    "REPLAY": (GLYPHS.play, "reply"),
    "PAUSED": (GLYPHS.pause, "retry"),
    "STEP": (GLYPHS.step, "retry"),
    "BREAK": (GLYPHS.badges["break"], "dead"),
    "IDLE": (GLYPHS.pause, "nomatch"),
    "END": (GLYPHS.pause, "nomatch"),
    "ERROR": (GLYPHS.no, "dead"),
}


class Playing(Value):
    """Where the playhead is and how it moves.

    Args:
        state: A word of `_STATES`.
        now_ns: The virtual clock.
        end_ns: The instant at the end of the time line.
        fraction: Where on the time line, from 0 to 1.
        speed: ``4``, ``0.5``; infinite is as fast as possible.
        mode: ``story`` or ``true``: how hops take time on the screen.
        skipped_ns: How much idle time was passed over just now; 0 for none.
        partial: Whether the start of the time line is no longer held.
    """

    state: str = "IDLE"
    now_ns: int = 0
    end_ns: int = 0
    fraction: float = 0.0
    speed: float = 1.0
    mode: str = ""
    skipped_ns: int = 0
    partial: bool = False


class TimeMark(NamedTuple):
    """Something above the bars: *kind* is ``bookmark`` or ``break``, *fraction* 0 to 1."""

    fraction: float
    kind: str


class Transport(Painted):
    DEFAULT_CSS = """
    Transport { height: 1; width: 1fr; background: $surface; }
    Transport.-tall { height: 2; }
    """

    class SeekRequested(Message):
        """A place on the time line, from 0 to 1, was clicked or dragged to."""

        def __init__(self, fraction: float) -> None:
            super().__init__()
            self.fraction = fraction

    class StepRequested(Message):
        """The wheel was turned: 1 for a step on, -1 for a step back."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    playing = reactive(Playing())
    slots: reactive[Sequence[Slot]] = reactive(())
    marks: reactive[Sequence[TimeMark]] = reactive(())
    _dragged = False
    _sought = -1

    @property
    def bar_width(self) -> int:
        """How many columns the histogram has: as many slots are worth counting."""
        tail = len(short_clock(self.playing.end_ns)) + 2
        return max(0, self.size.width - self._head_width - tail)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = True
        self._sought = -1
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._dragged = False
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged:
            self._seek(event.x)

    def wheel(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        self.post_message(self.StepRequested(way))

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        palette = self.palette
        canvas = Canvas(width, style(palette.text, palette.surface))
        last = y == height - 1
        if y == 0:
            self._put_state(canvas)
        if height > 1 and last:
            self._put_aside(canvas, 1, self._head_width - 2)
        self._put_bars(canvas, above=height - 1 - y)
        if height > 1 and y == 0:
            self._put_marks(canvas)
        if last:
            muted = style(palette.muted, palette.surface)
            if self.playing.partial and self.bar_width:
                canvas.put(self._head_width, GLYPHS.ellipsis, muted)
            end = f" {short_clock(self.playing.end_ns)} "
            canvas.put(width - len(end), end, muted)
        return canvas.strip()

    @property
    def _clock_width(self) -> int:
        return len(clock_text(max(self.playing.end_ns, self.playing.now_ns)))

    @property
    def _head_width(self) -> int:
        size = _WORD + 4 + 1 + self._clock_width + 2 + _SPEED + 1
        one_row = self.size.height <= 1
        return size + (_ASIDE if one_row and self.size.width >= _ROOMY else 0)

    def _put_state(self, canvas: Canvas) -> None:
        palette, playing = self.palette, self.playing
        glyph, outcome = _STATES[playing.state]
        chip = f" {glyph} {playing.state:<{_WORD}} "
        look = style(palette.surface, palette.outcomes[outcome], bold=True)
        canvas.put(0, chip, look)
        x = _WORD + 5
        clock = clock_text(playing.now_ns).rjust(self._clock_width)
        canvas.put(x, clock, style(palette.text, palette.surface, bold=True))
        x += self._clock_width + 2
        endless = playing.speed == float("inf")
        speed = "max" if endless else f"{playing.speed:g}{GLYPHS.times}"
        canvas.put(x, speed, style(palette.accent, palette.surface, bold=True))
        if self.size.height <= 1 and self.size.width >= _ROOMY:
            self._put_aside(canvas, x + _SPEED + 1, _ASIDE - 2)

    def _put_aside(self, canvas: Canvas, x: int, room: int) -> None:
        playing, palette = self.playing, self.palette
        if playing.skipped_ns:
            text = f"{GLYPHS.skipped} {span_text(playing.skipped_ns)} skipped"
            look = style(palette.outcomes["wait"], palette.surface)
        else:
            text = f"{playing.mode} time" if playing.mode else ""
            look = style(palette.muted, palette.surface)
        canvas.put(x, cut_end(text, room), look)

    def _put_bars(self, canvas: Canvas, *, above: int) -> None:
        """Put the row of the bars that has *above* rows below it; dim what is ahead."""
        palette, left, width = self.palette, self._head_width, self.bar_width
        ground = palette.surface
        playhead = _column_of(self.playing.fraction, width)
        bars = bars_of(self.slots, width, self.size.height)
        for at, (height, trouble) in enumerate(bars):
            eighths = max(0, min(_STEPS, height - above * _STEPS))
            colour = palette.outcomes[trouble] if trouble else palette.primary
            if at > playhead:
                colour = mix(ground, colour, _AHEAD_SHARE)
            canvas.put(left + at, GLYPHS.bars[eighths], style(colour, ground))
        if width:
            now = style(palette.accent, ground, bold=True)
            canvas.put(left + playhead, GLYPHS.playhead, now)

    def _put_marks(self, canvas: Canvas) -> None:
        palette, width = self.palette, self.bar_width
        for mark in self.marks if width else ():
            is_bookmark = mark.kind == "bookmark"
            colour = palette.accent if is_bookmark else palette.outcomes["dead"]
            x = self._head_width + _column_of(mark.fraction, width)
            canvas.put(x, GLYPHS.mark, style(colour, palette.surface, bold=True))

    def _seek(self, x: int) -> None:
        column = x - self._head_width
        if self.bar_width > 0 and column >= 0 and column != self._sought:
            self._sought = column
            share = column / max(1, self.bar_width - 1)
            self.post_message(self.SeekRequested(max(0.0, min(1.0, share))))


def bars_of(slots: Sequence[Slot], width: int, rows: int) -> list[tuple[int, str]]:
    """Give the height of each of *width* bars, in eighths of a row, and its trouble.

    Trouble is ``dead``, ``retry`` or empty. There is a slot for each bar, unless the
    bar has just got wider or narrower.
    """
    if not slots:
        return [(0, "")] * width
    drawn = [slots[at * len(slots) // width] for at in range(width)]
    top = max((slot.records for slot in drawn), default=0) or 1
    return [
        (
            bar_height(slot.records, top, rows * _STEPS) if slot.records else 0,
            "dead" if slot.has_dead else "retry" if slot.has_retry else "",
        )
        for slot in drawn
    ]


def _column_of(fraction: float, width: int) -> int:
    return max(0, min(width - 1, int(fraction * width)))

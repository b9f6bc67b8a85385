"""The first rows of the screen: what runs, how it goes, and what is wrong with it."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.message import Message
from textual.reactive import reactive

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.spelling import count_text
from simulator.tui.view.frame import Totals
from simulator.tui.widgets.cutting import cut_end, cut_middle
from simulator.tui.widgets.painted import Canvas, Painted

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size
    from textual.strip import Strip

NAME = "kn-sim"
# From this width on chips have words.
_WORDED = 116
_LEAST_COUNT = 2
_SHORT_COUNT = 5
# A chip that would be cut is left out.
_LEAST_CHIP = 2 + _SHORT_COUNT
_HINT = " p lists all "
_MOST_ROWS = 3


class Chip(NamedTuple):
    """One counter.

    Args:
        key: As in `Glyphs.chips`.
        number: Where not zero, trouble if there is a *bad* one.
        tone: The outcome that has its colour.
        filter: What shows its events; None: nothing does.
    """

    key: str
    word: str
    number: int
    tone: str
    filter: str | None
    bad: bool = True


def _chips(totals: Totals) -> tuple[Chip, ...]:
    # What is lost is no dead letter.
    lost = "dead or lost" if totals.dead else "lost"
    dead = totals.dead + totals.lost
    events = "event" if totals.events == 1 else "events"
    retries = "retry due" if totals.retries == 1 else "retries due"
    approvals = "approval" if totals.approvals == 1 else "approvals"
    return (
        Chip("events", events, totals.events, "ok", "", bad=False),
        Chip("in flight", "in flight", totals.in_flight, "reply", None, bad=False),
        Chip("retries", retries, totals.retries, "retry", "is:retry"),
        Chip("dead", lost if totals.lost else "dead", dead, "dead", "is:dead"),
        Chip("approvals", approvals, totals.approvals, "wait", "is:wait"),
    )


class TopBar(Painted):
    DEFAULT_CSS = "TopBar { height: 1; width: 1fr; background: $panel; }"

    class ChipPressed(Message):
        """A counter was clicked; *filter* shows its events; empty: all of them."""

        def __init__(self, filter: str) -> None:  # noqa: A002 - what it is
            super().__init__()
            self.filter = filter

    file = reactive("")
    """What runs: a topology or trace."""
    changed = reactive(False)
    """Whether it is another one on disk by now."""
    branch = reactive("")
    """The name of a fork of it; empty for the first branch."""
    totals = reactive(Totals())
    _targets: tuple[tuple[range, str], ...] = ()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for columns, wanted in self._targets:
            if event.x in columns:
                self.post_message(self.ChipPressed(wanted))

    def render_line(self, y: int) -> Strip:
        width, palette = self.size.width, self.palette
        canvas = Canvas(width, style(palette.text, palette.panel))
        self._targets = ()
        gap = 3 if width >= _WORDED else 2
        x = width - 1
        for chip in reversed(_chips(self.totals)):
            if x < _LEAST_CHIP:
                break
            x = self._put_chip(canvas, chip, x) - gap
        self._put_title(canvas, x)
        return canvas.strip()

    def _put_chip(self, canvas: Canvas, chip: Chip, end: int) -> int:
        """Put a chip left of a column; give the column where it begins."""
        palette, wide = self.palette, canvas.width >= _WORDED
        panel, colour = palette.panel, palette.outcomes[chip.tone]
        text = f"{chip.number:,}" if wide else count_text(chip.number, _SHORT_COUNT)
        text = text.rjust(_LEAST_COUNT)
        word = f" {chip.word}" if wide else ""
        x = end - 2 - len(text) - len(word)
        canvas.put(x, GLYPHS.chips[chip.key], style(colour, panel, bold=True))
        bad = chip.bad and chip.number > 0
        canvas.put(x + 2, text, style(colour if bad else palette.text, panel, bold=bad))
        canvas.put(x + 2 + len(text), word, style(palette.muted, panel))
        if chip.filter is not None:
            self._targets += ((range(x, end), chip.filter),)
        return x

    def _put_title(self, canvas: Canvas, end: int) -> None:
        palette = self.palette
        panel = palette.panel
        if end < 3 + len(NAME):
            return
        mark = GLYPHS.kinds[BoxKind.BROKER]
        canvas.put(1, mark, style(palette.kinds["broker"], panel, bold=True))
        canvas.put(3, NAME, style(palette.text, panel, bold=True))
        x = 3 + len(NAME) + 2
        branch = f"  {GLYPHS.to} {self.branch}" if self.branch else ""
        star = " *" if self.changed else ""
        room = end - x - cell_len(branch) - len(star)
        file = cut_middle(self.file, room)
        for text, look in (
            (file, style(palette.muted, panel)),
            (star, style(palette.accent, panel, bold=True)),
            (branch, style(palette.kinds["channel"], panel)),
        ):
            canvas.put(x, text, look, max(0, end - x))
            x += cell_len(text)


class ProblemStrip(Painted, can_focus=True):
    """What is wrong, in as many rows as it takes; none where all is well."""

    DEFAULT_CSS = "ProblemStrip { height: auto; width: 1fr; display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [("enter", "open")]

    class Opened(Message):
        """All problems are wanted: the line was clicked, or enter pressed on it."""

    text = reactive("", layout=True)
    warns = reactive(False)
    """Whether it says what may be wrong, and not what is."""

    def watch_text(self) -> None:
        self.display = bool(self.text)

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def _rows(self, width: int) -> list[str]:
        """Break the text; what is too long for all rows is cut in the last."""
        room = max(width - 4 - cell_len(_HINT), 1)
        rows = wrap(self.text, room, break_on_hyphens=False) or [""]
        if len(rows) > _MOST_ROWS:
            rest = " ".join(rows[_MOST_ROWS - 1 :])
            rows[_MOST_ROWS - 1 :] = [cut_end(rest, room)]
        return rows

    def render_line(self, y: int) -> Strip:
        width, palette = self.size.width, self.palette
        bad = palette.outcomes["retry" if self.warns else "dead"]
        ground = mix(palette.panel, bad, 0.25)
        canvas = Canvas(width, style(palette.text, ground))
        rows = self._rows(width)
        if y < len(rows):
            canvas.put(3, rows[y], style(palette.text, ground))
        if y == 0:
            canvas.put(1, GLYPHS.no, style(bad, ground, bold=True))
            look = style(palette.accent, ground, bold=self.has_focus)
            canvas.put(width - cell_len(_HINT), _HINT, look)
        return canvas.strip()

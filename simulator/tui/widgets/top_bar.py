"""The first row of the screen: what runs, and how it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.message import Message

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import style
from simulator.tui.view.frame import Totals
from simulator.tui.widgets.canvas import Canvas
from simulator.tui.widgets.cutting import cut_middle
from simulator.tui.widgets.figures import count_text, grouped
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip


NAME = "kn-sim"
# From this width on chips have words.
_WORDED = 116
_LEAST_COUNT = 2
_SHORT_COUNT = 5


class Chip(NamedTuple):
    """One counter.

    Args:
        key: As in `Glyphs.chips`; its word.
        text: The count.
        tone: The outcome that has its colour; empty: the first kind's.
        filter: What shows its events; None: nothing does.
        bad: Whether it is written bold: there is trouble.
    """

    key: str
    text: str
    tone: str
    filter: str | None
    bad: bool


def chips_of(totals: Totals, *, wide: bool) -> tuple[Chip, ...]:
    """Give the counters of the bar.

    Args:
        totals: Of the run so far.
        wide: Whether counts are written in full.
    """

    def text(count: int) -> str:
        shown = grouped(count) if wide else count_text(count, _SHORT_COUNT)
        return shown.rjust(_LEAST_COUNT)

    dead = text(totals.dead + totals.lost)
    return (
        Chip("events", text(totals.events), "ok", "", bad=False),
        Chip("in flight", text(totals.in_flight), "reply", None, bad=False),
        Chip("retries", text(totals.retries), "retry", "is:retry", totals.retries > 0),
        Chip("dead", dead, "dead", "is:dead", totals.dead + totals.lost > 0),
        Chip(
            "approvals", text(totals.approvals), "wait", "is:wait", totals.approvals > 0
        ),
    )


class TopBar(Painted):
    """The first row of the screen.

    Args:
        id: Of the widget.
        classes: Of the widget.
    """

    DEFAULT_CSS = "TopBar { height: 1; width: 1fr; background: $panel; }"

    class ChipPressed(Message):
        """A counter was clicked.

        Args:
            filter: What shows its events; empty: all of them.
        """

        def __init__(self, filter: str) -> None:  # noqa: A002 - what it is
            super().__init__()
            self.filter = filter

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._file = ""
        self._changed = False
        self._branch = ""
        self._totals = Totals()
        self._targets: list[tuple[range, str]] = []

    def set_title(self, file: str, *, changed: bool = False, branch: str = "") -> None:
        """Say what runs.

        Args:
            file: The name of the topology or trace.
            changed: Whether it is another on disk by now.
            branch: The name of a forked run; empty for the first one.
        """
        self._file, self._changed, self._branch = file, changed, branch
        self.refresh()

    def set_totals(self, totals: Totals) -> None:
        """Show the counters; painted only if one has changed."""
        if totals != self._totals:
            self._totals = totals
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for columns, wanted in self._targets:
            if event.x in columns:
                self.post_message(self.ChipPressed(wanted))

    def render_line(self, y: int) -> Strip:
        width, palette = self.size.width, self.palette
        canvas = Canvas(width, style(palette.text, palette.panel))
        self._targets = []
        wide = width >= _WORDED
        gap = 3 if wide else 2
        x = width - 1
        for chip in reversed(chips_of(self._totals, wide=wide)):
            x -= self._chip_width(chip, wide=wide)
            self._put_chip(canvas, chip, x, wide=wide)
            x -= gap
        self._put_title(canvas, x)
        return canvas.strip()

    def _chip_width(self, chip: Chip, *, wide: bool) -> int:
        return 2 + len(chip.text) + (1 + len(self._word(chip)) if wide else 0)

    def _word(self, chip: Chip) -> str:
        """Give the word of a counter; what is lost is no dead letter."""
        if chip.key != "dead" or not self._totals.lost:
            return chip.key
        return "dead or lost" if self._totals.dead else "lost"

    def _put_chip(self, canvas: Canvas, chip: Chip, x: int, *, wide: bool) -> None:
        palette = self.palette
        panel, colour = palette.panel, palette.outcomes[chip.tone]
        canvas.put(x, GLYPHS.chips[chip.key], style(colour, panel, bold=True))
        loud = colour if chip.bad else palette.text
        canvas.put(x + 2, chip.text, style(loud, panel, bold=chip.bad))
        end = x + 2 + len(chip.text)
        if wide:
            word = self._word(chip)
            canvas.put(end + 1, word, style(palette.muted, panel))
            end += 1 + len(word)
        if chip.filter is not None:
            self._targets.append((range(x, end), chip.filter))

    def _put_title(self, canvas: Canvas, end: int) -> None:
        palette = self.palette
        panel = palette.panel
        mark = GLYPHS.kinds[BoxKind.BROKER]
        canvas.put(1, mark, style(palette.kinds["broker"], panel, bold=True))
        canvas.put(3, NAME, style(palette.text, panel, bold=True))
        x = 3 + len(NAME) + 2
        room = end - x
        branch = f"  {GLYPHS.to} {self._branch}" if self._branch else ""
        star = " *" if self._changed else ""
        file = cut_middle(
            self._file, room - cell_len(branch) - len(star), GLYPHS.ellipsis
        )
        canvas.put(x, file, style(palette.muted, panel), max(0, room))
        x += cell_len(file)
        canvas.put(x, star, style(palette.accent, panel, bold=True), max(0, end - x))
        x += len(star)
        canvas.put(x, branch, style(palette.kinds["channel"], panel), max(0, end - x))

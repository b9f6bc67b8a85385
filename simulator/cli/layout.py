"""How a line of the flow looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.story.phrases import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.cli.style import Style
    from simulator.story.flow import Line

_TIME_COLUMN = 10
_SHORTEST_ID = 9
# A loop of replies goes 255 levels deep; nobody reads further to the right than this.
_DEEPEST = 8
_LEAST_OUTCOME = 24
_USUAL_INDENT = 6  # a reply's deliveries stand three levels deep
_LOGGED = "│"
_COLOURS = {
    "✓": "green",
    "✗": "red",
    "↻": "yellow",
    "·": "yellow",
    "!": "yellow",
    "◐": "yellow",
}


class Layout:
    """Aligns lines in columns: time, what happens indented, outcome.

    The column of the time grows with the widest time so far, and does not shrink.

    Args:
        style: What the terminal can show.
        column: Where outcomes begin, when the line leaves room.
    """

    def __init__(self, style: Style, column: int) -> None:
        self._style = style
        self._column = min(column, style.width - _LEAST_OUTCOME)
        self._time_column = _TIME_COLUMN
        self._event = ("", "")

    def text(self, line: Line) -> str:
        """Give a line; its event is named where the line above is about another."""
        style = self._style
        time = f"+{time_text(line.at_ns)}"
        self._widen(len(time) + 1)
        indent = "  " * min(line.level, _DEEPEST)
        symbol, text = style.symbols(line.symbol), style.line(line.text)
        said = style.line(line.outcome)
        used = self._time_column + len(indent) + len(symbol) + 1
        if style.terminal and line.names_event:
            over = used + len(text) + 2 + len(said) - style.width
            text = _with_shorter_id(text, style.line(line.event[1]), over)
            text = style.symbols(text)
        gap = " " * max(self._column - used - len(text), 2)
        if not line.names_event and line.event != self._event:
            event = style.line(" ".join(line.event))
            said = f"{said}  {style.paint(event, 'dim')}"
        self._event = line.event
        colour = _COLOURS.get(line.symbol)
        if colour:
            symbol = style.paint(symbol, colour)
        if line.names_event:
            text = style.paint(text, "dim" if line.symbol == _LOGGED else "bold")
        shown_time = style.paint(time.ljust(self._time_column - 1), "dim")
        return f"{shown_time} {indent}{symbol} {text}{gap}{said}".rstrip()

    def _widen(self, width: int) -> None:
        more = width - self._time_column
        if more > 0:
            self._time_column = width
            self._column = min(self._column + more, self._style.width - _LEAST_OUTCOME)


def _with_shorter_id(text: str, name: str, over: int) -> str:
    """Leave out of the middle of an id what is over a terminal's width."""
    kept = max(len(name) - over - 1, _SHORTEST_ID)
    if over <= 0 or kept + 1 >= len(name):
        return text
    tail = kept // 2
    short = f"{name[: kept - tail]}…{name[len(name) - tail :]}"
    return text.replace(f" {name} ", f" {short} ", 1)


def column_of(routes: Sequence[tuple[str, str]]) -> int:
    """Find where outcomes begin so that most deliveries of these routes fit."""
    widest = max((len(a) + len(b) for a, b in routes), default=30)
    return _TIME_COLUMN + _USUAL_INDENT + len("✓ ") + widest + len(" → ") + 2

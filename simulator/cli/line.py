"""One line of the flow, and how it looks.

On the way of every start: a NamedTuple is made in a fifth of a dataclass's time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.cli.style import shortened
from simulator.duration import duration_text
from simulator.kernel import Fault, Kind

if TYPE_CHECKING:
    from simulator.cli.style import Style
    from simulator.trace import Record

_TIME_COLUMN = 10
# A loop of replies goes 255 levels deep; nobody reads further to the right than this.
_DEEPEST = 8
_LEAST_OUTCOME = 24
_USUAL_INDENT = 6  # a reply's deliveries stand three levels deep
_SYMBOLS = {Kind.SENT: "▸", Kind.REPLIED: "◂", Kind.REDIRECTED: "▸"}
_COLOURS = {"✓": "green", "✗": "red", "↻": "yellow", "·": "yellow"}
_FAULTS = {
    Fault.RESET: "connection reset",
    Fault.CLOSED: "connection closed",
    Fault.REFUSED: "connection refused",
    Fault.TIMEOUT: "timed out",
    Fault.PANIC: "filter panicked",
}


class Line(NamedTuple):
    """What one line says.

    Args:
        at_ns: Virtual time since the start.
        level: How deep it stands in the chain of causes.
        symbol: One character: how it went.
        text: From where to where.
        outcome: The answer, and what follows from it.
        event: Type and id.
        names_event: Whether *text* names the event already.
    """

    at_ns: int
    level: int
    symbol: str
    text: str
    outcome: str
    event: tuple[str, str]
    names_event: bool = False


class Layout:
    """Aligns lines in columns: time, what happens indented, outcome.

    Args:
        style: What the terminal can show.
        column: Where outcomes begin, when the line leaves room.
    """

    def __init__(self, style: Style, column: int) -> None:
        self._style = style
        self._column = min(column, style.width - _LEAST_OUTCOME)
        self._event = ("", "")

    def text(self, line: Line) -> str:
        """Give a line; its event is named where the line above is about another."""
        style = self._style
        time = f"+{duration_text(line.at_ns)}"
        indent = "  " * min(line.level, _DEEPEST)
        symbol, text = style.symbols(line.symbol), style.symbols(line.text)
        used = _TIME_COLUMN + len(indent) + len(symbol) + 1 + len(text)
        gap = " " * max(self._column - used, 2)
        said = style.symbols(line.outcome)
        if not line.names_event and line.event != self._event:
            said = f"{said}  {style.paint(style.symbols(' '.join(line.event)), 'dim')}"
        self._event = line.event
        colour = _COLOURS.get(line.symbol)
        if colour:
            symbol = style.paint(symbol, colour)
        if line.names_event:
            text = style.paint(text, "bold")
        shown = f"{style.paint(time.ljust(_TIME_COLUMN - 1), 'dim')} {indent}{symbol} {text}{gap}{said}"
        return shown.rstrip()


def symbol_of(record: Record) -> str:
    """Give the symbol of a record that has no outcome."""
    if record.kind in (Kind.LOST, Kind.CUT):
        return "✗"
    return _SYMBOLS.get(record.kind, "·")


def answer_text(record: Record, *, since_ns: int) -> str:
    """Spell an answer: status or failure, how long it took, which attempt it was."""
    detail = "" if record.detail is None else str(record.detail)
    if record.status:
        said = str(record.status)
        last = detail.strip().splitlines()[-1:]  # of a traceback
        if last:
            said = f"{said} {shortened(last[0], 60)}"
    else:
        said = fault_text(detail)
    if record.at_ns > since_ns:
        said += f" after {duration_text(record.at_ns - since_ns)}"
    if record.attempt > 1:
        said += f", attempt {record.attempt}"
    return said


def fault_text(fault: str) -> str:
    """Spell how a connection failed."""
    return next(
        (text for f, text in _FAULTS.items() if f == fault), fault or "no answer"
    )


def column_of(routes: list[tuple[str, str]]) -> int:
    """Find where outcomes begin so that most deliveries of these routes fit."""
    widest = max((len(a) + len(b) for a, b in routes), default=30)
    return _TIME_COLUMN + _USUAL_INDENT + len("✓ ") + widest + len(" → ") + 2

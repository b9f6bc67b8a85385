"""How results look on this terminal: colour, symbols and width."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_USUAL_WIDTH = 80
CHOICES = ("auto", "always", "never")

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
# What stands for a symbol where the encoding cannot spell it.
_ASCII = {
    "✓": "+", "✗": "x", "·": "-", "‼": "!", "→": "->", "←": "<-", "…": "...",
    "↻": "~", "│": "|", "└": "`", "├": "|", "─": "-",
    "▸": ">", "◂": "<", "◐": "o", "≥": ">=", "µ": "u",
}  # fmt: skip
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
# What ends a line, or lets the rest of it be read from right to left: an id that is none
# of the topology's could be made to look like one. Source: Unicode, UAX #9, 2.
_CONTROLS |= {
    code: f"\\u{code:04x}" for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A))
}


class Style(Value):
    """What can be shown; *terminal*: somebody looks on, it is no pipe and no file."""

    colour: bool = False
    unicode: bool = True
    terminal: bool = False
    width: int = 80

    @classmethod
    def of(
        cls,
        stream: TextIO,
        choice: str = "auto",
        environ: Mapping[str, str] = os.environ,
    ) -> Style:
        """Find out for a stream.

        Args:
            choice: ``auto``, ``always`` or ``never``, as the user chose.
            environ: Asked for NO_COLOR, FORCE_COLOR, TERM and COLUMNS.

        Source: no-color.org and force-color.org: set and not empty counts.
        """
        terminal = stream.isatty()
        return cls(
            colour=_colour(choice, environ, terminal=terminal),
            unicode=_spells(stream),
            terminal=terminal,
            width=width_of(stream, environ, terminal=terminal),
        )

    def paint(self, text: str, *names: str) -> str:
        """Give the text in colours such as ``red`` or ``bold``."""
        if not self.colour or not text:
            return text
        codes = ";".join(_CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def symbols(self, text: str) -> str:
        """Replace our symbols where they cannot be spelled, and escape the rest."""
        if self.unicode or text.isascii():
            return text
        replaced = "".join(_ASCII.get(letter, letter) for letter in text)
        return replaced.encode("ascii", "backslashreplace").decode()

    def mark(self, symbol: str, colour: str) -> str:
        return self.paint(self.symbols(symbol), colour)

    def line(self, text: str) -> str:
        """Do as `symbols` does with what an event says, which must not move the cursor."""
        return self.symbols(text if text.isprintable() else text.translate(_CONTROLS))


def harmless(text: str) -> str:
    """Escape all that moves the cursor of a terminal, but for the ends of lines."""
    return "\n".join(line.translate(_CONTROLS) for line in text.split("\n"))


def _colour(choice: str, environ: Mapping[str, str], *, terminal: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def _spells(stream: TextIO) -> bool:
    try:
        "".join(_ASCII).encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width_of(stream: TextIO, environ: Mapping[str, str], *, terminal: bool) -> int:
    """Give the columns there are: as COLUMNS says, else of the terminal, else usual."""
    given = environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    if not terminal:
        return _USUAL_WIDTH
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH
    except (OSError, ValueError):  # no window behind it
        return _USUAL_WIDTH

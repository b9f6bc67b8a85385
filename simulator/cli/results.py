"""Results for other programs are UTF-8, whatever the terminal spells."""

from __future__ import annotations

import io
import sys


def emit(text: str) -> None:
    """Write a result that another program reads to stdout, as it is."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    stream.write(text)

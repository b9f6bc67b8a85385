"""What is wrong with a line of a trace file, in words."""

from __future__ import annotations

import orjson

_LONGEST = 60


class FaultyLineError(ValueError):
    """A line says something else than a trace does; the message tells what."""


def found_text(value: object) -> str:
    """Spell what was found, as JSON, cut short."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested too deeply, or no Unicode
        return f"a value of the type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

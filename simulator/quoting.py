"""Quotes texts as Go's ``%q`` does, for messages that repeat Go's."""

from __future__ import annotations

from types import MappingProxyType

_ESCAPES = MappingProxyType(
    {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v", '"': r"\""}
)


def go_quote(text: str) -> str:
    """Quote a text as Go's ``%q`` does."""
    return f'"{"".join(map(_quoted_rune, text))}"'


def _quoted_rune(rune: str) -> str:
    if not rune.isascii() and not rune.isprintable():
        return f"\\u{ord(rune):04x}" if rune <= "\uffff" else f"\\U{ord(rune):08x}"
    return _ESCAPES.get(rune) or repr(rune)[1:-1]

"""Writes values as Go does: texts quoted by ``%q``, and JSON; and texts for XML."""

from __future__ import annotations

import re
from types import MappingProxyType

_ESCAPES = MappingProxyType(
    {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v", '"': r"\""}
)
_HTML = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}

_NO_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def go_quote(text: str) -> str:
    """Quote a text as Go's ``%q`` does."""
    return f'"{"".join(map(_quoted_rune, text))}"'


def go_json(value: object, *, sort_keys: bool = True) -> str:
    """Write JSON as Go does: maps sorted, structs not, what HTML minds as escapes.

    Source: Go, encoding/json, Marshal.
    """
    import json

    text = json.dumps(
        value, ensure_ascii=False, sort_keys=sort_keys, separators=(",", ":")
    )
    return text.translate(_HTML)


def xml_text(text: str) -> str:
    """Write what XML cannot have as the escape of JSON."""
    return re.sub(_NO_XML, lambda found: f"\\u{ord(found[0]):04x}", text)


def _quoted_rune(rune: str) -> str:
    if not rune.isascii() and not rune.isprintable():
        return f"\\u{ord(rune):04x}" if rune <= "\uffff" else f"\\U{ord(rune):08x}"
    return _ESCAPES.get(rune) or repr(rune)[1:-1]

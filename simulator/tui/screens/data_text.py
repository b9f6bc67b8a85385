"""An event's data as text that is edited, and back; pure.

JSON is shown with indents and travels without them; nothing else in it is spelled anew.
"""

from __future__ import annotations

import json
import re

from simulator.event.text import is_json_like

_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_INDENT = "  "


def shown_data(body: bytes | None, content_type: str) -> str | None:
    """Give the text in which data is edited.

    Args:
        body: As it travels; None when there is none.
        content_type: Of the event; empty counts as JSON.

    Returns:
        None when it is no text at all.
    """
    if body is None:
        return ""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r]", text):
        return None  # an editor of lines would change it
    if not is_json_like(content_type) or json_fault(text):
        return text
    return _indented(text)


def sent_data(text: str, content_type: str) -> bytes | None:
    """Give edited data as it travels; None for an empty text."""
    if not text.strip():
        return None
    if is_json_like(content_type) and not json_fault(text):
        text = _compact(text)
    return text.encode()


def json_fault(text: str) -> str:
    """Say where and why a text is no JSON; empty when it is, or is empty."""
    if not text.strip():
        return ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        what = error.msg[0].lower() + error.msg[1:]
        return f"no JSON at line {error.lineno}, column {error.colno}: {what}"
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return ""


def _compact(text: str) -> str:
    """Drop the blanks between tokens."""
    return _BLANKS.sub(lambda match: match[1] or "", text)


def _indented(text: str) -> str:
    """Put every member of a JSON text on a line of its own; each token stays as it is."""
    depth = 0
    parts: list[str] = []
    before = ""
    for part in _TOKENS.findall(text):
        opens, closes = part in ("{", "["), part in ("}", "]")
        depth -= closes
        empty = closes and before in ("{", "[")
        if before in ("{", "[", ",") or closes:
            parts.append("" if empty else "\n" + _INDENT * depth)
        parts.append(": " if part == ":" else part)
        depth += opens
        before = part
    return "".join(parts)

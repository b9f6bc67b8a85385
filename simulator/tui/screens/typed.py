"""What is typed into fields, read and written; pure.

Each function that reads raises a `ValueError` that says what was found and what is expected.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from simulator.cesql import ParseError, compile_expression
from simulator.duration import duration_ns, duration_written
from simulator.errors import nearest
from simulator.event.text import is_json_like

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

EVERYWHERE = "*"
STATUSES = range(200, 1000)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_BETWEEN = re.compile(r"(?:uniform\s+)?(.+?)\s+to\s+(.+)")
_SPREAD = re.compile(r"normal\s+(.+?)\s+(?:±|\+-)\s*(.+)")
_EXPECTED = 'expected name=value, other="with, comma"'
_PART = re.compile(
    r'\s*(?P<name>[^\s=,"]+)\s*=\s*'
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^",]*))\s*(?P<end>,|$)'
)
_NAME = re.compile(r"[a-z0-9]+")
_ESCAPE = re.compile(r"\\(.)")
_MUST_QUOTE = re.compile(r'[",\\]|^\s|\s$|^$')
_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def read_all(
    texts: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give name -> value, None where it cannot be read; and name -> what is wrong."""
    values: dict[str, Any] = dict.fromkeys(readers)
    faults: dict[str, str] = {}
    for name, read in readers.items():
        try:
            values[name] = read(texts[name])
        except ValueError as error:
            faults[name] = str(error)
    return values, faults


def read_node(text: str, nodes: Collection[str]) -> str:
    """Read a node, or a service without ``service/``, or ``*``; any if *nodes* is empty."""
    if not text:
        raise ValueError("expected a node, or * for all")
    names = (text, f"service/{text}")
    if nodes and text != EVERYWHERE and not any(name in nodes for name in names):
        raise ValueError(f"there is no node {text!r}{nearest(text, nodes)}")
    return text


def read_kind(text: str, kinds: Mapping[str, str]) -> str:
    if text not in kinds:
        raise ValueError(
            f"{text!r} is no kind{nearest(text, kinds)}; expected {', '.join(kinds)}"
        )
    return text


def read_status(text: str) -> int:
    if not text.isdecimal() or int(text) not in STATUSES:
        raise ValueError(f"{text!r} is no HTTP status; expected 200 to 999")
    return int(text)


def read_latency(text: str) -> Any:
    """Read a latency, as `Simulation.fault` takes it.

    ``200ms``, ``10ms to 30ms``, ``normal 20ms ± 5ms`` or ``exponential 20ms``.
    """
    between = _BETWEEN.fullmatch(text)
    if between:
        low, high = _sum(between[1]), _sum(between[2])
        if low > high:
            raise ValueError("the lowest duration is longer than the highest")
        return {"uniform": [duration_written(low), duration_written(high)]}
    spread = _SPREAD.fullmatch(text)
    if spread:
        mean, deviation = _positive(spread[1]), _positive(spread[2])
        return {"normal": {"mean": mean, "deviation": deviation}}
    if text.startswith("exponential "):
        return {"exponential": _positive(text.removeprefix("exponential "))}
    return _positive(text)


def read_share(text: str) -> float:
    """Read ``85 %`` or ``0.85``; an empty text is all."""
    match = _PERCENT.fullmatch(text.strip() or "100 %")
    share = float(match[1]) / (100 if match[2] else 1) if match else -1
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share; expected 0 % to 100 %")
    return share


def read_instant(text: str) -> str | None:
    """Read an instant since the start, also as it is shown: ``3m 24s``; None if empty."""
    return duration_written(_sum(text)) if text.strip() else None


def instant_ns(text: str) -> int:
    return _sum(text) if text.strip() else 0


def read_count(text: str) -> int | None:
    """Read a number of requests; None if empty."""
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{text!r} is no number of requests; expected 1 or more")
    return int(text)


def read_cesql(text: str) -> str:
    """Check an expression; an empty one holds for all events."""
    if not text:
        return ""
    try:
        compile_expression(text)
    except ParseError as error:
        raise ValueError(f"column {error.column}: {error.message}") from error
    return text


def _sum(text: str) -> int:
    parts = text.split() or [text]
    return sum(duration_ns(part) for part in parts)


def _positive(text: str) -> str:
    ns = _sum(text)
    if not ns:
        raise ValueError("expected a duration longer than nothing")
    return duration_written(ns)


# -- attributes in one line: env=prod, note="a, b"


def read_attributes(text: str) -> dict[str, str]:
    """Read ``name=value`` pairs, in the order in which they are written.

    A value that has a comma, a quote or blanks at its ends is quoted; within quotes a
    backslash takes the next character as it is.

    Raises:
        ValueError: It is no such list, a name is none of an attribute, or stands twice.
    """
    found: dict[str, str] = {}
    at = 0
    while text[at:].strip():
        match = _PART.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise ValueError(f"column {column}: {_reason(text[at:])}")
        name = match["name"]
        where = f"column {match.start('name') + 1}: "
        if not _NAME.fullmatch(name):
            reason = f"{name!r} is no attribute name; expected a-z and 0-9"
            raise ValueError(where + reason)
        if name in found:
            raise ValueError(f"{where}{name} stands twice")
        plain, quoted = match["plain"], match["quoted"]
        found[name] = plain.strip() if quoted is None else _ESCAPE.sub(r"\1", quoted)
        at = match.end()
    return found


def write_attributes(attributes: Mapping[str, str]) -> str:
    """Write attributes so that `read_attributes` gives them back."""
    return ", ".join(f"{name}={_spelled(value)}" for name, value in attributes.items())


def _spelled(value: str) -> str:
    if not _MUST_QUOTE.search(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _reason(text: str) -> str:
    start = text.lstrip()
    name, equals, value = start.partition("=")
    if not equals or "," in name:
        return f"{start.partition(',')[0].strip()!r} has no value; {_EXPECTED}"
    if value.lstrip().startswith('"'):
        return f"the quotes of {name.strip()} do not end at a comma; {_EXPECTED}"
    return _EXPECTED


# -- data: JSON is shown with indents and travels without them; no token is spelled anew


def shown_data(body: bytes | None, content_type: str) -> str | None:
    """Give the text in which data is edited; None when it is no text at all.

    No content type counts as JSON.
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
        text = _BLANKS.sub(lambda match: match[1] or "", text)
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
            parts.append("" if empty else "\n" + "  " * depth)
        parts.append(": " if part == ":" else part)
        depth += opens
        before = part
    return "".join(parts)

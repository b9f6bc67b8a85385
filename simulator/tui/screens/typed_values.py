"""What is typed into the fields of a fault or a breakpoint, read one by one; pure.

Each function raises a `ValueError` that says what was found and what is expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.cesql import ParseError, compile_expression
from simulator.duration import duration_ns
from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

EVERYWHERE = "*"
STATUSES = range(200, 1000)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")
_BETWEEN = re.compile(r"(?:uniform\s+)?(.+?)\s+to\s+(.+)")
_SPREAD = re.compile(r"normal\s+(.+?)\s+(?:±|\+-)\s*(.+)")


def read_node(text: str, nodes: Collection[str]) -> str:
    """Read a node, or a service without ``service/``, or ``*``; any if *nodes* is empty."""
    if not text:
        raise ValueError("expected a node, or * for all")
    names = (text, f"service/{text}")
    if nodes and text != EVERYWHERE and not any(name in nodes for name in names):
        raise ValueError(f"there is no node {text!r}{nearest(text, nodes)}")
    return text


def read_kind(text: str, kinds: Mapping[str, str]) -> str:
    """Read one of some kinds."""
    if text not in kinds:
        raise ValueError(
            f"{text!r} is no kind{nearest(text, kinds)}; expected {', '.join(kinds)}"
        )
    return text


def read_status(text: str) -> int:
    """Read an HTTP status."""
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
        return {"uniform": [_written(low), _written(high)]}
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
    return _written(_sum(text)) if text.strip() else None


def instant_ns(text: str) -> int:
    """Read an instant as ns; 0 if empty."""
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
    return _written(ns)


def _written(ns: int) -> str:
    """Spell a duration with a single unit, as documents and the API take it."""
    for unit, size in (("s", 10**9), ("ms", 10**6), ("us", 10**3)):
        if ns % size == 0:
            return f"{ns // size}{unit}"
    return f"{ns}ns"

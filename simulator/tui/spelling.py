"""How durations, sizes, numbers and nodes are spelled for people."""

from __future__ import annotations

from simulator.duration import duration_text
from simulator.resource import DEFAULT_NAMESPACE

_US, _MS, _S = 1_000, 1_000_000, 1_000_000_000
_TEN, _HUNDRED = 10, 100
_KB = 1_024


def length_text(ns: int) -> str:
    """Spell a duration that was measured, to three digits: ``33.4 ms``, ``1.52 s``."""
    for unit, length in (("s", _S), ("ms", _MS), ("us", _US)):
        if ns >= length:
            if ns >= _HUNDRED * _S:
                return duration_text(ns // _S * _S)
            value = ns / length
            digits = 0 if value >= _HUNDRED else 1 if value >= _TEN else 2
            text = f"{value:.{digits}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"
    return f"{ns} ns" if ns else "0 ms"


def size_text(count: int) -> str:
    """Spell a number of bytes: ``1 byte``, ``512 bytes``, ``1.5 KiB``."""
    if count < _KB:
        return f"{count} byte{'' if count == 1 else 's'}"
    if count < _KB**2:
        return f"{count / _KB:.1f} KiB"
    return f"{count / _KB**2:.1f} MiB"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Spell a number of things: ``1 trigger``, ``1,204 events``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def kind_word(node: str) -> str:
    """Give the kind of a node: ``service``; empty where the name has none."""
    kind, slash, _ = node.partition("/")
    return kind if slash else ""


def short(node: str) -> str:
    """Give a node's name without its kind: ``trigger/price`` is ``price``."""
    _, slash, name = node.partition("/")
    return name.removeprefix(f"{DEFAULT_NAMESPACE}/") if slash else node

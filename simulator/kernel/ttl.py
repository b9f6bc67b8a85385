"""How a broker's ingress counts an event's time to live down."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MOST = 2**31 - 1


def next_ttl(text: str, max_ttl: int) -> int:
    """Give the time to live after one more pass; 0 or less means refused.

    Source: knative-runtime, TTL: present -> one less, "5" as text counts, not a
        number -> the maximum, 2.5 -> 1. To sdk-go's types.ToInteger nothing beyond
        int32 is a number.
    """
    number = float(text) if _NUMBER.fullmatch(text) else _MOST + 1
    return int(number) - 1 if abs(number) <= _MOST else max_ttl

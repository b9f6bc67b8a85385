"""How a broker's ingress counts an event's time to live down."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")


def next_ttl(text: str, max_ttl: int) -> int:
    """Give the time to live after one more pass; 0 or less means refused.

    Source: knative-runtime, TTL: present -> one less, "5" as text counts, not a
        number -> the maximum, 2.5 -> 1.
    """
    if not _NUMBER.fullmatch(text):
        return max_ttl
    return int(float(text)) - 1

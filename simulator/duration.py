"""Durations as kn-sim's own documents write them: exact, unlike Knative's."""

from __future__ import annotations

import re
from datetime import timedelta
from math import isfinite

from simulator.digits import whole

# Compiled when there is one: most durations are short.
_NUMBER = r"\d+(?:[.,]\d*)?|[.,]\d+"
_ISO = (
    rf"P(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?=[\d.,])(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?"
)
_NS = {"d": 86_400_000_000_000, "h": 3_600_000_000_000, "m": 60_000_000_000,
       "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1}  # fmt: skip
_UNIT_LETTERS = "".join(_NS)
_MOST_PLACES = 20  # further ones make no nanosecond of a day
LONGEST_NS = 2**63 - 1
"""292 years, the longest of Go's ``time.Duration``; also how long a run may last."""
Duration = str | float | timedelta
"""How long, as a caller in Python writes it: text, seconds, or a timedelta."""
EXPECTED = "an ISO 8601 duration such as PT0.5S, or 500ms, 2s, 5m, 1h, 1d"


def duration_ns(text: str) -> int:
    """Read ``PT1.25S``, ``P1DT2H``, ``500ms``, ``2s``, ``5m``, ``1h`` or ``1d``.

    Returns:
        Nanoseconds, exact.

    Raises:
        ValueError: *text* is none of these, or longer than 292 years; the message
            says what is expected.
    """
    ns = _read(text)
    if ns > LONGEST_NS:
        raise ValueError(f"{text!r} is too long; expected at most 292 years")
    return ns


def go_duration_ns(text: str) -> int | None:
    """Read a duration as Go does, ``1m30s`` or ``-2h``, in ns; None where it is none.

    Source: Go, time.ParseDuration.
    """
    part = r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)"
    if not re.fullmatch(rf"[+-]?(0|({part})+)", text, re.ASCII):
        return None
    from decimal import Decimal  # few durations are Go's

    found = re.findall(part, text, re.ASCII)
    ns = int(sum(Decimal(number) * _NS[unit] for number, unit in found))
    return -ns if text.startswith("-") else ns


def span_ns(value: Duration) -> int:
    """Read a duration of a caller in Python: text as above, seconds, or a timedelta.

    Of a float, the nearest nanosecond. ValueError: it is none, negative, or longer than 292
    years.
    """
    if isinstance(value, str):
        return duration_ns(value)
    if isinstance(value, timedelta):
        ns = (value.days * 86_400 + value.seconds) * _NS[
            "s"
        ] + value.microseconds * 1_000
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - as for a text that is none
            f"expected {EXPECTED}, or seconds, or a timedelta; found {value!r}"
        )
    elif isinstance(value, int):
        ns = value * _NS["s"]  # of any size, which `isfinite` does not take
    else:
        exact = value * _NS["s"]
        ns = round(exact) if isfinite(exact) else -1
    if not 0 <= ns <= LONGEST_NS:
        raise ValueError(f"expected a duration of 0 to 292 years, found {value!r}")
    return ns


def _read(text: str) -> int:
    iso = re.fullmatch(_ISO, text, re.ASCII) if text.startswith("P") else None
    if iso is not None and any(iso.groupdict().values()):
        parts = iso.groupdict().items()
        return sum(
            _times(number.replace(",", "."), _NS[unit])
            for unit, number in parts
            if number
        )
    number = text.rstrip(_UNIT_LETTERS)
    unit_ns = _NS.get(text[len(number) :])
    digits = number.split(".", 1)
    if unit_ns is None or not (number.isascii() and all(map(str.isdigit, digits))):
        raise ValueError(f"{text!r} is no duration; expected {EXPECTED}")
    return _times(number, unit_ns)


def _times(number: str, unit_ns: int) -> int:
    """Multiply a decimal number exactly, what is less than a nanosecond cut off."""
    units, _, fraction = number.partition(".")
    fraction = fraction[:_MOST_PLACES]
    part = int(fraction) * unit_ns // 10 ** len(fraction) if fraction else 0
    return whole(units or "0") * unit_ns + part


def duration_text(ns: int) -> str:
    """Spell nanoseconds for people: ``0s``, ``200ms``, ``1.5s``, ``3m 24.6s``, ``2d 1h``."""
    if ns < 0:
        return f"-{duration_text(-ns)}"
    if ns < _NS["s"]:
        for unit in ("ms", "us"):
            if ns >= _NS[unit]:
                return f"{_short(ns, unit)}{unit}"
        return f"{ns}ns" if ns else "0s"
    parts = []
    for unit in ("d", "h", "m"):
        whole, ns = divmod(ns, _NS[unit])
        if whole:
            parts.append(f"{whole}{unit}")
    if ns or not parts:
        parts.append(f"{_short(ns, 's')}s")
    return " ".join(parts)


def _short(ns: int, unit: str) -> str:
    whole, rest = divmod(ns, _NS[unit])
    digits = len(str(_NS[unit])) - 1
    fraction = f"{rest:0{digits}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def duration_written(ns: int) -> str:
    """Write nanoseconds so that `duration_ns` reads them: ``200ms``, ``90s``, ``0s``."""
    for unit in ("d", "h", "m", "s", "ms", "us"):
        if ns and not ns % _NS[unit]:
            return f"{ns // _NS[unit]}{unit}"
    return f"{ns}ns" if ns else "0s"

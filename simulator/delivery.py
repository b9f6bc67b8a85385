"""How often, when and for how long a delivery is tried: `DeliverySpec` as numbers."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from simulator.digits import whole
from simulator.value import Value

NS_PER_SECOND = 1_000_000_000
_NS_PER_TENTH = NS_PER_SECOND // 10

# rickb777/date period: an approximate year and month, as DurationApprox has them.
_SECONDS_PER_DAY = 86_400
_SECONDS = {
    "Y": 365.2425 * _SECONDS_PER_DAY,
    "M": 365.2425 / 12 * _SECONDS_PER_DAY,
    "W": 7 * _SECONDS_PER_DAY,
    "D": _SECONDS_PER_DAY,
    "TH": 3_600,
    "TM": 60,
    "TS": 1,
}
_DATE_FIELDS = "YMWD"
_TIME_FIELDS = "HMS"
_MARKERS = "'Y', 'M', 'W', 'D', 'H', 'M', or 'S'"
_INTEGER = r"[+-]?[0-9]+"
_INT64 = range(-(2**63), 2**63)


class PeriodError(ValueError):
    """A text is no ISO 8601 duration as Knative parses it."""


@lru_cache(maxsize=64)  # many deliveries have one and the same
def parse_period(text: str) -> int:
    """Read an ISO 8601 duration as Knative does.

    Each field is cut to tenths, so ``PT0.25S`` is 0.2 s and ``PT0.05S`` is 0. Fields
    come in the usual order, each may be left out, and each may have a fraction.

    Returns:
        Nanoseconds; negative for ``-PT1S``.

    Raises:
        PeriodError: *text* is none; the message is the parser's.

    Source: knative-kinds 8.8d; github.com/rickb777/date v1.13 period/parse.go, which
        knative/eventing 8cf4c4b67 has; run.
    """
    if not text:
        raise PeriodError("cannot parse a blank string as a period")
    if text == "P0":
        return 0
    rest = text[1:] if text.startswith(("+", "-")) else text
    if not rest.startswith("P"):
        raise PeriodError(f"expected 'P' period mark at the start: {text}")
    date, mark, time = rest[1:].partition("T")
    fields = (
        *_fields(text, time, _TIME_FIELDS, mark),
        *_fields(text, date, _DATE_FIELDS, ""),
    )
    if not fields:
        raise PeriodError(f"expected {_MARKERS} marker: {text}")
    total = sum(
        round(tenths * _SECONDS[name] * _NS_PER_TENTH) for name, tenths in fields
    )
    return -total if text.startswith("-") else total


def _fields(text: str, part: str, markers: str, mark: str) -> list[tuple[str, int]]:
    """Read the fields of the date or of the time: what stands before each marker."""
    found: list[tuple[str, int]] = []
    for marker in markers:
        number, there, rest = part.partition(marker)
        if not there or not number:  # a marker that begins the rest is left over
            continue
        tenths = _tenths(number)
        if tenths is None:
            raise PeriodError(f"expected a number before the '{marker}' marker: {text}")
        found.append((mark + marker, tenths))
        part = rest
    if part:
        raise PeriodError(f"unexpected remaining components {part}: {text}")
    return found


def _tenths(number: str) -> int | None:
    """Read ``1``, ``1.5``, ``.5``, ``1,5``; all but the first decimal is cut off unread."""
    point = number.find(".")
    if point < 0:
        point = number.find(",")
    digits = number + "0"
    if point >= 0:
        digits = number[:point] + (number[point + 1 : point + 2] or "0")
    if re.fullmatch(_INTEGER, digits) is None or whole(digits) not in _INT64:
        return None
    return whole(digits)


class BackoffPolicy(Enum):
    """How the wait grows from one retry to the next."""

    LINEAR = "linear"
    EXPONENTIAL = "exponential"


class Retries(Value):
    """The effective retry settings of one delivery; all durations in nanoseconds.

    Args:
        retry: Retries after the first attempt.
        policy: None when not set; then nothing is waited for.
        delay_ns: None when not set; then nothing is waited for.
        timeout_ns: The longest one request may take; None for no limit.
        retry_after_max_ns: The longest `Retry-After` that is honoured; None when
            the header is ignored.
    """

    retry: int = 0
    policy: BackoffPolicy | None = None
    delay_ns: int | None = None
    timeout_ns: int | None = None
    retry_after_max_ns: int | None = None


NO_RETRIES = Retries()

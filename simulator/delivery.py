"""How often, when and for how long a delivery is tried: `DeliverySpec` as numbers."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

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
_FIELD = re.compile(r"(-?\d+)(?:[.,](\d*))?([YMWDHS])", re.ASCII)
_DATE_FIELDS = "YMWD"
_TIME_FIELDS = "HMS"


class PeriodError(ValueError):
    """A text is no ISO 8601 duration as Knative parses it."""


@lru_cache(maxsize=64)  # many deliveries have one and the same
def parse_period(text: str) -> int:
    """Read an ISO 8601 duration as Knative does.

    Each field is cut to tenths, so ``PT0.25S`` is 0.2 s and ``PT0.05S`` is 0. Fields
    may come in any order within the date and the time, each once; only the last
    may have a fraction.

    Returns:
        Nanoseconds; negative for ``-PT1S``.

    Raises:
        PeriodError: *text* is none.

    Source: knative-runtime, Retries ("durations are cut to tenths of a second"),
        run against knative/eventing 8cf4c4b67 with rickb777/date period.
    """
    if text == "P0":
        return 0
    rest = text[1:] if text.startswith(("+", "-")) else text
    if not rest.startswith("P"):
        raise PeriodError(f"{text}: expected 'P' period mark at the start")
    date, mark, time = rest[1:].partition("T")
    fields = (
        *_fields(text, date, _DATE_FIELDS, ""),
        *_fields(text, time, _TIME_FIELDS, mark),
    )
    if not fields:
        wanted = "expected 'Y', 'M', 'W', 'D', 'H', 'M', or 'S' designator"
        raise PeriodError(f"{text}: {wanted}")
    if any(tenths % 10 for _, tenths in fields[:-1]):
        raise PeriodError(f"{text}: only the last field can have a fraction")
    total = sum(
        round(tenths * _SECONDS[name] * _NS_PER_TENTH) for name, tenths in fields
    )
    return -total if text.startswith("-") else total


def _fields(text: str, part: str, allowed: str, mark: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    place = 0
    while place < len(part):
        match = _FIELD.match(part, place)
        if match is None:
            raise PeriodError(
                f"{text}: expected a number and a designator at {part[place:]!r}"
            )
        whole, fraction, designator = match.groups()
        name = mark + designator
        if designator not in allowed:
            raise PeriodError(f"{text}: '{designator}' designator cannot occur here")
        if any(name == known for known, _ in found):
            raise PeriodError(
                f"{text}: '{designator}' designator cannot occur more than once"
            )
        # Go adds the fraction to the signed whole: -1.5 is -10 tenths plus 5.
        found.append((name, int(whole) * 10 + int((fraction or "0")[:1])))
        place = match.end()
    return found


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

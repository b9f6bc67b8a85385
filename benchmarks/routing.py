"""What it costs to find the triggers of an event that nothing is remembered of."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING

from benchmarks.engine import DONE, broker, delivered, event, suffix
from benchmarks.measure import Row, compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort, Sample
    from simulator.event import Event
    from simulator.filters import Filter
    from simulator.kernel import Addresses, Answer, Request

_TRIGGERS = 10_000
_EVENTS = 500
_TYPES = 10
_AIM_US = 30.0
_STEP = 7_919  # prime, so that events in a row match triggers far from each other


def new_types(name: str, make: Callable[[str], Filter], effort: Effort) -> Row:
    """Each event is of a type that was never there before, and matches one trigger."""
    total = effort.of(_TRIGGERS)
    many = broker([make(f"kind{number}.") for number in range(total)], _done)
    one = broker([make("kind")], _done)

    def new(number: int) -> Event:
        return event(f"kind{number * _STEP % total}.{number}", str(number))

    return _row(f"{name} filters, each event a new type", many, one, new, effort)


def reading_ids(name: str, make: Callable[[str], Filter], effort: Effort) -> Row:
    """One trigger of many reads the id, which no two events share; types take turns."""
    total = max(_TYPES, effort.of(_TRIGGERS))
    on_type = [make(f"kind{number}.done") for number in range(total - 1)]
    many = broker([*on_type, suffix(id="none")], _done)
    one = broker([make("kind0.done"), suffix(id="none")], _done)

    def new(number: int) -> Event:
        return event(f"kind{number % _TYPES}.done", str(number))

    return _row(f"{name} filters, one of which reads id", many, one, new, effort)


def _row(
    what: str,
    many: Addresses,
    one: Addresses,
    new: Callable[[int], Event],
    effort: Effort,
) -> Row:
    size = effort.of(_EVENTS)
    found = compare(_sends(many, new, size), _sends(one, new, size), effort)
    return Row(
        what=f"T={_TRIGGERS:,} {what}: a delivery",
        figure=found.ours * 1e6,
        aim=_AIM_US,
        unit="µs",
        detail=f"{found.ratio:.2f} x that of few triggers: {found.detail('event')}",
    )


def _sends(addresses: Addresses, new: Callable[[int], Event], size: int) -> Sample:
    """Make what sends so many events, made before the clock starts and never sent again."""
    numbers = count()

    def sample() -> float:
        events = [new(number) for number in islice(numbers, size)]
        return delivered(addresses, events)

    return sample


def _done(_: Request) -> Answer:
    return DONE

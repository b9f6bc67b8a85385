"""What a delivery costs, and what does not make it dearer."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

from benchmarks.engine import (
    DONE,
    FAILED,
    broker,
    cesql,
    delivered,
    event,
    exact,
    prefix,
)
from benchmarks.measure import Row, compare
from benchmarks.simpy_peer import spawn_timeout_join
from simulator.delivery import BackoffPolicy, Retries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Effort, Sample
    from simulator.event import Event
    from simulator.filters import Filter
    from simulator.kernel import Addresses, Answer, Request

_EVENTS = 1_500
_FAN_OUT = 100
_TYPES = 10
_ATTEMPTS = 3
RETRIES = Retries(retry=3, policy=BackoffPolicy.EXPONENTIAL, delay_ns=200_000_000)


def one_trigger(effort: Effort) -> Row:
    """A full delivery: an event sent, filtered, dispatched, answered."""
    ours = _sends(broker([exact("wanted")], _done), [event()], effort.of(_EVENTS))
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what="full delivery of a valid event, every record kept, T=1 / SimPy spawn+timeout+join",
        figure=found.ratio,
        aim=0.7,
        detail=found.detail("delivery"),
    )


def exact_triggers(count: int, effort: Effort) -> Row:
    """The same among many triggers on other types."""
    size = effort.of(_EVENTS)
    total = effort.of(count)
    filters = [*(exact(f"other{n}") for n in range(total - 1)), exact("wanted")]
    many = _sends(broker(filters, _done), [event()], size)
    one = _sends(broker([exact("wanted")], _done), [event()], size)
    found = compare(many, one, effort)
    return Row(
        what=f"T={count:,} exact triggers, one matching / T=1",
        figure=found.ratio,
        aim=1.25,
        detail=found.detail("delivery"),
    )


def prefix_triggers(effort: Effort) -> Row:
    """Filters on the beginning of the type."""
    return _in_turn("prefix", prefix, effort)


def cesql_triggers(effort: Effort) -> Row:
    """Expressions on the beginning of the type."""
    return _in_turn("CESQL", cesql, effort)


def fan_out(effort: Effort) -> Row:
    """One event to a hundred triggers that all match."""
    addresses = broker([exact("wanted")] * _FAN_OUT, _done)
    ours = _sends(addresses, [event()], effort.of(60), per_event=_FAN_OUT)
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what="fan-out, 100 of 100 triggers match, per delivery / SimPy",
        figure=found.ratio,
        aim=0.5,
        detail=found.detail("delivery"),
    )


def three_attempts(effort: Effort) -> Row:
    """A delivery that succeeds at its third attempt, after two waits."""
    addresses = broker([exact("wanted")], at_the_third_attempt, RETRIES)
    ours = _sends(addresses, [event()], effort.of(500), per_event=_ATTEMPTS)
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what="three attempts with backoff, per attempt / SimPy",
        figure=found.ratio,
        aim=0.6,
        detail=found.detail("attempt"),
    )


def _in_turn(name: str, make: Callable[[str], Filter], effort: Effort) -> Row:
    """A thousand filters, of which each event matches one; types take turns."""
    size = effort.of(_EVENTS)
    total = max(_TYPES, effort.of(1_000))
    events = [event(f"kind{total - n}.done") for n in range(1, _TYPES + 1)]
    filters = [make(f"kind{n}.") for n in range(total)]
    many = _sends(broker(filters, _done), events, size)
    one = _sends(broker([make("kind")], _done), events, size)
    found = compare(many, one, effort)
    return Row(
        what=f"T=1,000 {name} filters, one matching, {_TYPES} types in turn / T=1",
        figure=found.ratio,
        aim=1.5,
        detail=found.detail("delivery"),
    )


def _sends(
    addresses: Addresses, events: Sequence[Event], count: int, *, per_event: int = 1
) -> Sample:
    """Make what sends so many events, runs them to the end, and keeps every record."""
    turns = list(islice(cycle(events), count))

    return lambda: delivered(addresses, turns) / per_event


def _done(_: Request) -> Answer:
    return DONE


def at_the_third_attempt(request: Request) -> Answer:
    """Answer 503 twice to each delivery, then 200."""
    return DONE if request.attempt == _ATTEMPTS else FAILED

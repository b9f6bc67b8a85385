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
from benchmarks.kernel import aim
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
    addresses = broker([exact("wanted")], _done)
    return _delivery(
        "full delivery of a valid event, every record kept, T=1",
        _sends(addresses, _in_turn([event()], effort.of(_EVENTS))),
        aim(0.75, compiled=0.32),
        effort,
    )


def new_events(effort: Effort) -> Row:
    """The same, but no event was seen before: each is checked."""
    count = effort.of(_EVENTS)
    addresses = broker([exact("wanted")], _done)

    def events() -> Sequence[Event]:
        return [event(id_=f"order-{number}") for number in range(count)]

    return _delivery(
        "the same, a new event each",
        _sends(addresses, events),
        aim(1.0, compiled=0.4),
        effort,
    )


def constant_answer(effort: Effort) -> Row:
    """The same, but no function is called: the service always gives the same answer."""
    addresses = broker([exact("wanted")], DONE)
    return _delivery(
        "the same, the answer is constant",
        _sends(addresses, _in_turn([event()], effort.of(_EVENTS))),
        aim(0.45, compiled=0.16),
        effort,
    )


def exact_triggers(count: int, effort: Effort) -> Row:
    """The same among many triggers on other types."""
    size = effort.of(_EVENTS)
    total = effort.of(count)
    filters = [*(exact(f"other{n}") for n in range(total - 1)), exact("wanted")]
    turns = _in_turn([event()], size)
    many = _sends(broker(filters, _done), turns)
    one = _sends(broker([exact("wanted")], _done), turns)
    found = compare(many, one, effort)
    return Row(
        what=f"T={count:,} exact triggers, one matching / T=1",
        figure=found.ratio,
        aim=1.25,
        detail=found.detail("delivery"),
    )


def prefix_triggers(effort: Effort) -> Row:
    """Filters on the beginning of the type."""
    return _by_beginning("prefix", prefix, effort)


def cesql_triggers(effort: Effort) -> Row:
    """Expressions on the beginning of the type."""
    return _by_beginning("CESQL", cesql, effort)


def fan_out(effort: Effort) -> Row:
    """One event to a hundred triggers that all match."""
    addresses = broker([exact("wanted")] * _FAN_OUT, _done)
    ours = _sends(addresses, _in_turn([event()], effort.of(60)), per_event=_FAN_OUT)
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what="fan-out, 100 of 100 triggers match, per delivery / SimPy",
        figure=found.ratio,
        aim=aim(0.13, compiled=0.05),
        detail=found.detail("delivery"),
    )


def three_attempts(effort: Effort) -> Row:
    """A delivery that succeeds at its third attempt, after two waits."""
    addresses = broker([exact("wanted")], at_the_third_attempt, RETRIES)
    ours = _sends(addresses, _in_turn([event()], effort.of(500)), per_event=_ATTEMPTS)
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what="three attempts with backoff, per attempt / SimPy",
        figure=found.ratio,
        aim=aim(1.1, compiled=0.5),
        detail=found.detail("attempt"),
    )


def _by_beginning(name: str, make: Callable[[str], Filter], effort: Effort) -> Row:
    """A thousand filters, of which each event matches one; types take turns."""
    total = max(_TYPES, effort.of(1_000))
    events = [event(f"kind{total - n}.done") for n in range(1, _TYPES + 1)]
    filters = [make(f"kind{n}.") for n in range(total)]
    turns = _in_turn(events, effort.of(_EVENTS))
    many = _sends(broker(filters, _done), turns)
    one = _sends(broker([make("kind")], _done), turns)
    found = compare(many, one, effort)
    return Row(
        what=f"T=1,000 {name} filters, one matching, {_TYPES} types in turn / T=1",
        figure=found.ratio,
        aim=1.5,
        detail=found.detail("delivery"),
    )


def _delivery(what: str, ours: Sample, most: float, effort: Effort) -> Row:
    """A delivery against the smallest comparable thing."""
    found = compare(ours, spawn_timeout_join(effort), effort)
    return Row(
        what=f"{what} / SimPy spawn+timeout+join",
        figure=found.ratio,
        aim=most,
        detail=found.detail("delivery"),
    )


def _in_turn(events: Sequence[Event], count: int) -> Callable[[], Sequence[Event]]:
    """Make what gives so many events, the same ones again and again."""
    turns = list(islice(cycle(events), count))
    return lambda: turns


def _sends(
    addresses: Addresses, events: Callable[[], Sequence[Event]], *, per_event: int = 1
) -> Sample:
    """Make what sends events, made before the clock starts, and runs to the end.

    Args:
        addresses: Of a broker.
        events: Makes the events of a sample.
        per_event: Units of work of each event.
    """
    return lambda: delivered(addresses, events()) / per_event


def _done(_: Request) -> Answer:
    return DONE


def at_the_third_attempt(request: Request) -> Answer:
    """Answer 503 twice to each delivery, then 200."""
    return DONE if request.attempt == _ATTEMPTS else FAILED

"""What a delivery costs, and what does not make it dearer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import DONE, FAILED, broker, cesql, event, exact, prefix
from benchmarks.measure import Row, compare, timed
from benchmarks.simpy_peer import spawn_timeout_join
from simulator.delivery import BackoffPolicy, Retries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.measure import Sample
    from simulator.filters import Filter
    from simulator.kernel import Answer, Request

EVENTS = 700


def _sends(filters: Sequence[Filter], count: int = EVENTS) -> Sample:
    """Send events one by one and run them to the end; every record is kept."""

    def sample() -> float:
        kernel, target = broker(filters, lambda _: DONE)
        sent = event()
        kernel.send(target, sent)
        kernel.run()

        def work() -> None:
            for _ in range(count):
                kernel.send(target, sent)
            kernel.run()

        return timed(work, count)

    return sample


def _others(make: Callable[[str], Filter], count: int) -> list[Filter]:
    """Give the filter that matches among many that do not."""
    return [*(make(f"other{n}.") for n in range(count - 1)), make("wanted")]


def one_trigger() -> Iterator[Row]:
    """A full delivery, every record kept, against SimPy."""
    found = compare(_sends([exact("wanted")]), spawn_timeout_join)
    what = "full delivery, every record kept, T=1 / SimPy spawn+timeout+join"
    yield Row("delivery", what, found.ratio, 0.7, detail=found.detail("delivery"))


def many_triggers() -> Iterator[Row]:
    """The same among many triggers that do not match."""
    single = _sends([exact("wanted")])
    for count in (1_000, 10_000):
        many = _others(exact, count)
        found = compare(_sends(many), single, rounds=5)
        what = f"T={count:,} exact triggers, one matching / T=1"
        yield Row(
            f"exact-{count}", what, found.ratio, 1.25, detail=found.detail("delivery")
        )
    for name, make in (("prefix", prefix), ("cesql", cesql)):
        found = compare(_sends(_others(make, 1_000)), single, rounds=5)
        what = f"T=1,000 {name} filters, one matching, types repeating / T=1"
        yield Row(name, what, found.ratio, 1.5, detail=found.detail("delivery"))


def fan_out() -> Iterator[Row]:
    """One event to a hundred triggers that all match."""
    filters = [exact("wanted")] * 100
    one = _sends(filters, 8)
    found = compare(lambda: one() / 100, spawn_timeout_join)
    what = "fan-out, 100 of 100 triggers match, per delivery / SimPy"
    yield Row("fan-out", what, found.ratio, 0.5, detail=found.detail("delivery"))


def three_attempts() -> Iterator[Row]:
    """A delivery that succeeds at its third attempt, with backoff."""
    retries = Retries(retry=3, policy=BackoffPolicy.EXPONENTIAL, delay_ns=200_000_000)
    count = 250

    def sample() -> float:
        calls = 0

        def flaky(_: Request) -> Answer:
            nonlocal calls
            calls += 1
            return FAILED if calls % 3 else DONE

        kernel, target = broker([exact("wanted")], flaky, retries)
        sent = event()

        def work() -> None:
            for _ in range(count):
                kernel.send(target, sent)
            kernel.run()

        return timed(work, 3 * count)

    found = compare(sample, spawn_timeout_join)
    what = "three attempts with backoff, per attempt / SimPy"
    yield Row("retries", what, found.ratio, 0.6, detail=found.detail("attempt"))

"""Python handlers: chains of replies, and async against sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import Row, compare, timed
from simulator import Simulation, Topology, reply
from simulator.event import Event
from simulator.event.sdk import cloud_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator import CloudEvent

_HOPS = 10
_CHAINS = 40


def _chain_topology() -> Topology:
    triggers = "\n".join(
        f"  t{n}: {{filter: {{type: step.{n}}}, subscriber: s{n}}}"
        for n in range(_HOPS)
    )
    return Topology.parse(
        f"topology: chain\nbrokers: {{default: {{delivery: {{}}}}}}\ntriggers:\n{triggers}\n"
    )


def _handler(number: int) -> Callable[[CloudEvent], CloudEvent | None]:
    def step(received: CloudEvent) -> CloudEvent | None:
        if number == _HOPS - 1:
            return None
        return reply(received, type=f"step.{number + 1}")

    return step


def chain() -> Iterator[Row]:
    """A chain of ten replies, per hop, against the bare loop of the same handlers."""
    topology = _chain_topology()
    handlers = {f"step.{n}": _handler(n) for n in range(_HOPS)}
    first = {"specversion": "1.0", "id": "1", "source": "/bench", "type": "step.0"}

    def ours() -> float:
        sim = Simulation(topology)
        for number in range(_HOPS):
            sim.service(f"s{number}", handlers[f"step.{number}"])
        sent = Event(dict(first))
        for _ in range(_CHAINS):
            sim.send(sent)
        return timed(sim.run, _CHAINS * _HOPS)

    def bare() -> float:
        def work() -> None:
            for _ in range(_CHAINS):
                event: CloudEvent | None = cloud_event(first, None)
                while event is not None:
                    event = handlers[event.get_type()](event)

        return timed(work, _CHAINS * _HOPS)

    found = compare(bare, ours)
    what = "bare chain of 10 replies / ours, per hop, same event class"
    detail = f"{found.theirs * 1e6:.2f} against {found.ours * 1e6:.2f} µs per hop"
    yield Row("chain", what, found.ratio, 0.15, at_least=True, detail=detail)


def asynchronous() -> Iterator[Row]:
    """An async handler that does not wait, against the same one sync."""
    topology = Topology.parse(
        "topology: one\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
    )
    count = 400

    def sample(handler: Callable[[CloudEvent], object]) -> Callable[[], float]:
        def run() -> float:
            sim = Simulation(topology)
            sim.service("s", handler)
            sent = Event({"specversion": "1.0", "id": "1", "source": "/b", "type": "t"})
            for _ in range(count):
                sim.send(sent)
            return timed(sim.run, count)

        return run

    def sync(event: CloudEvent) -> None:
        event.get_type()

    async def later(event: CloudEvent) -> None:
        event.get_type()

    found = compare(sample(later), sample(sync))
    what = "async handler that does not wait / the same sync"
    yield Row("async", what, found.ratio, 1.5, detail=found.detail("delivery"))

"""Python handlers, by the public interface: chains of replies, and async against sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.engine import event
from benchmarks.kernel import aim
from benchmarks.measure import Row, compare, timed
from simulator import Simulation, Topology, reply
from simulator.event.sdk import cloud_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort, Sample
    from simulator import CloudEvent
    from simulator.subscribers.played import Handler

_HOPS = 10
_CHAIN = "topology: chain\nbrokers: {default: {}}\ntriggers:\n" + "\n".join(
    f"  t{n}: {{filter: {{type: step.{n}}}, subscriber: s{n}}}" for n in range(_HOPS)
)
_ONE = "topology: one\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"


def chain(effort: Effort) -> Row:
    """A chain of ten replies, per hop, against the bare loop over the same handlers."""
    found = compare(_bare_chain(effort), _our_chain(effort), effort)
    return Row(
        what="chain of 10 replies, per hop: bare loop of the same handlers / ours",
        figure=found.ratio,
        aim=aim(0.15, compiled=0.22),
        at_least=True,
        detail=found.detail("hop"),
    )


def asynchronous(effort: Effort) -> Row:
    """An async handler that does not wait, against the same one sync."""

    def sync(received: CloudEvent) -> None:
        received.get_type()

    async def later(received: CloudEvent) -> None:
        received.get_type()

    found = compare(_handled(later, effort), _handled(sync, effort), effort)
    return Row(
        what="async handler that does not wait / the same sync",
        figure=found.ratio,
        aim=1.5,
        detail=found.detail("delivery"),
    )


def _step(number: int) -> Callable[[CloudEvent], CloudEvent | None]:
    following = f"step.{number + 1}"

    def step(received: CloudEvent) -> CloudEvent | None:
        return reply(received, type=following)

    def last(_: CloudEvent) -> None:
        return None

    return step if number < _HOPS - 1 else last


def _our_chain(effort: Effort) -> Sample:
    topology = Topology.parse(_CHAIN)
    count = effort.of(40)
    first = event("step.0")

    def sample() -> float:
        simulation = Simulation(topology)
        for number in range(_HOPS):
            simulation.service(f"s{number}", _step(number))
        simulation.target("")  # what runs is made before the clock starts

        def work() -> None:
            for _ in range(count):
                simulation.send(first)
            simulation.run()

        return timed(work, count * _HOPS)

    return sample


def _bare_chain(effort: Effort) -> Sample:
    handlers = {f"step.{n}": _step(n) for n in range(_HOPS)}
    count = effort.of(200)
    first = cloud_event(event("step.0").attributes, None)

    def work() -> None:
        for _ in range(count):
            ev: CloudEvent | None = first
            while ev:
                ev = handlers[ev.get_type()](ev)

    return lambda: timed(work, count * _HOPS)


def _handled(handler: Handler, effort: Effort) -> Sample:
    """Make what runs deliveries to a handler; the sends come before the clock starts."""
    topology = Topology.parse(_ONE)
    count = effort.of(1_000)
    sent = event()

    def sample() -> float:
        simulation = Simulation(topology)
        simulation.service("s", handler)
        for _ in range(count):
            simulation.send(sent)
        return timed(simulation.run, count)

    return sample

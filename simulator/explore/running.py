"""One run of a plan: what is chosen in it, what could have been, and whether all held."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import RunStoppedError
from simulator.explore.checks import Judge, service_of
from simulator.explore.commuting import Commuting, is_stateless
from simulator.explore.plan import MOST_RECORDS, Point, is_order
from simulator.kernel import Chooser, Kind
from simulator.kernel.chooser import FAULT, LATER, MISHAPS, ORDER, REQUEST, point_of
from simulator.processes import JobTemplate
from simulator.session import Simulation
from simulator.session.blueprint import Blueprint
from simulator.session.functions import is_async

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.explore.plan import Choices, Plan
    from simulator.kernel import Log
    from simulator.session.views import Sent

_SERVICE = "service/"
REQUESTS = frozenset({Kind.DISPATCHED, Kind.REPLIED, Kind.DEAD_LETTERED, Kind.PANICKED})
"""The records of deliveries: each is one request."""
_HIT_RATES = (0.02, 0.1, 0.3)
_DELAY_RATES = (0.05, 0.3, 0.6)


class Made(NamedTuple):
    """A run that is over.

    Args:
        choices: That it was made with.
        simulation: The run.
        points: That it came to, in order.
        sent: What was sent.
        failed: The check that did not hold, and why; None for none.
        deliveries: How many requests it made.
    """

    choices: Choices
    simulation: Simulation
    points: list[Point]
    sent: list[Sent]
    failed: tuple[str, str] | None
    deliveries: int


class Ground:
    """What all runs of a plan have in common, made ready.

    Raises:
        SimulatorError: It cannot be run.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.blueprint = Blueprint(plan.topology, **plan.blueprint)
        self._alternatives = tuple(MISHAPS.index(kind) for kind in plan.kinds)
        self._asked = (
            *((ORDER, LATER) if plan.delays else ()),
            *((REQUEST,) if plan.faults else ()),
        )
        self._judge = Judge(plan, self.plain)
        endpoints = self.blueprint.wiring.endpoints
        self._stateless = {
            service_of("stateless", name, endpoints) for name in plan.stateless
        }
        self._counts = self._counts_what_came()

    def plain(self) -> tuple[Simulation, list[Sent]]:
        """Make the run as it is without any choice."""
        sim = self._simulation(self._plan.seed, {})
        sent = self._send(sim)
        with suppress(RunStoppedError):  # `run` tells of that
            sim.run(self._plan.until)
        return sim, sent

    def again(self, choices: Mapping[str, int], seed: int) -> Simulation:
        """Make a run once more, with its journal, for who looks at it."""
        # As data, so that its trace can say them.
        sim = self._simulation(seed, choices, journal=True)
        self._send(sim)
        with suppress(RunStoppedError):
            sim.run(self._plan.until)
        return sim

    def run(self, choices: Choices, seed: int, *, is_random: bool = False) -> Made:
        """Make a run with choices, or with such as a seed says."""
        points: list[Point] = []
        logs: list[Log] = []
        if is_random:
            chooser = self._random(seed)
        elif any(self._room(choices)):
            chooser = self._noting(seed, choices, points, logs)
        else:  # nothing follows from it, so nobody needs to know its points
            chooser = Chooser(seed, dict(choices))
        sim = self._simulation(seed, chooser)
        logs.append(sim.log)
        failed: tuple[str, str] | None = None
        sent = self._send(sim)
        try:
            sim.run(self._plan.until)
        except RunStoppedError as error:
            failed = "an end", str(error)
        if failed is None:
            failed = self._judge.failed(sim, sent)
        return Made(choices, sim, points, sent, failed, sim.log.count(REQUESTS))

    def following(self, made: Made) -> Iterator[Choices]:
        """Give the choices that are to be tried after a run.

        Those with one departure more, after its last one; and those that end in an order
        before that, which was left out as it made no difference, and now does.
        """
        plan, choices, points = self._plan, made.choices, made.points
        chosen = dict(choices)
        may_delay, may_fail = self._room(choices)
        met = [n for n, point in enumerate(points) if point.name in chosen]
        if not (may_delay or may_fail) or len(met) < len(chosen):
            return  # the bound is reached, or it was the run of fewer choices
        last = met[-1] if met else -1
        commuting = self._commuting(made) if may_delay and plan.prunes else None
        before = 0
        for number, point in enumerate(points):
            if number in met:
                before += 1
                continue
            if is_order(point.name):
                matters = commuting is None or commuting.differs(point)
                later = number > last or commuting is not None
                wanted = may_delay and matters and later
            else:
                wanted = may_fail and number > last
            if wanted:
                for value in self._others(point):
                    yield (*choices[:before], (point.name, value))

    def _room(self, choices: Choices) -> tuple[bool, bool]:
        """Tell whether the bound allows one more turn that is put off, and one more fault."""
        orders = sum(is_order(name) for name, _ in choices)
        return orders < self._plan.delays, len(choices) - orders < self._plan.faults

    def _commuting(self, made: Made) -> Commuting | None:
        """Say which orders matter; None where all do."""
        sim = made.simulation
        functions = sim.functions()
        if self._counts or any(map(is_async, functions.values())):
            return None
        shared = (
            node
            for node, function in functions.items()
            if not (is_stateless(function) or node in self._stateless)
        )
        return Commuting(sim, frozenset(shared))

    def _counts_what_came(self) -> bool:
        """Tell whether anything counts what came before, whoever sent it.

        A fault by its rate or number, a topic by what lies in it, an API server, Jobs.
        """
        spec, wiring = self.blueprint.prepared.spec, self.blueprint.wiring
        return (
            any(fault.rate < 1 or fault.count is not None for fault in spec.faults)
            or any(hub.profile.door.waits_ns is None for hub in wiring.hubs)
            or bool(spec.objects)
            or any(source.watch is not None for source in wiring.sources)
            or any(isinstance(each.process, JobTemplate) for each in wiring.endpoints)
        )

    def _others(self, point: Point) -> Iterator[int]:
        if point.name.startswith(REQUEST):
            yield from (n for n in self._alternatives if n < point.of)
        else:
            yield from (n for n in range(point.of) if n != point.default)

    def _noting(
        self, seed: int, choices: Choices, points: list[Point], logs: list[Log]
    ) -> Chooser:
        """Make what chooses as it is told, and notes where it could have chosen."""
        given = dict(choices)

        def choose(
            _: str, name: str, number: int, default: int, count: int | None
        ) -> int:
            if count is None:
                return default
            point, serial = point_of(name, number), len(logs[0])
            points.append(Point(point, default, count, serial, chooser.about))
            return given.get(point, default)

        chooser = Chooser(seed, None, choose, self._asked, durations=False)
        return chooser

    def _random(self, seed: int) -> Chooser:
        """Make what chooses by a seed alone, as often as it says itself."""
        plan = self._plan
        rng = Chooser(seed).random("explore")
        hits = rng.choice(_HIT_RATES) if plan.faults else 0.0
        delays = rng.choice(_DELAY_RATES) if plan.delays else 0.0

        draw = rng.random

        def choose(sort: str, _: str, __: int, default: int, count: int | None) -> int:
            if count is None or sort == FAULT:
                return default
            if sort != REQUEST:
                return rng.choice(range(1, count)) if draw() < delays else default
            kinds = [n for n in self._alternatives if n < count]
            return rng.choice(kinds) if kinds and draw() < hits else default

        return Chooser(seed, None, choose, self._asked, durations=False)

    def _simulation(
        self,
        seed: int,
        choices: Mapping[str, int] | Chooser,
        *,
        journal: bool = False,
    ) -> Simulation:
        options: Mapping[str, Any] = {**self._plan.options, "seed": seed}
        sim = Simulation(
            self.blueprint, most=MOST_RECORDS, raise_assertions=False,
            choices=choices, journal=journal, **options,
        )  # fmt: skip
        if self._plan.given is not None:
            self._plan.given(sim)
        return sim

    def _send(self, sim: Simulation) -> list[Sent]:
        return [
            sim.send(
                each.event, to=each.to, as_=each.account, after=each.after,
                timeout=each.timeout,
            )
            for each in self._plan.inputs
        ]  # fmt: skip


def digest(sim: Simulation) -> str:
    """Give what a run came to, in a word: the same for runs that nobody can tell apart.

    What each service was asked, in its order, and answered; and what else became of
    events, in no order.
    """
    services: dict[str, list[list[object]]] = {}
    asked: dict[int, list[object]] = {}
    others: list[str] = []
    for record in sim.trace:
        told = (
            str(record.kind), record.at_ns, record.source, record.target, record.attempt,
            record.status, record.detail, record.event.to_json(),
        )  # fmt: skip
        request = None if record.cause is None else asked.get(record.cause)
        if record.kind in REQUESTS and record.target.startswith(_SERVICE):
            asked[record.serial] = [told]
            services.setdefault(record.target, []).append(asked[record.serial])
        elif record.kind is Kind.RESPONDED and request is not None:
            request.append(told)
        else:
            others.append(repr(told))
    text = repr((sorted(services.items()), sorted(others)))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

"""The faults that are injected into a run, and which requests they hit."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.duration import duration_written
from simulator.errors import Fault, UsageError
from simulator.kernel import Kind, Target
from simulator.kernel.answer import TIMED_OUT
from simulator.kernel.chooser import FAULT
from simulator.kernel.raw_sender import Duplicate
from simulator.kernel.request import Script
from simulator.session.arguments import numbered, wait_ns
from simulator.subscribers.fault_spec import (
    EVERYWHERE,
    FaultSpec,
    HitDetail,
    parse_fault,
)
from simulator.subscribers.fields import Fields
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from simulator.kernel import Answer, Chooser, Kernel, Request
    from simulator.kernel.calendar import Suspended

_DURATIONS = ("latency", "from_", "until")


class InjectedFault(Value):
    """One injected fault as it stands.

    Args:
        number: Its name for `Simulation.lift` and `Simulation.set_fault`, from 1.
        node: The node that the requests go to; ``*`` for all.
        kind: ``status``, ``latency``, ``timeout``, ``drop``, ``duplicate``, ``outage``.
        value: The status or the latency; empty for the other kinds.
        on: Whether it is switched on.
        hits: How many requests it has hit.
        from_ns: It hits from this instant on, since the start of the run.
        until_ns: Up to this instant, not included; None for ever.
        rate: The share of requests that it hits.
        count: How many it hits at most; None for no end.
        where: CESQL: the events that it hits; empty for all.
    """

    number: int
    node: str
    kind: str
    value: str
    on: bool
    hits: int
    from_ns: int
    until_ns: int | None
    rate: float
    count: int | None
    where: str


class LiveFault:
    """A fault in a run; each has a stream of chance of its own."""

    __slots__ = ("_chooser", "_random", "hits", "number", "on", "spec")  # fmt: skip

    def __init__(self, number: int, spec: FaultSpec, chooser: Chooser) -> None:
        self.number = number
        self.spec = spec
        self.on = True
        self.hits = 0
        self._chooser = chooser
        self._random = chooser.random(f"fault/{number}")

    def hit(self, request: Request, now_ns: int) -> Hit | None:
        """Count and give the hit of a request to its place; None when that is spared."""
        spec = self.spec
        if (
            not self.on
            or now_ns < spec.from_ns
            or (spec.until_ns is not None and now_ns >= spec.until_ns)
            or (spec.count is not None and self.hits >= spec.count)
            or (spec.where is not None and not spec.where.holds(request.attributes))
        ):
            return None
        strikes = spec.rate >= 1 or self._random.random() < spec.rate
        # Drawn for each hit that the seed says, so that a choice moves no later draw.
        latency_ns = spec.latency.draw(self._random) if strikes else None
        chooser, latency = self._chooser, f"{self.number}/latency"
        if not chooser.choose(FAULT, str(self.number), int(strikes), 2):
            return None
        self.hits += 1
        if latency_ns is None:
            point = chooser.next_point(FAULT + latency)
            latency_ns = spec.latency.draw(chooser.random(point))
        if spec.latency.varies:
            latency_ns = chooser.choose(FAULT, latency, latency_ns)
        return Hit(self, latency_ns)

    @property
    def shown(self) -> InjectedFault:
        spec = self.spec
        return InjectedFault(
            number=self.number,
            node=spec.at,
            kind=spec.kind,
            value=spec.value,
            on=self.on,
            hits=self.hits,
            from_ns=spec.from_ns,
            until_ns=spec.until_ns,
            rate=spec.rate,
            count=spec.count,
            where="" if spec.where is None else spec.where.text,
        )

    def __str__(self) -> str:
        return f"fault {self.number}: {self.spec}"


class Hit(NamedTuple):
    fault: LiveFault
    latency_ns: int


class Faults:
    """All faults of a run, by number; an interceptor of requests."""

    kernel: Kernel

    def __init__(self, chooser: Chooser) -> None:
        self._chooser = chooser
        self._faults: dict[int, LiveFault] = {}
        self._by_place: dict[str, list[LiveFault]] = {}  # in the same order
        self._last = 0

    def add(self, spec: FaultSpec) -> LiveFault:
        self._last += 1
        fault = self._faults[self._last] = LiveFault(self._last, spec, self._chooser)
        self._by_place.setdefault(spec.at, []).append(fault)
        return fault

    def remove(self, number: int) -> LiveFault:
        """Take a fault away and give it; UsageError for an unknown number."""
        fault = self.get(number)
        del self._faults[number]
        self._by_place[fault.spec.at].remove(fault)
        return fault

    def has(self, number: int) -> bool:
        return number in self._faults

    def get(self, number: int) -> LiveFault:
        """Find a fault; UsageError for an unknown number."""
        return numbered(
            self._faults, number, "there is no fault {number} (there are: {there})"
        )

    @property
    def shown(self) -> tuple[InjectedFault, ...]:
        return tuple(fault.shown for fault in self._faults.values())

    def concern(self, node: str) -> bool:
        return any(fault.on for fault in self._around(node))

    def _around(self, node: str) -> list[LiveFault]:
        here = self._by_place.get(node, [])
        everywhere = self._by_place.get(EVERYWHERE, [])
        if here and everywhere:
            return sorted((*here, *everywhere), key=attrgetter("number"))
        return here or everywhere

    def intercept(self, request: Request) -> Script | None:
        """Let those hit a request that do: all up to the first that it does not survive."""
        now_ns, found = self.kernel.now, []
        for fault in self._around(request.target.node):
            hit = fault.hit(request, now_ns)
            if hit is not None:
                found.append(hit)
                if not fault.spec.goes_on:
                    break
        return Script(partial(self._strike, found)) if found else None

    def _strike(
        self,
        hits: Sequence[Hit],
        waiting: Suspended,
        serial: int,
        request: Request,
        left_ns: int | None,
    ) -> Generator[int | None, Any, Answer | None]:
        kernel, target = self.kernel, request.target
        details = []
        for fault, latency_ns in hits:
            detail = HitDetail(str(fault), fault.spec.kind)
            details.append(detail)
            hit = kernel.record(
                serial, Kind.FAULT_HIT, request.envelope, request.asker, target,
                request.attempt, (0, detail),
            )  # fmt: skip
            if not fault.spec.goes_on:
                return fault.spec.answer
            if fault.spec.kind == "duplicate":
                assert isinstance(target, Target), "requests of a run go to such"
                Duplicate(kernel, request, target, hit)
            elif left_ns is not None and latency_ns >= left_ns:
                yield left_ns
                return TIMED_OUT
            else:
                yield latency_ns
                left_ns = None if left_ns is None else left_ns - latency_ns
        for detail in details:
            detail.arrived = True
        return None


def fault_of(said: Mapping[str, object]) -> FaultSpec:
    """Make a fault of what a caller says, as in a topology; None is not said.

    Durations may be seconds or timedeltas. The UsageError names all that is wrong.
    """
    members = {
        name.removesuffix("_"): _written(value, name) if name in _DURATIONS else value
        for name, value in said.items()
        if value is not None
    }
    wrong: list[Fault] = []
    spec = parse_fault(Fields(members, "fault", wrong))
    if wrong:
        raise UsageError("; ".join(wrong))
    return spec


def _written(given: object, name: str) -> object:
    if isinstance(given, bool) or not isinstance(given, int | float | timedelta):
        return given
    return duration_written(wait_ns(given, name))

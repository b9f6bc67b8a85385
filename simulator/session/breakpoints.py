"""The breakpoints of a run, and the requests that they hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.kernel import Answer, Envelope, Failure, Kind, Role
from simulator.kernel.log import name_of
from simulator.kernel.request import Script
from simulator.session.arguments import numbered
from simulator.session.brake import Brake
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.event import Event
    from simulator.kernel import Kernel, Request
    from simulator.kernel.calendar import Suspended
    from simulator.subscribers.condition import Condition

_DROPPED = Answer(0, failure=Failure.RESET)

Edge = tuple[str, str]


class Breakpoint(Value):
    """One breakpoint as it stands; what it does not say fits every request.

    Args:
        number: Its name for `Simulation.unbreak` and `Simulation.set_break`, from 1.
        node: The node that the request comes from, goes to, or goes through.
        edge: The two nodes that it goes between.
        type: The type of its event.
        where: CESQL: the events that it holds.
        on: Whether it is switched on.
        hits: How many requests it has held.
    """

    number: int
    node: str
    edge: Edge | None
    type: str
    where: str
    on: bool
    hits: int


class Held(Value):
    """A request that a breakpoint holds before it is carried out.

    Args:
        serial: Its name for `Simulation.release` and `Simulation.drop`: the number of
            the record that says that it is held.
        event: As the request carries it.
        source: The node that asks: a trigger, a subscription, a source; empty for the
            caller of the API.
        target: The node that is asked.
        role: Whether it is the event itself, a reply, a dead letter or sent directly.
        attempt: 1 for the first.
        breakpoint: The number of the breakpoint.
    """

    serial: int
    event: Event
    source: str
    target: str
    role: Role
    attempt: int
    breakpoint: int


class _Stop(NamedTuple):
    shown: Held
    request: Request
    waiting: Suspended


class LiveBreakpoint:
    __slots__ = ("condition", "edge", "hits", "node", "number", "on", "type")

    def __init__(
        self,
        number: int,
        node: str,
        edge: Edge | None,
        type_: str,
        condition: Condition | None,
    ) -> None:
        self.number = number
        self.node = node
        self.edge = edge
        self.type = type_
        self.condition = condition
        self.on = True
        self.hits = 0

    def fits(self, request: Request) -> bool:
        if not self.on or (self.type and request.envelope.event.type != self.type):
            return False
        route, target = request.route, request.target.node
        source = request.sender if route is None else route.node
        if self.node and self.node not in (source, target):
            return False
        if self.edge is not None and self.edge != (source, target):
            # From its hub to a route, an event goes with the request to the subscriber.
            if route is None or request.role is not Role.EVENT:
                return False
            if self.edge != (route.hub.node, source):
                return False
        return self.condition is None or self.condition.holds(request.attributes)

    @property
    def shown(self) -> Breakpoint:
        return Breakpoint(
            number=self.number,
            node=self.node,
            edge=self.edge,
            type=self.type,
            where="" if self.condition is None else self.condition.text,
            on=self.on,
            hits=self.hits,
        )


class Breakpoints:
    """All breakpoints of a run, by number; an interceptor of requests."""

    def __init__(self) -> None:
        self._breakpoints: dict[int, LiveBreakpoint] = {}
        self._last = 0
        self._stops: dict[int, _Stop] = {}
        self._kernel: Kernel | None = None
        self._brake: Brake | None = None

    def attach(self, kernel: Kernel) -> None:
        if self._kernel is not kernel:
            self._kernel, self._brake = kernel, Brake(kernel)

    @property
    def halted(self) -> bool:
        return self._brake is not None and self._brake.on

    def add(
        self, node: str, edge: Edge | None, type_: str, condition: Condition | None
    ) -> LiveBreakpoint:
        self._last += 1
        live = LiveBreakpoint(self._last, node, edge, type_, condition)
        self._breakpoints[self._last] = live
        return live

    def remove(self, number: int) -> None:
        """Take a breakpoint away; UsageError for an unknown number."""
        self.get(number).on = False
        del self._breakpoints[number]

    def get(self, number: int) -> LiveBreakpoint:
        """Find a breakpoint; UsageError for an unknown number."""
        wrong = "there is no breakpoint {number} (there are: {there})"
        return numbered(self._breakpoints, number, wrong)

    @property
    def shown(self) -> tuple[Breakpoint, ...]:
        return tuple(live.shown for live in self._breakpoints.values())

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(stop.shown for stop in self._stops.values())

    @property
    def any_on(self) -> bool:
        return any(live.on for live in self._breakpoints.values())

    def intercept(self, request: Request) -> Script | None:
        """Hold a request at the first breakpoint that it fits."""
        live = next((r for r in self._breakpoints.values() if r.fits(request)), None)
        return None if live is None else Script(partial(self._hold, live))

    def _hold(
        self,
        live: LiveBreakpoint,
        waiting: Suspended,
        serial: int,
        request: Request,
        left_ns: int | None,
    ) -> Generator[int | None, Any, Answer | None]:
        if not live.on:  # it has been switched off since
            return None
        live.hits += 1
        kernel, brake = self._kernel, self._brake
        assert kernel is not None, "it is attached"
        assert brake is not None, "it is attached"
        target, attempt = request.target, request.attempt
        held = kernel.record(
            serial, Kind.HELD, request.envelope, request.asker, target, attempt,
            (0, f"breakpoint {live.number}"),
        )  # fmt: skip
        shown = Held(
            serial=held,
            event=request.event,
            source=name_of(request.asker),
            target=target.node,
            role=request.role,
            attempt=attempt,
            breakpoint=live.number,
        )
        self._stops[held] = _Stop(shown, request, waiting)
        brake.pull()
        dropped: bool = yield None
        return _DROPPED if dropped else None

    def let_go(
        self, serial: int, *, event: Event | None = None, dropped: bool = False
    ) -> None:
        """Let a held request go on, or drop it; UsageError for an unknown number."""
        wrong = "nothing is held under {number} (held: {there})"
        stop = numbered(self._stops, serial, wrong, "nothing")
        del self._stops[serial]
        assert self._kernel is not None, "something was held"
        assert self._brake is not None, "something was held"
        request = stop.request
        kind = Kind.DROPPED if dropped else Kind.RELEASED
        if event is not None:
            request.envelope = _changed(request.envelope, event)
        self._kernel.record(
            serial, kind, request.envelope, "", request.target, request.attempt, 0
        )
        self._brake.let_go()
        stop.waiting.resume_first(dropped)


def _changed(envelope: Envelope, event: Event) -> Envelope:
    return Envelope(
        event, envelope.ttl, envelope.arrival_ns, envelope.headers, envelope.errors
    )

"""The breakpoints of a run, and the requests that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import UsageError
from simulator.kernel import Role
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.kernel import Request
    from simulator.kernel.process import Process
    from simulator.subscribers.condition import Condition

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


class Stop(NamedTuple):
    """A held request, and the process that waits for what becomes of it."""

    shown: Held
    request: Request
    process: Process


class Rule:
    """A breakpoint in a run."""

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
        """Tell whether it holds a request."""
        if not self.on or (self.type and request.envelope.event.type != self.type):
            return False
        lane, target = request.lane, request.target.node
        source = request.sender if lane is None else lane.node
        if self.node and self.node not in (source, target):
            return False
        if self.edge is not None and self.edge != (source, target):
            # From its hub to a route, an event goes with the request to the subscriber.
            into_route = lane is not None and request.role is Role.EVENT
            if not into_route or lane is None or self.edge != (lane.hub_node, source):
                return False
        return self.condition is None or self.condition.holds(request.attributes)

    @property
    def shown(self) -> Breakpoint:
        """The breakpoint as callers see it."""
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
    """All breakpoints of a run, in the order of their numbers."""

    def __init__(self) -> None:
        self._rules: dict[int, Rule] = {}
        self._last = 0
        self._stops: dict[int, Stop] = {}

    def add(
        self, node: str, edge: Edge | None, type_: str, condition: Condition | None
    ) -> Rule:
        """Set a breakpoint."""
        self._last += 1
        rule = Rule(self._last, node, edge, type_, condition)
        self._rules[self._last] = rule
        return rule

    def remove(self, number: int) -> None:
        """Take a breakpoint away.

        Raises:
            UsageError: There is none of this number.
        """
        self.get(number).on = False
        del self._rules[number]

    def get(self, number: int) -> Rule:
        """Find a breakpoint.

        Raises:
            UsageError: There is none of this number.
        """
        rule = self._rules.get(number) if isinstance(number, int) else None
        if rule is None:
            there_are = ", ".join(map(str, self._rules)) or "none"
            raise UsageError(
                f"there is no breakpoint {number!r} (there are: {there_are})"
            )
        return rule

    @property
    def shown(self) -> tuple[Breakpoint, ...]:
        """The breakpoints as callers see them."""
        return tuple(rule.shown for rule in self._rules.values())

    @property
    def held(self) -> tuple[Held, ...]:
        """The requests that are held."""
        return tuple(stop.shown for stop in self._stops.values())

    @property
    def any_on(self) -> bool:
        """Whether any breakpoint is switched on."""
        return any(rule.on for rule in self._rules.values())

    def met(self, request: Request) -> Rule | None:
        """Find the first breakpoint that holds a request."""
        return next((r for r in self._rules.values() if r.fits(request)), None)

    def hold(self, stop: Stop) -> None:
        """Keep a request until it is let go."""
        self._stops[stop.shown.serial] = stop

    def let_go(self, serial: int) -> Stop:
        """Find a held request, which is held no more.

        Raises:
            UsageError: None is held under this number.
        """
        stop = self._stops.pop(serial, None) if isinstance(serial, int) else None
        if stop is None:
            held = ", ".join(map(str, self._stops)) or "nothing"
            raise UsageError(f"nothing is held under {serial!r} (held: {held})")
        return stop

"""Who looks at the requests of a run on their way: breakpoints first, then faults."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.errors import UnknownAddressError, UsageError
from simulator.event import read_json
from simulator.kernel import Answer, Envelope, Fault, Kind
from simulator.kernel.answer import TIMED_OUT
from simulator.kernel.brake import Brake
from simulator.kernel.duplicate import duplicate
from simulator.kernel.guard import Story, carried_out, guard, unguard
from simulator.kernel.log import name_of
from simulator.session.breakpoints import Breakpoints, Held, Stop
from simulator.session.faults import Faults
from simulator.subscribers.condition import condition
from simulator.subscribers.fault_spec import EVERYWHERE, HitDetail

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from simulator.event import Event
    from simulator.kernel import Kernel, Program, Request, Target
    from simulator.kernel.process import Process
    from simulator.session.breakpoints import Rule as BreakRule
    from simulator.session.faults import Hit
    from simulator.session.faults import Rule as FaultRule
    from simulator.session.run import Run
    from simulator.subscribers.fault_spec import FaultSpec
    from simulator.wiring import Wiring

    Telling = Generator[int | None, Any, Answer | None]

_DROPPED = Answer(0, fault=Fault.RESET)
_ENDS = 2
FAULT_TYPE = "simulator.fault"
"""The type of the event in the records that tell of a fault itself."""


class Gate:
    """Guards the targets of a program while anything is to happen to their requests.

    Args:
        run: Its services are told which request they answer when that comes late.

    Attributes:
        declared: Number -> what the topology says, of those faults that it has.
    """

    def __init__(self, run: Run) -> None:
        self.faults = Faults(run.seed)
        self.breakpoints = Breakpoints()
        self.declared: dict[int, FaultSpec] = {}
        self._run = run
        self._brake: Brake | None = None

    def attach(self, program: Program, kernel: Kernel) -> None:
        """Guard another program, in place of the one before."""
        wiring = program.wiring
        self._program = program
        if self._brake is None or not self._brake.stops(kernel):
            self._brake = Brake(kernel)
        self._kernel = kernel
        self._receivers = _receivers(wiring)
        self._nodes = (*self._receivers[:-1], *_askers(wiring))
        self.refresh()

    @property
    def halted(self) -> bool:
        """Whether nothing may go on."""
        return self._brake is not None and self._brake.on

    def refresh(self) -> None:
        """Guard the targets that faults and breakpoints concern, and no others."""
        program = self._program
        program.introduce = self._introduce
        for target in program.targets:
            unguard(target)
            self._introduce(target)

    def _introduce(self, target: Target) -> None:
        concerned = self.breakpoints.any_on or self.faults.concern(target.node)
        if concerned and target.node in self._receivers:
            guard(target, self._look)

    # -- what is set

    def add_fault(self, spec: FaultSpec) -> FaultRule:
        """Put a fault in force, and write it down."""
        node = receiver(spec.at, self._program.wiring)
        rule = self.faults.add(spec.replace(at=node))
        self.tell_of_fault(rule, Kind.FAULT_SET, rule.spec.conditions)
        self.refresh()
        return rule

    def lift_fault(self, number: int) -> None:
        """Take a fault away, and write it down; nothing where somebody did before."""
        rule = self.faults.find(number)
        if rule is not None:
            self.faults.remove(number)
            self.tell_of_fault(rule, Kind.FAULT_LIFTED, "")
            self.refresh()

    def add_break(
        self,
        node: str,
        edge: tuple[str, str] | None,
        type_: str,
        where: str,
        *,
        enabled: bool,
    ) -> BreakRule:
        """Set a breakpoint."""
        for name, text in (("type", type_), ("where", where)):
            if not isinstance(text, str):
                raise UsageError(f"{name}: expected text, found {text!r}")
        if node:
            node = _known_node(node, self._nodes)
        if edge is not None:
            if isinstance(edge, str) or len(edge) != _ENDS:
                raise UsageError(f"edge: expected two nodes, found {edge!r}")
            source, target = edge
            edge = (_known_node(source, self._nodes), _known_node(target, self._nodes))
        try:
            wanted = condition(where) if where else None
        except ValueError as error:
            raise UsageError(f"where: {error}") from error
        rule = self.breakpoints.add(node, edge, type_, wanted)
        rule.on = enabled
        self.refresh()
        return rule

    def tell_of_fault(self, rule: FaultRule, kind: Kind, said: str) -> None:
        """Write down that a fault comes, goes, or is switched, and what else is *said*."""
        described = {
            "id": f"fault-{rule.number}",
            "source": "/kn-sim",
            "type": FAULT_TYPE,
            "datacontenttype": "application/json",
            "data": rule.spec.members,
        }
        detail = ", ".join(part for part in (str(rule), said) if part)
        event = read_json(described)
        self._kernel.record(-1, kind, event, "", rule.spec.at, 1, (0, detail))

    # -- what happens to a request

    def _look(self, request: Request) -> Story | None:
        """Decide what happens to a request before it is carried out; None for nothing."""
        rule = self.breakpoints.met(request)
        if rule is not None:
            return Story(partial(self._stopped, rule))
        hits = self.faults.hits(request, self._kernel.now)
        return Story(partial(self._hit, hits)) if hits else None

    def _stopped(
        self,
        rule: BreakRule,
        process: Process,
        serial: int,
        request: Request,
        left_ns: int | None,
    ) -> Telling:
        """Hold a request until somebody lets it go."""
        if rule.on:  # it may have been switched off since
            rule.hits += 1
            dropped = yield from self._hold(rule, process, serial, request)
            if dropped:
                return _DROPPED
        hits = self.faults.hits(request, self._kernel.now)
        return (yield from self._hit(hits, process, serial, request, left_ns))

    def _hold(
        self, rule: BreakRule, process: Process, serial: int, request: Request
    ) -> Generator[int | None, Any, bool]:
        """Wait until a request is let go; tell whether it is dropped."""
        kernel, target, attempt = self._kernel, request.target, request.attempt
        held = kernel.record(
            serial, Kind.HELD, request.envelope, request.asker, target, attempt,
            (0, f"breakpoint {rule.number}"),
        )  # fmt: skip
        shown = Held(
            serial=held,
            event=request.event,
            source=name_of(request.asker),
            target=target.node,
            role=request.role,
            attempt=attempt,
            breakpoint=rule.number,
        )
        self.breakpoints.hold(Stop(shown, request, process))
        assert self._brake is not None, "it is attached"
        self._brake.pull()
        dropped: bool = yield None
        return dropped

    def let_go(
        self, serial: int, *, event: Event | None = None, dropped: bool = False
    ) -> None:
        """Let a held request go on, or drop it.

        Raises:
            UsageError: None is held under this number.
        """
        stop = self.breakpoints.let_go(serial)
        request = stop.request
        kind = Kind.DROPPED if dropped else Kind.RELEASED
        if event is not None:
            request.envelope = _changed(request.envelope, event)
        self._kernel.record(
            serial, kind, request.envelope, "", request.target, request.attempt, 0
        )
        assert self._brake is not None, "something was held"
        self._brake.let_go()
        stop.process.resume_first(dropped)

    def _hit(
        self,
        hits: Sequence[Hit],
        process: Process,
        serial: int,
        request: Request,
        left_ns: int | None,
    ) -> Telling:
        """Let faults hit a request; what is left of it is carried out."""
        kernel = self._kernel
        details = []
        for rule, latency_ns in hits:
            detail = HitDetail(str(rule), rule.spec.kind)
            details.append(detail)
            hit = kernel.record(
                serial, Kind.FAULT_HIT, request.envelope, request.asker, request.target,
                request.attempt, (0, detail),
            )  # fmt: skip
            if not rule.spec.goes_on:
                return rule.spec.answer
            if rule.spec.kind == "duplicate":
                duplicate(kernel, request, hit)
            elif left_ns is not None and latency_ns >= left_ns:
                yield left_ns
                return TIMED_OUT
            else:
                yield latency_ns
                left_ns = None if left_ns is None else left_ns - latency_ns
        for detail in details:
            detail.arrived = True
        return self._carried_out(request, serial)

    def _carried_out(self, request: Request, serial: int) -> Answer | None:
        """Hand a request, after the record of it was written, to whoever is there now."""
        run, kernel = self._run, self._kernel
        if kernel.succeeded:
            request.target = kernel.program.afresh(request.target)
        run.asked = lambda: serial
        try:
            return carried_out(request)
        finally:
            run.asked = run.log.next


def _receivers(wiring: Wiring) -> tuple[str, ...]:
    """Give the nodes that requests go to, and ``*``, which stands for all of them."""
    services = (endpoint.node for endpoint in wiring.endpoints)
    return (*services, *(hub.node for hub in wiring.hubs), EVERYWHERE)


def _askers(wiring: Wiring) -> tuple[str, ...]:
    """Give the nodes that only make requests: routes and sources."""
    routes = (route.node for hub in wiring.hubs for route in hub.routes)
    return (*routes, *(source.node for source in wiring.sources))


def receiver(name: str, wiring: Wiring) -> str:
    """Find the node of a fault.

    Raises:
        UnknownAddressError: There is none.
        UsageError: Nothing is asked there.
    """
    nodes = _receivers(wiring)
    if name in _askers(wiring):
        raise UsageError(
            f"no request goes to {name!r}: faults hit services, brokers and channels "
            f"(there are: {', '.join(nodes)})"
        )
    return _known_node(name, nodes)


def _known_node(name: str, nodes: Sequence[str]) -> str:
    """Find a node by its name, or a service by its bare name.

    Raises:
        UnknownAddressError: There is none.
        UsageError: It is no name.
    """
    if not isinstance(name, str):
        raise UsageError(f"expected a node such as 'service/pricing', found {name!r}")
    for node in (name, f"service/{name}"):
        if node in nodes:
            return node
    # A bare name is a service's, and is near to no other node.
    raise UnknownAddressError(name if "/" in name else f"service/{name}", nodes)


def _changed(envelope: Envelope, event: Event) -> Envelope:
    """Put another event into an envelope."""
    return Envelope(
        event, envelope.ttl, envelope.arrival_ns, envelope.headers, envelope.errors
    )

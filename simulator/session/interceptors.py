"""Who intercepts the requests of a run on their way: breakpoints first, then faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UnknownAddressError, UsageError
from simulator.event import read_json
from simulator.kernel import Kind
from simulator.names import named, resolve
from simulator.session.arguments import expect
from simulator.session.breakpoints import Breakpoints
from simulator.session.faults import Faults, fault_of
from simulator.subscribers.condition import condition
from simulator.subscribers.fault_spec import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from simulator.event import Event
    from simulator.kernel import Addresses, Chooser, Kernel, Target
    from simulator.kernel.request import Interceptor
    from simulator.session.faults import LiveFault
    from simulator.session.mishaps import Mishaps
    from simulator.subscribers.fault_spec import FaultSpec
    from simulator.wiring import Wiring

_ENDS = 2
FAULT_TYPE = "simulator.fault"
"""The type of the event in the records that tell of a fault itself."""


class Interceptors:
    """Intercepts the requests to targets while anything is to happen to them.

    What callers do of it has the words of `Simulation`, and its errors.
    """

    def __init__(self, chooser: Chooser, told: Callable[[], None]) -> None:
        self.faults = Faults(chooser)
        self.breakpoints = Breakpoints()
        self._told = told
        self._mishaps: Mishaps | None = None
        if chooser.requests:
            from simulator.session.mishaps import Mishaps  # few runs choose them

            self._mishaps = Mishaps(chooser)
        # Number -> what the topology says, of those faults that it has.
        self._declared: dict[int, FaultSpec] = {}

    def attach(self, addresses: Addresses, kernel: Kernel) -> None:
        self._addresses = addresses
        self._kernel = self.faults.kernel = kernel
        if self._mishaps is not None:
            self._mishaps.kernel = kernel
        self.breakpoints.attach(kernel)
        self._nodes = Nodes(addresses.wiring)
        self._refresh()

    def _refresh(self) -> None:
        self._addresses.introduce = self._introduce
        for target in self._addresses.targets:
            self._introduce(target)
        for hub in self._addresses.hubs.values():
            hub.look_again()

    def _introduce(self, target: Target) -> None:
        concerned = self.breakpoints.any_on or self.faults.concern(target.node)
        them: tuple[Interceptor, ...] = ()
        if concerned and target.node in self._nodes.receivers:
            them = (self.breakpoints, self.faults)
        if self._mishaps is not None and target.is_service:
            them = (*them, self._mishaps)
        target.intercept(them)

    # -- faults

    def declare(self, specs: Sequence[FaultSpec]) -> None:
        """Put the faults of a topology in force; UsageError for one at no node."""
        left, self._declared, fresh = self._declared, {}, []
        for spec in specs:
            number = next((n for n, known in left.items() if known == spec), None)
            if number is None:
                fresh.append(spec)
            else:
                self._declared[number] = left.pop(number)
        for number in left:
            if self.faults.has(number):  # nobody has lifted it
                self._lift(number)
        for spec, fault in zip(fresh, self._add(fresh), strict=True):
            self._declared[fault.number] = spec

    def inject(self, **said: object) -> int:
        [fault] = self._add([fault_of(said)])
        self._told()
        return fault.number

    def _add(self, specs: Sequence[FaultSpec]) -> list[LiveFault]:
        added = []
        for spec in specs:
            node = self._nodes.receiver(spec.at)
            fault = self.faults.add(spec.replace(at=node))
            self._record(fault, Kind.FAULT_SET, fault.spec.conditions)
            added.append(fault)
        self._refresh()
        return added

    def lift(self, number: int) -> None:
        self._lift(number)
        self._told()

    def _lift(self, number: int) -> None:
        self._record(self.faults.remove(number), Kind.FAULT_LIFTED, "")
        self._refresh()

    def switch_fault(self, number: int, *, on: bool) -> None:
        fault = self.faults.get(number)
        if fault.on is not on:
            fault.on = on
            kind = Kind.FAULT_SET if on else Kind.FAULT_LIFTED
            self._record(fault, kind, f"switched {'on' if on else 'off'}")
            self._refresh()
            self._told()

    def _record(self, fault: LiveFault, kind: Kind, said: str) -> None:
        described = {
            "id": f"fault-{fault.number}",
            "source": "/kn-sim",
            "type": FAULT_TYPE,
            "datacontenttype": "application/json",
            "data": fault.spec.members,
        }
        detail = ", ".join(part for part in (str(fault), said) if part)
        event = read_json(described)
        self._kernel.record(-1, kind, event, "", fault.spec.at, 1, (0, detail))

    # -- what is held

    def break_at(
        self,
        node: str,
        edge: tuple[str, str] | None,
        type_: str,
        where: str,
        *,
        enabled: bool,
    ) -> int:
        for name, text in (("type", type_), ("where", where)):
            expect(text, str, name, "text")
        if node:
            node = self._nodes.known(node)
        if edge is not None:
            if not isinstance(edge, tuple | list) or len(edge) != _ENDS:
                raise UsageError(f"edge: expected two nodes, found {edge!r}")
            source, target = edge
            edge = (self._nodes.known(source), self._nodes.known(target))
        try:
            wanted = condition(where) if where else None
        except ValueError as error:
            raise UsageError(f"where: {error}") from error
        added = self.breakpoints.add(node, edge, type_, wanted)
        added.on = enabled
        self._refresh()
        return added.number

    def unbreak(self, number: int) -> None:
        self.breakpoints.remove(number)
        self._refresh()

    def switch_break(self, number: int, *, on: bool) -> None:
        self.breakpoints.get(number).on = on
        self._refresh()

    def release(self, serial: int, event: Event | None) -> None:
        self.breakpoints.let_go(serial, event=event)
        self._told()

    def drop(self, serial: int) -> None:
        self.breakpoints.let_go(serial, dropped=True)
        self._told()


class Nodes:
    """The nodes of a topology, as faults and breakpoints name them.

    Attributes:
        receivers: Those that requests go to, and ``*``, which stands for all of them.
    """

    def __init__(self, wiring: Wiring) -> None:
        services = (endpoint.node for endpoint in wiring.endpoints)
        hubs = [hub.node for hub in wiring.hubs]
        routes = (route.node for hub in wiring.hubs for route in hub.routes)
        sources = (source.node for source in wiring.sources)
        self._askers = dict.fromkeys((*routes, *sources))
        self._all = dict.fromkeys((*services, *hubs, *self._askers))
        asked = (node for node in self._all if node not in self._askers)
        self.receivers = dict.fromkeys((*asked, EVERYWHERE))

    def receiver(self, name: str) -> str:
        """Find a node; UnknownAddressError for none, UsageError if nothing is asked."""
        if name in self._askers:
            raise UsageError(
                f"no request goes to {name!r}: faults hit services, brokers and "
                f"channels (there are: {', '.join(self.receivers)})"
            )
        return _known_node(name, self.receivers)

    def known(self, name: str) -> str:
        """Find a node; UnknownAddressError for none, UsageError for no name."""
        return _known_node(name, self._all)


def _known_node(name: str, nodes: Collection[str]) -> str:
    if not isinstance(name, str):
        raise UsageError(f"expected a node such as 'service/pricing', found {name!r}")
    for node in (name, f"service/{name}"):
        if node in nodes:
            return node
    if named(name, nodes):
        return resolve(name, nodes)
    # A bare name is a service's, and is near to no other node.
    raise UnknownAddressError(name if "/" in name else f"service/{name}", list(nodes))

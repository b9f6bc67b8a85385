"""Who intercepts the requests of a run on their way: breakpoints first, then faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UnknownAddressError, UsageError
from simulator.event import read_json
from simulator.kernel import Kind
from simulator.names import named, resolve
from simulator.session.breakpoints import Breakpoints
from simulator.session.faults import Faults
from simulator.subscribers.condition import condition
from simulator.subscribers.fault_spec import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from simulator.kernel import Addresses, Chooser, Kernel, Target
    from simulator.session.breakpoints import LiveBreakpoint
    from simulator.session.faults import LiveFault
    from simulator.subscribers.fault_spec import FaultSpec
    from simulator.wiring import Wiring

_ENDS = 2
FAULT_TYPE = "simulator.fault"
"""The type of the event in the records that tell of a fault itself."""


class Interceptors:
    """Intercepts the requests to targets while anything is to happen to them.

    Args:
        chooser: Decides which requests a fault hits.

    Attributes:
        declared: Number -> what the topology says, of those faults that it has.
    """

    def __init__(self, chooser: Chooser) -> None:
        self.faults = Faults(chooser)
        self.breakpoints = Breakpoints()
        self.declared: dict[int, FaultSpec] = {}

    def attach(self, addresses: Addresses, kernel: Kernel) -> None:
        """Intercept what goes to other addresses, in place of those before."""
        self._addresses = addresses
        self._kernel = self.faults.kernel = kernel
        self.breakpoints.attach(kernel)
        self._nodes = Nodes(addresses.wiring)
        self.refresh()

    def refresh(self) -> None:
        """Stand before the targets that faults and breakpoints concern, and no others."""
        self._addresses.introduce = self._introduce
        for target in self._addresses.targets:
            self._introduce(target)
        for hub in self._addresses.hubs.values():
            hub.look_again()

    def _introduce(self, target: Target) -> None:
        concerned = self.breakpoints.any_on or self.faults.concern(target.node)
        concerned = concerned and target.node in self._nodes.receivers
        target.intercept((self.breakpoints, self.faults) if concerned else ())

    # -- what is set

    def add_faults(self, specs: Iterable[FaultSpec]) -> list[LiveFault]:
        """Put faults in force, and write them down."""
        rules = []
        for spec in specs:
            node = self._nodes.receiver(spec.at)
            rules.append(self.faults.add(spec.replace(at=node)))
            self.tell_of_fault(rules[-1], Kind.FAULT_SET, rules[-1].spec.conditions)
        self.refresh()
        return rules

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
    ) -> LiveBreakpoint:
        """Set a breakpoint."""
        for name, text in (("type", type_), ("where", where)):
            if not isinstance(text, str):
                raise UsageError(f"{name}: expected text, found {text!r}")
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
        rule = self.breakpoints.add(node, edge, type_, wanted)
        rule.on = enabled
        self.refresh()
        return rule

    def tell_of_fault(self, rule: LiveFault, kind: Kind, said: str) -> None:
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
        self.receivers = dict.fromkeys(
            (*(node for node in self._all if node not in self._askers), EVERYWHERE)
        )

    def receiver(self, name: str) -> str:
        """Find the node of a fault.

        Raises:
            UnknownAddressError: There is none.
            UsageError: Nothing is asked there.
        """
        if name in self._askers:
            raise UsageError(
                f"no request goes to {name!r}: faults hit services, brokers and "
                f"channels (there are: {', '.join(self.receivers)})"
            )
        return _known_node(name, self.receivers)

    def known(self, name: str) -> str:
        """Find a node that makes requests or takes them.

        Raises:
            UnknownAddressError: There is none.
            UsageError: It is no name.
        """
        return _known_node(name, self._all)


def _known_node(name: str, nodes: Collection[str]) -> str:
    """Find a node by its name, or a service by its bare name."""
    if not isinstance(name, str):
        raise UsageError(f"expected a node such as 'service/pricing', found {name!r}")
    for node in (name, f"service/{name}"):
        if node in nodes:
            return node
    if named(name, nodes):
        return resolve(name, nodes)
    # A bare name is a service's, and is near to no other node.
    raise UnknownAddressError(name if "/" in name else f"service/{name}", list(nodes))

"""One topology made ready to run: its kernel, what answers, what sends by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from simulator.errors import TopologyError, UnknownAddressError
from simulator.kernel import Kernel, Program
from simulator.session.described_service import PLAIN, STUB, Service, declared
from simulator.session.sending import look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.event import Event
    from simulator.kernel import Answer, Request
    from simulator.profiles import Profile
    from simulator.session.gate import Gate
    from simulator.session.prepare import Prepared
    from simulator.session.run import Run
    from simulator.subscribers.handler import Handler
    from simulator.wiring import Endpoint

    Answering = Callable[[Request], Answer | None] | Answer

_NS = 1_000_000_000
T = TypeVar("T")


class Engine:
    """The kernel of a run with everything that hangs on it.

    Args:
        prepared: The topology, checked.
        handlers: Service -> the function that plays it.
        run: What services share; it learns of the kernel here.
        emit: Posts what a service emits: event, address, wait in ns, node.
        profile: Whose implementation it follows.
        max_ttl: Passes through brokers that an event may make; None for the profile's.
        strict: Whether undescribed services stay unresolved.
        folder: Where files that the topology names lie.

    Attributes:
        program: The wiring, every address looked up.
        kernel: The calendar.
        endless: The nodes of the sources that never stop.

    Raises:
        TopologyError: A replay cannot be read, or there is nothing where a service
            emits to, or a fault is.
    """

    def __init__(
        self,
        prepared: Prepared,
        handlers: Mapping[str, Handler],
        run: Run,
        emit: Callable[[Event, str, int, str], None],
        *,
        profile: Profile,
        max_ttl: int | None,
        strict: bool,
        folder: str,
    ) -> None:
        self._prepared = prepared
        self._handlers = handlers
        self._run = run
        self._emit = emit
        wiring = prepared.wire(handlers, strict=strict)
        answering: dict[str, Answering] = {}
        self.program = Program(wiring, answering)
        self.kernel = Kernel(
            self.program, profile, run.log, epoch_ns=run.epoch_ns, max_ttl=max_ttl
        )
        run.kernel = self.kernel
        for endpoint in wiring.endpoints:
            answering[endpoint.node] = self._answering(endpoint)
        self.program.link()
        self._check_addresses()
        if run.gate is not None:  # handlers came after what was set
            run.gate.attach(self.program, self.kernel)
        else:
            for fault in prepared.spec.faults:
                self.gate.add_fault(fault)
        self.endless = self._start_sources(folder)

    @property
    def gate(self) -> Gate:
        """Where faults and breakpoints are set; made when it is first asked for."""
        run = self._run
        if run.gate is None:
            from simulator.session.gate import Gate  # few runs have one

            run.gate = Gate(run)
            run.gate.attach(self.program, self.kernel)
        return run.gate

    def _answering(self, endpoint: Endpoint) -> Answering:
        spec = of_endpoint(self._prepared.spec.services, endpoint)
        handler = of_endpoint(self._handlers, endpoint)
        service = Service(endpoint, self._run, self._emit)
        if handler is not None:
            from simulator.session.functions import handled  # the SDK

            return handled(handler, service, self._run, spec)
        if spec is not None:
            return declared(spec, service, self._run)
        return STUB if endpoint.stub else PLAIN

    def _check_addresses(self) -> None:
        """Refuse a service that emits, and a fault, to where there is nothing.

        Raises:
            TopologyError: There is any; all are named.
        """
        faults = [*self._lost_emissions(), *self._lost_faults()]
        if faults:
            raise TopologyError(faults)

    def _lost_faults(self) -> Iterator[str]:
        specs = self._prepared.spec.faults
        if not specs:
            return
        from simulator.session.gate import known_node, receivers  # few runs have one

        nodes = receivers(self.program.wiring)
        for number, spec in enumerate(specs):
            try:
                known_node(spec.at, nodes)
            except UnknownAddressError as error:
                yield f"{self._prepared.places[f'faults[{number}]']}: {error}"

    def _lost_emissions(self) -> Iterator[str]:
        for name, spec in self._prepared.spec.services.items():
            for number, emission in enumerate(spec.emissions):
                try:
                    look_up(self.program, emission.to)
                except UnknownAddressError as error:
                    place = self._prepared.places.get(f"services.{name}", name)
                    yield f"{place}: service {name}: emit[{number}].to: {error}"

    def _start_sources(self, folder: str) -> tuple[str, ...]:
        if not self.program.wiring.sources:
            return ()
        from simulator.session.starting import start_sources  # only with sources

        run = self._run
        start = datetime.fromtimestamp(run.epoch_ns // _NS, UTC)
        return start_sources(
            self.program,
            self.kernel,
            self._prepared,
            seed=run.seed,
            folder=folder,
            start=start,
        )


def find_endpoint(endpoints: Iterable[Endpoint], name: str) -> Endpoint | None:
    """Find a service by ``namespace/name``, node, or bare name, in ``default`` first."""
    named = list(endpoints)
    for endpoint in named:
        full = f"{endpoint.namespace}/{endpoint.name}"
        if full in (name, f"default/{name}") or name == endpoint.node:
            return endpoint
    return next((endpoint for endpoint in named if endpoint.name == name), None)


def of_endpoint(mapping: Mapping[str, T], endpoint: Endpoint) -> T | None:
    """Find what is said of a service under ``namespace/name``, else under its name."""
    full = f"{endpoint.namespace}/{endpoint.name}"
    found = mapping.get(full)
    return mapping.get(endpoint.name) if found is None else found

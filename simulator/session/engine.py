"""One topology made ready to run: its kernel, what answers, what sends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.collector import collector_resting
from simulator.errors import TopologyError, UnknownAddressError, UsageError
from simulator.filters.form import ANY
from simulator.filters.lookup import remember
from simulator.kernel import Addresses, Answer, Kernel
from simulator.kernel.chooser import LATER, ORDER, REQUEST
from simulator.kernel.sender import CALLER
from simulator.session.described_service import PLAIN, STUB, cast_of
from simulator.session.run import Service
from simulator.session.sending import look_up
from simulator.wiring import of_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.event import Event
    from simulator.kernel.addresses import Answering
    from simulator.resource import ResourceKey
    from simulator.serving.revision import Revision
    from simulator.session.blueprint import Blueprint
    from simulator.session.described_service import Described
    from simulator.session.interceptors import Interceptors
    from simulator.session.prepared import Prepared
    from simulator.session.run import Run
    from simulator.session.scaled import ScaledService
    from simulator.session.sources import RunningSource, Sources
    from simulator.session.watching import ApiServer
    from simulator.subscribers.played import Played
    from simulator.wiring import Endpoint, Source, Wiring

_MOST_CASTS = 8
_OBJECTS = "objects"
"""What the changes of objects that a topology plans are called among what is due."""


class _Working(Service):
    """A service with what it was made of, and what answers for it."""

    described: Described
    played: Played | None = None
    answering: Answering
    scaled: ScaledService | None = None

    def is_still(self, described: Described, played: Played | None) -> bool:
        """Tell whether a service that is described so is the same, with its state."""
        same = self.described.traits == described.traits
        return same and self.played == played


class Engine:
    """The kernel of a run with everything that hangs on it.

    Args:
        emit: Posts what a service emits: event, address, wait in ns, service.
        max_ttl: Passes through brokers that an event may make; None for what the
            implementations say.
        folder: Where files that the topology names lie.

    Attributes:
        endpoints: Of all topologies that there have been, the newest first.
        sinks: The nodes of dead letter sinks of all of them.
        endless: The nodes of the sources that never stop.

    Raises:
        TopologyError: A replay cannot be read, or there is nothing where a service
            emits to, or a fault is.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        handlers: Mapping[str, Played],
        run: Run,
        emit: Callable[[Event, str, int, Service], None],
        *,
        max_ttl: int | None,
        folder: str,
    ) -> None:
        self._run = run
        self._emit = emit
        self._folder = folder
        self._services: dict[str, _Working] = {}
        self._sources: Mapping[str, RunningSource] = {}
        self._api_server: ApiServer | None = None
        self.endpoints: tuple[Endpoint, ...] = ()
        self.sinks: frozenset[str] = frozenset()
        if run.real:
            blueprint = blueprint.live()
        prepared = blueprint.prepared
        self.addresses, self._services = self._made_of(blueprint, handlers)
        self._remember()
        self._tell_addresses()
        self.kernel = Kernel(
            self.addresses, run.log, run.chooser, epoch_ns=run.epoch_ns, max_ttl=max_ttl
        )
        run.kernel = self.kernel
        run.circles.foreseen = blueprint.foreseen(handlers)
        run.circles.max_ttl = max_ttl or 0
        run.circles.is_sure = self._is_sure
        if run.interceptors is not None:  # handlers came after what was set
            run.interceptors.attach(self.addresses, self.kernel)
        elif prepared.spec.faults or run.chooser.requests:
            self.interceptors.declare(prepared.spec.faults)
        run.chooser.check_names(_names(self.addresses.wiring))
        self._prepared = prepared
        self._scale()
        self._start(self._sources_of(self.addresses, prepared))
        if prepared.spec.objects or self._watching():
            self.api_server.plan(prepared.spec.objects)

    @property
    def api_server(self) -> ApiServer:
        if self._api_server is None:
            from simulator.session.objects import Objects
            from simulator.session.watching import ApiServer  # few runs have one

            there = Objects(_manifests(self._prepared))
            host = self._prepared.spec.api_server
            self._api_server = ApiServer(there, self._run, host, _OBJECTS)
            self._api_server.tell(self._watching())
        return self._api_server

    def _watching(self) -> list[tuple[Source, RunningSource]]:
        return [
            (each, self._sources[each.node])
            for each in self.addresses.wiring.sources
            if each.watch is not None and each.node in self._sources
        ]

    @property
    def interceptors(self) -> Interceptors:
        run = self._run
        if run.interceptors is None:
            from simulator.session.interceptors import Interceptors  # few runs have any

            run.interceptors = Interceptors(run.chooser, run.tell_watchers)
            run.interceptors.attach(self.addresses, self.kernel)
        return run.interceptors

    def _is_sure(self, node: str) -> bool:
        """Tell whether what is at a node does the same to every event."""
        made = self._services.get(node)
        if made is None:
            return True
        spec = made.described.spec
        if made.played is not None or spec is None:
            return made.played is None
        from simulator.subscribers.outcomes import outcomes  # only a circle pays

        return len(outcomes(spec, made.name, ANY)) == 1

    def reload(
        self,
        blueprint: Blueprint,
        handlers: Mapping[str, Played],
        deleted: Iterable[ResourceKey],
    ) -> None:
        """Run another topology from now on; a TopologyError leaves all as it was."""
        if self._run.real:
            blueprint = blueprint.live()
        prepared = blueprint.prepared
        made = self._made_of(blueprint, handlers, deleted, self.addresses)
        addresses, services = made
        sources = self._sources_of(addresses, prepared)
        self._run.circles.foreseen = blueprint.foreseen(handlers)
        self.kernel.take_over(addresses)
        self.addresses, self._services = addresses, services
        self._tell_addresses()
        self._remember()
        if self._run.interceptors is not None:
            self._run.interceptors.attach(addresses, self.kernel)
        if self._run.interceptors is not None or prepared.spec.faults:
            self.interceptors.declare(prepared.spec.faults)
        self._scale(before=True)
        self._start(sources)
        before, self._prepared = self._prepared, prepared
        if self._api_server is not None:
            self._api_server.tell(self._watching())
            self._api_server.apply(*map(_manifests, (before, prepared)))
        if prepared.spec.objects != before.spec.objects:
            self.api_server.plan(prepared.spec.objects)

    @collector_resting()
    def _made_of(
        self,
        blueprint: Blueprint,
        handlers: Mapping[str, Played],
        deleted: Iterable[ResourceKey] = (),
        before: Addresses | None = None,
    ) -> tuple[Addresses, dict[str, _Working]]:
        """Link a topology; a service that is described as before keeps its state."""
        prepared, book = blueprint.prepared, blueprint.book(handlers)
        answering: dict[str, Answering] = {}
        addresses = Addresses(book, answering, before, deleted)
        services: dict[str, _Working] = {}
        known = blueprint.casts.get(book)
        cast = known or cast_of(book.wiring, prepared)
        for described in cast:
            endpoint = described.endpoint
            node = endpoint.node
            played = of_endpoint(handlers, endpoint) if handlers else None
            made = self._services.get(node)
            if made is None or not made.is_still(described, played):
                made = self._put_to_work(described, played)
            services[node] = made
            answers = made.answering
            if endpoint.guard is not None:
                from simulator.session.processes import guarded  # few ask who sends

                answers = guarded(endpoint, answers, self._run)
            answering[node] = answers
        addresses.link()
        if before is not None or known is None:
            _check_addresses(addresses, prepared)
            remember(blueprint.casts, book, cast, _MOST_CASTS)
        return addresses, services

    def _put_to_work(self, described: Described, played: Played | None) -> _Working:
        account = "" if described.spec is None else described.spec.account
        made = _Working(described.endpoint, self._run, self._emit, account)
        made.described, made.played = described, played
        made.answering = self._answer(made, described, played)
        if described.revision is not None:
            _put_in_pods(made, described.revision, self._run)
        return made

    def _answer(
        self, service: Service, described: Described, played: Played | None
    ) -> Answering:
        endpoint, spec, _, made = described
        if played is not None:
            from simulator.session.functions import handled  # the SDK

            return handled(played, service, self._run, spec)
        if spec is not None and spec.real is not None and self._run.real:
            return self._run.real_service(service, spec.latency)
        if made is not None:
            return made if isinstance(made, Answer) else made(service, self._run)
        if endpoint.process is not None:
            from simulator.session.processes import playing  # few have one

            return playing(endpoint.process, service, self._run)
        return STUB if endpoint.stub else PLAIN

    def _scale(self, *, before: bool = False) -> None:
        """Put new revisions to work, where there were others before; those retire."""
        old, self._run.scaled = self._run.scaled, {}
        for node, each in self._services.items():
            if each.scaled is None:
                continue
            self._run.scaled[node] = each.scaled
            if before and old.get(node) is not each.scaled:
                each.scaled.load.begin()
        for node, former in old.items():
            if self._run.scaled.get(node) is not former:
                former.load.retire()

    def _remember(self) -> None:
        self.endpoints = (*self.addresses.wiring.endpoints, *self.endpoints)
        self.sinks = self.sinks.union(
            route.dead_letter.node
            for hub in self.addresses.hubs.values()
            for route in hub.routes
            if route.dead_letter is not None
        )

    def _tell_addresses(self) -> None:
        """Tell the services where they emit to; one taken away keeps its URLs."""
        for each in self._services.values():
            spec = each.described.spec
            for emission in () if spec is None else spec.emissions:
                url = look_up(self.addresses, emission.to).url
                each.urls[emission.to] = url

    def _sources_of(self, addresses: Addresses, prepared: Prepared) -> Sources | None:
        if not (addresses.wiring.sources or self._sources):
            return None
        from simulator.session.sources import Sources  # only with sources

        return Sources(addresses, prepared, self._run, self._folder, self._sources)

    def _start(self, sources: Sources | None) -> None:
        self._sources = {} if sources is None else sources.start()
        self.endless = tuple(
            node for node, source in self._sources.items() if not source.ends
        )


def _put_in_pods(made: _Working, revision: Revision, run: Run) -> None:
    from simulator.session.scaled import ScaledService  # few have pods

    spec = made.described.spec
    assert spec is not None, "it is described"
    assert spec.pods is not None, "it has a revision"
    made.scaled = ScaledService(spec.pods, revision, made.answering, made, run)
    made.answering = (made.scaled,)


def _manifests(prepared: Prepared) -> list[Mapping[str, Any]]:
    return [each.manifest for each in prepared.admitted]


def _names(wiring: Wiring) -> Iterator[str]:
    routes = [route.node for hub in wiring.hubs for route in hub.routes]
    for endpoint in wiring.endpoints:
        yield from (
            f"{sort}/{endpoint.node}" for sort in ("latency", "approval", "start")
        )
    yield from (f"interval/{source.node}" for source in wiring.sources)
    services = [endpoint.node for endpoint in wiring.endpoints]
    sources = [source.node for source in wiring.sources]
    them = (*routes, *services, *sources, CALLER, _OBJECTS)
    yield from (f"{ORDER}{name}" for name in them)
    yield from (f"{LATER}{name}" for name in routes)
    yield from (f"{REQUEST}{name}" for name in services)


def _check_addresses(addresses: Addresses, prepared: Prepared) -> None:
    """Raise a TopologyError that names each address where there is nothing."""
    lost = [*_lost_emissions(addresses, prepared), *_lost_faults(addresses, prepared)]
    if lost:
        from simulator.session.lost_addresses import lost_faults

        raise TopologyError(lost_faults(lost, prepared))


def _lost_faults(
    addresses: Addresses, prepared: Prepared
) -> Iterator[tuple[str, str, str, str]]:
    specs = prepared.spec.faults
    if not specs:
        return
    from simulator.session.interceptors import Nodes  # few runs have one

    nodes = Nodes(addresses.wiring)
    for number, spec in enumerate(specs):
        try:
            nodes.receiver(spec.at)
        except UsageError as error:
            yield f"faults[{number}]", "at", spec.at, str(error)


def _lost_emissions(
    addresses: Addresses, prepared: Prepared
) -> Iterator[tuple[str, str, str, str]]:
    for name, spec in prepared.spec.services.items():
        system = prepared.system(name)
        sent = [(f"emit[{n}].to", each.to) for n, each in enumerate(spec.emissions)]
        sent += [] if system is None else [("", to) for to in system.sends_to]
        for field, to in sent:
            try:
                look_up(addresses, to)
            except UnknownAddressError as error:
                yield f"services.{name}", field, to, str(error)


def find_endpoint(endpoints: Iterable[Endpoint], name: str) -> Endpoint | None:
    """Find a service by ``namespace/name``, node, or bare name, in ``default`` first."""
    named = list(endpoints)
    for endpoint in named:
        full = f"{endpoint.namespace}/{endpoint.name}"
        if full in (name, f"default/{name}") or name == endpoint.node:
            return endpoint
    return next((endpoint for endpoint in named if endpoint.name == name), None)

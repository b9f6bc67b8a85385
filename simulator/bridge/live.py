"""A live run: Knative's addresses on this machine, real services behind them."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.bridge.client import Client, Place
from simulator.bridge.driver import LiveDriver
from simulator.bridge.http_server import READ_TIMEOUT_S, Connection
from simulator.bridge.ingress import Ingress
from simulator.bridge.local_addresses import LocalAddresses
from simulator.bridge.port_owner import PortTakenError
from simulator.errors import Fault, SimulatorError, TopologyError
from simulator.kernel import AddressBook
from simulator.urls import host_of, port_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Self

    from simulator.bridge.driver import Pace
    from simulator.session import Simulation
    from simulator.session.blueprint import Blueprint
    from simulator.session.prepared import Changes
    from simulator.subscribers.program_spec import Program
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.topology import Topology
    from simulator.wiring import Wiring

HOST = "127.0.0.1"
PATIENCE_S = 30.0
MOST_BODY = 32 << 20
KEPT = 200_000
_LONGEST_LINE = 1_000
_BACKLOG = 4_096
_HTTP = 80
_GIVEN = ("seed", "start", "max_ttl")  # of the run, whatever a changed topology says


class Programs(Protocol):
    async def apply(self, live: Live, specs: Mapping[str, Program]) -> None:
        """See to it that those run that the topology names now, by node; none raises."""

    async def stop(self) -> None:
        """End them all."""


class LiveSettings(NamedTuple):
    """How a live run is served.

    Args:
        port: 0 for any that is free.
        pace: See `LiveDriver`.
        patience_s: How long a real service may take at pace ``max``.
        max_body: How long a body may be, in bytes.
        allowed: Hosts of real services that are not this machine.
        read_timeout_s: How long a request may take to come in.
    """

    port: int = 0
    bind: str = HOST
    pace: Pace = "wall"
    patience_s: float = PATIENCE_S
    max_body: int = MOST_BODY
    allowed: Collection[str] = ()
    read_timeout_s: float = READ_TIMEOUT_S


class Live:
    """A live run, served while it is entered.

    Args:
        blueprint: Of what runs.
        simulation: A live run of it.
        programs: Starts what the topology says is to be started; None for nothing.

    Raises:
        TopologyError: A real service is on another machine, which is not allowed.
        PortTakenError: Somebody else listens there.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        simulation: Simulation,
        settings: LiveSettings,
        programs: Programs | None = None,
    ) -> None:
        self._blueprint = blueprint
        self._settings = settings
        self._programs = programs
        self.simulation = simulation
        self.port = settings.port
        self._check_hosts(blueprint)
        self._socket: socket.socket | None = None
        self._wired: Wiring | None = None
        self._started_of: Topology | None = None
        self._starting: asyncio.Task[None] | None = None
        self._places: dict[str, Place] = {}
        self._connections: set[Connection] = set()
        self._driven: asyncio.Task[None] | None = None

    # -- what it is asked

    @property
    def authority(self) -> str:
        bind = self._settings.bind
        return f"[{bind}]:{self.port}" if ":" in bind else f"{bind}:{self.port}"

    @property
    def topology(self) -> Topology:
        return self.simulation.topology

    def url(self, address: str) -> str:
        """Give the URL on this machine of ``broker/default``, ``channel/audit`` and so on.

        Raises:
            UnknownAddressError: Nothing has this address.
        """
        return self.addresses.url(address)

    def url_of(self, url: str) -> str:
        return self.addresses.url_of(url)

    def source_spec(self, node: str) -> SourceSpec | None:
        sources = self._blueprint.prepared.spec.sources
        for source in self.simulation.wiring.sources:
            if source.node == node:
                return sources.get(source.generator or "")
        return None

    def folder_of(self, node: str) -> str:
        prepared, wiring = self._blueprint.prepared, self.simulation.wiring
        names = [f"services.{e.described}" for e in wiring.endpoints if e.node == node]
        names += [f"sources.{s.generator}" for s in wiring.sources if s.node == node]
        place = next((prepared.places[n] for n in names if n in prepared.places), "")
        file = place.rpartition(":")[0].rpartition(":")[0] or place
        return str(Path(file).parent)

    # -- real services

    def up(self, node: str, url: str) -> None:
        """Say that a real service answers at a URL from now on."""
        spec = self.simulation.service_spec(node)
        real = None if spec is None else spec.real
        self.places[node] = Place(url, real is not None and real.cluster_host)

    def down(self, node: str) -> None:
        """Say that nobody answers for a real service: connections to it are refused."""
        self.places[node] = Place()

    @property
    def places(self) -> dict[str, Place]:
        _ = self.addresses  # looks whether another topology runs
        return self._places

    def log(self, node: str, line: str) -> None:
        text = line[:_LONGEST_LINE]
        self._driver.put(lambda: self.simulation.log_line(node, text))

    def real(self) -> dict[str, Place | Program]:
        """Give by node where each real service is, or what is to be started for it."""
        found: dict[str, Place | Program] = {}
        for endpoint in self.simulation.wiring.endpoints:
            spec = self.simulation.service_spec(endpoint.node)
            real = None if spec is None else spec.real
            if real is not None and real.program is not None:
                found[endpoint.node] = real.program
            elif real is not None:
                found[endpoint.node] = Place(real.url, real.cluster_host)
        return found

    def _check_hosts(self, blueprint: Blueprint) -> None:
        """Raise a TopologyError that names all real services on other machines, or here."""
        prepared = blueprint.prepared
        faults = []
        for name, spec in prepared.spec.services.items():
            why = "" if spec.real is None else self._why_not(spec.real.url)
            if why:
                place = prepared.places.get(f"services.{name}", "")
                text = f"services.{name}.url: {why}"
                faults.append(Fault(f"{place}: {text}" if place else text))
        if faults:
            raise TopologyError(faults)

    def _why_not(self, url: str) -> str:
        """Say why a real service cannot be at a URL; empty where it can."""
        host = host_of(url)
        if is_loopback(host):
            is_here = self.port and (port_of(url) or _HTTP) == self.port
            return f"kn-sim itself listens at port {self.port}" if is_here else ""
        if not host or host in self._settings.allowed:
            return ""
        return f"{host} is not this machine; --allow-host {host} lets kn-sim send there"

    # -- served

    def bind(self) -> socket.socket:
        """Take the port, before anything else happens; PortTakenError where it is taken."""
        bind = self._settings.bind
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        try:
            self._socket = socket.create_server(
                (bind, self.port), family=family, backlog=_BACKLOG
            )
        except OSError as error:
            raise PortTakenError(bind, self.port, error) from None
        self.port = self._socket.getsockname()[1]
        return self._socket

    def wake(self) -> None:
        """Look whether anything is due: somebody else may have done something to the run.

        What a topology names is started, and what a changed one does not name is ended.
        """
        self._driver.wake()
        if self._programs is not None and self._started_of is not self.topology:
            self._started_of = self.topology
            self._starting = asyncio.create_task(self._reloaded(self._starting))

    @property
    def told(self) -> str:
        return f"serving at http://{self.authority}"

    @property
    def error(self) -> str:
        """Why the run cannot go on; empty while it can."""
        try:
            self.check()
        except SimulatorError as error:
            return str(error)
        return ""

    async def __aenter__(self) -> Self:
        settings, sim = self._settings, self.simulation
        listening = self._socket or self.bind()
        loop = asyncio.get_running_loop()
        self._driver = driver = LiveDriver(sim, settings.pace)
        patience_s = settings.patience_s if settings.pace == "max" else None
        self._client = Client(
            sim, driver.put, lambda: self.places, patience_s, settings.max_body
        )
        outside = sim.outside()
        outside.carrier = self._client
        driver.open_requests = lambda: bool(outside.open)
        ingress = Ingress(
            sim, driver.put, driver.after, lambda: self.addresses, settings.max_body
        )
        self._server = await loop.create_server(
            lambda: Connection(
                ingress, self._connections, loop, settings.read_timeout_s
            ),
            sock=listening,
            backlog=_BACKLOG,
        )
        self._driven = loop.create_task(driver.run())
        self._driven.add_done_callback(self._over)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._programs is not None:
            await self._programs.stop()
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        await asyncio.sleep(0)  # whose connection is closed hangs up
        self._driver.stop()
        assert self._driven is not None, "it was entered"
        await asyncio.gather(self._driven, return_exceptions=True)
        await self._client.close()

    async def until_over(self) -> None:
        """Wait until the run cannot go on, and raise why, as a SimulatorError: a circle."""
        assert self._driven is not None, "it was entered"
        await asyncio.shield(self._driven)

    def check(self) -> None:
        """Raise why the run cannot go on, a SimulatorError, if it cannot."""
        driven = self._driven
        if driven is not None and driven.done() and not driven.cancelled():
            driven.result()

    def _over(self, _: asyncio.Task[None]) -> None:
        """Let nobody wait for answers of a run that cannot go on."""
        for connection in list(self._connections):
            connection.close()

    @property
    def addresses(self) -> LocalAddresses:
        wiring = self.simulation.wiring
        if wiring is not self._wired:
            self._wired = wiring
            self._look(wiring)
        return self._addresses

    def _look(self, wiring: Wiring) -> None:
        self._addresses = LocalAddresses(
            AddressBook(wiring), self.authority, self._settings.bind
        )
        before = self._places
        self._places = {
            node: place if isinstance(place, Place) else before.get(node, Place())
            for node, place in self.real().items()
        }

    async def start_programs(self) -> None:
        if self._programs is None:
            return
        services = {
            n: each for n, each in self.real().items() if not isinstance(each, Place)
        }
        sources = self._blueprint.prepared.spec.sources
        for source in self.simulation.wiring.sources:
            spec = sources.get(source.generator or "")
            if spec is not None and spec.program is not None:
                services[source.node] = spec.program
        await self._programs.apply(self, services)

    # -- changed

    async def reload(self, topology: Topology) -> Changes:
        """Run a changed topology, or raise a SimulatorError, and go on with the old one."""
        done: asyncio.Future[Changes] = asyncio.get_running_loop().create_future()
        self._driver.put(partial(self._reload, topology, done))
        changes = await done
        await self.start_programs()
        return changes

    async def _reloaded(self, before: asyncio.Task[None] | None) -> None:
        """Start and end programs, now that somebody has changed what the run is of."""
        if before is not None:
            await before
        self._blueprint = self._blueprint.followed_by(self.topology, _GIVEN)
        await self.start_programs()

    def _reload(self, topology: Topology, done: asyncio.Future[Changes]) -> None:
        try:
            blueprint = self._blueprint.followed_by(topology, _GIVEN)
            self._check_hosts(blueprint)
            changes = self.simulation.reload(topology)
        except SimulatorError as error:
            done.set_exception(error)
            return
        self._blueprint = blueprint
        done.set_result(changes)


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

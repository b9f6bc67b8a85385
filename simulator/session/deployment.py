"""What runs: a topology, and the functions that play its services; another may take over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from simulator.errors import UnknownAddressError, UsageError, nearest
from simulator.event import Event
from simulator.kernel import Kind
from simulator.nodes import name_of
from simulator.session import settings
from simulator.session.arguments import expect, wait_ns
from simulator.session.engine import Engine, find_endpoint
from simulator.session.journal import journaled
from simulator.session.prepared import Changes, changes_between
from simulator.session.sending import look_up, token_for
from simulator.topology import Topology
from simulator.wiring import of_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from simulator.duration import Duration
    from simulator.kernel import Addresses, Target
    from simulator.session.blueprint import Blueprint
    from simulator.session.interceptors import Interceptors
    from simulator.session.prepared import Prepared
    from simulator.session.recorded_answers import GivenAnswers, RecordedAnswers
    from simulator.session.run import Run, Service
    from simulator.subscribers.played import Handler, Played
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.systems import Knob, System
    from simulator.wiring import Endpoint


def recorded_answers(
    answers: GivenAnswers | None,
    make: Callable[..., Any],
    redact: Sequence[str],
    handlers: Sequence[Any],
) -> RecordedAnswers | None:
    if answers is None:
        return None
    from simulator.session.recording_reading import chosen_answers  # few have any

    return chosen_answers(answers, make, redact, handlers=handlers)


class Deployment:
    """What runs.

    Args:
        max_ttl: Passes through brokers that an event may make; None for what the
            implementations say.
        fixed: Settings of the run that no topology has a say in.

    Attributes:
        topology: As it was given last.
        blueprint: Of the last one that changed anything.

    Raises:
        HandlerError: A function that the topology names cannot be loaded.
        UsageError: What is *named* is no list of files or modules.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        run: Run,
        named: Sequence[Any],
        *,
        max_ttl: int | None,
        folder: str,
        fixed: Collection[str] = (),
    ) -> None:
        self.topology = blueprint.topology
        self.blueprint = blueprint
        self.given: dict[str, Played] = {}
        self._run = run
        self._named = named
        self._max_ttl = max_ttl
        self._folder = folder
        self._fixed = fixed
        self._handlers = dict(settings.chosen_handlers(blueprint.prepared, named))
        self._engine: Engine | None = None
        # What runs, and where its events go that are sent to no address.
        self._usual: tuple[Addresses, Target] | None = None
        self._reloads = 0

    def register(self, name: str, handler: Handler, errors: int | str | None) -> None:
        if self._run.begun:
            raise UsageError(
                f"service {name!r}: register handlers before the first event is sent"
            )
        from simulator.systems import own  # as the functions themselves

        played = settings.checked_handler(name, handler, errors)
        try:
            self._handlers[name] = played._replace(function=own(played.function))
        except TypeError as error:
            raise UsageError(f"service {name!r}: {error}") from None
        self.given[name] = played
        self._engine = None

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(
                self.blueprint,
                self._handlers,
                self._run,
                self._emit,
                max_ttl=self._max_ttl,
                folder=self._folder,
            )
        return self._engine

    @property
    def interceptors(self) -> Interceptors:
        interceptors = self.engine.interceptors
        self._run.begun = True
        return interceptors

    def _emit(self, event: Event, to: str, after_ns: int, service: Service) -> None:
        target, account = self.target(to), service.account
        headers = token_for(target, account, service.namespace) if account else None
        self._run.post(target, event, after_ns, node=service.node, headers=headers)

    def target(self, to: str) -> Target:
        """Look up an address: a short name, a bare service name, or a URL.

        Raises:
            UnknownAddressError: Nothing has it.
        """
        addresses = self.engine.addresses
        if to:
            return look_up(addresses, to)
        if self._usual is None or self._usual[0] is not addresses:
            self._usual = addresses, look_up(addresses, "")
        return self._usual[1]

    @journaled
    def change(
        self,
        *,
        add: Mapping[str, Any] | None = None,
        update: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
    ) -> None:
        """Let an object of the cluster change; an ApiServerSource that watches it tells.

        Exactly one of the three. What runs is not changed by it: see `reload`.

        Args:
            add: The manifest of an object that is not there.
            update: What changes of one that is there, by a manifest of the topology or
                added: it is merged into it, and None takes a field away.
            delete: One that is there; apiVersion, kind and name are enough.

        Raises:
            UsageError: It is no manifest, or the object is there already, or is not.
        """
        from simulator.session.watching import change_of  # few runs change any

        made = change_of({"add": add, "update": update, "delete": delete})
        server = self.engine.api_server
        self._run.begun = True
        server.change(made)

    def service_spec(self, node: str) -> ServiceSpec | None:
        """Give what the topology says of a service, by its node; None for nothing."""
        endpoint = find_endpoint(self.engine.addresses.wiring.endpoints, node)
        services = self.blueprint.prepared.spec.services
        return None if endpoint is None else of_endpoint(services, endpoint)

    @journaled
    def decide(
        self,
        service: str,
        decision: Literal["approve", "reject"],
        *,
        after: Duration | None = None,
        reason: str = "",
    ) -> None:
        """Decide beforehand about each request that a service holds, now and from now on.

        In the order in which they began to wait, unless its policy, its deadline or
        somebody has decided before; in the same instant, this decision counts. What is
        said last of a service counts for all that waits. The trace tells such a decision
        by its detail, ``in advance``, or the reason.

        Args:
            service: Its name, as for `received`.
            decision: ``approve`` or ``reject``.
            after: How long after each began to wait: ISO 8601 or ``10m``, seconds, or a
                timedelta; at once unless given.
            reason: As for `reject`.

        Raises:
            UnknownAddressError: There is no such service.
            UsageError: It asks for no approval, or an argument is none.
        """
        from simulator.session.approvals import Ahead  # few hold requests

        ahead = Ahead.of(
            decision, 0 if after is None else wait_ns(after, "after"), reason
        )
        endpoints = self.engine.addresses.wiring.endpoints
        found = find_endpoint(endpoints, expect(service, str, "service", "its name"))
        if found is None:
            raise UnknownAddressError(service, [each.name for each in endpoints])
        if not self._asks(found):
            asking = ", ".join(each.name for each in endpoints if self._asks(each))
            raise UsageError(
                f"{found.node} asks for no approval"
                f" ({f'those that do: {asking}' if asking else 'no service does'})"
            )
        self._run.begun = True
        self._run.approvals.decide(found.node, ahead)

    def _asks(self, endpoint: Endpoint) -> bool:
        played = of_endpoint(self._handlers, endpoint)
        if played is not None:
            return getattr(played.function, "asks", False) is not False
        spec = of_endpoint(self.blueprint.prepared.spec.services, endpoint)
        return spec is not None and spec.approval is not None

    @journaled
    def reload(self, topology: Topology) -> Changes:
        """Run a changed topology from this instant on, as `kubectl apply` would.

        All or nothing: when anything is refused, the old topology runs on untouched.
        What Knative lets nobody change is replaced: deleted and created anew. One
        record says what changed; none, when nothing did.

        Events under way go on as on a cluster. The fan-out of a hub keeps what it
        began with: addresses, retries, backoff, reply and dead letter addresses. What
        is behind an address is looked up at each request. So the next attempt of a
        trigger obeys its new filter, subscriber and format; one that does not match
        any more is answered 200 and delivered to nobody; one that was deleted 404,
        one that was replaced 400. A subscription of a channel goes on to its old
        subscriber. A broker that was deleted answers 404, a channel 500. What a fault
        delays or a breakpoint holds meets what is there when it arrives.

        A service whose description did not change keeps its state, another begins
        anew. A source that did not change goes on; the schedule of another begins now,
        its events are numbered on; a PingSource goes on with the next tick.

        Source: knative-runtime, "Shape of one delivery", Filter service, Ingress,
            Channel (run); that a fan-out keeps its subscription: read, not run. See
            `simulator.kernel.delivery`.

        Raises:
            TopologyError: The topology is refused, or changes the seed, profile, start
                or maxTTL that the run has from it; every fault is named.
            HandlerError: A function that it names cannot be loaded.
            UsageError: The run is going on.
        """
        if self._run.going_on:
            raise UsageError(
                "reload: the run is going on; call it when that has returned"
            )
        if not isinstance(topology, Topology):
            raise UsageError(f"reload: expected a Topology, found {topology!r}")
        engine, old = self.engine, self.blueprint
        new = old.followed_by(topology, self._fixed)
        changes = changes_between(
            self.topology, topology, old.prepared, new.prepared, checked=old.checks
        )
        if changes:
            handlers = self._handlers_of(new.prepared)
            engine.reload(new, handlers, (*changes.removed, *changes.replaced))
            self.blueprint, self._handlers = new, handlers
            self._run.begun = True
            self._note(engine, changes)
        self.topology = topology
        return changes

    def _handlers_of(self, prepared: Prepared) -> dict[str, Played]:
        before = self.blueprint.prepared
        old = before.spec.services
        kept = {
            name: self._handlers[name]
            for name, spec in prepared.spec.services.items()
            if spec.handler and old.get(name) == spec and name not in self.given
            if before.files_of(name) == prepared.files_of(name)
        }
        chosen = settings.chosen_handlers(prepared, self._named, kept)
        return {**chosen, **{name: self._handlers[name] for name in self.given}}

    def functions(self) -> dict[str, Handler]:
        """Give the functions that play services, by the nodes of these."""
        if not self._handlers:
            return {}
        found = {}
        for endpoint in self.engine.addresses.wiring.endpoints:
            played = of_endpoint(self._handlers, endpoint)
            if played is not None:
                found[endpoint.node] = played.function
        return found

    def _systems(self) -> dict[str, System]:
        functions = self.functions()
        if not functions:
            return {}
        from simulator.systems import System  # few runs have one

        return {n: each for n, each in functions.items() if isinstance(each, System)}

    def knobs(self) -> dict[str, Mapping[str, Knob]]:
        """Give the outcomes of played systems that may be decided: node -> by key."""
        return {node: each.knobs for node, each in self._systems().items()}

    def unfinished(self) -> list[tuple[str, str]]:
        """List what played systems have begun and not ended: node, and a sentence."""
        return [
            (node, each)
            for node, system in self._systems().items()
            for each in system.unfinished()
        ]

    @journaled
    def set_knob(self, service: str, key: str, value: str) -> None:
        """Decide an outcome of a played system, from this instant on.

        Args:
            service: That the system plays, by name or node.
            key: One of its `knobs`, such as the name of a pipeline.
            value: As it is written after ``--set NODE.KEY=``.

        Raises:
            UsageError: No system plays it, or it has no such key, or that none such value.
        """
        systems = self._systems()
        node = service if service in systems else f"service/{service}"
        if node not in systems:
            there_are = ", ".join(map(name_of, systems)) or "none"
            near = nearest(service, map(name_of, systems))
            raise UsageError(
                f"no system plays {service!r}{near} (there are: {there_are})"
            )
        self._run.begun = True
        try:
            systems[node].set(key, value)
        except UsageError as error:
            raise UsageError(f"{name_of(node)}: {error}") from None

    def _note(self, engine: Engine, changes: Changes) -> None:
        self._reloads += 1
        event = Event(
            {
                "specversion": "1.0",
                "id": f"reload-{self._reloads}",
                "source": "/kn-sim",
                "type": "kn-sim.reconfigured",
            }
        )
        engine.kernel.record(-1, Kind.RECONFIGURED, event, "", "", 1, (0, str(changes)))
        self._run.tell_watchers()

"""Another topology in the place of the one that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.event import Event
from simulator.kernel import Kind
from simulator.session import settings
from simulator.session.journal import journaled
from simulator.session.prepared import Changes, changes_between
from simulator.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.session.blueprint import Blueprint
    from simulator.session.engine import Engine
    from simulator.session.prepared import Prepared
    from simulator.session.run import Run
    from simulator.subscribers.played import Played


_GIVEN = ("seed", "start", "max_ttl")
"""Settings that, once given to `Simulation`, no topology has a say in."""


class Reloadable:
    """The part of a `Simulation` that is about changes of its topology."""

    topology: Topology
    _run: Run
    _begun: bool
    _blueprint: Blueprint
    _handlers: dict[str, Played]
    _given: dict[str, Played]
    _options: Mapping[str, Any]
    _reloads = 0

    if TYPE_CHECKING:

        @property
        def _built(self) -> Engine: ...

        def _tell_watchers(self) -> None: ...

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
        engine, old = self._built, self._blueprint
        given = [name for name in _GIVEN if self._options[name] is not None]
        new = old.followed_by(topology, given)
        changes = changes_between(
            self.topology, topology, old.prepared, new.prepared, checked=old.checks
        )
        if changes:
            handlers = self._handlers_of(new.prepared)
            engine.reload(new, handlers, (*changes.removed, *changes.replaced))
            self._blueprint, self._handlers = new, handlers
            self._begun = True
            self._note(engine, changes)
        self.topology = topology
        return changes

    def _handlers_of(self, prepared: Prepared) -> dict[str, Played]:
        """Give the Python functions; those of unchanged services are the same."""
        old = self._blueprint.prepared.spec.services
        kept = {
            name: self._handlers[name]
            for name, spec in prepared.spec.services.items()
            if spec.handler and old.get(name) == spec and name not in self._given
        }
        chosen = settings.chosen_handlers(prepared, self._options["handlers"], kept)
        return {**chosen, **self._given}

    def _note(self, engine: Engine, changes: Changes) -> None:
        """Write the record that says what changed."""
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
        self._tell_watchers()

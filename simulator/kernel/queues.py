"""What hubs have stored: their streams, the backlogs of their routes, and who serves them.

For hubs that answer their senders as soon as an event is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.delivery import Burial, Delivery
from simulator.kernel.log import Kind
from simulator.kernel.routes import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.event import Event
    from simulator.kernel.backlog import Backlog
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.exchange import World
    from simulator.kernel.routes import LinkedHub, LinkedRoute
    from simulator.kernel.storing import Store
    from simulator.profiles.profile import Queue


class Queues:
    """The queues of one run.

    Args:
        world: Where their events are delivered.
    """

    __slots__ = ("_backlogs", "_dead", "_stores", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._backlogs: dict[str, Backlog] = {}
        self._stores: dict[str, Store] = {}
        self._dead: dict[str, None] = {}  # processes

    def follow(self, now: Callable[[LinkedRoute], LinkedRoute | None]) -> None:
        """Go on after another topology has taken over; see `Backlog.follow`."""
        for backlog in self._backlogs.values():
            backlog.follow(now)

    def store(
        self,
        hub: LinkedHub,
        routes: Sequence[LinkedRoute],
        envelope: Envelope,
        accepted: int,
    ) -> int:
        """Put an event on the backlog of each route; give what the sender is answered."""
        store = self._stores.get(hub.node)
        if store is None:
            from simulator.kernel.storing import Store  # few hubs store

            store = self._stores[hub.node] = Store(hub.profile, hub.partitions)
        if store.is_known(envelope.event, self._world.now):
            why = (ACCEPTED, "an event with this id was taken just before")
            self._world.record(accepted, Kind.DUPLICATE, envelope, hub, "", 1, why)
            return ACCEPTED
        stored = store.stored(envelope)
        for route in routes:
            read = store.read(route, envelope, stored, self._world.instant)
            if isinstance(read, str):
                why = (0, read)
                self._world.record(
                    accepted, Kind.LOST, envelope, route, route.target, 1, why
                )
            else:
                self._backlog(route).put(route, read, accepted)
        return ACCEPTED

    def topic(self, hub: LinkedHub) -> tuple[Store | None, Mapping[str, list[Event]]]:
        """Give what a hub has stored, and of each route what is not through."""
        waiting = {
            route.node: self._backlogs[route.node].waiting
            for route in hub.routes
            if route.node in self._backlogs
        }
        return self._stores.get(hub.node), waiting

    def _backlog(self, route: LinkedRoute) -> Backlog:
        found = self._backlogs.get(route.node)
        if found is None:
            found = self._new_backlog(route, route.queue, Delivery)
            self._backlogs[route.node] = found
        return found

    def _new_backlog(
        self, route: LinkedRoute, queue: Queue, kind: type[Delivery]
    ) -> Backlog:
        from simulator.kernel.backlog import Backlog  # few hubs store

        made = Backlog(self._world, queue, kind, self._crash)
        made.shared = route.hub.profile.hazards.shared_process
        if made.shared in self._dead:
            made.process = made.shared
        return made

    def bury(self, route: LinkedRoute, dead: Envelope, cause: int) -> None:
        """Store a dead letter in a queue of its own: the route's, or its hub's."""
        inherited = route.route.inherited
        name = f"{route.hub.node if inherited else route.node} dead letters"
        found = self._backlogs.get(name)
        if found is None:
            queue = route.hub.profile.queue if inherited else route.queue
            found = self._new_backlog(route, queue, Burial)
            self._backlogs[name] = found
        found.put(route, dead, cause)

    def _crash(self, delivery: Delivery, process: str) -> None:
        """Let a process die: whatever it serves ends."""
        if process == delivery.route.hub.profile.hazards.shared_process:
            self._dead[process] = None
        for backlog in self._backlogs.values():
            if delivery.owner is backlog or backlog.shared in self._dead:
                backlog.die(process, delivery)

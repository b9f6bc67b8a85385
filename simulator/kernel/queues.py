"""What hubs have stored and not delivered yet: streams, and a backlog for each route.

For hubs that answer their senders as soon as an event is stored.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from operator import itemgetter
from typing import TYPE_CHECKING

from simulator.kernel.delivery import Burial, Delivery
from simulator.kernel.exchange import Exchange, Owner
from simulator.kernel.log import Kind
from simulator.kernel.routes import ACCEPTED
from simulator.kernel.storing import Store, begun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.event import Event
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.exchange import World
    from simulator.kernel.routes import LinkedHub, LinkedRoute
    from simulator.profiles.profile import Queue

    # The record that says that the event was accepted; whether its turn among those of
    # the same key is reserved; its route; itself; its delivery, once that has begun.
    Stored = tuple[int, bool, LinkedRoute, Envelope, Delivery | None]

_REOPENED_NS, _CLOSED_NS = 1_000_000_000, 2_000_000_000


class Backlog(Owner):
    """Hands the events of one route to its workers, the oldest first.

    Events of one key, a value of the attribute that orders, go on one after another.

    Args:
        world: Where they are delivered.
        queue: How many at once, and in which order.
        kind: Of the deliveries that it begins.
        crash: Is told that a process has died.

    Attributes:
        shared: The process that serves it with others; empty for one of its own.
        process: Which process served it and has died; empty while none has.
    """

    __slots__ = ("_again", "_behind", "_crash", "_fetched", "_kind", "_left", "_parked", "_queue", "_stalled_ns", "_stored",
                 "_under_way", "_world", "process", "shared")  # fmt: skip

    def __init__(
        self,
        world: World,
        queue: Queue,
        kind: type[Delivery],
        crash: Callable[[Delivery, str], None],
    ) -> None:
        self.token = 0
        self.shared = self.process = ""
        self._world = world
        self._queue = queue
        self._kind = kind
        self._crash = crash
        self._stored: list[Stored] = []  # a heap
        self._fetched: deque[Stored] = deque()
        # What is under way, each with what it was; what of it comes again, while nothing
        # more is taken, since when, and how many that have been handed over are left.
        self._under_way: dict[Delivery, Stored] = {}
        self._parked: dict[Delivery, Stored] = {}
        self._again: list[Stored] | None = None
        self._stalled_ns = 0
        self._left = 0
        # Keys of which an event is under way -> those that wait for it.
        self._behind: dict[str, deque[Stored]] = {}

    @property
    def waiting(self) -> list[Event]:
        """The events that are not through, those under way among them."""
        behind = (stored for line in self._behind.values() for stored in line)
        begun = (*self._under_way.values(), *self._parked.values())
        return [
            each[3].event for each in (*begun, *self._fetched, *self._stored, *behind)
        ]

    def put(self, route: LinkedRoute, event: Envelope, accepted: int) -> None:
        """Store an event.

        Args:
            route: Whose backlog this is.
            event: As it lies in the hub.
            accepted: The record that says so.
        """
        stored: Stored = (accepted, False, route, event, None)
        if self.process:
            self._stays(stored)
            return
        heappush(self._stored, stored)
        self._go_on()

    def settled(self, exchange: Exchange, *, safe: bool) -> None:
        """Have a worker again, and the next event of the same key."""
        assert isinstance(exchange, Delivery), "this begins no others"
        del self._under_way[exchange]
        if self._again is not None and not self._under_way and not self._left:
            self._wait()
        key = self._key(exchange.event)
        behind = self._behind.get(key)
        if behind:
            accepted, _, route, event, _ = behind.popleft()
            heappush(self._stored, (accepted, True, route, event, None))
        elif behind is not None:
            del self._behind[key]
        self._go_on()

    def park(self, exchange: Exchange) -> None:
        """Have a worker again while a delivery waits for its next attempt."""
        assert isinstance(exchange, Delivery), "this begins no others"
        self._parked[exchange] = self._under_way.pop(exchange)
        self._go_on()

    def take_back(self, exchange: Exchange) -> None:
        """Let a delivery go on that has waited, as soon as a worker is free."""
        assert isinstance(exchange, Delivery), "this begins no others"
        del self._parked[exchange]
        stored = (exchange.accepted, True, exchange.route, exchange.event, exchange)
        heappush(self._stored, stored)
        self._go_on()

    # -- where the real thing breaks

    def crash(self, exchange: Exchange, process: str) -> None:
        """End with all that the process serves, for it has died of a delivery."""
        assert isinstance(exchange, Delivery), "this begins no others"
        self._crash(exchange, process)

    def die(self, process: str, cause: Delivery) -> None:
        """End: nobody takes from this queue any more.

        Args:
            process: That served it.
            cause: The delivery that it died of, of this queue or another.
        """
        self.process = process
        under_way = {**self._parked, **self._under_way}
        stays = [*under_way.values(), *self._fetched, *self._stored]
        for line in self._behind.values():
            stays += line
        for each in under_way:
            if each is not cause:
                each.cancel()
        self._under_way.clear()
        self._parked.clear()
        self._fetched.clear()
        self._stored.clear()
        self._behind.clear()
        for stored in sorted(stays, key=itemgetter(0)):
            self._stays(stored)

    def _stays(self, stored: Stored) -> None:
        accepted, _, route, event, _ = stored
        noted = (0, f"it stays in the queue: {self.process} is dead")
        self._world.record(accepted, Kind.STUCK, event, route, route.target, 1, noted)

    def stall(self, exchange: Exchange) -> None:
        """Stop taking for a while; what else is under way will come again.

        What was handed over already is still worked off, in vain.

        Source: profiles 66 and 3.4: RabbitMQ closes the channel; an exchange that is
            not there.
        """
        if self._again is not None:
            return
        self._again = [s for each, s in self._under_way.items() if each is not exchange]
        self._stalled_ns = self._world.now
        workers = self._queue.workers or 1
        self._left = min(workers + 1, len(self._stored))

    def _wait(self) -> None:
        """Wait until the channel is there again."""
        now = self._world.now
        wait = _CLOSED_NS if now == self._stalled_ns else _REOPENED_NS
        self._world.schedule(now + wait, self)

    def step(self, value: object) -> None:
        """Take again, first what was under way."""
        self.token += 1
        again, self._again = self._again, None
        for stored in again or ():
            heappush(self._stored, stored)
        self._go_on()

    def follow(self, now: Callable[[LinkedRoute], LinkedRoute | None]) -> None:
        """Go on after another topology has taken over.

        Args:
            now: Gives the route in the place of an earlier one; None where it is gone,
                and with it what it had not begun to deliver.
        """
        stored, self._stored = [*self._fetched, *self._stored], []
        self._fetched.clear()
        for line in self._behind.values():
            stored += line
            line.clear()
        for accepted, reserved, route, event, delivery in sorted(stored):
            current = route if delivery is not None else now(route)
            if current is not None:
                heappush(self._stored, (accepted, reserved, current, event, delivery))
            else:
                if reserved:
                    del self._behind[self._key(event)]
                noted = (0, "nobody takes from the queue any more")
                self._world.record(
                    accepted, Kind.LOST, event, route, route.target, 1, noted
                )
        self._go_on()

    def _key(self, event: Envelope) -> str:
        return event.event.attributes.get(self._queue.ordered_by, "")

    def _go_on(self) -> None:
        """Begin as many deliveries as there are workers."""
        workers, stored, busy = self._queue.workers, self._stored, self._under_way
        batch = 0
        fetched = self._fetched
        while (fetched or stored) and (workers is None or len(busy) < workers or batch):
            if self._again is not None:
                if not self._left:
                    return
                self._left -= 1
            batch = (batch or self._queue.batch) - 1
            if not fetched:
                fetched.extend(
                    heappop(stored) for _ in range(min(self._queue.fetch, len(stored)))
                )
            first = fetched.popleft()
            accepted, reserved, route, event, delivery = first
            key = self._key(event)
            if key and not reserved:
                behind = self._behind.get(key)
                if behind is not None:
                    behind.append(first)
                    continue
                self._behind[key] = deque()
            if delivery is None:
                world = self._world
                carried = begun(event, self._queue.stamp, world.instant)
                delivery = self._kind(world, self, route, carried, accepted)
                delivery.start(delivery.begin)
            else:
                delivery.resume(None)
            busy[delivery] = (accepted, False, route, event, None)
            if self._again is not None:
                self._again.append(busy[delivery])


class Queues:
    """All that is stored in one run, made with the first event that is.

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
        made = Backlog(self._world, queue, kind, self._crash)
        made.shared = route.hub.profile.hazards.shared_process
        if made.shared in self._dead:
            made.process = made.shared
        return made

    def bury(self, route: LinkedRoute, dead: Envelope, cause: int) -> None:
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

"""The events that a hub has stored and not delivered yet: a backlog for each route.

For hubs that answer their senders as soon as an event is stored.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from simulator.kernel.delivery import Delivery
from simulator.kernel.exchange import Exchange, Owner
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel.envelope import Envelope
    from simulator.kernel.exchange import World
    from simulator.kernel.routes import LinkedRoute
    from simulator.profiles.profile import Queue

    # The record that says that the event was accepted; whether its turn among those of
    # the same key is reserved; its route; itself; its delivery, once that has begun.
    Stored = tuple[int, bool, LinkedRoute, Envelope, Delivery | None]


class Backlog(Owner):
    """Hands the events of one route to its workers, the oldest first.

    Events of one key, a value of the attribute that orders, go on one after another.

    Args:
        world: Where they are delivered.
        queue: How many at once, and in which order.
    """

    __slots__ = ("_behind", "_busy", "_queue", "_stored", "_world")

    def __init__(self, world: World, queue: Queue) -> None:
        self.token = 0
        self._world = world
        self._queue = queue
        self._busy = 0
        self._stored: list[Stored] = []  # a heap
        # Keys of which an event is under way -> those that wait for it.
        self._behind: dict[str, deque[Stored]] = {}

    def put(self, route: LinkedRoute, event: Envelope, accepted: int) -> None:
        """Store an event.

        Args:
            route: Whose backlog this is.
            event: As it lies in the hub.
            accepted: The record that says so.
        """
        heappush(self._stored, (accepted, False, route, event, None))
        self._go_on()

    def settled(self, exchange: Exchange, *, safe: bool) -> None:
        """Have a worker again, and the next event of the same key."""
        assert isinstance(exchange, Delivery), "this begins no others"
        self._busy -= 1
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
        self._busy -= 1
        self._go_on()

    def take_back(self, exchange: Exchange) -> None:
        """Let a delivery go on that has waited, as soon as a worker is free."""
        assert isinstance(exchange, Delivery), "this begins no others"
        stored = (exchange.accepted, True, exchange.route, exchange.event, exchange)
        heappush(self._stored, stored)
        self._go_on()

    def follow(self, now: Callable[[LinkedRoute], LinkedRoute | None]) -> None:
        """Go on after another topology has taken over.

        Args:
            now: Gives the route in the place of an earlier one; None where it is gone,
                and with it what it had not begun to deliver.
        """
        stored, self._stored = self._stored, []
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
        """Give the key of an event; empty for none."""
        return event.event.attributes.get(self._queue.ordered_by, "")

    def _go_on(self) -> None:
        """Begin as many deliveries as there are workers."""
        workers, stored = self._queue.workers, self._stored
        while stored and (workers is None or self._busy < workers):
            first = heappop(stored)
            accepted, reserved, route, event, delivery = first
            key = self._key(event)
            if key and not reserved:
                behind = self._behind.get(key)
                if behind is not None:
                    behind.append(first)
                    continue
                self._behind[key] = deque()
            self._busy += 1
            if delivery is None:
                delivery = Delivery(self._world, self, route, event, accepted)
                delivery.start(delivery.begin)
            else:
                delivery.resume(None)

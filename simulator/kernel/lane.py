"""Hubs and their routes made ready to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.memory import remember
from simulator.kernel.router import Router
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.delivery import Retries
    from simulator.filters import Filter
    from simulator.kernel.answer import Answer
    from simulator.kernel.target import Target
    from simulator.profiles import Profile
    from simulator.wiring import Hub, Route


class Lane:
    """A route with its addresses looked up."""

    __slots__ = ("_hub", "backoffs", "dead_letter", "filter", "filtered", "format", "generation", "hub_namespace", "namespace", "node",
                 "reply", "retries", "route", "target", "timeout_ns")  # fmt: skip

    def __init__(self, route: Route, hub: Hub) -> None:
        self.route = route
        self._hub = hub
        self.node = route.node
        self.filter: Filter | None = route.filter
        self.filtered = hub.kind is HubKind.BROKER
        self.hub_namespace = hub.namespace
        self.format = route.format
        self.namespace = route.namespace
        self.retries: Retries = route.retries
        self.timeout_ns = route.retries.timeout_ns
        self.target: Target
        self.reply: Target | None = None
        self.dead_letter: Target | None = None
        # Waits that are known already; empty while `Retry-After` may change them.
        self.backoffs: list[int] = []
        # How often the trigger was deleted and created anew.
        self.generation = 0

    @property
    def hub_node(self) -> str:
        """The node of its broker or channel."""
        return self._hub.node

    def to(self, target: Target, retries: Retries | None = None) -> Lane:
        """Give a lane like this one to another target, perhaps with other retries."""
        twin = Lane(self.route, self._hub)
        twin.target, twin.reply, twin.dead_letter = target, self.reply, self.dead_letter
        twin.generation = self.generation
        if retries is not None:
            twin.retries, twin.timeout_ns = retries, retries.timeout_ns
        return twin

    def wait_ns(
        self, profile: Profile, retry: int, status: int, answer: Answer, now_ns: int
    ) -> int:
        """Return the wait before a retry, 0 for the first; each is computed once."""
        if self.retries.retry_after_max_ns is not None:
            after = answer.headers.get("retry-after", "")
            return profile.wait_ns(self.retries, retry, status, after, now_ns)
        known = self.backoffs
        while len(known) <= retry:
            known.append(profile.backoff_ns(self.retries, len(known)))
        return known[retry]


Match = tuple[Lane, bool]
"""A lane that takes an event, and whether its filter panics on it."""


class RunningHub:
    """A hub with its router, and with what events have matched.

    Attributes:
        known: By the value of the router's `key`, or the values of all that it reads,
            what matches; a look into it with the key's value saves a call of `match`.
    """

    __slots__ = (
        "_taken",
        "asynchronous",
        "hub",
        "is_broker",
        "known",
        "lanes",
        "namespace",
        "node",
        "router",
    )

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.node = hub.node
        self.namespace = hub.namespace
        self.is_broker = hub.kind is HubKind.BROKER
        self.asynchronous = hub.asynchronous
        self.lanes = tuple(Lane(route, hub) for route in hub.routes)
        self.router = Router([lane.filter for lane in self.lanes])
        self.known: dict[object, tuple[Match, ...]] = {}
        self._taken: dict[tuple[int, ...], tuple[Match, ...]] = {}

    def match(
        self, attributes: Mapping[str, str], arrival_ns: int
    ) -> tuple[Match, ...]:
        """Find the lanes that take an event, in declaration order.

        Returns:
            The same object for the same lanes, as long as it is remembered.
        """
        router = self.router
        if router.reads is None:
            return self._matches(router.match(attributes, arrival_ns))
        values: object = attributes.get(router.key)
        if len(router.reads) > 1:
            values = tuple(map(attributes.get, router.reads))
        found = self.known.get(values)
        if found is None:
            found = self._matches(router.match(attributes, arrival_ns))
            remember(self.known, values, found)
        return found

    def _matches(self, numbers: tuple[int, ...]) -> tuple[Match, ...]:
        """Give the lanes of these numbers, as the router writes them."""
        found = self._taken.get(numbers)
        if found is None:
            lanes = self.lanes
            matches = [
                (lanes[n], False) if n >= 0 else (lanes[~n], True) for n in numbers
            ]
            found = remember(self._taken, numbers, tuple(matches))
        return found

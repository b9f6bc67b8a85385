"""A request that arrives a second time; nobody waits for the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.attempts import KINDS, post
from simulator.kernel.exchange import Exchange
from simulator.kernel.log import Kind, name_of
from simulator.kernel.sender import CALLER

if TYPE_CHECKING:
    from simulator.kernel.answer import Answer
    from simulator.kernel.exchange import Go, World
    from simulator.kernel.request import Request
    from simulator.kernel.routes import Target


class Duplicate(Exchange):
    """A request on its way for the second time.

    Args:
        world: Where it happens.
        request: Arrives for the first time, too.
        target: Where: a service or a hub.
        cause: The record that it follows from.
    """

    __slots__ = ("_request",)

    def __init__(
        self, world: World, request: Request, target: Target, cause: int
    ) -> None:
        super().__init__(world, None)
        self._request = request
        self.answering = target
        self.serial = cause
        self.attempt = request.attempt
        self.start(self._arrive)

    @property
    def name(self) -> str:
        """The node that made the request."""
        return name_of(self._request.asker) or CALLER

    def _arrive(self, _: object) -> Go:
        world, first, cause = self.world, self._request, self.serial
        target = world.addresses.look_up_again(self.answering)
        envelope, route = first.envelope, first.route
        if target.hub is not None:
            self.token = -1
            if route is None:
                event, headers = envelope.event, envelope.headers
                world.receive(target.hub, event, None, headers, cause, None)
            else:
                post(world, first.role, envelope, target.hub, cause, None)
            return None
        twin = first.again(target, world.now)
        answer = target.take(twin)
        serial = world.record(
            cause, KINDS[first.role], envelope, first.asker, target, self.attempt,
            twin.noted,
        )  # fmt: skip
        limit = None if route is None else route.timeout_ns
        self.deadline = None if limit is None else world.now + limit
        return self.ask(twin, target, serial, answer)

    def answered(self, answer: Answer) -> Go:
        """Write the answer down."""
        first = self._request
        self.world.record(
            self.serial, Kind.RESPONDED, first.envelope, self.answering, first.asker,
            self.attempt, answer.noted,
        )  # fmt: skip
        return self.end(safe=True)

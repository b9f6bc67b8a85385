"""Requests that real services answer: they stay open until somebody says what came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.errors import UsageError, nearest
from simulator.event import Event
from simulator.kernel import Answer, Failure, Kind
from simulator.kernel.calendar import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.kernel import Kernel, Request
    from simulator.subscribers.latency import Latency

_LOGGED = {"specversion": "1.0", "source": "/kn-sim", "type": "kn-sim.logged"}


class Real(Protocol):
    node: str

    def draw(self, latency: Latency) -> int: ...


class Asked(NamedTuple):
    """A request to a real service, whose answer takes *latency* ns more."""

    number: int
    node: str
    latency: int
    request: Request


class Carrier(Protocol):
    def ask(self, asked: Asked) -> None: ...

    def leave(self, asked: Asked) -> None: ...


class Listening(Carrier, Protocol):
    def answered(self, asked: Asked, answer: Answer) -> None: ...


class Outside:
    """The requests of one run that real services are to answer.

    Attributes:
        open: Those that nobody has answered yet, by number.
        carrier: Takes them; None where answers come of themselves, as from a trace.
    """

    def __init__(self, running: Callable[[], Kernel]) -> None:
        self.open: dict[int, Asked] = {}
        self.carrier: Carrier | None = None
        self.listener: Listening | None = None
        self._running = running
        self._count = 0
        self._lines = 0

    def answering(self, service: Real, latency: Latency) -> Callable[[Request], None]:
        def ask(request: Request) -> None:
            self._count += 1
            asked = Asked(self._count, service.node, service.draw(latency), request)
            self.open[asked.number] = asked
            request.left = partial(self._leave, asked)
            if self.listener is not None:
                self.listener.ask(asked)
            if self.carrier is not None:
                self.carrier.ask(asked)

        return ask

    def _leave(self, asked: Asked) -> None:
        if self.open.pop(asked.number, None) is None:
            return
        for each in (self.listener, self.carrier):
            if each is not None:
                each.leave(asked)

    def answer(
        self,
        number: int,
        status: int,
        *,
        headers: Mapping[str, str],
        body: bytes,
        failure: str | None,
        detail: str | None,
    ) -> None:
        """See `Simulation.answer`; UsageError for no such request or failure."""
        if not 0 < number <= self._count:
            raise UsageError(f"answer: no request {number}, there were {self._count}")
        fault = None
        if failure is not None:
            try:
                fault = Failure(failure)
            except ValueError:
                hint = nearest(failure, [each.value for each in Failure])
                raise UsageError(f"answer: unknown failure {failure!r}{hint}") from None
        asked = self.open.pop(number, None)
        if asked is None:
            return  # nobody waits any more
        asked.request.left = None
        answer = Answer(
            status, headers=headers, body=body, failure=fault, detail=detail
        )
        if self.listener is not None:
            self.listener.answered(asked, answer)
        kernel = self._running()
        give = partial(kernel.answer, asked.request, answer)
        if asked.latency:
            Alarm(kernel, asked.node, give).set(kernel.now + asked.latency)
        else:
            give()

    def log_line(self, node: str, text: str) -> None:
        self._lines += 1
        event = Event({**_LOGGED, "id": f"line-{self._lines}"})
        noted = (0, text)
        self._running().record(-1, Kind.LOGGED, event, node, "", 1, noted)

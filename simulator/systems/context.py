"""What a played system may do while it takes an event, and later because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from simulator.duration import Duration, span_ns
from simulator.subscribers.handler import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel import Request
    from simulator.subscribers.replies import Surroundings

_UUID_BITS, _UUID_VERSION = 128, 4


class Timer(Protocol):
    """What comes later, unless it is stopped."""

    def stop(self) -> None:
        """Let it not come."""


class Clock(Protocol):
    """Calls a system again; the session has it."""

    @property
    def now_ns(self) -> int:
        """Virtual time, ns since the start of the run."""

    def later(
        self,
        context: SystemContext,
        after_ns: int,
        act: Callable[[SystemContext], object],
    ) -> Timer:
        """Call it after a while, with a context for the same request."""

    def again(
        self, context: SystemContext, act: Callable[[SystemContext], object]
    ) -> None:
        """Call it now, with a context for the same request."""


class SystemContext(Context):
    """A `Context` of a system: it may also act later, and ask somebody to decide.

    Args:
        request: The request that it acts because of.
        service: The service that it plays, and its run.
        called_ns: When it is called, in ns since 1970.
        clock: Calls it again.
        serial: The record of the request, which all that it does follows from.

    Attributes:
        question: What is to be called with a decision; None unless it has asked.
    """

    __slots__ = ("_clock", "question", "serial")

    def __init__(
        self,
        request: Request,
        service: Surroundings,
        called_ns: int,
        clock: Clock,
        serial: int,
    ) -> None:
        super().__init__(request, service, called_ns)
        self._clock = clock
        self.serial = serial
        self.question: Callable[[bool, SystemContext], object] | None = None

    @property
    def now_ns(self) -> int:
        """Virtual time, ns since the start of the run."""
        return self._clock.now_ns

    @property
    def instant_ns(self) -> int:
        """Virtual time when it was called, ns since 1970."""
        return self._called_ns

    @property
    def request(self) -> Request:
        """The request that it acts because of."""
        return self._request

    def uuid(self) -> str:
        """Draw a UUID from the service's own stream of chance."""
        bits = self.random.getrandbits(_UUID_BITS)
        return str(UUID(int=bits, version=_UUID_VERSION))

    def later(self, after: Duration, act: Callable[[SystemContext], object]) -> Timer:
        """Act after a while of virtual time.

        Args:
            after: How long from now: ISO 8601 or ``500ms``, seconds, or a timedelta.
            act: Is called then; what it sends follows from the same request.

        Raises:
            ValueError: *after* is no duration.
        """
        return self._clock.later(self, span_ns(after), act)

    def later_ns(self, after_ns: int, act: Callable[[SystemContext], object]) -> Timer:
        """Act after so many ns."""
        return self._clock.later(self, after_ns, act)

    def act(self, act: Callable[[SystemContext], object]) -> None:
        """Act now, while another request is answered; it follows from this one."""
        self._clock.again(self, act)

    def ask(self, decided: Callable[[bool, SystemContext], object]) -> None:
        """Let somebody approve or reject the request, which is held until then.

        It waits among the approvals of the run, as for a service with ``approval:``. Only
        while an event is taken, and if that is not answered with a failure.

        Args:
            decided: Is called with whether it is approved; the answer is 200 either way.
        """
        self.question = decided

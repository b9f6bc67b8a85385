"""A pod that keeps requests open, and the lock that it keeps them behind.

Source: knative-kinds 2; knative/eventing pkg/requestreply/ingress_handler.go.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.event import Event


class Question(Protocol):
    """A request that is open until a reply comes; there is room for one."""

    reply: Event | None
    answered: bool

    def take(self) -> None: ...

    def hold_up(self, give: Callable[[], Event]) -> None:
        """Keep a further reply waiting; who is asked to give it is not, any more."""


class Pod:
    """One pod: the requests that it keeps open, behind one lock for all of them.

    Attributes:
        open: By resource and id; an id that comes again takes the place of the first.
    """

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], Question] = {}
        self.lock = Lock()


class Lock:
    """Many may read at once, or one write; who waits to write keeps new readers out.

    Writing takes no time here. Reading takes none either, unless who reads is held up.

    Source: Go sync.RWMutex.
    """

    def __init__(self) -> None:
        self._readers = 0
        self._writers: deque[Callable[[], None]] = deque()
        self._kept_out: deque[Callable[[], bool]] = deque()

    def write(self, act: Callable[[], None]) -> None:
        self._writers.append(act)
        self._go_on()

    def read(self, act: Callable[[], bool]) -> None:
        """Act as soon as nobody waits to write; it says whether it is held up."""
        if self._writers:
            self._kept_out.append(act)
        elif act():
            self._readers += 1

    def release(self) -> None:
        self._readers -= 1
        self._go_on()

    def _go_on(self) -> None:
        while self._writers and not self._readers:
            self._writers.popleft()()
            kept_out, self._kept_out = self._kept_out, deque()
            self._readers += sum(act() for act in kept_out)

"""The deliveries of one event from one hub, and who waits for them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.kernel.exchange import Awaited

if TYPE_CHECKING:
    from simulator.kernel.calendar import Waiter
    from simulator.kernel.exchange import Exchange, World

_ACCEPTED: Final = 202
_FAILED: Final = 500


class FanOut(Awaited):
    """The deliveries of one event from one hub, and who waits for them all.

    Source: knative-runtime, "Shape of one delivery": synchronous by default, the
        sender's POST is answered after every trigger has been tried; any failure
        without a dead letter sink makes it 500.
    """

    __slots__ = ("_failed", "_first", "_last", "_last_ns", "_longest_ns", "_pending",
                 "_waiter", "_world")  # fmt: skip

    _first: Exchange | None
    _last: Exchange | None

    def __init__(
        self, world: World, waiter: Waiter | None, longest_ns: int | None
    ) -> None:
        self.token = 0
        self._world = world
        self._waiter = waiter
        self._longest_ns = longest_ns
        self._last_ns = world.now
        self._pending = 0
        self._failed = False
        self._first = self._last = None
        if longest_ns is not None:
            world.watch(self, longest_ns)

    def begin(self, exchange: Exchange) -> None:
        """Wait for one more."""
        self._pending += 1
        if self._last is None:
            self._first = exchange
        else:
            self._last.sibling = exchange
        self._last = exchange

    def exchanges(self) -> list[Exchange]:
        """Give all that it has waited for."""
        found, each = [], self._first
        while each is not None:
            found.append(each)
            each = each.sibling
        return found

    def settled(self, exchange: Exchange, *, safe: bool) -> None:
        """Count one delivery less; the last one lets the sender be answered."""
        self._pending -= 1
        self._last_ns = self._world.now
        if not safe:
            self._failed = True
        if not self._pending and self.token >= 0:
            self._close()

    def _close(self) -> None:
        self.token = -1
        if self._waiter is not None:
            self._waiter.resume(_FAILED if self._failed else _ACCEPTED)

    def step(self, value: object) -> None:
        """See, when the longest wait may be over, whether it is.

        Source: knative-resources 4.4: per result wait limit 15 min, then 500.
        """
        assert self._longest_ns is not None, "only such are watched"
        due = self._last_ns + self._longest_ns
        if due > self._world.now:
            self._world.schedule(due, self)
            return
        self._failed = True
        for each in self.exchanges():
            each.cancel()
        self._close()

    def cancel(self) -> None:
        """End every delivery that is not settled; nobody waits any more."""
        if self.token < 0:
            return
        self.token = -1
        for each in self.exchanges():
            each.cancel()

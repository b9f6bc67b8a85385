"""What a service's answer may depend on besides the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from random import Random

    from simulator.event import Event


class Surroundings(Protocol):
    """The run as one service sees it.

    Attributes:
        name: The service's name.
        node: Its node in the trace, such as ``service/pricing``.
        random: Its own stream of chance, from the run's seed.
    """

    name: str
    node: str

    @property
    def random(self) -> Random:
        """Its own stream of chance, from the run's seed."""
        ...

    def now_ms(self) -> int:
        """Tell the virtual time, ms since 1970."""
        ...

    def emit(self, event: Event, to: str, after_ns: int) -> None:
        """Post a new event to an address, later or now."""
        ...

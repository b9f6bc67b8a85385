"""Whether events go in a circle that nothing will end, told from the newest record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.trace import Kind
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.trace import Record

# The time to live ends a circle of replies after 255 passes; what goes on longer is a
# circle of new events, which nothing ends.
TURNS = 1_000
# Records between two looks: a look follows the causes all the way back.
LOOK_EVERY = 5_000
_HOPS = (Kind.SENT, Kind.DISPATCHED, Kind.REPLIED)


class Told(Protocol):
    """Where records are found by their serial."""

    def record(self, serial: int) -> Record:
        """Give a record; IndexError when it is not there any more."""


class Circle(Value):
    """A circle of events.

    Args:
        nodes: Those that it goes through, once each, in order.
        turns: How often it went round so far.
    """

    nodes: tuple[str, ...]
    turns: int

    def __str__(self) -> str:
        names = [node.partition("/")[2] for node in self.nodes]
        return f"loop: {' → '.join([*names, names[0]])}, {self.turns:,} turns"


def circle(trace: Told, newest: int, most_turns: int = TURNS) -> Circle | None:
    """Look for a circle behind a record.

    Args:
        trace: The records.
        newest: The serial of the record whose causes are followed.
        most_turns: Fewer turns are no circle: the time to live may still end them.
    """
    way: list[str] = []
    serial: int | None = newest
    passes: dict[str, int] = {}
    while serial is not None:
        try:
            record = trace.record(serial)
        except IndexError:  # the oldest are dropped
            break
        if record.kind in _HOPS and record.target:
            way.append(record.target)
            passes[record.target] = passes.get(record.target, 0) + 1
        serial = record.cause
    if not way:
        return None
    turns = passes[way[0]]
    if turns < most_turns:
        return None
    way.reverse()
    last = len(way) - 1
    before = max(at for at in range(last) if way[at] == way[last])
    return Circle(nodes=tuple(dict.fromkeys(way[before:last])), turns=turns)

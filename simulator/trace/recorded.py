"""What a trace file says besides records: how its run was made, and what was done to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simulator.trace.record import unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUN, INPUT = "run", "input"
_PLACE = ("notices", "ns", "settled", "records")


class Recording(Protocol):
    """Tells a trace file of its run; `simulator.session.recording` does."""

    @property
    def run(self) -> Mapping[str, Any]:
        """How it was made."""
        ...

    def news(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Give what was done to it since the last call, each with the records before."""
        ...

    def end(self) -> Mapping[str, Any] | None:
        """Tell where it stands; None where that cannot be repeated."""
        ...


class Recorded(NamedTuple):
    """What a file says, as it stands there.

    Args:
        run: How the run was made: topology, seed and the like.
        inputs: What was done to it, in order; ``end`` is where it stood at last.
    """

    run: dict[str, Any]
    inputs: list[dict[str, Any]]

    def news(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Give all inputs, each with the records before."""
        for each in self.inputs:
            yield each["place"][-1], each

    def end(self) -> None:
        """Say nothing more: the end is among the inputs."""


def told(data: Mapping[str, Any]) -> str:
    """Spell a line."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def check_input(line: Mapping[str, Any]) -> None:
    """Refuse an input whose members are none.

    Raises:
        FaultyLineError: The message tells what is expected.
    """
    place = line.get("place")
    if type(line[INPUT]) is not str:
        raise unexpected("input: expected a name", line[INPUT])
    whole = type(place) is list and len(place) == len(_PLACE)
    if not whole or any(type(each) is not int or each < 0 for each in place or ()):
        expected = ", ".join(_PLACE)
        raise unexpected(f"place: expected {expected}", place)
    for name, kind in (("args", list), ("kwargs", dict)):
        if type(line.get(name, kind())) is not kind:
            raise unexpected(f"{name}: expected a {kind.__name__}", line[name])

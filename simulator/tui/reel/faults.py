"""Which injected faults are on at a point of the trace, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.story.meaning import Sense
from simulator.tui.diagram import BoxKind

if TYPE_CHECKING:
    from simulator.tui.reel.columns import Columns

EVERYWHERE = "*"
_HIT = (BoxKind.BROKER, BoxKind.CHANNEL, BoxKind.SERVICE, BoxKind.DEAD_LETTERS)
# What a fault says beside what it does.
_CONDITIONS = ("at", "from", "until", "rate", "count", "where")


class _Said(NamedTuple):
    """What one record says of a fault."""

    id: str
    at: str
    text: str
    on: bool


class Faults:
    """The faults of one trace."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._said: dict[int, _Said] = {}

    def on(self, shown: int) -> dict[str, str]:
        """Give the boxes that faults concern, each with what the last one does.

        Args:
            shown: How many records have happened.
        """
        listed = self._columns.listed
        serials = sorted([*listed[Sense.FAULT_SET], *listed[Sense.FAULT_LIFTED]])
        on: dict[str, _Said] = {}
        for serial in serials:
            if serial >= shown:
                break
            said = self._of(serial)
            on.pop(said.id, None)
            if said.on:
                on[said.id] = said
        return {box: said.text for said in on.values() for box in self._boxes(said.at)}

    def _boxes(self, at: str) -> list[str]:
        diagram = self._columns.shapes.diagram
        if at != EVERYWHERE:
            return [diagram.box_name(at)]
        return [box.name for box in diagram.boxes if box.kind in _HIT]

    def _of(self, serial: int) -> _Said:
        said = self._said.get(serial)
        if said is None:
            columns = self._columns
            facts = columns.shapes.all[columns.shape[serial]].facts
            number = columns.event[serial]
            said = self._said[serial] = _Said(
                columns.attributes(number).get("id", ""),
                facts.target,
                _short(columns.body(number)),
                facts.sense is Sense.FAULT_SET,
            )
        return said


def _short(body: bytes | None) -> str:
    """Give what a fault does in few letters: ``503``, ``2s``, ``drop``."""
    import orjson  # not before there is a fault

    members: dict[str, Any] = orjson.loads(body or b"{}")
    for name, value in members.items():
        if name not in _CONDITIONS:
            return str(value) if type(value) in (int, str) else name
    return ""

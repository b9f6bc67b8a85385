"""Which injected faults are on at a point of the trace, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.tui.diagram import BoxKind
from simulator.tui.reel.sorts import Sort

if TYPE_CHECKING:
    from simulator.tui.reel.reel import Reel

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
    """The faults of one reel."""

    def __init__(self, reel: Reel) -> None:
        self._reel = reel
        self._said: dict[int, _Said] = {}

    def on(self, shown: int) -> dict[str, str]:
        """Give the boxes that faults concern, each with what the last one does.

        Args:
            shown: How many records have happened.
        """
        listed = self._reel.columns.listed
        serials = sorted([*listed[Sort.FAULT_SET], *listed[Sort.FAULT_LIFTED]])
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
        diagram = self._reel.diagram
        if at != EVERYWHERE:
            return [diagram.box_name(at)]
        return [box.name for box in diagram.boxes if box.kind in _HIT]

    def _of(self, serial: int) -> _Said:
        said = self._said.get(serial)
        if said is None:
            reel = self._reel
            facts = reel.shape(serial).facts
            number = reel.columns.event[serial]
            said = self._said[serial] = _Said(
                reel.event_attributes(number).get("id", ""),
                facts.target,
                _short(reel.event_body(number)),
                facts.sort is Sort.FAULT_SET,
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

"""The form in which one fault is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.fault_form import KINDS, FaultDraft, FaultWish, wish_of
from simulator.tui.screens.form import Form, Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HINTS = {
    "start": "at once",
    "until": "for ever",
    "count": "no end",
    "where": "all events",
}
_LABELS = {
    "node": "node",
    "kind": "kind",
    "value": "value",
    "rate": "rate",
    "start": "from",
    "until": "until",
    "count": "at most",
    "where": "where",
}


class FaultForm(Form[FaultWish]):
    """The fields of one fault; gives the fault.

    Args:
        draft: What stands in them at first.
        nodes: Where it can be.
        number: Of the fault that is changed; 0 for a new one.
        first: The field in which to begin.
    """

    def __init__(
        self,
        draft: FaultDraft,
        *,
        nodes: Sequence[str] = (),
        number: int = 0,
        first: str = "kind",
    ) -> None:
        known = {"node": ("*", *(n for n in nodes if n != "*")), "kind": tuple(KINDS)}
        lines = [
            Line(
                name=name,
                label=label,
                value=getattr(draft, name),
                hint=_HINTS.get(name, ""),
                known=known.get(name, ()),
            )
            for name, label in _LABELS.items()
        ]
        super().__init__(
            f"change fault {number}" if number else "add a fault",
            lines,
            does="change" if number else "add",
            first=first,
        )
        self._places = tuple(nodes)

    def make(
        self, typed: Mapping[str, str]
    ) -> tuple[FaultWish | None, Mapping[str, str]]:
        """Make the fault."""
        return wish_of(FaultDraft(**typed), self._places)

    def aside(self, typed: Mapping[str, str]) -> str:
        """Say what the kind does."""
        meaning = KINDS.get(typed["kind"])
        return f"{typed['kind']}: {meaning}" if meaning else ""

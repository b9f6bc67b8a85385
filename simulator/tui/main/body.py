"""The panes together, with the keys that mean something else while a find is active."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal

from simulator.tui.keys import KEYS

if TYPE_CHECKING:
    from textual.binding import BindingType

_WHILE_FINDING = ("events.next_hit", "events.previous_hit")


class Body(Horizontal):
    """The panes.

    Their keys are asked before those of the screen: `n` is the next hit first, and
    sends where the screen says that nothing is looked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key.keys,
            f"screen.{key.action}",
            key.label,
            show=False,
            id=key.id,
            tooltip=key.help,
        )
        for key in KEYS
        if key.id in _WHILE_FINDING
    ]

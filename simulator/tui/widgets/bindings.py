"""The keys that a widget itself listens to, out of the one table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from simulator.tui.keys import KEYS

if TYPE_CHECKING:
    from textual.binding import BindingType


def bindings_of(*ids: str) -> list[BindingType]:
    """Give the bindings of some keys, for the `BINDINGS` of a widget.

    Args:
        ids: As in `KEYS`.
    """
    known = {key.id: key for key in KEYS}
    return [
        Binding(
            key.keys, key.action, key.label, show=False, id=key.id, tooltip=key.help
        )
        for key in (known[id_] for id_ in ids)
    ]

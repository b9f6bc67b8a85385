"""What a browser shows where the UI cannot begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Refusal(App[None]):
    """Says why, until the page is closed.

    Args:
        reason: One line for each fault.
    """

    CSS = "Static { padding: 1 2; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, reason: str) -> None:
        super().__init__()
        self._reason = reason

    def compose(self) -> ComposeResult:
        """Give what it says, and what to do then."""
        yield Static(f"kn-sim: {self._reason}", markup=False)
        yield Static("Load the page again when that is mended.", markup=False)

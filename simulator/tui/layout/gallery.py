"""The styles of a diagram, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.folding import folded
from simulator.tui.layout.shown import Shown
from simulator.tui.layout.sketching import sketch
from simulator.tui.layout.styles import Style, banded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.diagram import Diagram


class Gallery:
    """All ways to draw one diagram.

    Args:
        diagram: The whole.
        shown: What is drawn of it; None for all.
        name: What every style is called; empty for its own name.
        replies: ``lines``, ``stubs`` or ``off``.
        rows: Box -> the row of an earlier drawing.
    """

    def __init__(
        self,
        diagram: Diagram,
        shown: Shown | None = None,
        *,
        name: str = "",
        replies: str = "lines",
        rows: Mapping[str, int],
    ) -> None:
        self._diagram = diagram
        self._shown = shown or Shown.whole(diagram)
        self._name = name
        self._replies = replies
        self._rows = rows
        self._styles: dict[str, Style] = {}

    def style(self, name: str) -> Style:
        """Give the style of a name.

        Args:
            name: ``plain``; ``stacked``: sources on top of their hub; ``folded``: and
                channels folded; ``wrapped``: and replies to other channels lead back;
                ``bands``; ``folded bands``. One that changes nothing gives the one
                before it.
        """
        if name not in self._styles:
            self._styles[name] = self._make(name)
        return self._styles[name]

    def _make(self, name: str) -> Style:
        if name == "bands":
            return banded(self._diagram, self._shown, self._replies, self._rows)
        if name == "wrapped" and not self.style("stacked").replies_ahead:
            return self.style("stacked")
        if not name.startswith("folded"):
            return self._sketched(name, self._shown)
        # The map has no channels to fold; in focus those of open namespaces stay.
        shown = self._shown if self._name else folded(self._diagram)
        if self._name or not shown.members:
            return self.style("stacked" if name == "folded" else "bands")
        if name == "folded":
            return self._sketched(name, shown)
        return banded(self._diagram, shown, self._replies, self._rows)

    def _sketched(self, name: str, shown: Shown) -> Style:
        made = sketch(
            shown.diagram,
            stacked=name != "plain",
            wrapped=name == "wrapped",
            replies=self._replies,
            rows=self._rows,
        )
        if name == "stacked" and not made.stacks:
            return self.style("plain")
        return Style(self._name or name, shown, [made], kept=self._rows)

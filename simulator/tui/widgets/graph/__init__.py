"""The pane that shows the wiring as boxes and lines, and what moves along them."""

from simulator.tui.widgets.graph.view import GraphView

__all__ = ["GraphView"]

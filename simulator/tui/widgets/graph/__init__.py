"""The pane that shows the wiring as boxes and lines, and what moves along them."""

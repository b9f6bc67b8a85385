"""Scrollbars of whole cells, for terminals that have nothing but ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender

if TYPE_CHECKING:
    from textual.widget import Widget


class _WholeCells(ScrollBarRender):
    """Ends at whole cells, where Textual's own ends at eighths of one."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def plain_scrollbars(root: Widget) -> None:
    """Let what scrolls up and down in a widget have scrollbars of whole cells."""
    for widget in root.query("*"):
        if isinstance(widget, VerticalScroll | ScrollView):
            widget.vertical_scrollbar.renderer = _WholeCells  # type: ignore[misc]

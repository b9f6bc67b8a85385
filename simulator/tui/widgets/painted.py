"""Widgets that paint their own rows, in the colours of the theme in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.widget import Widget

from simulator.tui.paint import palette_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.theme import Theme

    from simulator.tui.paint import Palette


class Painted(Widget):
    """A widget of rows that a subclass gives in `render_line`.

    Args:
        id: Of the widget.
        classes: Of the widget.
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._palette: Palette | None = None

    @property
    def palette(self) -> Palette:
        """The colours of the theme in force."""
        if self._palette is None:
            self._palette = palette_of(self.app)
        return self._palette

    def colours_changed(self) -> None:
        """Forget what was painted: colours or characters are others now."""
        self.refresh()

    def repaint_rows(self, rows: Iterable[int]) -> None:
        """Ask for some rows of the widget to be painted again; the rest stays.

        Args:
            rows: Those outside of the widget are left out.
        """
        width, height = self.size
        regions = [Region(0, row, width, 1) for row in rows if 0 <= row < height]
        if regions:
            self.refresh(*regions)

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, theme: Theme) -> None:
        self._palette = None
        self.colours_changed()

"""The bottom line: the keys that matter now; grey is what is impossible just now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from simulator.tui.paint import mix, palette_of, style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

# Below this width the palette's key is left out.
_WITH_PALETTE = 100


class Hint:
    """One key of the bottom line.

    Args:
        key: As people write it: ``space``.
        label: What it does.
        action: What a click on it does.
        on: Whether it can be done now.
    """

    __slots__ = ("action", "key", "label", "on")

    def __init__(self, key: str, label: str, action: str, *, on: bool) -> None:
        self.key = key
        self.label = label
        self.action = action
        self.on = on

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hint) and (
            (self.key, self.label, self.action, self.on)
            == (other.key, other.label, other.action, other.on)
        )

    def __hash__(self) -> int:
        return hash((self.key, self.label, self.on))


class KeyBar(Widget):
    """Shows hints, as many as fit."""

    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._hints: tuple[Hint, ...] = ()
        self._palette_key = "^p"
        self._spans: list[tuple[int, int, str]] = []

    def show(self, hints: Sequence[Hint], palette_key: str) -> None:
        """Show these from now on."""
        if (tuple(hints), palette_key) != (self._hints, self._palette_key):
            self._hints, self._palette_key = tuple(hints), palette_key
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        colours = palette_of(self.app)
        ground = colours.panel
        plain = style(colours.text, ground)
        right = f"{self._palette_key} palette " if width >= _WITH_PALETTE else ""
        segments = [Segment(" ", plain)]
        used = 1
        self._spans = []
        for hint in self._hints:
            text = f"{hint.key} {hint.label}  "
            if used + len(text) > width - len(right):
                break
            key, label = colours.accent, colours.text
            if not hint.on:
                key = label = mix(ground, colours.muted, 0.6)
            segments += [
                Segment(hint.key, style(key, ground, bold=hint.on)),
                Segment(f" {hint.label}  ", style(label, ground)),
            ]
            self._spans.append((used, used + len(text) - 2, hint.action))
            used += len(text)
        segments.append(Segment(" " * (width - used - len(right)), plain))
        if right:
            segments += [
                Segment(self._palette_key, style(colours.accent, ground, bold=True)),
                Segment(" palette ", style(colours.muted, ground)),
            ]
            self._spans.append((width - len(right), width, "palette"))
        return Strip(segments, width)

    async def on_click(self, event: events.Click) -> None:
        """Do what the key would do."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                await self.screen.run_action(action)
                return

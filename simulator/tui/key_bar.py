"""The bottom line with the keys that matter now, and what people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.keys import format_key

from simulator.tui.paint import mix, style
from simulator.tui.widgets.painted import Canvas, Painted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.strip import Strip

    from simulator.tui.command import Command, Facts

# Below this width the palette's key is left out.
_WITH_PALETTE = 100
# Where people say it otherwise than Textual writes it.
_NAMES = {"backspace": "bksp", "enter": "enter"}


def key_name(key: str) -> str:
    """Give the name of one key, which Textual calls ``ctrl+f``, ``full_stop``, ``B``."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or format_key(last)
    if last[:1] == "f" and last[1:].isdigit():
        name = last.upper()
    return "".join(f"{each}+" for each in modifiers) + name


def key_names(keys: str, *, most: int = 0) -> str:
    """Give the names of keys, as `Command.keys` has them, at *most* so many; 0: all."""
    names = [part.strip() for part in keys.split(",")]
    shown = [key_name(name) for name in names if name]
    return " ".join(shown[:most] if most else shown)


class Hint(NamedTuple):
    """One key of the bottom line, with the command that a click on it carries out."""

    key: str
    label: str
    id: str
    on: bool


class KeyBar(Painted):
    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; background: $panel; }"

    def __init__(
        self, commands: Iterable[Command[Any]], keys_of: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._commands = [each for each in commands if each.footer]
        self._keys_of = keys_of
        self._palette_key = key_names(keys_of("do.palette"), most=1)
        self._hints: list[Hint] = []
        self._spans: list[tuple[int, int, str]] = []

    def show(self, facts: Facts, *, playing: bool) -> None:
        hints = []
        for each in self._commands:
            label, id_ = each.label, each.id
            if id_ == "play.toggle" and playing:
                label = "Pause"
            if id_ == "do.send" and facts.finding:
                label, id_ = "Next hit", "events.next_hit"
            key = key_names(self._keys_of(each.id), most=1)
            hints.append(Hint(key, label, id_, not each.needs(facts)))
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, colours = self.size.width, self.palette
        ground = colours.panel
        canvas = Canvas(width, style(colours.text, ground))
        right = f"{self._palette_key} palette " if width >= _WITH_PALETTE else ""
        end, x = width - len(right), 1
        self._spans = []
        for hint in self._hints:
            text = f"{hint.key} {hint.label}  "
            if x + len(text) > end:
                break
            key, label = colours.accent, colours.text
            if not hint.on:
                key = label = mix(ground, colours.muted, 0.6)
            canvas.put(x, text, style(label, ground))
            canvas.put(x, hint.key, style(key, ground, bold=hint.on))
            self._spans.append((x, x + len(text) - 2, hint.id))
            x += len(text)
        if right:
            canvas.put(end, right, style(colours.muted, ground))
            canvas.put(end, self._palette_key, style(colours.accent, ground, bold=True))
            self._spans.append((end, width, "do.palette"))
        return canvas.strip()

    async def on_click(self, event: events.Click) -> None:
        for start, end, id_ in self._spans:
            if start <= event.x < end:
                await self.screen.run_action(f"run({id_!r})")
                return

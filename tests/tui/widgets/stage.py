"""An app with one widget in it, and what is said there."""

from __future__ import annotations

from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from simulator.tui.command import bindings_of
from simulator.tui.commands import COMMANDS
from simulator.tui.paint import DARK, LIGHT, variable_defaults
from simulator.tui.widgets.event_list import EventList
from simulator.tui.widgets.graph.view import GraphView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.message import Message
    from textual.pilot import Pilot
    from textual.widget import Widget

    from simulator.tui.main.screen import MainScreen

M = TypeVar("M", bound="Message")


class Keyed(Screen[None]):
    """A screen with the keys that the main screen gives a pane, and nothing else of it.

    Args:
        pane: The ids of their commands begin so, or they are of this pane.
        parts: What commands ask the main screen for: ``graph``, ``events``, ``lines``.
    """

    def __init__(self, pane: str, **parts: Widget) -> None:
        super().__init__()
        self._commands = {
            each.id: each
            for each in COMMANDS
            if pane in each.panes or each.id.startswith(f"{pane}.")
        }
        self._parts = SimpleNamespace(**parts, notify=self.notify)
        keys = bindings_of(self._commands.values()).key_to_bindings
        self._bindings.key_to_bindings.update(keys)

    def action_run(self, id_: str) -> None:
        self._commands[id_].run(cast("MainScreen", self._parts))


class Stage(App[None]):
    """An app that shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.shown = widget
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name

    def get_default_screen(self) -> Screen[None]:
        widget = self.shown
        if isinstance(widget, GraphView):
            return Keyed("graph", graph=widget)
        if isinstance(widget, EventList):
            return Keyed("events", events=widget, lines=widget)
        return Screen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.shown


class Play:
    """A running app: its widget, its pilot, and what was said."""

    def __init__(self, widget: Widget, pilot: Pilot[None], all_: list[Message]) -> None:
        self.widget = widget
        self.pilot = pilot
        self._all = all_

    def heard(self, kind: type[M]) -> list[M]:
        """Give the messages of exactly a kind, each once, in order."""
        seen: dict[int, M] = {id(one): one for one in self._all if type(one) is kind}
        return list(seen.values())

    def rows(self) -> list[str]:
        """Give the rows of the widget as text, without spaces at their ends."""
        height = self.widget.size.height
        return [self.widget.render_line(y).text.rstrip() for y in range(height)]

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all is done."""
        for key in keys:
            # The pilot's own way sleeps for each key.
            char = key if len(key) == 1 else None
            self.pilot.app.post_message(events.Key(key, char))
            await self.settle()

    async def click(self, x: int, y: int, *, times: int = 1) -> None:
        """Click on a cell of the widget, and wait until all is done."""
        await self.pilot.click(self.widget, offset=(x, y), times=times)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all messages are handled and all workers are done."""
        # Without a time to wait for: that would be most of what the tests take.
        await self.pilot.pause(0)
        await self.pilot.app.workers.wait_for_complete()
        await self.pilot.pause(0)


@asynccontextmanager
async def playing(widget: Widget, width: int, height: int) -> AsyncIterator[Play]:
    """Run an app with a widget as large as the screen, or as it wants."""
    heard: list[Message] = []
    app = Stage(widget)
    async with app.run_test(size=(width, height), message_hook=heard.append) as pilot:
        play = Play(widget, pilot, heard)
        await play.settle()
        yield play

"""`KnSimApp`: themes, the user's keys, the palette; all else is the main screen's."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from contextlib import AsyncExitStack
from functools import partial
from threading import Timer
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.notifications import Notification, Notify
from textual.widgets import Static

from simulator.tui.actions.export import write_trace
from simulator.tui.actions.runs import look_at_files
from simulator.tui.commands import COMMANDS
from simulator.tui.glyphs import AsciiOnly, PrintableOnly
from simulator.tui.key_bar import key_names
from simulator.tui.main.screen import MainScreen
from simulator.tui.opening import LAST
from simulator.tui.paint import DARK, THEMES, Palette, variable_defaults
from simulator.tui.palette import MainCommands

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual import events
    from textual.command import CommandPalette
    from textual.filter import LineFilter
    from textual.screen import Screen

    from simulator.tui.settings import Settings
    from simulator.tui.stage import Stage

# Records of the last trace that are kept for the next session.
_KEPT = 200_000
# By default these end a process that leaves the terminal as the UI has it.
_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
_SIGNALLED = 128  # and the number of the signal: what shells make of it
_PATIENCE_S = 2.0
_LOOK_AT_FILES_EVERY_S = 0.5
_SOON_S = 0.001


class Notice(Notification):
    """A notification that may end just before its toast is made.

    Textual's toast takes the time that is left for its timer, which never yields to
    anything else where that is negative.
    Source: textual 8.2.8, Toast.__init__ and Timer._run.
    """

    @property
    def time_left(self) -> float:
        return max(super().time_left, _SOON_S)

    @property
    def has_expired(self) -> bool:
        return super().time_left <= 0


class KnSimApp(App[None]):
    """The terminal UI.

    Args:
        clock: Seconds that pass, for frames; a test gives its own.
        frames: Whether frames come by themselves; a test asks for each.
        keep: The folder in which the last trace is kept; None keeps none.
        signals: Whether it answers those that end a process.
    """

    # A default screen's own file is not read: its rules come with the app's. Those of
    # dialogs, too: since Python 3.12, where tasks begin at once, Textual would read them
    # when the first one has been styled.
    CSS_PATH: ClassVar[Any] = ["main/main.tcss", "screens/dialog.tcss"]
    TITLE: str | None = "kn-sim"
    COMMANDS = {MainCommands}  # noqa: RUF012 - as Textual has it
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012
        (60, "-narrow"),
        (100, "-medium"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(42, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        stage: Stage,
        settings: Settings,
        *,
        play: bool = False,
        clock: Callable[[], float] = time.perf_counter,
        frames: bool = True,
        keep: Path | None = None,
        signals: bool = False,
    ) -> None:
        self._signals = signals
        self.settings = settings
        super().__init__(ansi_color=settings.theme.startswith("ansi"))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme or DARK.name
        self._keep = keep
        self._theme_before = ""
        self._follows_files = frames and settings.follow_files
        self._serving = AsyncExitStack()
        self.main = MainScreen(
            stage, settings, COMMANDS, play=play, clock=clock, frames=frames, state=keep
        )
        if settings.keys:
            self.set_keymap(dict(settings.keys))

    def on_load(self) -> None:
        """Give the terminal back when a signal ends it, from before it is taken."""
        if not self._signals:
            return
        loop = asyncio.get_running_loop()
        for name in _ENDING:
            number = getattr(signal, name, None)  # Windows has but the first
            if number is not None:
                signal.signal(number, partial(self._signalled, loop))

    def _signalled(self, loop: AbstractEventLoop, number: int, _: object) -> None:
        """End, also where the loop has no turn any more.

        Textual waits for ever to write to a terminal that went away while it was taken.
        """
        code = _SIGNALLED + number
        guard = Timer(_PATIENCE_S, os._exit, [code])
        guard.daemon = True
        guard.start()
        loop.call_soon_threadsafe(self.exit, None, code)

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), PrintableOnly()]
        return [*filters, AsciiOnly()] if self.settings.glyphs == "ascii" else filters

    def on_notify(self, event: Notify) -> None:
        event.notification = Notice(**vars(event.notification))

    def on_resize(self, event: events.Resize) -> None:
        """Take the size that the terminal has by now.

        Textual reads it in the handler of a signal. Another signal may come amid that, so
        that the older size is told last.
        """
        if not (self.is_headless or self.is_web):
            event.size = Size(*shutil.get_terminal_size())

    def on_app_focus(self) -> None:
        """Draw everything: a browser that takes over has nothing of it."""
        self.refresh()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def get_css_variables(self) -> dict[str, str]:
        """Give those of the theme, of which words can be read in dialogs, too.

        Native terminal colours stay: only the terminal knows how they look.
        """
        variables = super().get_css_variables()
        if not variables["background"].startswith("ansi"):
            variables |= Palette(variables).words
        self.theme_variables = variables
        return variables

    def on_command_palette_option_highlighted(
        self, message: CommandPalette.OptionHighlighted
    ) -> None:
        prompt = str(message.highlighted_event.option.prompt)
        name = prompt.partition("Theme: ")[2].partition("\n")[0]
        if name in self.available_themes:
            self._theme_before = self._theme_before or self.theme
            self.theme = name
        else:
            self._take_theme_back()

    def on_command_palette_closed(self, message: CommandPalette.Closed) -> None:
        if not message.option_selected:
            self._take_theme_back()
        self._theme_before = ""

    def _take_theme_back(self) -> None:
        if self._theme_before:
            self.theme, self._theme_before = self._theme_before, ""

    def action_help_quit(self) -> None:
        keys = key_names(self.main.keys_of("do.quit"), most=1)
        self.notify(f"Press {keys} to quit the app", title="Do you want to quit?")

    async def on_mount(self) -> None:
        # Whoever had the terminal meanwhile has drawn over it.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())
        if self._follows_files:
            self.set_interval(_LOOK_AT_FILES_EVERY_S, partial(look_at_files, self.main))
        served = self.main.stage.served
        if served is not None:
            await self._serving.enter_async_context(served)
            self.notify(served.told, markup=False)

    async def on_unmount(self) -> None:
        """Keep what is for the next session: ``kn-sim ui --last`` and the splits."""
        await self._serving.aclose()
        if self._keep is not None:
            self.keep_in(self._keep, _KEPT)

    def keep_in(self, folder: Path, most: int) -> None:
        for keep in (self.main.panes.sizes.keep, partial(self._write, folder, most)):
            try:
                keep()
            except OSError as error:
                self.log.warning("not kept for the next session: %s", error)

    def _write(self, folder: Path, most: int) -> None:
        branch = self.main.stage.current
        view = branch.view
        if len(view) and branch.live:
            folder.mkdir(parents=True, exist_ok=True)
            first = max(view.first, len(view) - most)
            records = [view.record(serial) for serial in range(first, len(view))]
            write_trace(folder / LAST, records, branch.recording)


class Refusal(App[None]):
    """What a browser shows where the UI cannot begin, until the page is closed."""

    CSS = "Static { padding: 1 2; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, reason: str) -> None:
        super().__init__()
        self._reason = reason

    def compose(self) -> ComposeResult:
        yield Static(f"kn-sim: {self._reason}", markup=False)
        yield Static("Load the page again when that is mended.", markup=False)

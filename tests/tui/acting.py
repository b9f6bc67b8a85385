"""An app that is led by hand, so that it shows the same each time.

Time is a number that only `Show.play` moves, frames are asked for, the cursor does not
blink, a notice stays until it is taken away, and nothing of the user's own is read.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from contextlib import asynccontextmanager, chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input, TextArea

from simulator.session import Simulation
from simulator.session.settings import MOST_RECORDS
from simulator.tui.app import KnSimApp
from simulator.tui.main.choice import NOTHING, History
from simulator.tui.opening import Opening
from simulator.tui.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from textual.pilot import Pilot
    from textual.screen import Screen

    from simulator.topology import Topology
    from simulator.trace import Trace
    from simulator.tui.main.screen import MainScreen
    from simulator.tui.settings import Settings

# Turns of the loop without anything to do that are enough: widgets answer at once.
_QUIET = 4
# Turns after which it is a fault that something is still to be done.
_MOST_TURNS = 50_000
_FRAME_S = 0.2
# What a scene may wait for at most, in seconds of the screen.
_PATIENCE_S = 600
_VARIABLES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "NO_COLOR")


class View(NamedTuple):
    """How the app is looked at.

    Args:
        columns: Of the terminal.
        rows: Of the terminal.
        theme: Its name.
    """

    columns: int
    rows: int
    theme: str = "kn-sim-dark"

    @classmethod
    def of(cls, text: str) -> View:
        """Read ``120x40`` or ``120x40 kn-sim-light``."""
        size, _, theme = text.partition(" ")
        columns, _, rows = size.partition("x")
        view = cls(int(columns), int(rows))
        return view._replace(theme=theme) if theme else view

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.columns, self.rows

    def __str__(self) -> str:
        return f"{self.columns}x{self.rows}-{self.theme.removeprefix('kn-sim-')}"


class _PosedApp(KnSimApp):
    """The app, but its notices do not go away by themselves."""

    # A subclass looks for its rules beside its own file.
    CSS_PATH: ClassVar[Any] = (
        Path(inspect.getfile(KnSimApp)).with_name("main") / "main.tcss"
    )

    def notify(self, message: str, **kwargs: Any) -> None:
        super().notify(message, **{**kwargs, "timeout": 3600})


class Show:
    """A running app, and what can be done with it.

    Attributes:
        folder: The working folder; files of the scene lie there.
    """

    def __init__(self, app: KnSimApp, pilot: Pilot[None], folder: Path) -> None:
        self.app = app
        self.folder = folder
        self._pilot = pilot
        self._now = 0.0

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        return self.app.main

    def clock(self) -> float:
        """Give the time that has passed on the screen."""
        return self._now

    async def press(self, *keys: str) -> None:
        """Press keys; a name as Textual has it, or any one character."""
        for key in keys:
            char = key if len(key) == 1 else None
            name = _character_to_key(key) if char else key
            self.app.post_message(events.Key(name, char))
            await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*(" " if each == "\N{SPACE}" else each for each in text))

    async def play(self, seconds: float) -> None:
        """Let time pass, frame by frame."""
        for _ in range(round(seconds / _FRAME_S)):
            await self.frame()

    async def until(self, happens: Callable[[MainScreen], object]) -> None:
        """Let time pass until something is so."""
        for _ in range(round(_PATIENCE_S / _FRAME_S)):
            if happens(self.main):
                return
            await self.frame()
        raise AssertionError("it never happens")

    async def frame(self) -> None:
        """Let one frame pass."""
        self._now += _FRAME_S
        await self.main.frame(_FRAME_S)

    async def settle(self) -> None:
        """Wait until nothing is waiting to be handled or laid out.

        It waits for a state and never for time. Nothing is painted before it is asked
        for, which is most of what an app does.
        """
        quiet = 0
        for _ in range(_MOST_TURNS):
            await asyncio.sleep(0)
            if self.app._exception is not None:
                raise self.app._exception
            screen = self.app.screen
            vars(screen)["_compositor_refresh"] = _paint_nothing
            quiet += 1
            if self._is_busy():
                quiet = 0
            elif _has_to_lay_out(screen):
                quiet = 0
                screen._on_timer_update()
            elif screen._callbacks:
                quiet = 0
                await screen._invoke_and_clear_callbacks()
            if quiet >= _QUIET:
                break
        else:
            raise AssertionError("the app never comes to rest")
        if isinstance(screen.focused, Input | TextArea):
            screen.focused.cursor_blink = False

    def _is_busy(self) -> bool:
        for screen in self.app.screen_stack:
            for node in screen.walk_children(with_self=True):
                if node.message_queue_size or node._next_callbacks:
                    return True
        if self.app.message_queue_size or self.app._next_callbacks:
            return True
        return any(not worker.is_finished for worker in self.app.workers)

    async def look(self, view: View) -> None:
        """Show the app in another size or theme."""
        if (self.app.size.width, self.app.size.height) != view.size:
            await self._pilot.resize_terminal(*view.size)
            await self.settle()
        if self.app.theme != view.theme:
            self.app.theme = view.theme
            await self.settle()
        await self.main.frame(0.0)
        self.main.show()
        await self.settle()

    async def reset(self) -> None:
        """Close, clear and forget all that a scene may have opened or chosen."""
        main = self.main
        while len(self.app.screen_stack) > 1:
            await self.app.pop_screen()
        main.filter_bar.action_close()
        await self.settle()
        main.set_filter("")
        main.selection.history = History()
        main.selection.choose(NOTHING)
        main.selection.show()
        main.panes.maximise("")
        if main.listing.grouped:
            main.action_run("events.group")
        main.inspector.show_tab("event")
        main.events.follow()
        main.panes.focus("graph")
        await self.quiet()

    async def quiet(self) -> None:
        """Take all notices away."""
        await self.settle()
        self.app.clear_notifications()
        await self.settle()


def _paint_nothing() -> None:
    """Stand in for painting the screen, which nobody sees before it is drawn."""


def _has_to_lay_out(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required or screen._scroll_required or screen._recompose_required
    )


@asynccontextmanager
async def acting(
    files: Sequence[str],
    folder: Path,
    view: View,
    settings: Settings,
    *,
    no_color: bool = False,
    most: int = MOST_RECORDS,
    replay: Trace | None = None,
) -> AsyncIterator[Show]:
    """Start the app.

    Args:
        files: Of the topology, as they are named below *folder*.
        folder: Becomes the working folder.
        view: The size and the theme at the start.
        settings: All else about looks.
        no_color: As if ``NO_COLOR`` were set.
        most: Records after which the engine stops.
        replay: A trace to show.
    """

    def begin(topology: Topology, files: Sequence[str]) -> Simulation:
        return Simulation(topology, journal=True, most=most)

    show: list[Show] = []
    with chdir(folder), _environment(folder, no_color=no_color):
        name = "run.jsonl" if replay is not None else ""
        stage = Stage(Opening(files, begin, replay=replay, name=name))
        app = _PosedApp(
            stage,
            settings.replace(theme=view.theme),
            clock=lambda: show[0].clock() if show else 0.0,
            frames=False,
        )
        app.animation_level = "none"
        async with app.run_test(size=view.size, notifications=True) as pilot:
            show.append(Show(app, pilot, folder))
            await show[0].settle()
            yield show[0]


@contextmanager
def _environment(folder: Path, *, no_color: bool) -> Iterator[None]:
    """Let the app find nothing of the user's own."""
    before = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ.update(XDG_CONFIG_HOME=str(folder), XDG_STATE_HOME=str(folder))
    if no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

"""One app for many tests: each gets a main screen of its own, with its own stage.

To start an app takes longer than most of what a test does with it.
"""

from __future__ import annotations

import asyncio
import contextvars
import unicodedata
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from unittest.mock import patch

from textual import events
from textual._compositor import Compositor
from textual.command import CommandList
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.screen import Screen

from simulator import Simulation
from simulator.tui import app
from simulator.tui.app import KnSimApp
from simulator.tui.commands import COMMANDS
from simulator.tui.inspect.inspector import EVENT
from simulator.tui.main.choice import History
from simulator.tui.main.notices import Notices
from simulator.tui.main.screen import MainScreen
from simulator.tui.opening import Opening
from simulator.tui.paint import DARK
from simulator.tui.screens.templates import SavedEvents
from simulator.tui.settings import Settings, Sizes
from simulator.tui.stage import Stage
from simulator.tui.widgets.graph.pane import Wish
from tests.tui.main.show import Show

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from rich.console import RenderableType
    from textual.pilot import Pilot

    from simulator import Topology

    T = TypeVar("T")

ROOT = Path(__file__).parents[3]
PIPELINE = str(ROOT / "topologies" / "pipeline.yaml")
WIDE, MEDIUM, NARROW = (160, 45), (100, 30), (80, 24)
# Turns of the loop without anything to do after which nothing more is to come.
_QUIET = 2


def begin(topology: Topology, files: Sequence[str]) -> Simulation:
    """Make a simulation as ``kn-sim ui`` does."""
    folder = str(Path(files[0]).parent) if files else ""
    return Simulation(topology, journal=True, folder=folder)


def opened(*files: str, **said: Any) -> Stage:
    """Give the stage of files."""
    return Stage(Opening(files, begin, **said))


def played(*files: str, for_: str = "12s", **said: Any) -> Stage:
    """Give the stage of files whose run has gone on, with the playhead at its edge."""
    stage = opened(*files, **said)
    assert stage.sim is not None, "there is a topology"
    stage.sim.run(for_)
    stage.tell_player()
    stage.player.end()
    return stage


class Clock:
    """Seconds that pass when a frame is asked for, and a little at every look.

    So the engine's share of a frame ends after as many looks, on every machine.
    """

    now = 0.0
    _LOOK_S = 0.01

    def __call__(self) -> float:
        self.now += self._LOOK_S
        return self.now


class _App(KnSimApp):
    """An app with nothing on it until a main screen is brought on."""

    CSS_PATH: ClassVar[Any] = Path(app.__file__).parent / "main" / "main.tcss"

    def get_default_screen(self) -> Screen[None]:
        return Screen()


_paint = Compositor.render_update


def _paint_nothing(
    compositor: Compositor, full: bool = False, **said: Any
) -> RenderableType | None:
    """Paint only pictures: all else would be most of what a test takes."""
    if full:
        return _paint(compositor, full, **said)
    compositor._dirty_regions.clear()
    return None


def renew(screen: MainScreen, stage: Stage) -> None:
    """Make a screen that was used as it was at first, with another stage.

    A new one takes three times as long; `test_theatre` compares them.
    """
    screen.stage = stage
    screen.selection.history = History()
    screen.selection.line_at = ""
    screen.panes.sizes, screen.saved = Sizes(None), SavedEvents(None)
    screen.panes.maximise("")
    listing = screen.listing
    listing.grouped = listing.all = listing.trouble = listing.misses = False
    screen.notices = Notices(partial(screen.notify, markup=False))
    screen.painter._due = dict.fromkeys(screen.painter._due, 0.0)
    graph, shown_events = screen.graph, screen.events
    graph.told = graph.told._replace(misses=False)
    graph.wish, graph.diagram = Wish(), None
    graph.forget()
    graph.window.move(0, 0)
    shown_events.following, shown_events.cursor = True, -1
    shown_events.count = 0
    shown_events.window.move(0, 0)
    screen.inspector.tab = EVENT
    screen.set_filter("")
    screen.show_run()
    if screen.focused is not graph or screen.panes.name != "graph":
        screen.panes.focus("graph")


class Theatre:
    """An app that stays while main screens come and go."""

    def __init__(self) -> None:
        self._unpainted = patch.object(Compositor, "render_update", _paint_nothing)
        self._unpainted.start()
        self.clock = Clock()
        self.app = _App(opened(), Settings(), clock=self.clock, frames=False)
        self.app.animation_level = "none"
        self._usual: MainScreen | None = None
        self._loop = asyncio.new_event_loop()
        self.context = contextvars.copy_context()
        self._running = self.app.run_test(size=MEDIUM, notifications=True)
        self.pilot: Pilot[None] = self.wait(self._running.__aenter__())
        self.wait(self.settle())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry something out inside the app."""
        task = self._loop.create_task(work, context=self.context)
        return self._loop.run_until_complete(task)

    def show(
        self,
        stage: Stage,
        settings: Settings | None = None,
        *,
        size: tuple[int, int] = MEDIUM,
        play: bool = False,
        state: Path | None = None,
    ) -> Show:
        """Bring a main screen on that nobody has used, or that is as good as new."""
        usual = settings is None and state is None and not play
        if usual and self._usual is not None:
            return self.wait(self._show_again(self._usual, stage, size))
        settings = settings or Settings()
        screen = MainScreen(
            stage,
            settings,
            COMMANDS,
            play=play,
            clock=self.clock,
            frames=False,
            state=state,
        )
        self._usual = screen if usual else None
        return self.wait(self._show(screen, size))

    async def _show(self, screen: MainScreen, size: tuple[int, int]) -> Show:
        app = self.app
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        await self._prepare(screen, size)
        await app.push_screen(screen)
        await self.settle()
        return Show(self)

    async def _show_again(
        self, screen: MainScreen, stage: Stage, size: tuple[int, int]
    ) -> Show:
        while self.app.screen is not screen:
            await self.app.pop_screen()
        await self.settle()
        await self._prepare(screen, size)
        renew(screen, stage)
        await self.settle()
        return Show(self)

    async def _prepare(self, screen: MainScreen, size: tuple[int, int]) -> None:
        app = self.app
        app.clear_notifications()
        app.theme = screen.settings.theme or DARK.name
        app.copy_to_clipboard("")
        app.set_keymap(dict(screen.settings.keys))
        if tuple(app.size) != size:
            await self.pilot.resize_terminal(*size)
        app.settings, app.main = screen.settings, screen

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the one before is done."""
        for key in keys:
            self._post(key)
            await self.settle()

    async def write(self, text: str) -> None:
        """Press the keys of a text: the first may open where the others go."""
        for number, each in enumerate(text):
            self._post("space" if each == " " else each)
            if not number:
                await self.settle()
        await self.settle()

    def _post(self, key: str) -> None:
        name = _character_to_key(key) if len(key) == 1 else key
        self.app.post_message(events.Key(name, _typed(key)))

    async def frame(self, seconds: float) -> None:
        """Let a frame pass."""
        self.clock.now += seconds
        await self.app.main.frame(seconds)

    async def settle(self) -> None:
        """Wait until nothing is to be handled, laid out or drawn."""
        quiet = 0
        app = self.app
        while quiet < _QUIET:
            await asyncio.sleep(0)
            if app._exception is not None:
                raise app._exception
            screen = app.screen
            nodes = [app, *screen.walk_children(with_self=True)]
            if (
                any(node.message_queue_size or node._next_callbacks for node in nodes)
                or app.workers._workers
            ):
                quiet = 0
            elif _has_to_draw(screen):
                quiet = 0
                screen._on_timer_update()
            else:
                quiet += 1

    async def until_found(self, text: str) -> None:
        """Wait until the palette has found something, which it does by the way."""
        palette = self.app.screen
        for _ in range(1_000):
            await asyncio.sleep(0.001)
            found = palette.query_one(CommandList).options
            if found and text in str(found[0].prompt):
                break
        await self.settle()

    def close(self) -> None:
        """End the app."""
        self.wait(self._running.__aexit__(None, None, None))
        self._loop.close()
        self._unpainted.stop()


def _typed(key: str) -> str | None:
    """Give the character of a key, as a terminal does: ``slash`` types one."""
    if len(key) == 1:
        return key
    try:
        return unicodedata.lookup(_get_unicode_name_from_key(key))
    except KeyError:
        return None


def _has_to_draw(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )

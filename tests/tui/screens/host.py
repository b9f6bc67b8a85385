"""An app that shows one screen after the other, takes keys, and tells what came of it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from textual import events
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.keys import _character_to_key
from textual.widgets import Static

from simulator.tui.paint import THEMES, variable_defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from textual.pilot import Pilot
    from textual.screen import Screen

NOT_LEFT = object()
# So many turns of the loop without anything to do are enough: widgets answer at once.
_QUIET = 4


class Played(NamedTuple):
    """What came of some keys.

    Args:
        result: What the screen gave; `NOT_LEFT` while it is still there.
        lines: What is on the screen, line by line.
        focus: The id of what has the focus, or of the nearest around it.
        clipboard: What was copied.
    """

    result: object
    lines: list[str]
    focus: str
    clipboard: str

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)


class Done:
    """Stands for a run: notes what is done to it, by name and arguments.

    Args:
        did: Where.
        numbers: What each call gives, in order; 0 after the last.
        refuses: What each call raises.
    """

    def __init__(
        self,
        did: list[tuple[Any, ...]],
        numbers: Iterable[int] = (),
        refuses: Exception | None = None,
    ) -> None:
        self._did, self._refuses = did, refuses
        self._numbers = iter(numbers)

    def __call__(self, do: Callable[[Any], Any], /) -> Any:
        return do(self)

    def __getattr__(self, name: str) -> Callable[..., int]:
        def call(*args: Any, **given: Any) -> int:
            if self._refuses is not None:
                raise self._refuses
            self._did.append((name, *args, *([given] if given else [])))
            return next(self._numbers, 0)

        return call


class Play(Protocol):
    """Show a screen, press keys, and tell what came of it.

    Args:
        shown: The screen.
        keys: As Textual names them, single characters, or ``click:x,y,times``.
        size: Columns and rows.
        theme: Of the app.
        suspends: Whether the app can make room for an editor.
    """

    def __call__(
        self,
        shown: Screen[Any],
        *keys: str,
        size: tuple[int, int] = (80, 24),
        theme: str = "kn-sim-dark",
        suspends: bool = True,
    ) -> Played: ...


class _Host(App[None]):
    """An app with nothing on it but a few rows, and a screen over them."""

    ENABLE_COMMAND_PALETTE = False
    suspends = True
    result: object = NOT_LEFT

    def on_load(self) -> None:
        for each in THEMES:
            self.register_theme(each)
        self.theme = THEMES[0].name
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Static("\n".join(f"beneath {row}" for row in range(6)))

    def left(self, result: object) -> None:
        self.result = result

    @contextmanager
    def suspend(self) -> Iterator[None]:
        if not self.suspends:
            raise SuspendNotSupported
        yield


class Theatre:
    """One app for many screens, since to start it takes longer than most of them."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._orders: asyncio.Queue[tuple[Any, ...] | None] = asyncio.Queue()
        self._plays: asyncio.Queue[Played] = asyncio.Queue()
        self._task = self._loop.create_task(self._run())

    def play(
        self,
        shown: Screen[Any],
        *keys: str,
        size: tuple[int, int] = (80, 24),
        theme: str = "kn-sim-dark",
        suspends: bool = True,
    ) -> Played:
        """Show a screen, press keys, and tell what came of it."""
        self._orders.put_nowait((shown, keys, size, theme, suspends))
        return self._loop.run_until_complete(self._next())

    async def _next(self) -> Played:
        waiting = asyncio.ensure_future(self._plays.get())
        await asyncio.wait([waiting, self._task], return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        await self._task  # it failed, and says why
        raise AssertionError("it goes on until it is closed")

    async def _run(self) -> None:
        host = _Host()
        async with host.run_test(size=(80, 24)) as pilot:
            await _settle(pilot)
            while (order := await self._orders.get()) is not None:
                self._plays.put_nowait(await _play(host, pilot, *order))

    def close(self) -> None:
        """End the app."""
        self._orders.put_nowait(None)
        if not self._task.done():
            self._loop.run_until_complete(self._task)
        self._loop.close()


async def _play(  # noqa: PLR0917 - as it was ordered
    host: _Host,
    pilot: Pilot[None],
    shown: Screen[Any],
    keys: tuple[str, ...],
    size: tuple[int, int],
    theme: str,
    suspends: bool,
) -> Played:
    if (host.size.width, host.size.height) != size:
        await pilot.resize_terminal(*size)
        await _settle(pilot)
    host.theme, host.suspends, host.result = theme, suspends, NOT_LEFT
    host.copy_to_clipboard("")
    host.push_screen(shown, host.left)
    await _settle(pilot)
    for key in keys:
        if key.startswith("click:"):
            x, y, times = map(int, key.removeprefix("click:").split(","))
            await pilot.click(offset=(x, y), times=times)
            await _settle(pilot)
            continue
        char = key if len(key) == 1 else None
        host.post_message(events.Key(_character_to_key(key) if char else key, char))
        await _settle(pilot)
    strips = host.screen._compositor.render_strips()
    lines = ["".join(part.text for part in strip).rstrip() for strip in strips]
    played = Played(host.result, lines, _focus(host), host.clipboard)
    while len(host.screen_stack) > 1:
        await host.pop_screen()
    return played


async def _settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is waiting to be handled, laid out or drawn.

    The pilot's own way to wait sleeps, which would be most of what the tests take.
    """
    quiet = 0
    while quiet < _QUIET:
        await asyncio.sleep(0)
        screen = pilot.app.screen
        nodes = [pilot.app, *screen.walk_children(with_self=True)]
        await pilot.app.animator.wait_until_complete()
        if any(node.message_queue_size or node._next_callbacks for node in nodes):
            quiet = 0
        elif _has_to_draw(screen):
            quiet = 0
            screen._on_timer_update()
        else:
            quiet += 1


def _has_to_draw(screen: Screen[Any]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )


def _focus(host: _Host) -> str:
    focused = host.screen.focused
    if focused is None:
        return ""
    return next((a.id for a in focused.ancestors_with_self if a.id), "")

"""What is done to a main screen that is on, and what is seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from textual._context import visible_screen_stack
from textual.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.strip import Strip

    from simulator import Simulation
    from simulator.tui.inspect.inspector import Inspector
    from simulator.tui.player import Player
    from simulator.tui.stage import Stage
    from tests.tui.main.theatre import Theatre

T = TypeVar("T")
S = TypeVar("S", bound=Screen[Any])
# Seconds between two frames.
DT = 0.05


class Show:
    """A main screen that is on: what can be done to it, and what is seen."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.app = theatre.app
        self.main = theatre.app.main

    # -- what is done

    def press(self, *keys: str) -> None:
        """Press keys: names as Textual has them, or single characters."""
        self.theatre.wait(self.theatre.press(*keys))

    def write(self, text: str) -> None:
        """Type a text."""
        self.theatre.wait(self.theatre.write(text))

    def frames(self, seconds: float) -> None:
        """Let time pass on the screen, twenty frames a second."""

        async def pass_() -> None:
            for _ in range(round(seconds / DT)):
                await self.theatre.frame(DT)
            await self.theatre.settle()

        self.theatre.wait(pass_())

    def until(self, done: Callable[[], object], most: int = 1_000) -> None:
        """Let frames pass until something is so."""

        async def pass_() -> None:
            for _ in range(most):
                if done():
                    await self.theatre.settle()
                    return
                await self.theatre.frame(DT)
            raise AssertionError("it never happens")

        self.theatre.wait(pass_())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry something out inside the app, and all that follows from it."""
        result = self.theatre.wait(work)
        self.theatre.wait(self.theatre.settle())
        return result

    def call(self, do: Callable[..., T], *args: Any) -> T:
        """Call something inside the app, and wait for all that follows from it."""

        async def call() -> T:
            return do(*args)

        return self.run(call())

    def send(self, type_: str) -> None:
        """Send an event without writing it in the dialog."""

        def send() -> None:
            assert self.stage.sim is not None, "there is a topology"
            self.stage.sim.send(type=type_)
            self.main.changed()

        self.call(send)

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self.run(self.theatre.pilot.resize_terminal(width, height))

    # -- what is seen

    @property
    def stage(self) -> Stage:
        """What runs."""
        return self.main.stage

    @property
    def sim(self) -> Simulation:
        """What runs."""
        assert self.stage.sim is not None, "there is a topology"
        return self.stage.sim

    @property
    def player(self) -> Player:
        """The playhead."""
        return self.stage.player

    @property
    def inspector(self) -> Inspector:
        """The pane on the right."""
        return self.main.inspector

    @property
    def state(self) -> str:
        """What the player does, in its word."""
        return self.player.state.value

    @property
    def count(self) -> int:
        """How many rows the list has."""
        return self.main.events.count

    @property
    def screen(self) -> Screen[Any]:
        """What is on top."""
        return self.app.screen

    def top(self, kind: type[S]) -> S:
        """Give what is on top, which is of a kind."""
        screen = self.app.screen
        assert isinstance(screen, kind), type(screen)
        return screen

    @property
    def strips(self) -> list[Strip]:
        """What is on the screen, line by line, with its colours."""
        return self.theatre.wait(self._painted())

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return ["".join(p.text for p in strip).rstrip() for strip in self.strips]

    async def _painted(self) -> list[Strip]:
        visible_screen_stack.set(self.app._background_screens)
        return self.app.screen._compositor.render_strips()

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)

    @property
    def said(self) -> list[str]:
        """What toasts say, the oldest first."""
        return [each.message for each in self.app._notifications]

    @property
    def last_said(self) -> str:
        """What the newest toast says."""
        return self.said[-1] if self.said else ""

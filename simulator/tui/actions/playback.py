"""Commands that move time: play, step, seek, bookmarks, fork, restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.tui.actions.send import refusals_told
from simulator.tui.player import Player, State
from simulator.tui.screens.dialog import Details, ask
from simulator.tui.screens.go_to import GoTo
from simulator.tui.spelling import clock_text
from simulator.tui.view.playhead import read_goto
from simulator.tui.view.timeline import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.main.screen import MainScreen

_CLOCKS = {
    Mode.STORY: "story time: each hop is seen, idle time is cut short",
    Mode.TRUE: "true time: virtual time as it is",
}


def player(
    do: Callable[[Player], object], *, follow: bool = False
) -> Callable[[MainScreen], None]:
    """Make a command of what the player does; *follow*: the list shows the newest row."""

    def run(screen: MainScreen) -> None:
        do(screen.stage.player)
        if follow:
            screen.events.follow()
        screen.show()

    return run


def toggle(screen: MainScreen) -> None:
    stage = screen.stage
    if stage.player.state is State.BREAK:
        stage.release_all()
    stage.player.toggle()
    if stage.player.playing:
        screen.events.follow()
    screen.show()


def step(screen: MainScreen, by: int) -> None:
    stage = screen.stage
    if by > 0 and stage.holds:
        stage.release_next()
    screen.selection.choose_record(stage.player.step(by, screen.listing.steps))
    screen.show()


def step_lineage(screen: MainScreen, by: int) -> None:
    chosen = screen.selection.now.serial
    assert chosen is not None, "the command needs an event"
    serial = screen.stage.player.step_lineage(by, chosen)
    screen.selection.choose_record(serial)
    if serial is None:
        screen.notify("the lineage ends here", timeout=2)
    screen.show()


def run_to_break(screen: MainScreen) -> None:
    screen.stage.release_all()
    screen.stage.player.run_to_break()
    screen.events.follow()
    screen.show()


def change_clock(screen: MainScreen) -> None:
    mode = Mode.TRUE if screen.stage.player.mode == Mode.STORY else Mode.STORY
    screen.stage.player.use(mode)
    screen.notify(_CLOCKS[mode], timeout=3)
    screen.show()


def go_to(screen: MainScreen) -> None:
    player = screen.stage.player

    def fault_of(text: str) -> str:
        try:
            read_goto(text, player.now_ns)
        except UsageError as error:
            return str(error)
        return ""

    def go(text: str) -> None:
        if not player.go_to(text):
            edge = f"the last that is known: {clock_text(player.now_ns)}"
            screen.notify(f"{text} is beyond {edge}", timeout=4)
        screen.selection.choose_record(player.cursor)
        screen.show()

    ask(screen, GoTo(fault_of), go)


def fork(screen: MainScreen) -> None:
    screen.stage.player.pause()
    screen.run_worker(_fork(screen, screen.stage.player.shown), exclusive=True)


async def _fork(screen: MainScreen, before: int) -> None:
    with refusals_told(screen):
        async with screen.driving:
            branch = await screen.stage.fork(before)
        screen.show_other()
        screen.notify(
            f"{branch.name}: the same run up to record #{before}, live from here; "
            "the palette compares branches",
            timeout=6,
        )


def restart(screen: MainScreen) -> None:
    with refusals_told(screen):
        screen.stage.restart()
        screen.show_other()


def details(screen: MainScreen) -> None:
    screen.app.push_screen(Details("the engine has stopped", screen.stage.player.error))

"""What the palette offers: what is possible now, boxes and events to go to, themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Provider

from simulator.resource import DEFAULT_NAMESPACE
from simulator.tui.key_names import key_names
from simulator.tui.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.command import Hits

    from simulator.tui.main.screen import MainScreen

# Cursor moves have no place in a list of commands.
_LEFT_OUT = (
    "walk", "cursor", "cursor_page", "next_pane", "palette", "escape", "split", "goto_row",
    "first", "follow", "open",
)  # fmt: skip
_MOST_EVENTS = 200


class Command(NamedTuple):
    """One line of the palette.

    Args:
        name: What it does.
        help: A key, or the address of where it goes.
        run: Does it.
        is_place: It goes somewhere: found by its address, too.
        found_only: It is not listed, only found.
    """

    name: str
    help: str
    run: Callable[[], object]
    is_place: bool = False
    found_only: bool = False


class MainCommands(Provider):
    """The palette on the main screen."""

    def _commands(self) -> Iterator[Command]:
        from simulator.tui.main.screen import MainScreen

        screen = self.screen
        if isinstance(screen, MainScreen):
            yield from _of_keys(screen)
            yield Command(
                "Open a topology: a file, or an example", "", screen.open_topology
            )
            yield from _exports(screen)
            yield Command("Figures: what the screen costs", "", screen.show_figures)
            yield from _branches(screen)
            yield from _themes(screen)
            yield from _places(screen)

    async def discover(self) -> Hits:
        """List all but what is only found."""
        for command in self._commands():
            if not command.found_only:
                yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """Give what matches."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.name)
            if command.is_place:
                score = max(score, matcher.match(command.help))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(command.name),
                    command.run,
                    help=command.help,
                )


def _of_keys(screen: MainScreen) -> Iterator[Command]:
    """Offer what keys do, where it is possible."""
    from simulator.tui.main.screen import screen_action

    for key in KEYS:
        name = key.action.partition("(")[0]
        if name in _LEFT_OUT or screen.why_not(key.action):
            continue
        keys = key_names(screen.settings.keys.get(key.id, key.keys), most=1)
        name = f"{key.label}: {key.help}"
        yield Command(name, keys, partial(screen.do, screen_action(key)))


def _exports(screen: MainScreen) -> Iterator[Command]:
    for kind, text in screen.export_kinds():
        yield Command(f"Export: {text}", "", partial(screen.export, kind))


def _branches(screen: MainScreen) -> Iterator[Command]:
    if len(screen.stage.branches) > 1:
        yield Command("Branches: switch, remove", "", screen.show_branches)
        yield Command("Compare two branches", "", screen.show_compare)


def _themes(screen: MainScreen) -> Iterator[Command]:
    for name in screen.app.available_themes:
        yield Command(
            f"Theme: {name}", "", partial(screen.choose_theme, name), found_only=True
        )


def _places(screen: MainScreen) -> Iterator[Command]:
    for box in screen.stage.view.diagram.boxes:
        elsewhere = box.namespace != DEFAULT_NAMESPACE
        label = f"{box.namespace}/{box.label}" if elsewhere else box.label
        yield Command(
            f"Go to {box.kind.value} {label}",
            box.name,
            partial(screen.choose_node, box.name),
            is_place=True,
            found_only=True,
        )
    for serial, text in screen.recent_events(_MOST_EVENTS):
        yield Command(
            f"Go to event {text}",
            f"#{serial}",
            partial(screen.choose_record, serial),
            is_place=True,
            found_only=True,
        )

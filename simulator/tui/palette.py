"""What the palette offers: what is possible now, boxes and events to go to, themes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from simulator.resource import DEFAULT_NAMESPACE
from simulator.tui.actions import export, panes, runs
from simulator.tui.key_bar import key_names
from simulator.tui.main.screen import MainScreen
from simulator.tui.view.rows import Groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.fuzzy import Matcher

_MOST_EVENTS = 200


class Offer(NamedTuple):
    name: str
    help: str
    run: Callable[[], object]
    is_place: bool = False
    found_only: bool = False


class MainCommands(Provider):
    def _offers(self) -> Iterator[Offer]:
        screen = self.screen
        if not isinstance(screen, MainScreen):
            return
        yield from _of_commands(screen)
        run = partial(runs.open_topology, screen)
        yield Offer("Open a topology: a file, or an example", "", run)
        for kind, text in export.kinds(screen):
            run = partial(export.export, screen, kind)
            yield Offer(f"Export: {text}", "", run)
        run = partial(panes.show_figures, screen)
        yield Offer("Figures: what the screen costs", "", run)
        if len(screen.stage.branches) > 1:
            run = partial(runs.show_branches, screen)
            yield Offer("Branches: switch, remove", "", run)
            yield Offer("Compare two branches", "", partial(runs.show_compare, screen))
        for name in screen.app.available_themes:
            run = partial(setattr, screen.app, "theme", name)
            yield Offer(f"Theme: {name}", "", run, found_only=True)
        yield from _places(screen)

    async def discover(self) -> Hits:
        for offer in self._offers():
            if not offer.found_only:
                yield DiscoveryHit(offer.name, offer.run, help=offer.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for offer in self._offers():
            score = matcher.match(offer.name)
            if offer.is_place:
                score = max(score, matcher.match(offer.help))
            if score > 0:
                name = _highlighted(matcher, offer.name)
                yield Hit(score, name, offer.run, help=offer.help)


def _highlighted(matcher: Matcher, name: str) -> Content:
    """Do what `Matcher.highlight` does, but take nothing for markup."""
    content = Content(name)
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    for at in offsets:
        if not name[at].isspace():
            content = content.stylize(matcher.match_style, at, at + 1)
    return content


def _of_commands(screen: MainScreen) -> Iterator[Offer]:
    """Offer what keys do, where it is possible."""
    facts = screen.facts()
    for each in screen.commands.values():
        if each.listed and not each.needs(facts):
            keys = key_names(screen.keys_of(each.id), most=1)
            # Wherever the focus is, and when the palette has gone.
            run = partial(screen.call_later, screen.action_run, each.id)
            yield Offer(f"{each.label}: {each.help}", keys, run)


def _places(screen: MainScreen) -> Iterator[Offer]:
    go = screen.selection
    for box in screen.stage.view.diagram.boxes:
        elsewhere = box.namespace != DEFAULT_NAMESPACE
        label = f"{box.namespace}/{box.label}" if elsewhere else box.label
        name, run = f"Go to {box.kind.value} {label}", partial(go.choose_node, box.name)
        yield Offer(name, box.name, run, is_place=True, found_only=True)
    groups = Groups(screen.stage.view)
    while not groups.scan():
        pass
    for number in reversed(range(max(0, len(groups) - _MOST_EVENTS), len(groups))):
        row = groups.row(number)
        name = f"Go to event {row.type} {row.subject}".rstrip()
        run = partial(go.choose_record, row.serial)
        yield Offer(name, f"#{row.serial}", run, is_place=True, found_only=True)

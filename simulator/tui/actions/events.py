"""Commands about the list of events: filter, find, groups, muted boxes, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.actions.export import event_json

if TYPE_CHECKING:
    from simulator.tui.main.screen import MainScreen


def open_filter(screen: MainScreen) -> None:
    if screen.panes.are_narrow and screen.panes.name != "events":
        screen.panes.focus("events")
    screen.filter_bar.open(screen.listing.text)


def toggle_groups(screen: MainScreen) -> None:
    screen.listing.grouped = not screen.listing.grouped
    screen.new_rows()


def toggle_all(screen: MainScreen) -> None:
    screen.listing.all = not screen.listing.all
    screen.new_rows()


def toggle_trouble(screen: MainScreen) -> None:
    screen.listing.trouble = not screen.listing.trouble
    screen.new_rows()


def mute(screen: MainScreen) -> None:
    view = screen.stage.view
    # The box that is lit, which may be that of a whole namespace.
    node = screen.graph.selected or view.diagram.box_name(screen.selection.now.node)
    screen.set_filter(screen.listing.mute(view, node))


def next_hit(screen: MainScreen, by: int) -> None:
    here, end = screen.events.cursor_serial, len(screen.stage.view)
    start = -1 if here is None else here
    screen.find(range(start + 1, end) if by > 0 else range(start - 1, -1, -1))


def copy(screen: MainScreen) -> None:
    serial = screen.selection.now.serial
    if screen.panes.name == "inspector" or serial is None:
        screen.app.copy_to_clipboard(screen.inspector.copied_text())
        screen.notify("copied what the inspector says", timeout=2)
    else:
        event = screen.stage.view.record(serial).event
        screen.app.copy_to_clipboard(event_json(event))
        screen.notify(f"copied {event.type} {event.id} as JSON", timeout=2)

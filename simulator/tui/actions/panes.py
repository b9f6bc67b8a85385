"""Commands about what is seen: panes, the graph, the list, dialogs, themes, the editor."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from textual.app import SuspendNotSupported

from simulator.tui.actions.export import event_json
from simulator.tui.actions.send import refusals_told
from simulator.tui.filters.language import help_lines
from simulator.tui.inspect.figures import Figures, Totals
from simulator.tui.main.choice import NOTHING, Choice
from simulator.tui.main.panes import PANES
from simulator.tui.screens.dialog import Details, ask
from simulator.tui.screens.go_to import Jump
from simulator.tui.screens.help import Help
from simulator.tui.screens.outside_editor import away, open_at
from simulator.tui.screens.tables import RunCoverage, Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.geometry import Region

    from simulator.tui.main.screen import MainScreen

Switch: TypeAlias = Literal["grouped", "all", "trouble", "misses"]


def next_pane(screen: MainScreen, by: int) -> None:
    at = PANES.index(screen.panes.name)
    screen.panes.focus(PANES[(at + by) % len(PANES)])


def show_tab(screen: MainScreen, name: str) -> None:
    if screen.panes.are_narrow:
        screen.panes.focus("inspector")
    screen.inspector.show_tab(name)


def escape(screen: MainScreen) -> None:
    """Undo one thing: maximised, filter, selection, open namespaces, the pane."""
    panes, graph = screen.panes, screen.graph
    if panes.maximised:
        panes.maximise("")
    elif screen.listing.text:
        screen.set_filter("")
    elif not screen.selection.now.is_none:
        screen.selection.choose(NOTHING)
    elif graph.wish.expanded or graph.wish.collapsed:
        graph.action_fit()
    elif panes.are_narrow and panes.name != "graph":
        panes.focus("graph")


# -- the graph


def toggle_misses(screen: MainScreen) -> None:
    toggle(screen, "misses")
    graph = screen.graph
    graph.told = graph.told._replace(misses=screen.listing.misses)
    screen.show()


def next_line(screen: MainScreen) -> None:
    selection, lines = screen.selection, screen.stage.view.diagram.lines
    choice, node = selection.now, selection.now.node or selection.line_at
    if choice.line is not None:
        line = lines[choice.line]
        node = node if node in (line.start, line.end) else line.start
    at = [n for n, line in enumerate(lines) if node in (line.start, line.end)]
    if not at:
        screen.notify(f"no line leads to or from {node}", timeout=3, markup=False)
        return
    after = [n for n in at if choice.line is None or n > choice.line]
    selection.line_at = node
    selection.choose(Choice(line=(after or at)[0]))


def zoom(screen: MainScreen, by: int) -> None:
    if not screen.graph.action_zoom(by):
        size = "large" if by > 0 else "small"
        screen.notify(f"boxes are drawn as {size} as they can be: f5 fits", timeout=3)


def collapse(screen: MainScreen) -> None:
    if not screen.graph.action_collapse():
        screen.notify("there is one namespace: nothing to collapse", timeout=3)


# -- the list


def open_filter(screen: MainScreen) -> None:
    if screen.panes.are_narrow and screen.panes.name != "events":
        screen.panes.focus("events")
    screen.filter_bar.open(screen.listing.text)


def toggle(screen: MainScreen, name: Switch) -> None:
    """Turn a switch of the list."""
    listing = screen.listing
    setattr(listing, name, not getattr(listing, name))
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
        text = f"copied {event.type} {event.id} as JSON"
        screen.notify(text, timeout=2, markup=False)


# -- dialogs


def show_help(screen: MainScreen) -> None:
    dialog = Help(
        list(screen.commands.values()),
        section=screen.panes.name,
        keys=screen.settings.keys,
        filters=help_lines(),
    )
    screen.app.push_screen(dialog)


def show_tables(screen: MainScreen) -> None:
    stage = screen.stage
    coverage = None if stage.sim is None else RunCoverage(stage.sim, stage.view)
    dialog = Tables(
        lambda: Totals(Figures(stage.view), stage.player.shown),
        lambda: () if coverage is None else coverage.at(stage.player.shown),
    )
    ask(screen, dialog, screen.choose)


def show_figures(screen: MainScreen) -> None:
    stage, governor, graph = screen.stage, screen.governor, screen.graph
    set_ = " (as set)" if screen.settings.fps else " (as the machine can)"
    lines = [
        f"frames a second     {governor.rate}{set_}",
        f"drawing takes       {governor.share:.0%} of a frame",
        f"records             {len(stage.view):,}, {stage.view.first:,} no longer held",
        f"kinds of records    {len(stage.view.shapes.all):,}",
        f"branches            {len(stage.branches)}",
        f"picture             {graph.summary}",
    ]
    if graph.drawing.places:
        size = f"{graph.drawing.width} x {graph.drawing.height}"
        lines.append(f"                    {size} cells")
    screen.app.push_screen(Details("figures", "\n".join(lines)))


def jump(screen: MainScreen) -> None:
    def go(to_place: Callable[[], object] | None) -> None:
        if to_place is not None:
            to_place()

    screen.app.push_screen(Jump(list(_places(screen))), go)


def _places(screen: MainScreen) -> Iterator[tuple[Region, Callable[[], object]]]:
    """Give where each place is, and what goes there."""
    for pane in PANES:
        if screen.widgets[pane].region.area:
            yield screen.widgets[pane].region, partial(screen.panes.focus, pane)
    for tab, region in screen.inspector.tab_regions():
        yield region, partial(screen.action_run, f"inspect.{tab}")
    for node, region in screen.graph.box_regions():
        yield region, partial(screen.selection.choose_node, node)


def next_theme(screen: MainScreen) -> None:
    names = sorted(screen.app.available_themes)
    at = names.index(screen.app.theme)
    screen.app.theme = names[(at + 1) % len(names)]
    screen.notify(screen.app.theme, timeout=2)


def edit_source(screen: MainScreen) -> None:
    choice, view = screen.selection.now, screen.stage.view
    nodes = [choice.node or ""]
    if choice.line is not None:
        line = view.diagram.lines[choice.line]
        nodes = [line.start, line.end]
    elif choice.serial is not None:
        shape = view.shape(choice.serial)
        nodes = [shape.start, shape.end]
    places = filter(None, map(screen.inspector.context.place_of, nodes))
    files = screen.stage.opening.files
    place = next(places, f"{files[0] if files else ''}:1:1")
    file, at, _ = place.rsplit(":", 2)
    if not Path(file).is_file():
        screen.notify("there is no file to open: kn-sim ui FILE", severity="warning")
        return
    try:
        with refusals_told(screen), away(screen.app):
            open_at(file, int(at))
    except SuspendNotSupported:
        text = f"no room for an editor here: {place}"
        screen.notify(text, severity="warning", markup=False)

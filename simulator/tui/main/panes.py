"""Keys about panes: focus, tabs, sizes, help, theme, jump, escape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from simulator.errors import SimulatorError
from simulator.tui.filters import help_lines
from simulator.tui.inspect.figures import Figures
from simulator.tui.inspect.totals import Totals
from simulator.tui.main.choice import NOTHING
from simulator.tui.main.choosing import ChoosingKeys
from simulator.tui.main.guard import possible
from simulator.tui.main.sizes import Split
from simulator.tui.main.tabs import PANES
from simulator.tui.screens.go_to import Jump, Spot, letters_for
from simulator.tui.screens.help import Help
from simulator.tui.screens.outside_editor import open_at
from simulator.tui.screens.tables import Tables

if TYPE_CHECKING:
    from textual.geometry import Region
    from textual.widget import Widget

    from simulator.tui.main.tabs import PaneTabs

_NARROW, _SHORT = 60, 18


class PaneKeys(ChoosingKeys):
    """The part of the main screen that is about panes."""

    _maximised = ""
    _theme_before = ""

    def pane_widget(self, pane: str) -> Widget:
        """Give what takes the focus in a pane."""
        widgets: dict[str, Widget] = {
            "graph": self.graph,
            "events": self.events,
            "inspector": self.inspector.pane,
        }
        return widgets[pane]

    def action_pane(self, pane: str) -> None:
        """Focus a pane; where only one fits, show it."""
        self.pane_name = pane
        for each in PANES:
            self.set_class(each == pane, f"-on-{each}")
        if self._maximised and self._maximised != pane:
            self._maximise("")
        self.tabs.show(pane)
        self.pane_widget(pane).focus()

    def action_next_pane(self, by: int) -> None:
        """Focus the next pane or the one before."""
        at = PANES.index(self.pane_name)
        self.action_pane(PANES[(at + by) % len(PANES)])

    def on_pane_tabs_chosen(self, message: PaneTabs.Chosen) -> None:
        """Show the pane that was clicked."""
        self.action_pane(message.pane)

    def on_descendant_focus(self) -> None:
        """Know which pane has the focus, however it got it."""
        for pane in PANES:
            if self.query_one(f"#{pane}-pane").has_focus_within:
                self.pane_name = pane

    def action_maximise(self) -> None:
        """Give a pane the whole screen, or give it back."""
        self._maximise("" if self._maximised else self.pane_name)

    def _maximise(self, pane: str) -> None:
        self._maximised = pane
        for each in PANES:
            self.set_class(each == pane, f"-maximised-{each}")
        self._apply_split()

    def action_split(self, across: int, down: int) -> None:
        """Move the splits between the panes."""
        inspector = self.query_one("#inspector-pane").outer_size
        events = self.query_one("#events-pane").outer_size
        self.sizes.move(
            self._size_class, inspector.width - across, events.height - down
        )
        self._apply_split()

    @property
    def _size_class(self) -> str:
        """The class of the screen's size for which a split stands."""
        width = "-wide" if self.has_class("-wide") else "-medium"
        return width + ("-tall" if self.has_class("-tall") else "")

    def _apply_split(self) -> None:
        """Let panes be as large as the user made them, where there is more than one."""
        few = self.has_class("-narrow") or self.has_class("-tiny")
        whole = few or self._maximised
        split = Split() if whole else self.sizes.split(self._size_class)
        inspector = self.query_one("#inspector-pane").styles
        events = self.query_one("#events-pane").styles
        if split.inspector:
            inspector.width, events.height = split.inspector, split.events
        else:
            inspector.clear_rule("width")
            events.clear_rule("height")

    def action_tab(self, name: str) -> None:
        """Show a tab of the inspector; again: more or less of it."""
        self.take_lit()
        if self.has_class("-narrow"):
            self.action_pane("inspector")
        self.inspector.show_tab(name)

    def action_escape(self) -> None:
        """Undo one thing: maximised, filter, selection, open namespaces."""
        if self._maximised:
            self._maximise("")
        elif self.filter_text:
            self.set_filter("")
        elif not self.history.now.is_none:
            self.choose(NOTHING)
        elif self.graph.wish.expanded or self.graph.wish.collapsed:
            self.graph.action_fit()
        elif self.has_class("-narrow") and self.pane_name != "graph":
            self.action_pane("graph")

    def on_resize(self) -> None:
        """Say when there is too little room, and fit what is to be in two rows."""
        width, height = self.size
        tiny = width < _NARROW or height < _SHORT
        self.set_class(tiny, "-tiny")
        self.too_small.update(
            f"needs {_NARROW}x{_SHORT}, has {width}x{height}: only the list is shown"
        )
        self.transport.set_class(self.has_class("-tall"), "-tall")
        self._apply_split()
        self.call_after_refresh(self.show)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(
            Help(
                section=self.pane_name,
                keys=self.settings.keys,
                filters="\n".join("\t".join(line) for line in help_lines()),
            )
        )

    # -- themes

    def action_theme(self) -> None:
        """Take the next theme."""
        names = sorted(self.app.available_themes)
        at = names.index(self.app.theme)
        self.choose_theme(names[(at + 1) % len(names)])
        self.notify(self.app.theme, timeout=2)

    def choose_theme(self, name: str) -> None:
        """Take a theme."""
        self._theme_before = ""
        self.app.theme = name

    def preview_theme(self, prompt: str) -> None:
        """Show a theme while the palette stands on it; empty: the one before.

        Args:
            prompt: What the palette shows of a command.
        """
        name = prompt.partition("Theme: ")[2].splitlines()[:1]
        if name and name[0] in self.app.available_themes:
            self._theme_before = self._theme_before or self.app.theme
            self.app.theme = name[0]
        elif self._theme_before:
            self.app.theme, self._theme_before = self._theme_before, ""

    # -- jump mode

    def action_jump(self) -> None:
        """Show letters over what can be jumped to."""
        spots = self._spots()
        letters = letters_for(len(spots))
        self.app.push_screen(
            Jump(
                [
                    Spot(letter, region, target)
                    for letter, (region, target) in zip(letters, spots, strict=False)
                ],
            ),
            self._jumped,
        )

    def _spots(self) -> list[tuple[Region, str]]:
        """List the places: panes, tabs, boxes in sight."""
        spots: list[tuple[Region, str]] = [
            (self.pane_widget(pane).region, f"pane:{pane}")
            for pane in PANES
            if self.pane_widget(pane).region.area
        ]
        spots += [
            (region, f"tab:{tab}") for tab, region in self.inspector.tab_regions()
        ]
        spots += [(region, f"node:{node}") for node, region in self.graph.box_regions()]
        return spots

    def _jumped(self, target: str | None) -> None:
        kind, _, name = (target or "").partition(":")
        if kind == "pane":
            self.action_pane(name)
        elif kind == "tab":
            self.action_tab(name)
        elif kind == "node":
            self.choose_node(name)

    @possible
    def action_history(self, by: int) -> None:
        """Go to the selection before (-1) or after (1)."""
        self.history.go(by)
        self.show_choice()

    async def action_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_tables(self) -> None:
        """Show triggers, services and flows as tables."""
        self.app.push_screen(Tables(self._totals), self._go_to_row)

    def _totals(self) -> Totals:
        stage = self.stage
        return Totals(Figures(stage.view), stage.player.shown)

    def _go_to_row(self, chosen: int | str | None) -> None:
        if isinstance(chosen, str):
            self.choose_node(chosen)
        elif chosen is not None:
            self.choose_record(chosen)

    def action_edit_source(self) -> None:
        """Open the file that describes what is selected, at its line, in an editor."""
        choice, view = self.history.now, self.stage.view
        nodes = [choice.node or ""]
        if choice.line is not None:
            line = view.diagram.lines[choice.line]
            nodes = [line.start, line.end]
        elif choice.serial is not None:
            shape = view.shape(choice.serial)
            nodes = [shape.start, shape.end]
        places = filter(None, map(self.inspector.place_of, nodes))
        files = self.stage.opening.files
        place = next(places, f"{files[0] if files else ''}:1:1")
        file, at, _ = place.rsplit(":", 2)
        if not Path(file).is_file():
            self.notify("there is no file to open: kn-sim ui FILE", severity="warning")
            return
        try:
            with self.app.suspend():
                open_at(file, int(at))
        except SuspendNotSupported:
            self.notify(f"no room for an editor here: {place}", severity="warning")
        except SimulatorError as error:
            self.notify(str(error), severity="error", markup=False)

    def action_suspend(self) -> None:
        """Go back to the shell for a while."""
        self.app.action_suspend_process()

    async def action_quit(self) -> None:
        """Leave."""
        self.app.exit()

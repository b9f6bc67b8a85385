"""What is on the main screen: its widgets, panes, their sizes and which has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from simulator.story.meaning import ANSWERS
from simulator.story.phrases import answer
from simulator.tui.command import Command, ScreenT, bindings_of
from simulator.tui.inspect.inspector import Inspector
from simulator.tui.key_bar import KeyBar
from simulator.tui.main.listing import completed, fault_of
from simulator.tui.paint import style
from simulator.tui.settings import Sizes, Split
from simulator.tui.widgets.event_list import EventList
from simulator.tui.widgets.filter_bar import FilterBar
from simulator.tui.widgets.graph.view import GraphView
from simulator.tui.widgets.painted import Canvas
from simulator.tui.widgets.tab_strip import TabStrip
from simulator.tui.widgets.top_bar import ProblemStrip, TopBar
from simulator.tui.widgets.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from textual.app import ComposeResult
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.widget import Widget

    from simulator.tui.branch import Branch

PANES = ("graph", "events", "inspector")
_LEAST_WIDTH, _LEAST_HEIGHT = 60, 18
# Records among which the last answer of a node is looked for.
_LOOKED_AT = 5_000


class Pane(Vertical):
    """A frame, and the keys that mean something in it alone."""

    def __init__(
        self,
        name: str,
        title: str,
        commands: Iterable[Command[ScreenT]],
        *children: Widget,
    ) -> None:
        super().__init__(*children, id=f"{name}-pane")
        self.border_title = title
        self._bindings = bindings_of(each for each in commands if name in each.panes)


class PaneTabs(TabStrip):
    """Names the panes, with their keys."""

    DEFAULT_CSS = "PaneTabs { height: 1; background: $panel; }"

    def _cells(self) -> Iterator[tuple[str, range]]:
        x = 0
        for pane in PANES:
            end = x + len(f" 1 {pane} ")
            yield pane, range(x, end)
            x = end + 1

    def render_line(self, y: int) -> Strip:
        palette = self.palette
        canvas = Canvas(self.size.width, style(palette.text, palette.panel))
        for number, (pane, cells) in enumerate(self._cells(), 1):
            on = pane == self.current
            ground = palette.surface if on else palette.panel
            ink = palette.text if on else palette.muted
            text = f" {number} {pane.capitalize()} "
            canvas.put(cells.start, text, style(ink, ground, bold=on))
            key = style(palette.accent, ground, bold=True)
            canvas.put(cells.start + 1, str(number), key)
        return canvas.strip()


class Widgets:
    def __init__(
        self,
        branch: Callable[[], Branch],
        commands: Collection[Command[ScreenT]],
        keys_of: Callable[[str], str],
        *,
        motion: bool,
    ) -> None:
        self._branch = branch
        self.top, self.strip = TopBar(id="top"), ProblemStrip(id="strip")
        self.transport = Transport(id="transport")
        self.tabs = PaneTabs(PANES, id="tabs")
        self.too_small = Static(id="too-small", markup=False)
        self.graph = GraphView(moving=motion, id="graph")
        self.graph.tell = self._last_outcome
        self.events = EventList(id="events")
        self.filter_bar = FilterBar(
            fault_of, lambda text: completed(text, branch().view), id="filter"
        )
        self.inspector = Inspector(id="inspector")
        self.bar = KeyBar(commands, keys_of)
        self.panes = {
            "graph": Pane("graph", "1 topology", commands, self.graph),
            "events": Pane(
                "events", "2 events", commands, self.filter_bar, self.events
            ),
            "inspector": Pane("inspector", "3 inspector", commands, self.inspector),
        }

    def __getitem__(self, pane: str) -> Widget:
        """Give what takes the focus in a pane."""
        return {
            "graph": self.graph,
            "events": self.events,
            "inspector": self.inspector.pane,
        }[pane]

    def composed(self) -> ComposeResult:
        yield from (self.top, self.strip, self.transport, self.tabs, self.too_small)
        graph, events, inspector = self.panes.values()
        yield Horizontal(Vertical(graph, events, id="left"), inspector, id="body")
        yield self.bar

    def _last_outcome(self, node: str) -> str:
        """Say what a node answered last; empty where it has not lately."""
        view, shown = self._branch().view, self._branch().player.shown
        for serial in range(shown - 1, max(view.first, shown - _LOOKED_AT) - 1, -1):
            facts = view.shape(serial).facts
            if facts.source == node and facts.sense in ANSWERS:
                return answer(view.record(serial), "long")
        return ""


class Panes:
    def __init__(self, screen: Screen[Any], widgets: Widgets, sizes: Sizes) -> None:
        self._screen, self._widgets, self.sizes = screen, widgets, sizes
        self._frames = widgets.panes
        self.name, self.maximised = PANES[0], ""

    @property
    def are_narrow(self) -> bool:
        """Whether only one fits beside another."""
        return self._screen.has_class("-narrow")

    def focus(self, name: str) -> None:
        self.name = name
        for each in PANES:
            self._screen.set_class(each == name, f"-on-{each}")
        if self.maximised and self.maximised != name:
            self.maximise("")
        self._widgets.tabs.current = name
        self._widgets[name].focus()

    def notice_focus(self) -> None:
        for name, frame in self._frames.items():
            if frame.has_focus_within:
                self.name = name

    def maximise(self, name: str) -> None:
        self.maximised = name
        for each in PANES:
            self._screen.set_class(each == name, f"-maximised-{each}")
        self.fit()

    def split(self, across: int, down: int) -> None:
        inspector = self._frames["inspector"].outer_size.width
        events = self._frames["events"].outer_size.height
        self.sizes.move(self._size_class, inspector - across, events - down)
        self.fit()

    @property
    def _size_class(self) -> str:
        width = "-wide" if self._screen.has_class("-wide") else "-medium"
        return width + ("-tall" if self._screen.has_class("-tall") else "")

    def fit(self) -> None:
        """Let panes be as large as the user made them, where there is more than one."""
        few = self.are_narrow or self._screen.has_class("-tiny")
        whole = few or self.maximised
        split = Split() if whole else self.sizes.split(self._size_class)
        inspector = self._frames["inspector"].styles
        events = self._frames["events"].styles
        if split.inspector:
            inspector.width, events.height = split.inspector, split.events
        else:
            inspector.clear_rule("width")
            events.clear_rule("height")

    def resized(self) -> None:
        """Say when there is too little room, and fit what is to be in two rows."""
        (width, height), widgets = self._screen.size, self._widgets
        tiny = width < _LEAST_WIDTH or height < _LEAST_HEIGHT
        self._screen.set_class(tiny, "-tiny")
        needed = f"{_LEAST_WIDTH}x{_LEAST_HEIGHT}"
        widgets.too_small.update(f"{width}x{height}: list only, all needs {needed}")
        widgets.transport.set_class(self._screen.has_class("-tall"), "-tall")
        self.fit()

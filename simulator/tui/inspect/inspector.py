"""`Inspector`: the pane that tells all about what is selected, in four tabs.

Only the tab in sight is written: when it comes into sight, when what it is about
changes, and when its width does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textual.containers import Vertical

from simulator.tui.inspect.context import RunContext, Subject
from simulator.tui.inspect.data import data_lines
from simulator.tui.inspect.event import event_lines
from simulator.tui.inspect.lineage import lineage_lines
from simulator.tui.inspect.node import line_lines, node_lines
from simulator.tui.inspect.overview import overview_lines
from simulator.tui.inspect.page import BLANK, Look, TextLine
from simulator.tui.inspect.pane import LinesPane
from simulator.tui.inspect.why import taken_by, why_lines
from simulator.tui.spelling import short
from simulator.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.geometry import Region

    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.tui.inspect.node import Actions
    from simulator.tui.view.frame import Frame
    from simulator.tui.view.trace_view import TraceView

    Page: TypeAlias = Callable[[Frame, Look], list[TextLine]]

TABS = EVENT, LINEAGE, WHY, DATA = "event", "lineage", "why", "data"
_HINTS = {
    LINEAGE: "what it came from and what followed",
    WHY: "why each trigger matched or did not",
    DATA: "its data",
}


class RecordTopic:
    """A record, with the event that it is about.

    Attributes:
        turned: The tabs that show less of the lineage, or what changed of the data.
    """

    def __init__(self, subject: Subject, turned: frozenset[str] = frozenset()) -> None:
        self.subject, self.turned = subject, turned
        self.title = self.subject.record.event.type or str(self.subject.record.kind)

    def advance(self, frame: Frame) -> bool:
        """Read the lineage again, when the playhead shows more or less of it."""
        before, self.subject = self.subject, self.subject.at(frame.shown)
        return before is not self.subject

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        if tab == LINEAGE:
            return lineage_lines(self.subject, look, whole=tab not in self.turned)
        if tab == WHY:
            return why_lines(self.subject, look)
        if tab == DATA:
            return data_lines(self.subject, look, difference=tab in self.turned)
        return event_lines(self.subject, look)


class PageTopic:
    """A node, a line, or the run as a whole: told in one tab, at the playhead."""

    def __init__(self, title: str, frame: Frame, page: Page) -> None:
        self.title = title
        self._frame = frame
        self._page = page

    def advance(self, frame: Frame) -> bool:
        """Take the numbers of another position; tell whether they may be others."""
        before, self._frame = self._frame, frame
        return (before.shown, before.now_ns) != (frame.shown, frame.now_ns)

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        if tab == EVENT:
            return self._page(self._frame, look)
        text = f"Select an event in the list to see {_HINTS[tab]}."
        return [BLANK, *look.paragraph(text, "$muted", 0)]


_LEAST_WIDTH = 24


class Inspector(Vertical):
    DEFAULT_CSS = "Inspector { background: $surface; width: 50; height: 1fr; }"
    # From the first run on.
    context: RunContext
    _frame: Frame

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strip = TabStrip(TABS)
        self.pane = LinesPane()
        self.tab = EVENT
        self._topic: RecordTopic | PageTopic | None = None
        self._stale = False

    def compose(self) -> ComposeResult:
        yield self._strip
        yield self.pane

    # -- what it is about

    @property
    def title(self) -> str:
        """What it is about, for the frame around it: a type, a node, ``overview``."""
        return "" if self._topic is None else self._topic.title

    def set_run(self, view: TraceView, sim: Simulation | None, frame: Frame) -> None:
        self.context, self._frame = RunContext(view, sim), frame
        self.show_overview()

    def show_record(self, serial: int) -> None:
        """Tell about a record; the tabs stay as they are. IndexError: it is gone."""
        subject, before = Subject(self.context, serial, self._frame.shown), self._topic
        turned = before.turned if isinstance(before, RecordTopic) else frozenset()
        self._topic = RecordTopic(subject, turned)
        self._write(anew=True)

    def show_node(self, name: str, actions: Actions = ()) -> None:
        context, self.tab = self.context, EVENT
        self._show_page(
            short(name), lambda at, look: node_lines(context, at, name, look, actions)
        )

    def show_line(self, index: int) -> None:
        context, self.tab = self.context, EVENT
        drawn = context.view.diagram.lines[index]
        self._show_page(
            f"{short(drawn.start)} to {short(drawn.end)}",
            lambda at, look: line_lines(context, at, index, look),
        )

    def show_overview(self) -> None:
        context = self.context
        self._show_page("overview", lambda at, look: overview_lines(context, at, look))

    def _show_page(self, title: str, page: Page) -> None:
        self._topic = PageTopic(title, self._frame, page)
        self._write(anew=True)

    # -- time

    def refresh_at(self, frame: Frame) -> None:
        """Follow the playhead; costs nothing where nothing has changed.

        Call it at most twice a second: numbers that run are not read any faster.
        """
        self._frame = frame
        if self._topic is not None and self._topic.advance(frame):
            self._write(anew=False)

    # -- tabs

    def show_tab(self, name: str) -> None:
        """Bring a tab into sight.

        The tab in sight shows more or less instead: all of the lineage, or only what led here
        and what followed; the data, or what changed.
        """
        topic = self._topic
        if name == self.tab and isinstance(topic, RecordTopic):
            topic.turned ^= {name}
        self.tab = name
        self._write(anew=True)

    def tab_regions(self) -> list[tuple[str, Region]]:
        return self._strip.regions() if self.region.area else []

    def event_to_try(self) -> tuple[Event, str] | None:
        """Give the event as a sender would send it, and the hub that judges it, if known.

        None where no record is selected.
        """
        if not isinstance(self._topic, RecordTopic):
            return None
        subject = self._topic.subject
        taken = taken_by(subject)
        return subject.bearer.first.event, "" if taken is None else taken.target

    def copied_text(self) -> str:
        if self._stale:
            self._write(anew=True)
        return "".join(f"{each.text}\n" for each in self.pane.lines)

    # -- writing

    def _write(self, *, anew: bool) -> None:
        """Write the tab in sight; later, where nobody would see it."""
        topic, width = self._topic, self.pane.page_width
        about_event = isinstance(topic, RecordTopic) or self.tab != EVENT
        self._strip.current = self.tab if about_event else ""
        if topic is None:
            return
        if not width:
            self._stale = True
            return
        self._stale = False
        lines = topic.lines(self.tab, Look(max(width, _LEAST_WIDTH), self.context.cuts))
        self.pane.set_lines(lines, anew=anew, reveal=self.tab in (LINEAGE, WHY))

    def on_lines_pane_resized(self, message: LinesPane.Resized) -> None:
        message.stop()
        self._write(anew=self._stale)

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        message.stop()
        if message.name != self.tab:
            self.show_tab(message.name)

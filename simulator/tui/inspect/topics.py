"""What the inspector can be about, each with its title and the lines of its tabs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from typing import TYPE_CHECKING, Protocol

from simulator.tui.inspect.context import Subject
from simulator.tui.inspect.data import body_lines, data_lines
from simulator.tui.inspect.event import attribute_lines, event_lines
from simulator.tui.inspect.lineage import lineage_lines
from simulator.tui.inspect.node import line_lines, node_lines
from simulator.tui.inspect.overview import overview_lines
from simulator.tui.inspect.page import BLANK, Look, TextLine, line, paragraph
from simulator.tui.inspect.why import taken_by, tried_lines, why_lines
from simulator.tui.view.row import short

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.tui.inspect.context import RunContext, Story
    from simulator.tui.inspect.figures import Figures
    from simulator.tui.inspect.node import Actions
    from simulator.tui.view.frame import Frame

EVENT, LINEAGE, WHY, DATA = "event", "lineage", "why", "data"
TABS = (EVENT, LINEAGE, WHY, DATA)
_HINTS = {
    LINEAGE: "what it came from and what followed",
    WHY: "why each trigger matched or did not",
    DATA: "its data",
}


class Topic(Protocol):
    """What the inspector is about."""

    title: str

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        """Write a tab."""
        ...

    def advance(self, frame: Frame) -> bool:
        """Take the playhead's place; tell whether anything is to be written anew."""
        ...


class RecordTopic:
    """A record, with the event that it is about.

    Args:
        context: The topology.
        story: The records.
        serial: Of the record.
        shown: How many records have happened.

    Attributes:
        whole: Whether the tab Lineage shows all of it.
        difference: Whether the tab Data shows what changed.

    Raises:
        IndexError: There is no such record any more.
    """

    def __init__(
        self, context: RunContext, story: Story, serial: int, shown: int | None
    ) -> None:
        self._context = context
        self._story = story
        self.serial = serial
        self._shown = shown
        self._seen = self._count(shown)
        self.subject = Subject(context, story, serial, shown)
        self.title = self.subject.record.event.type or str(self.subject.record.kind)
        self.whole = True
        self.difference = False

    def _count(self, shown: int | None) -> int:
        serials = self._story.lineage(self.serial)
        return len(serials) if shown is None else bisect_left(serials, shown)

    def advance(self, frame: Frame) -> bool:
        """Read the lineage again, when the playhead shows more or less of it."""
        self._shown = frame.shown
        count = self._count(frame.shown)
        if count == self._seen:
            return False
        self._seen = count
        try:
            subject = Subject(self._context, self._story, self.serial, frame.shown)
        except IndexError:
            return False  # no longer kept; what was read of it stays
        self.subject = subject
        return True

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        """Write a tab."""
        if tab == LINEAGE:
            return lineage_lines(self.subject, look, whole=self.whole)
        if tab == WHY:
            return why_lines(self.subject, look)
        if tab == DATA:
            return data_lines(self.subject, look, difference=self.difference)
        return event_lines(self.subject, look)

    def event_to_try(self) -> tuple[Event, str]:
        """Give the event as a sender would send it, and the hub that judges it."""
        taken = taken_by(self.subject)
        sent = self.subject.bearer.first.event
        return sent, "" if taken is None else taken.target


class TriedTopic:
    """An event that nobody sent, before the triggers of a hub."""

    def __init__(self, context: RunContext, event: Event, hub: str) -> None:
        self._context = context
        self._event = event
        self._hub = hub
        self.title = f"{event.type or 'event'} (edited)"

    def advance(self, frame: Frame) -> bool:
        """Nothing changes with the playhead."""
        return False

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        """Write a tab; it has no lineage."""
        if tab == WHY:
            return tried_lines(self._context, self._hub, self._event, look)
        if tab == DATA:
            return body_lines(self._event, look)
        if tab == LINEAGE:
            return paragraph("It was not sent, so nothing followed.", look, "$muted", 0)
        head = line(("edited, not sent", "$accent bold"))
        return [head, *attribute_lines(self._event, look)]


def hint_lines(tab: str, look: Look) -> list[TextLine]:
    """Say what a tab would show if an event were selected."""
    text = f"Select an event in the list to see {_HINTS[tab]}."
    return [BLANK, *paragraph(text, look, "$muted", 0)]


class _Place(ABC):
    """What has one page of numbers, at the place where the playhead stands.

    Args:
        figures: Numbers of the run.
        frame: Where the playhead stands.
    """

    def __init__(self, figures: Figures, frame: Frame) -> None:
        self._figures = figures
        self._frame = frame

    def advance(self, frame: Frame) -> bool:
        """Take the numbers of another position; tell whether they may be others."""
        before, self._frame = self._frame, frame
        return (before.shown, before.now_ns) != (frame.shown, frame.now_ns)

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        """Write its page, or what a tab would show of an event."""
        return self._page(look) if tab == EVENT else hint_lines(tab, look)

    @abstractmethod
    def _page(self, look: Look) -> list[TextLine]: ...


class NodeTopic(_Place):
    """A node of the diagram.

    Args:
        context: The topology.
        figures: Numbers of the run.
        frame: Where the playhead stands.
        node: Its name.
        actions: What can be done with it: keys and words.
    """

    def __init__(
        self,
        context: RunContext,
        figures: Figures,
        frame: Frame,
        node: str,
        actions: Actions = (),
    ) -> None:
        super().__init__(figures, frame)
        self._context = context
        self._actions = actions
        self.node = node
        self.title = short(node)

    def _page(self, look: Look) -> list[TextLine]:
        place = self._context, self._figures, self._frame, self.node
        return node_lines(*place, look, actions=self._actions)


class LineTopic(_Place):
    """A line of the diagram.

    Args:
        figures: Numbers of the run.
        frame: Where the playhead stands.
        index: Of the line.
        actions: What can be done with it: keys and words.
    """

    def __init__(
        self, figures: Figures, frame: Frame, index: int, actions: Actions = ()
    ) -> None:
        super().__init__(figures, frame)
        self._actions = actions
        self._index = index
        self._line = figures.view.diagram.lines[index]
        self.title = f"{short(self._line.start)} to {short(self._line.end)}"

    def _page(self, look: Look) -> list[TextLine]:
        place = self._figures, self._frame, self._line, self._index
        return line_lines(*place, look, actions=self._actions)


class OverviewTopic(_Place):
    """The run as a whole.

    Args:
        context: The topology.
        figures: Numbers of the run.
        frame: Where the playhead stands.
    """

    title = "overview"

    def __init__(self, context: RunContext, figures: Figures, frame: Frame) -> None:
        super().__init__(figures, frame)
        self._context = context

    def _page(self, look: Look) -> list[TextLine]:
        return overview_lines(self._context, self._figures, self._frame, look)

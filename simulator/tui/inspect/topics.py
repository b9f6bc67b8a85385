"""What the inspector can be about, each with its title and the lines of its tabs."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

from simulator.tui.inspect.context import Subject
from simulator.tui.inspect.data import body_lines, data_lines
from simulator.tui.inspect.event import attribute_lines, event_lines
from simulator.tui.inspect.lineage import lineage_lines
from simulator.tui.inspect.page import BLANK, Look, TextLine, line, paragraph
from simulator.tui.inspect.why import taken_by, tried_lines, why_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.event import Event
    from simulator.tui.inspect.context import RunContext, Story
    from simulator.tui.view.frame import Frame

EVENT, LINEAGE, WHY, DATA = "event", "lineage", "why", "data"
TABS = (EVENT, LINEAGE, WHY, DATA)
_HINTS = {
    LINEAGE: "what it came from and what followed",
    WHY: "why each trigger matched or did not",
    DATA: "its data",
}


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


class PlaceTopic:
    """What has one page, of numbers at the playhead: a node, a line, the run as a whole.

    Args:
        title: What it is.
        frame: Where the playhead stands.
        page: Writes the page of a position.
    """

    def __init__(
        self, title: str, frame: Frame, page: Callable[[Frame, Look], list[TextLine]]
    ) -> None:
        self.title = title
        self._frame = frame
        self._page = page

    def advance(self, frame: Frame) -> bool:
        """Take the numbers of another position; tell whether they may be others."""
        before, self._frame = self._frame, frame
        return (before.shown, before.now_ns) != (frame.shown, frame.now_ns)

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        """Write its page, or what a tab would show if an event were selected."""
        if tab == EVENT:
            return self._page(self._frame, look)
        text = f"Select an event in the list to see {_HINTS[tab]}."
        return [BLANK, *paragraph(text, look, "$muted", 0)]


Topic: TypeAlias = RecordTopic | TriedTopic | PlaceTopic

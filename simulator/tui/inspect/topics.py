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
    from collections.abc import Callable, Mapping

    from simulator.event import Event
    from simulator.tui.inspect.context import RunContext, TraceStory
    from simulator.tui.view.frame import Frame

    Page: TypeAlias = Callable[[Frame, Look], list[TextLine]]

EVENT, LINEAGE, WHY, DATA = "event", "lineage", "why", "data"
TABS = (EVENT, LINEAGE, WHY, DATA)
_HINTS = {
    LINEAGE: "what it came from and what followed",
    WHY: "why each trigger matched or did not",
    DATA: "its data",
}


class RecordTopic:
    """A record, with the event that it is about.

    Attributes:
        whole: Whether the tab Lineage shows all of it.
        difference: Whether the tab Data shows what changed.
    """

    def __init__(
        self, context: RunContext, story: TraceStory, serial: int, shown: int | None
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


class PageTopic:
    """What has pages of its own: a node, a line, the run as a whole; an event to try.

    Args:
        title: What it is.
        frame: Where the playhead stands.
        pages: By tab: writes its lines, at a position.
    """

    def __init__(self, title: str, frame: Frame, pages: Mapping[str, Page]) -> None:
        self.title = title
        self._frame = frame
        self._pages = pages

    def advance(self, frame: Frame) -> bool:
        """Take the numbers of another position; tell whether they may be others."""
        before, self._frame = self._frame, frame
        return (before.shown, before.now_ns) != (frame.shown, frame.now_ns)

    def lines(self, tab: str, look: Look) -> list[TextLine]:
        if tab in self._pages:
            return self._pages[tab](self._frame, look)
        text = f"Select an event in the list to see {_HINTS[tab]}."
        return [BLANK, *paragraph(text, look, "$muted", 0)]


def tried_pages(context: RunContext, event: Event, hub: str) -> Mapping[str, Page]:
    """Give the pages of an event that nobody sent, before the triggers of a hub."""
    head = line(("edited, not sent", "$accent bold"))
    unsent = "It was not sent, so nothing followed."
    return {
        EVENT: lambda _, look: [head, *attribute_lines(event, look)],
        LINEAGE: lambda _, look: paragraph(unsent, look, "$muted", 0),
        WHY: lambda _, look: tried_lines(context, hub, event, look),
        DATA: lambda _, look: body_lines(event, look),
    }


Topic: TypeAlias = RecordTopic | PageTopic

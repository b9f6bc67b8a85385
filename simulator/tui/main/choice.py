"""What is selected, what was before, and how panes show it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from textual.content import Content

from simulator.tui.command import Facts
from simulator.tui.diagram import BoxKind, Diagram
from simulator.tui.spelling import kind_word, printable
from simulator.tui.view.columns import members
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.tui.branch import Branch
    from simulator.tui.main.panes import Widgets
    from simulator.tui.stage import Stage
    from simulator.tui.view.trace_view import TraceView

# Selections that can be gone back to.
_MOST = 100
# A way is not followed further: of a circle it is the same again.
_LONGEST_WAY = 2_000
# What can be done with a box: keys and words, for the inspector.
_OPEN, _SEND = ("enter", "open it in the graph"), ("n", "send")
_MUTE = ("H", "mute: hide its rows")
_IN_A_RUN = (
    ("x", "breakpoint"),
    ("f", "faults"),
    _SEND,
    ("ctrl+o", "edit its YAML"),
)


class Choice(Value):
    serial: int | None = None
    node: str = ""
    line: int | None = None

    @property
    def is_none(self) -> bool:
        return self == NOTHING


NOTHING = Choice()


def carried(choice: Choice, before: Diagram, after: Diagram) -> Choice:
    """Give the same selection in another diagram; `NOTHING` where it is gone."""
    if choice.line is not None:
        line = before.lines[choice.line]
        at = after.line(line.start, line.end, line.kind)
        return NOTHING if at is None else Choice(line=at)
    was, is_there = (
        any(map(diagram.box, diagram.nodes_of(choice.node)))
        for diagram in (before, after)
    )
    return NOTHING if was and not is_there else choice


class History:
    def __init__(self) -> None:
        self._past = [NOTHING]
        self._at = 0

    @property
    def now(self) -> Choice:
        return self._past[self._at]

    def choose(self, choice: Choice) -> bool:
        if choice == self.now:
            return False
        self._past = [*self._past[: self._at + 1], choice][-_MOST:]
        self._at = len(self._past) - 1
        return True

    def can_go(self, by: int) -> bool:
        """Tell whether there is a selection before (-1) or after (1)."""
        return 0 <= self._at + by < len(self._past)

    def go(self, by: int) -> Choice:
        if self.can_go(by):
            self._at += by
        return self.now

    def revise(self, change: Callable[[Choice], Choice]) -> None:
        self._past = [change(each) for each in self._past]


class Selection:
    def __init__(
        self, branch: Callable[[], Branch], widgets: Widgets, shown: Callable[[], None]
    ) -> None:
        self.history = History()
        # The box whose lines are gone through.
        self.line_at = ""
        self._branch, self._shown = branch, shown
        self._graph, self._events = widgets.graph, widgets.events
        self._inspector, self._pane = widgets.inspector, widgets.panes["inspector"]

    @property
    def now(self) -> Choice:
        return self.history.now

    @property
    def is_event(self) -> bool:
        """Whether it is a record that is still held."""
        serial = self.now.serial
        return serial is not None and serial >= self._branch().view.first

    def choose(self, choice: Choice) -> None:
        if self.history.choose(choice):
            self.show()

    def choose_record(self, serial: int | None) -> None:
        """Select a record; one of a run that has just gone is none any more."""
        view = self._branch().view
        if serial is not None and view.first <= serial < len(view):
            self.choose(Choice(serial=serial))

    def choose_node(self, node: str | None) -> None:
        if node:
            self.choose(Choice(node=node))

    def lit(self, pane: str) -> int | None:
        """Give the record of the lit row, where no event is selected: it looks selected."""
        if pane != "events" or self.is_event:
            return None
        return self._events.cursor_serial

    def take_lit(self, pane: str) -> None:
        serial = self.lit(pane)
        if serial is not None:
            self._events.following = False
            self.choose_record(serial)

    def go(self, by: int) -> None:
        self.history.go(by)
        self.show()

    def redrawn(self, before: Diagram) -> None:
        """Show another diagram of the run; what is selected stays selected."""
        after = self._branch().view.diagram
        self.history.revise(lambda each: carried(each, before, after))
        self._graph.set_diagram(after)
        self.show()

    def show(self) -> None:
        choice, branch = self.now, self._branch()
        view, graph, inspector = branch.view, self._graph, self._inspector
        self._events.set_trace(None)
        lines: frozenset[int] = frozenset()
        nodes: frozenset[str] = frozenset()
        if choice.serial is not None and self.is_event:
            inspector.show_record(choice.serial)
            self._events.set_trace(view.trace_of(choice.serial))
            self._events.go_to(choice.serial)
            lines, nodes = way_of(view, choice.serial)
            graph.select()
            shape = view.shape(choice.serial)
            for node in (shape.end, shape.start):
                graph.reveal(node)
        elif choice.node:
            inspector.show_node(choice.node, self._actions(choice.node))
            graph.select(view.diagram.box_name(choice.node))
        elif choice.line is not None:
            inspector.show_line(choice.line)
            graph.select(line=graph.drawing.line_of.get(choice.line))
        else:
            inspector.show_overview()
            graph.select()
        graph.told = graph.told._replace(way_lines=lines, way_nodes=nodes)
        # A content, since a type may look like markup.
        title = Content(f"3 {printable(inspector.title) or 'inspector'}")
        self._pane.border_title = title
        self._shown()

    def _actions(self, node: str) -> Sequence[tuple[str, str]]:
        live = self._branch().live
        if kind_word(node) == BoxKind.NAMESPACE.value:
            return (_OPEN, _SEND, _MUTE) if live else (_OPEN, _MUTE)
        return (*(_IN_A_RUN if live else ()), _MUTE)

    def facts(self, stage: Stage, pane: str, *, finding: bool) -> Facts:
        sim = stage.sim if stage.current.live else None
        return Facts(
            topology=stage.sim is not None,
            live=stage.current.live,
            records=len(stage.view),
            event=self.is_event or self.lit(pane) is not None,
            node=bool(self.now.node),
            line=self.now.line is not None,
            approvals=0 if sim is None else len(sim.approvals),
            breakpoints=0 if sim is None else len(sim.breakpoints),
            bookmarks=len(stage.player.bookmarks),
            before=self.history.can_go(-1),
            after=self.history.can_go(1),
            failed=bool(stage.player.error),
            finding=finding,
        )


def way_of(view: TraceView, serial: int) -> tuple[frozenset[int], frozenset[str]]:
    """Give the lines and boxes on the way of a record's event, with its further attempts.

    That of a dead letter begins where the event was sent that it was.
    """
    columns = view.columns
    event, root = columns.event[serial], view.trace_of(serial)
    wanted = {event}
    while (event := columns.buried.get(event, event)) not in wanted:
        wanted.add(event)
    lines: set[int] = set()
    nodes: set[str] = set()
    lineage = members(columns, root, len(columns))
    found = (serial for serial in lineage if columns.event[serial] in wanted)
    for member in islice(found, _LONGEST_WAY):
        shape = view.shape(member)
        facts = shape.facts
        lines.update(view.diagram.way(facts.kind, facts.source, facts.target))
        ends = filter(None, (shape.start, shape.end))
        nodes.update(map(view.diagram.box_name, ends))
    return frozenset(lines), frozenset(nodes)

"""What is selected and what the list shows: filter, find, groups, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.exporting import event_json
from simulator.tui.filters import Filter, lit_nodes
from simulator.tui.key_names import key_names
from simulator.tui.main.choice import NOTHING, Choice, carried
from simulator.tui.main.framing import Framing
from simulator.tui.main.guard import possible
from simulator.tui.main.looking import FIND, way_of
from simulator.tui.view.rows import Groups, Rows, row_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.tui.diagram import Diagram
    from simulator.tui.inspect.inspector import Inspector
    from simulator.tui.main.impossible import Facts
    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.event_list import EventList
    from simulator.tui.widgets.filter_bar import FilterBar
    from simulator.tui.widgets.graph import GraphView
    from simulator.tui.widgets.top_bar import TopBar


class ChoosingKeys(Framing):
    """The part of the main screen that is about what is looked at."""

    filter_text = ""
    _filter: Filter | None = None
    # The box whose lines are gone through.
    _line_at = ""
    _grouped = _all = _trouble = False

    # -- selection

    def choose(self, choice: Choice) -> None:
        """Select something."""
        if self.history.choose(choice):
            self.show_choice()

    def redrawn(self, before: Diagram) -> None:
        """Show another diagram of the run; what is selected stays selected.

        Args:
            before: The one that was shown.
        """
        after = self.stage.view.diagram
        self.history.revise(lambda each: carried(each, before, after))
        self.graph.set_diagram(after)
        self.show_choice()

    def choose_record(self, serial: int) -> None:
        """Select a record; one of a run that has just gone is none any more."""
        if self.stage.view.first <= serial < len(self.stage.view):
            self.choose(Choice(serial=serial))

    @property
    def lit(self) -> int | None:
        """The record of the lit row, where no event is selected: it looks selected."""
        if self.pane_name != "events" or super().facts().event:
            return None
        return self.events.cursor_serial

    def facts(self) -> Facts:
        """Say what is possible now, the lit row being as good as selected."""
        facts = super().facts()
        return facts if self.lit is None else facts.replace(event=True)

    def take_lit(self) -> None:
        """Select the lit row."""
        serial = self.lit
        if serial is not None:
            self.events.stop_following()
            self.choose_record(serial)

    def choose_node(self, node: str) -> None:
        """Select a box."""
        self.choose(Choice(node=node))

    def show_choice(self) -> None:
        """Show what is selected, in every pane."""
        choice, view = self.history.now, self.stage.view
        self.events.set_trace(None)
        lines: tuple[int, ...] = ()
        nodes: tuple[str, ...] = ()
        if choice.serial is not None and choice.serial >= view.first:
            self.inspector.show_record(choice.serial)
            self.events.set_trace(view.trace_of(choice.serial))
            self.events.go_to(choice.serial)
            lines, nodes = way_of(view, choice.serial)
            self.graph.select()
        elif choice.node:
            self.inspector.show_node(choice.node, self.node_actions(choice.node))
            self.graph.select(view.diagram.box_name(choice.node))
        elif choice.line is not None:
            self.inspector.show_line(choice.line)
            drawing = self.graph.drawing
            drawn = None if drawing is None else drawing.line_of.get(choice.line)
            self.graph.select(line=drawn)
        else:
            self.inspector.show_overview()
            self.graph.select()
        self.graph.set_path(lines, nodes)
        title = self.inspector.title
        self.query_one("#inspector-pane").border_title = f"3 {title or 'inspector'}"
        self.show_hints()

    @possible
    def action_next_line(self) -> None:
        """Select the next line at the box that was selected last."""
        choice, lines = self.history.now, self.stage.view.diagram.lines
        node = choice.node or self._line_at
        if choice.line is not None:
            line = lines[choice.line]
            node = node if node in (line.start, line.end) else line.start
        at = [
            number
            for number, line in enumerate(lines)
            if node in (line.start, line.end)
        ]
        if not at:
            self.notify(f"no line leads to or from {node}", timeout=3, markup=False)
            return
        after = [number for number in at if choice.line is None or number > choice.line]
        self._line_at = node
        self.choose(Choice(line=(after or at)[0]))

    def node_actions(self, node: str) -> list[tuple[str, str]]:
        """List what can be done with a box, for the inspector."""
        if not self.stage.current.live:
            return []
        return [("x", "breakpoint"), ("f", "faults"), ("n", "send")]

    def on_graph_view_node_selected(self, message: GraphView.NodeSelected) -> None:
        """Select the box."""
        self.choose_node(message.node)

    def on_graph_view_line_selected(self, message: GraphView.LineSelected) -> None:
        """Select the line."""
        if message.lines:
            self.choose(Choice(line=message.lines[0]))

    def on_graph_pane_laid(self) -> None:
        """Say how it is drawn."""
        self.query_one("#graph-pane").border_subtitle = self.graph.summary

    def on_graph_view_cleared(self) -> None:
        """Select nothing."""
        self.choose(NOTHING)

    def on_event_list_record_picked(self, message: EventList.RecordPicked) -> None:
        """Select the record of the row."""
        self.choose_record(message.serial)

    def on_inspector_jump_to(self, message: Inspector.JumpTo) -> None:
        """Select the record that was entered."""
        self.choose_record(message.serial)

    def on_inspector_select_node(self, message: Inspector.SelectNode) -> None:
        """Select the node that was entered."""
        self.choose_node(message.name)

    def on_event_list_follow_changed(self) -> None:
        """Say so in the frame."""
        self._stale.add("list")

    # -- rows

    def new_rows(self) -> None:
        """Make the rows anew, for another filter or another run."""
        view = self.stage.view
        wanted = None if self.is_finding else self._filter
        self.steps = Rows(
            view,
            wanted,
            all=self._all,
            trouble=self._trouble,
            misses=self.misses if self.shows_misses else None,
        )
        self.rows = Groups(view, wanted) if self._grouped else self.steps
        self.rows.scan()
        self.events.set_rows(self.rows, self.stage.player.shown)
        chosen = self.history.now.serial
        if chosen is not None and not self.events.following:
            self.events.go_to(chosen)
        pane = self.query_one("#events-pane")
        pane.border_title = "  ".join(["2 events", *self._said()])
        lit = (
            lit_nodes(view, self._filter, self.stage.player.shown)
            if self._filter is not None
            else None
        )
        self.graph.set_lit(lit)
        self._say_if_empty(self.stage.player.shown)
        self._stale.add("list")

    def _show_list(self, frame: Frame) -> None:
        super()._show_list(frame)
        self._say_if_empty(frame.shown)

    def _say_if_empty(self, shown: int) -> None:
        if not self.rows.count_at(shown):
            self.events.set_empty(self._empty_text(shown))

    def _said(self) -> Iterator[str]:
        if self._filter is not None:
            yield self.filter_text
        if self._trouble:
            yield "trouble only"
        if self._grouped:
            yield "by event"
        if self._all:
            yield "every record"

    def _empty_text(self, shown: int) -> str:
        stage = self.stage
        hidden = row_count(stage.view, shown, all=self._all)
        if self._filter is not None and not self.is_finding:
            return (
                f"no event matches {self.filter_text} – esc clears it "
                f"({hidden:,} hidden)"
            )
        if self._trouble and hidden:
            keys = key_names(self.keys_of("events.trouble"), most=1)
            return f"no trouble – {keys} shows everything ({hidden:,} hidden)"
        if stage.sim is None:
            return "no topology – enter opens one"
        if not any(source.sink for source in stage.sim.wiring.sources):
            return "No sources. n sends an event."
        return "nothing yet – press space to play"

    def misses(self, serial: int) -> list[tuple[str, str]]:
        """Name the triggers that did not want the event of a record, and why."""
        sim = self.stage.sim
        if sim is None:
            return []
        record = self.stage.view.record(serial)
        return [
            (
                why.trigger,
                "; ".join(change.text for change in why.explanation.nearest_miss),
            )
            for why in sim.whys(record.event)
            if why.hub == record.target and not why.matches
        ]

    def action_misses(self) -> None:
        """Show or hide what was offered and did not match."""
        self.shows_misses = not self.shows_misses
        self.graph.set_misses(shown=self.shows_misses)
        self.new_rows()
        self.show()

    def action_group(self) -> None:
        """One row an event, or one a record."""
        self._grouped = not self._grouped
        self.new_rows()

    def action_every_record(self) -> None:
        """Every record, or those that say something."""
        self._all = not self._all
        self.new_rows()

    def action_trouble(self) -> None:
        """Only what went wrong, or all."""
        self._trouble = not self._trouble
        self.new_rows()

    # -- filter and find

    def action_filter(self) -> None:
        """Open the line for a filter."""
        if self.has_class("-narrow") and self.pane_name != "events":
            self.action_pane("events")
        self.filter_bar.open(self.filter_text)

    def set_filter(self, text: str) -> None:
        """Show only what matches; a text that begins with a slash finds instead."""
        self.filter_text = text
        self.is_finding = text.startswith(FIND)
        wanted = text.removeprefix(FIND).strip()
        self._filter = Filter.parse(wanted) if wanted else None
        if not text:
            self.filter_bar.clear()
        self.new_rows()
        self.show_hints()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Filter while typing."""
        self.set_filter(message.text)

    def on_filter_bar_submitted(self, message: FilterBar.Submitted) -> None:
        """Keep the filter; go to the first hit of a find."""
        self.set_filter(message.text)
        self.action_pane("events")
        if self.is_finding:  # from the cursor on, and then from the top
            here, end = self.events.cursor_serial or 0, len(self.stage.view)
            self._go_to_hit((*range(here, end), *range(here)))

    def on_filter_bar_closed(self) -> None:
        """Clear the filter."""
        self.set_filter("")
        self.action_pane("events")

    def on_top_bar_chip_pressed(self, message: TopBar.ChipPressed) -> None:
        """Show the events of a counter."""
        self.set_filter(message.filter)

    @possible
    def action_next_hit(self, by: int) -> None:
        """Go to the next hit of the find, or the one before."""
        here = self.events.cursor_serial
        start = -1 if here is None else here
        self._go_to_hit(
            range(start + 1, len(self.stage.view))
            if by > 0
            else range(start - 1, -1, -1)
        )

    def _go_to_hit(self, order: Iterable[int]) -> None:
        """Go to the first of some records that is a hit, or say that there is none."""
        wanted, view = self._filter, self.stage.view
        for serial in order:
            if (
                wanted is not None
                and self.rows.has(serial)
                and wanted.matches(view, serial)
            ):
                self.choose_record(serial)
                return
        self.notify(f"no further hit of {self.filter_text}", timeout=3, markup=False)

    # -- copies

    @possible
    def action_copy(self) -> None:
        """Copy the event as JSON, or the inspector's text where it has the focus."""
        serial = self.history.now.serial
        if self.pane_name == "inspector" or serial is None:
            self.app.copy_to_clipboard(self.inspector.copied_text())
            self.notify("copied what the inspector says", timeout=2)
        else:
            event = self.stage.view.record(serial).event
            self.app.copy_to_clipboard(event_json(event))
            self.notify(f"copied {event.type} {event.id} as JSON", timeout=2)

    def recent_events(self, most: int) -> Iterator[tuple[int, str]]:
        """List the newest events, for the palette."""
        groups = Groups(self.stage.view)
        while not groups.scan():
            pass
        for number in range(len(groups) - 1, max(-1, len(groups) - 1 - most), -1):
            row = groups.row(number)
            yield row.serial, f"{row.type} {row.subject}".strip()

"""Every command of the main screen: one table of keys, help, and what they do.

Bindings, the bottom line, the palette, the help and the docs are made of it. A user's
``tui.toml`` names the ids to change keys; nothing else knows a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui import command as needs
from simulator.tui.actions import export, panes, playback, runs, send
from simulator.tui.command import Command
from simulator.tui.main.panes import PANES
from simulator.tui.player import Player

if TYPE_CHECKING:
    from simulator.tui.main.screen import MainScreen

_GRAPH, _EVENTS, _LINES = ("graph",), ("events",), ("events", "inspector")

# fmt: off
COMMANDS: tuple[Command[MainScreen], ...] = (
    Command("play.toggle", "space", "Play", "play or pause", playback.toggle, needs.plays, footer=True),
    Command("play.step", "full_stop", "Step", "step to the next record shown", lambda s: playback.step(s, 1), needs.plays, footer=True),
    Command("play.back", "comma", "Back", "step to the record shown before", lambda s: playback.step(s, -1), needs.plays),
    Command("play.on", "greater_than_sign", "Lineage on", "step to the next record of the selected event's lineage", lambda s: playback.step_lineage(s, 1), needs.event, takes_row=True),
    Command("play.before", "less_than_sign", "Lineage back", "step to the record before in the lineage", lambda s: playback.step_lineage(s, -1), needs.event, takes_row=True),
    Command("play.quiet", "u", "Until quiet", "run until nothing is due in this instant", playback.player(Player.run_until_quiet, follow=True), needs.plays),
    Command("play.faster", "plus,equals_sign", "Speed", "play faster", playback.player(Player.faster), footer=True),
    Command("play.slower", "minus", "Slower", "play slower", playback.player(Player.slower)),
    Command("play.normal", "0", "1x", "play at normal speed", playback.player(lambda p: p.set_speed(1.0))),
    Command("play.clock", "s", "Clock", "story clock (each hop is seen) or true virtual time", playback.change_clock),
    Command("play.start", "home", "Start", "go to the start", playback.player(Player.home), needs.records),
    Command("play.live", "end", "Live", "go to the live edge and follow it", playback.player(Player.end, follow=True), needs.records),
    Command("play.goto", "g", "Go to", "go to a time, a share or a record: 1:03, +5s, 50%, #120", playback.go_to, needs.records),
    Command("play.break", "b", "To break", "run to the next breakpoint", playback.run_to_break, needs.breakpoint_),
    Command("play.bookmark", "B", "Bookmark", "set or remove a bookmark here", playback.player(Player.mark), needs.records),
    Command("play.next_bookmark", "apostrophe", "Next mark", "go to the next bookmark", playback.player(Player.next_mark), needs.bookmark),
    Command("play.fork", "ctrl+f", "Fork", "fork here: run again up to this record and go on live", playback.fork, needs.run_with_records),
    Command("pane.graph", "1", "Graph", "focus the graph", lambda s: s.panes.focus("graph")),
    Command("pane.events", "2", "Events", "focus the events", lambda s: s.panes.focus("events")),
    Command("pane.inspector", "3", "Inspector", "focus the inspector", lambda s: s.panes.focus("inspector")),
    Command("pane.next", "tab", "Next pane", "focus the next pane", lambda s: panes.next_pane(s, 1), listed=False),
    Command("pane.previous", "shift+tab", "Previous pane", "focus the pane before", lambda s: panes.next_pane(s, -1), listed=False),
    Command("pane.maximise", "M", "Maximise", "give the focused pane the whole screen, or give it back", lambda s: s.panes.maximise("" if s.panes.maximised else s.panes.name)),
    Command("pane.jump", "o", "Jump", "show letters over panes, tabs and boxes; a letter jumps there", panes.jump),
    Command("pane.wider", "ctrl+left", "Split left", "move the split to the left", lambda s: s.panes.split(-2, 0), listed=False),
    Command("pane.narrower", "ctrl+right", "Split right", "move the split to the right", lambda s: s.panes.split(2, 0), listed=False),
    Command("pane.higher", "ctrl+up", "Split up", "move the split up", lambda s: s.panes.split(0, -1), listed=False),
    Command("pane.lower", "ctrl+down", "Split down", "move the split down", lambda s: s.panes.split(0, 1), listed=False),
    Command("pane.escape", "escape", "Back", "close, clear the filter, clear the selection, then the overview", panes.escape, listed=False),
    Command("graph.left", "left,h", "Left", "walk against the lines", lambda s: s.graph.action_walk("left"), panes=_GRAPH, listed=False),
    Command("graph.right", "right,l", "Right", "walk along the lines", lambda s: s.graph.action_walk("right"), panes=_GRAPH, listed=False),
    Command("graph.up", "up,k", "Up", "walk up the column", lambda s: s.graph.action_walk("up"), panes=_GRAPH, listed=False),
    Command("graph.down", "down,j", "Down", "walk down the column", lambda s: s.graph.action_walk("down"), panes=_GRAPH, listed=False),
    Command("graph.open", "enter", "Open", "open a namespace, or go to the other end of a link", runs.open_box, panes=_GRAPH, listed=False),
    Command("graph.zoom", "z", "Zoom", "draw boxes larger", lambda s: panes.zoom(s, 1)),
    Command("graph.unzoom", "Z", "Smaller", "draw boxes smaller", lambda s: panes.zoom(s, -1)),
    Command("graph.fit", "f5", "Fit", "choose the drawing that fits", lambda s: s.graph.action_fit()),
    Command("graph.misses", "m", "Non-matches", "show what was offered and did not match", panes.toggle_misses),
    Command("graph.replies", "R", "Replies", "reply lines: whole, stubs or none", lambda s: s.graph.action_replies()),
    Command("graph.collapse", "c", "Collapse", "one box for the namespace, or all its boxes", panes.collapse, needs.box),
    Command("graph.mute", "H", "Mute", "mute the selected box: hide its rows", panes.mute, needs.box),
    Command("graph.line", "i", "Line", "select the next line at the selected box", panes.next_line, needs.box_or_line),
    Command("graph.break", "x", "Break", "breakpoint at the selected box, line or event type", runs.toggle_break, needs.place, takes_row=True),
    Command("events.up", "up,k", "Up", "the row above", lambda s: s.lines.action_cursor(-1), panes=_LINES, listed=False),
    Command("events.down", "down,j", "Down", "the row below", lambda s: s.lines.action_cursor(1), panes=_LINES, listed=False),
    Command("events.page_up", "pageup", "Page up", "a page up", lambda s: s.lines.action_cursor_page(-1), panes=_LINES, listed=False),
    Command("events.page_down", "pagedown", "Page down", "a page down", lambda s: s.lines.action_cursor_page(1), panes=_LINES, listed=False),
    Command("events.first", "home", "First", "the first row", lambda s: s.events.action_first(), panes=_EVENTS, listed=False),
    Command("events.last", "end", "Follow", "the newest row, and stay there", lambda s: s.events.action_follow(), panes=_EVENTS, listed=False),
    Command("events.goto", "enter", "Go there", "move the playhead to this row", lambda s: s.lines.action_goto_row(), panes=_LINES, listed=False),
    Command("events.filter", "slash", "Filter", "show only events that match: type:order.* is:retry", panes.open_filter, footer=True),
    Command("events.next_hit", "n", "Next hit", "the next hit, while a find is active", lambda s: panes.next_hit(s, 1), needs.find, panes=PANES),
    Command("events.previous_hit", "N", "Hit before", "the hit before, while a find is active", lambda s: panes.next_hit(s, -1), needs.find, panes=PANES),
    Command("events.group", "v", "Group", "one row an event, its deliveries folded", lambda s: panes.toggle(s, "grouped")),
    Command("events.all", "V", "All records", "every record of the trace, or those that say something", lambda s: panes.toggle(s, "all")),
    Command("events.trouble", "exclamation_mark", "Trouble", "only what went wrong", lambda s: panes.toggle(s, "trouble")),
    Command("events.copy", "y", "Copy", "copy the event as JSON, or the inspector's text", panes.copy, needs.event_or_node, takes_row=True),
    Command("events.again", "r", "Again", "send the event again, or an edited copy", send.send_again, needs.run_and_event, takes_row=True),
    Command("inspect.event", "E", "Event", "the event, its attributes and deliveries", lambda s: panes.show_tab(s, "event"), takes_row=True),
    Command("inspect.lineage", "L", "Lineage", "what it came from and what followed; again: only its own line", lambda s: panes.show_tab(s, "lineage"), takes_row=True),
    Command("inspect.why", "W", "Why", "why each trigger matched or did not", lambda s: panes.show_tab(s, "why"), takes_row=True),
    Command("inspect.data", "D", "Data", "its data; again: what changed since the event before", lambda s: panes.show_tab(s, "data"), takes_row=True),
    Command("inspect.try", "e", "Try", "try an edited copy against all filters, without sending it", send.try_edited, needs.topology_and_event, takes_row=True),
    Command("do.send", "n", "Send", "send an event", send.send, needs.runs, footer=True),
    Command("do.approvals", "a", "Approve", "events that wait for an approval", send.approvals, needs.approval, footer=True),
    Command("do.faults", "f", "Faults", "faults of the network and of services", runs.faults, needs.runs, footer=True),
    Command("do.breaks", "X", "Breakpoints", "all breakpoints, and what they hold", runs.breakpoints, needs.runs),
    Command("do.tables", "S", "Tables", "triggers, services, flows, coverage as tables to sort", panes.show_tables),
    Command("do.edit", "ctrl+o", "Edit", "open the YAML at the selected box in your editor", panes.edit_source),
    Command("do.problems", "p", "Problems", "what the topology's author should know", runs.problems, needs.topology),
    Command("do.save", "ctrl+s", "Save", "save the trace as JSON Lines", lambda s: export.export(s, "trace"), needs.records),
    Command("do.keep", "T", "Keep", "write a test that keeps this run, as kn-sim trace test does", lambda s: export.export(s, "test"), needs.run_with_records),
    Command("do.palette", "ctrl+p,colon", "Palette", "all commands", lambda s: s.app.action_command_palette(), listed=False),
    Command("do.help", "question_mark", "Help", "all keys and glyphs", panes.show_help, footer=True),
    Command("do.theme", "t", "Theme", "the next theme", panes.next_theme),
    Command("do.earlier", "left_square_bracket", "Earlier", "the selection before", lambda s: s.selection.go(-1), needs.earlier),
    Command("do.later", "right_square_bracket", "Later", "the selection after", lambda s: s.selection.go(1), needs.later),
    Command("do.details", "ctrl+e", "Details", "the error in full", playback.details, needs.failure),
    Command("do.restart", "ctrl+r", "Restart", "run again from the start", playback.restart, needs.topology),
    Command("do.suspend", "ctrl+z", "Suspend", "back to the shell; fg comes back", lambda s: s.app.action_suspend_process()),
    Command("do.quit", "q,ctrl+q", "Quit", "leave; the last trace is kept", lambda s: s.app.exit()),
)
# fmt: on

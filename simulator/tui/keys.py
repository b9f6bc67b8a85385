"""Every key of the main screen: one table, from which bindings, help and docs are made.

A user's ``tui.toml`` names the ids to change keys; nothing else knows a key.
"""

from __future__ import annotations

from simulator.value import Value

SECTIONS = ("playback", "panes", "graph", "events", "inspector", "do")


class Key(Value):
    """One thing that keys do.

    Args:
        id: Its name in ``tui.toml`` and in the docs: ``play.toggle``.
        keys: Textual's names, separated by commas; any of them does it.
        action: The action of the main screen, with arguments.
        label: One or two words, for the footer.
        help: What it does, a sentence without a full stop.
        section: Of the help: one of `SECTIONS`.
        footer: Whether the footer shows it where there is room.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    section: str
    footer: bool = False


def _key(
    id_: str, keys: str, action: str, label: str, help_: str, *, footer: bool = False
) -> Key:
    return Key(
        id=id_,
        keys=keys,
        action=action,
        label=label,
        help=help_,
        section=_SECTION_OF[id_.partition(".")[0]],
        footer=footer,
    )


_SECTION_OF = {
    "play": "playback",
    "pane": "panes",
    "graph": "graph",
    "events": "events",
    "inspect": "inspector",
    "do": "do",
}

# fmt: off
KEYS: tuple[Key, ...] = (
    _key("play.toggle", "space", "toggle_play", "Play", "play or pause", footer=True),
    _key("play.step", "full_stop", "step(1)", "Step", "step to the next record shown", footer=True),
    _key("play.back", "comma", "step(-1)", "Back", "step to the record shown before"),
    _key("play.on", "greater_than_sign", "step_lineage(1)", "Lineage on", "step to the next record of the selected event's lineage"),
    _key("play.before", "less_than_sign", "step_lineage(-1)", "Lineage back", "step to the record before in the lineage"),
    _key("play.quiet", "u", "until_quiet", "Until quiet", "run until nothing is due in this instant"),
    _key("play.faster", "plus,equals_sign", "speed(1)", "Speed", "play faster", footer=True),
    _key("play.slower", "minus", "speed(-1)", "Slower", "play slower"),
    _key("play.normal", "0", "speed(0)", "1x", "play at normal speed"),
    _key("play.clock", "s", "toggle_clock", "Clock", "story clock (each hop is seen) or true virtual time"),
    _key("play.start", "home", "seek_start", "Start", "go to the start"),
    _key("play.live", "end", "seek_live", "Live", "go to the live edge and follow it"),
    _key("play.goto", "g", "go_to", "Go to", "go to a time, a share or a record: 1:03, +5s, 50%, #120"),
    _key("play.break", "b", "run_to_break", "To break", "run to the next breakpoint"),
    _key("play.bookmark", "B", "bookmark", "Bookmark", "set or remove a bookmark here"),
    _key("play.next_bookmark", "apostrophe", "next_bookmark", "Next mark", "go to the next bookmark"),
    _key("play.fork", "ctrl+f", "fork", "Fork", "fork here: run again up to this record and go on live"),
    _key("pane.graph", "1", "pane('graph')", "Graph", "focus the graph"),
    _key("pane.events", "2", "pane('events')", "Events", "focus the events"),
    _key("pane.inspector", "3", "pane('inspector')", "Inspector", "focus the inspector"),
    _key("pane.next", "tab", "next_pane(1)", "Next pane", "focus the next pane"),
    _key("pane.previous", "shift+tab", "next_pane(-1)", "Previous pane", "focus the pane before"),
    _key("pane.maximise", "M", "maximise", "Maximise", "give the focused pane the whole screen, or give it back"),
    _key("pane.jump", "o", "jump", "Jump", "show letters over panes, tabs and boxes; a letter jumps there"),
    _key("pane.wider", "ctrl+left", "split(-2, 0)", "Split left", "move the split to the left"),
    _key("pane.narrower", "ctrl+right", "split(2, 0)", "Split right", "move the split to the right"),
    _key("pane.higher", "ctrl+up", "split(0, -1)", "Split up", "move the split up"),
    _key("pane.lower", "ctrl+down", "split(0, 1)", "Split down", "move the split down"),
    _key("pane.escape", "escape", "escape", "Back", "close, clear the filter, clear the selection, then the overview"),
    _key("graph.left", "left,h", "walk('left')", "Left", "walk against the lines"),
    _key("graph.right", "right,l", "walk('right')", "Right", "walk along the lines"),
    _key("graph.up", "up,k", "walk('up')", "Up", "walk up the column"),
    _key("graph.down", "down,j", "walk('down')", "Down", "walk down the column"),
    _key("graph.open", "enter", "open", "Open", "open a namespace, or go to the other end of a link"),
    _key("graph.zoom", "z", "zoom(1)", "Zoom", "draw boxes larger"),
    _key("graph.unzoom", "Z", "zoom(-1)", "Smaller", "draw boxes smaller"),
    _key("graph.fit", "f5", "fit", "Fit", "choose the drawing that fits"),
    _key("graph.misses", "m", "misses", "Non-matches", "show what was offered and did not match"),
    _key("graph.replies", "R", "replies", "Replies", "reply lines: whole, stubs or none"),
    _key("graph.collapse", "c", "collapse", "Collapse", "one box for the namespace, or all its boxes"),
    _key("graph.line", "i", "next_line", "Line", "select the next line at the selected box"),
    _key("graph.break", "x", "toggle_break", "Break", "breakpoint at the selected box, line or event type"),
    _key("events.up", "up,k", "cursor(-1)", "Up", "the row above"),
    _key("events.down", "down,j", "cursor(1)", "Down", "the row below"),
    _key("events.page_up", "pageup", "cursor_page(-1)", "Page up", "a page up"),
    _key("events.page_down", "pagedown", "cursor_page(1)", "Page down", "a page down"),
    _key("events.first", "home", "first", "First", "the first row"),
    _key("events.last", "end", "follow", "Follow", "the newest row, and stay there"),
    _key("events.goto", "enter", "goto_row", "Go there", "move the playhead to this row"),
    _key("events.filter", "slash", "filter", "Filter", "show only events that match: type:order.* is:retry", footer=True),
    _key("events.next_hit", "n", "next_hit(1)", "Next hit", "the next hit, while a find is active"),
    _key("events.previous_hit", "N", "next_hit(-1)", "Hit before", "the hit before, while a find is active"),
    _key("events.group", "v", "group", "Group", "one row an event, its deliveries folded"),
    _key("events.all", "V", "every_record", "All records", "every record of the trace, or those that say something"),
    _key("events.trouble", "exclamation_mark", "trouble", "Trouble", "only what went wrong"),
    _key("events.copy", "y", "copy", "Copy", "copy the event as JSON, or the inspector's text"),
    _key("events.again", "r", "send_again", "Again", "send the event again, or an edited copy"),
    _key("inspect.event", "E", "tab('event')", "Event", "the event, its attributes and deliveries"),
    _key("inspect.lineage", "L", "tab('lineage')", "Lineage", "what it came from and what followed; again: only its own line"),
    _key("inspect.why", "W", "tab('why')", "Why", "why each trigger matched or did not"),
    _key("inspect.data", "D", "tab('data')", "Data", "its data; again: what changed since the event before"),
    _key("inspect.try", "e", "try_edited", "Try", "try an edited copy against all filters, without sending it"),
    _key("do.send", "n", "send", "Send", "send an event", footer=True),
    _key("do.approvals", "a", "approvals", "Approve", "events that wait for an approval", footer=True),
    _key("do.faults", "f", "faults", "Faults", "faults of the network and of services", footer=True),
    _key("do.breaks", "X", "breakpoints", "Breakpoints", "all breakpoints, and what they hold"),
    _key("do.tables", "S", "tables", "Tables", "triggers, services and flows as tables to sort and filter"),
    _key("do.edit", "ctrl+o", "edit_source", "Edit", "open the YAML at the selected box in your editor"),
    _key("do.problems", "p", "problems", "Problems", "what the topology's author should know"),
    _key("do.save", "ctrl+s", "save_trace", "Save", "save the trace as JSON Lines"),
    _key("do.keep", "T", "keep_test", "Keep", "write a test that keeps this run, as kn-sim trace test does"),
    _key("do.palette", "ctrl+p,colon", "palette", "Palette", "all commands"),
    _key("do.help", "question_mark", "help", "Help", "all keys and glyphs", footer=True),
    _key("do.theme", "t", "theme", "Theme", "the next theme"),
    _key("do.earlier", "left_square_bracket", "history(-1)", "Earlier", "the selection before"),
    _key("do.later", "right_square_bracket", "history(1)", "Later", "the selection after"),
    _key("do.details", "ctrl+e", "details", "Details", "the error in full"),
    _key("do.restart", "ctrl+r", "restart", "Restart", "run again from the start"),
    _key("do.suspend", "ctrl+z", "suspend", "Suspend", "back to the shell; fg comes back"),
    _key("do.quit", "q,ctrl+q", "quit", "Quit", "leave; the last trace is kept"),
)
# fmt: on

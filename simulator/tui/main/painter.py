"""`Painter`: what the panes show of a run at the playhead, each as often as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from simulator.filters import Verdict
from simulator.story.meaning import Sense
from simulator.tui.diagram import Line, LineKind
from simulator.tui.spelling import printable
from simulator.tui.view.frame import Dot, Frame
from simulator.tui.view.timeline import HOP_S, Mode
from simulator.tui.widgets.transport import Playing, TimeMark

if TYPE_CHECKING:
    from simulator.tui.branch import Branch
    from simulator.tui.main.listing import Listing
    from simulator.tui.main.panes import Widgets
    from simulator.tui.player import Player
    from simulator.tui.stage import Stage
    from simulator.tui.view.trace_view import TraceView
    from simulator.wiring import Wiring

# Seconds between two paintings of each: nobody reads faster.
_EVERY_S = {"list": 1 / 20, "bars": 1 / 15, "inspector": 1 / 2}
_MOST_MARKS = 100
# In a dense run nobody sees single dots.
_MOST_RECORDS, _MOST_DOTS = 300, 100
_TAKEN = (Sense.ACCEPTED, Sense.UNMATCHED)


class Painter:
    frame: Frame
    """What was painted last; there is one from the first `begin` on."""

    def __init__(self, widgets: Widgets, listing: Listing, *, motion: bool) -> None:
        self._listing, self._motion = listing, motion
        self._graph, self._inspector = widgets.graph, widgets.inspector
        self._events, self._pane = widgets.events, widgets.panes["events"]
        self._top, self._transport = widgets.top, widgets.transport
        self._seen: tuple[object, ...] = ()
        self._due = dict.fromkeys(_EVERY_S, 0.0)
        self._stale: set[str] = set()

    def begin(self, stage: Stage) -> None:
        self.frame = self._made(stage)
        self._inspector.set_run(stage.view, stage.sim, self.frame)
        self._graph.set_diagram(stage.view.diagram)

    def paint(self, stage: Stage, now: float | None) -> bool:
        """Paint what has changed, without a time all; tell whether slow readings were due."""
        player, view = stage.player, stage.view
        seen = (
            stage.current, player.position, player.mode, len(view), player.state,
            view.diagram,
        )  # fmt: skip
        if seen != self._seen or now is None:
            self._seen, self.frame = seen, self._made(stage)
            self._graph.set_frame(self.frame)
            self._stale = set(_EVERY_S)
        if self._is_due("list", now):
            self._show_list(stage)
        if self._is_due("bars", now):
            self._show_bars(stage)
        if not self._is_due("inspector", now):
            return False
        self._inspector.refresh_at(self.frame)
        return True

    def _made(self, stage: Stage) -> Frame:
        player, view = stage.player, stage.view
        frame = view.frame(
            player.position, player.mode, motion=self._motion, rate=player.rate
        )
        if self._listing.misses and stage.sim is not None:
            missed = missed_dots(view, stage.sim.wiring, player.position, player.mode)
            frame = frame._replace(dots=(*frame.dots, *missed))
        return frame

    def _is_due(self, part: str, now: float | None) -> bool:
        if part not in self._stale or (now is not None and now < self._due[part]):
            return False
        self._stale.discard(part)
        if now is not None:
            self._due[part] = now + _EVERY_S[part]
        return True

    def show_marks(self, branch: Branch) -> None:
        sim = branch.sim if branch.live else None
        points = [] if sim is None else [each for each in sim.breakpoints if each.on]
        faults = [] if sim is None else [each for each in sim.faults if each.on]
        lines = {
            edge: at
            for at, line in enumerate(branch.view.diagram.lines)
            for edge in edges_of(line)
        }
        stopping = (lines[each.edge] for each in points if each.edge in lines)
        self._graph.told = self._graph.told._replace(
            breaks=frozenset(each.node for each in points if each.node),
            line_breaks=frozenset(stopping),
            faults={each.node: each.value or each.kind for each in faults},
        )

    # -- the list

    def new_rows(self, stage: Stage, chosen: int | None) -> None:
        shown, listing = stage.player.shown, self._listing
        listing.renew(stage.current)
        self._events.set_rows(listing.rows, shown)
        if chosen is not None and not self._events.following:
            self._events.go_to(chosen)
        self._pane.border_title = Content(printable(listing.title()))
        self._graph.told = self._graph.told._replace(
            lit=listing.lit(stage.view, shown), never=listing.is_never
        )
        self._say_if_empty(stage, shown)
        self.list_again()

    def list_again(self) -> None:
        self._stale.add("list")

    def _show_list(self, stage: Stage) -> None:
        shown = self.frame.shown
        self._events.show(shown)
        subtitle, progress = self._events.subtitle, self._listing.rows.progress
        if progress < 1:
            subtitle = f"{progress:.0%} looked through"
            self.list_again()
        if self._pane.border_subtitle != subtitle:
            self._pane.border_subtitle = subtitle
        self._say_if_empty(stage, shown)

    def _say_if_empty(self, stage: Stage, shown: int) -> None:
        if not self._listing.rows.count_at(shown):
            self._events.empty = self._listing.empty(stage.current, shown)

    # -- the bars

    def _show_bars(self, stage: Stage) -> None:
        player, view, frame = stage.player, stage.view, self.frame
        self._top.totals = frame.totals
        end = player.edge
        self._transport.playing = Playing(
            state=player.state.value,
            now_ns=frame.now_ns,
            end_ns=player.timeline.clock_at(end),
            fraction=player.position / end if end else 0.0,
            speed=player.speed,
            mode=player.mode,
            skipped_ns=player.timeline.skipped_at(player.position),
            partial=view.first > 0,
        )
        self._transport.marks = marks_of(player, view)
        slots = self._transport.bar_width
        if slots > 0:
            self._transport.slots = view.histogram(slots, player.mode)


def marks_of(player: Player, view: TraceView) -> list[TimeMark]:
    """Give the places of the time line with a bookmark or a request that was held."""
    end = player.edge
    if not end:
        return []
    held = view.columns.listed[Sense.HELD][-_MOST_MARKS:]
    places = [(player.timeline.position_of(serial), "break") for serial in held]
    places += [
        (player.timeline.position_of(max(0, shown - 1)), "bookmark")
        for shown in player.bookmarks
    ]
    return [TimeMark(place / end, kind) for place, kind in places]


def edges_of(line: Line) -> list[tuple[str, str]]:
    """Give the ends of the requests along a line: a route asks, drawn as a box or not.

    It dispatches, and it posts the replies of its subscriber.
    """
    return [(start, line.end) for start in line.via or (line.start,)]


def missed_dots(
    view: TraceView, wiring: Wiring, position: float, mode: str
) -> list[Dot]:
    """Give what is on its way to triggers whose filters do not pass it; in story mode.

    Nothing is recorded of it: the same filters are asked again.
    """
    if mode != Mode.STORY:
        return []
    timeline = view.timeline(Mode.STORY)
    stop = timeline.shown_at(position)
    start = max(timeline.shown_at(position - HOP_S), stop - _MOST_RECORDS, view.first)
    routes = {hub.node: hub.routes for hub in wiring.hubs}
    found: list[Dot] = []
    for serial in range(start, stop):
        if view.columns.sense[serial] not in _TAKEN:
            continue
        fraction = (position - timeline.position_of(serial)) / HOP_S
        hub, attributes = view.shape(serial).facts.target, view.attributes(serial)
        for route in routes.get(hub, ()):
            line = view.diagram.line(hub, route.node, LineKind.FLOW)
            wanted = route.filter
            missed = wanted is not None and wanted.verdict(attributes) is Verdict.FAIL
            if missed and line is not None:
                found.append(Dot((line,), min(1.0, fraction), "nomatch"))
        if len(found) >= _MOST_DOTS:
            break
    return found

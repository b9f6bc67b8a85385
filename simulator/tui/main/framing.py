"""The panes of the main screen, what fills them, and the frames in which it does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from simulator.tui.governor import Governor, is_remote
from simulator.tui.inspect.inspector import Inspector
from simulator.tui.key_bar import Hint, KeyBar
from simulator.tui.key_names import key_names
from simulator.tui.keys import KEYS
from simulator.tui.main.body import Body
from simulator.tui.main.choice import History
from simulator.tui.main.impossible import Facts, impossible
from simulator.tui.main.looking import (
    complete,
    fault_of,
    last_outcome,
    marks_of,
    seen_types,
)
from simulator.tui.main.missing import missed_dots
from simulator.tui.main.sizes import FILE, Sizes
from simulator.tui.main.tabs import PaneTabs
from simulator.tui.player import MAX
from simulator.tui.view.rows import Rows
from simulator.tui.widgets.event_list import EventList
from simulator.tui.widgets.filter_bar import FilterBar
from simulator.tui.widgets.graph.view import GraphView
from simulator.tui.widgets.problem_strip import ProblemStrip
from simulator.tui.widgets.top_bar import TopBar
from simulator.tui.widgets.transport import Playing, Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import ComposeResult

    from simulator.tui.diagram import Diagram
    from simulator.tui.player import State
    from simulator.tui.settings import Settings
    from simulator.tui.stage import Stage
    from simulator.tui.view.frame import Frame
    from simulator.tui.view.rows import Groups


# Seconds between two paintings of each: nobody reads faster.
_LIST_EVERY_S, _BARS_EVERY_S, _INSPECTOR_EVERY_S = 1 / 20, 1 / 15, 1 / 2
# Part of a frame's time that the engine may have while the screen waits.
_ENGINE_SHARE = 0.7
# At full speed the engine has longer: seven frames a second show that it runs.
_HURRIED_S = 0.1
# A frame that comes sooner than this part of the interval after the last is left out:
# timers that were late come in bursts.
_TOO_SOON = 0.6
_LONGEST_FRAME_S = 0.25
EMPTY = (
    "No topology.",
    "Name a YAML file after kn-sim ui,",
    "or press enter to open an example.",
)


class Framing(Screen[None]):
    """What all parts of the main screen share.

    Args:
        stage: What is shown and driven.
        settings: Looks and keys.
        play: Play at once.
        clock: Seconds that pass.
        frames: Whether frames come by themselves.
        state: The folder of what is kept between sessions; None keeps nothing.
    """

    AUTO_FOCUS: ClassVar[str | None] = "#graph"

    def __init__(
        self,
        stage: Stage,
        settings: Settings,
        *,
        play: bool,
        clock: Callable[[], float],
        frames: bool,
        state: Path | None = None,
    ) -> None:
        super().__init__(id="main")
        self.state = state
        self.sizes = Sizes(None if state is None else state / FILE)
        self.stage = stage
        self.settings = settings
        self.clock = clock
        self.governor = Governor(settings.fps, remote=is_remote())
        self.history = History()
        self.pane_name = "graph"
        self.shows_misses = False
        self._frames = frames
        self._plays = play
        self._last = 0.0
        self._driven_s = 0.0
        self._due = {"list": 0.0, "bars": 0.0, "inspector": 0.0}
        self._stale: set[str] = set()
        self.driving = asyncio.Lock()
        self._frame: Frame | None = None
        self._seen: tuple[object, ...] = ()
        self.top = TopBar(id="top")
        self.strip = ProblemStrip(id="strip")
        self.transport = Transport(id="transport")
        self.tabs = PaneTabs(id="tabs")
        self.graph = GraphView(
            moving=settings.motion,
            empty=EMPTY,
            id="graph",
        )
        self.graph.tell = lambda node: last_outcome(
            self.stage.view, node, self.stage.player.shown
        )
        self.events = EventList(id="events")
        self.filter_bar = FilterBar(fault_of, self._completed, id="filter")
        self.inspector = Inspector(id="inspector")
        self.bar = KeyBar()
        self.too_small = Static(id="too-small", markup=False)
        # What the list shows, and what steps go over: never by groups.
        self.rows: Rows | Groups = Rows(stage.view)
        self.steps = Rows(stage.view)

    def compose(self) -> ComposeResult:
        """Put the panes together."""
        yield self.top
        yield self.strip
        yield self.transport
        yield self.tabs
        yield self.too_small
        with Body(id="body"):
            with Vertical(id="left"):
                with Vertical(id="graph-pane") as pane:
                    pane.border_title = "1 topology"
                    yield self.graph
                with Vertical(id="events-pane") as pane:
                    pane.border_title = "2 events"
                    yield self.filter_bar
                    yield self.events
            with Vertical(id="inspector-pane"):
                yield self.inspector
        yield self.bar

    def _completed(self, text: str) -> str | None:
        """Give a filter as it could go on."""
        nodes = [box.name for box in self.stage.view.diagram.boxes]
        return complete(text, seen_types(self.stage.view), nodes)

    # -- frames

    def begin(self) -> None:
        """Show the first frame and let the others come."""
        self.show_run()
        if self._plays:
            self.stage.player.play()
        self._last = self.clock()
        if self._frames:
            self._ticker = self.set_interval(self.governor.interval_s, self._tick)

    async def _tick(self) -> None:
        """Carry out a frame, unless one is going on or has just been."""
        now = self.clock()
        passed = now - self._last
        if self.driving.locked() or passed < self.governor.interval_s * _TOO_SOON:
            return
        self._last = now
        await self.frame(min(passed, _LONGEST_FRAME_S))
        if self.governor.spent(self.clock() - now - self._driven_s):
            self._ticker.stop()
            self._ticker = self.set_interval(self.governor.interval_s, self._tick)

    async def frame(self, passed_s: float) -> None:
        """Let time pass on the screen: move the playhead, drive the engine, show.

        Args:
            passed_s: Seconds of the screen.
        """
        stage = self.stage
        before, drawn = stage.player.state, stage.view.diagram
        stage.player.tick(passed_s)
        budget = self.governor.interval_s * _ENGINE_SHARE
        if stage.player.speed == MAX:
            budget = _HURRIED_S
        begun = self.clock()
        async with self.driving:
            await stage.drive(self.clock, budget)
        if stage.view.diagram is not drawn:
            self.redrawn(drawn)
        self._driven_s = self.clock() - begun
        self.rows.scan()
        if self.steps is not self.rows:
            self.steps.scan()
        self.show(self.clock())
        if stage.player.state is not before:
            self.state_changed(before, stage.player.state)

    def state_changed(self, before: State, after: State) -> None:
        """Say what a change of state means; parts add to it."""
        self.show_hints()

    def show(self, now: float | None = None) -> None:
        """Paint what has changed; without a time, all of it."""
        stage, player = self.stage, self.stage.player
        seen = (
            stage.current, player.position, player.mode, len(stage.view), player.state,
            stage.view.diagram,
        )  # fmt: skip
        whole = now is None
        if seen != self._seen or whole:
            self._seen = seen
            self._frame = stage.view.frame(
                player.position,
                player.mode,
                motion=self.settings.motion,
                rate=player.rate,
            )
            if self.shows_misses and stage.sim is not None:
                missed = missed_dots(
                    stage.view, stage.sim.wiring, player.position, player.mode
                )
                self._frame = self._frame._replace(dots=(*self._frame.dots, *missed))
            self.graph.set_frame(self._frame)
            self._stale = {"list", "bars", "inspector"}
        frame = self._frame
        assert frame is not None, "a frame was made"
        if self._is_due("list", _LIST_EVERY_S, now):
            self._show_list(frame)
        if self._is_due("bars", _BARS_EVERY_S, now):
            self._show_bars(frame)
        if self._is_due("inspector", _INSPECTOR_EVERY_S, now):
            self.inspector.refresh_at(frame)
            self.show_hints()

    def _is_due(self, part: str, every_s: float, now: float | None) -> bool:
        if part not in self._stale or (now is not None and now < self._due[part]):
            return False
        self._stale.discard(part)
        if now is not None:
            self._due[part] = now + every_s
        return True

    def _show_list(self, frame: Frame) -> None:
        self.events.show(frame.shown)
        pane = self.query_one("#events-pane")
        subtitle = self.events.subtitle
        if self.rows.progress < 1:
            subtitle = f"{self.rows.progress:.0%} looked through"
            self._stale.add("list")
        if pane.border_subtitle != subtitle:
            pane.border_subtitle = subtitle

    def _show_bars(self, frame: Frame) -> None:
        player, view = self.stage.player, self.stage.view
        self.top.set_totals(frame.totals)
        end = player.edge
        self.transport.set_playing(
            Playing(
                state=player.state.value,
                now_ns=frame.now_ns,
                end_ns=view.clock_at(end, player.mode),
                fraction=player.position / end if end else 0.0,
                speed=player.speed,
                mode=player.mode,
                skipped_ns=view.skipped_at(player.position, player.mode),
                partial=view.first > 0,
            )
        )
        self.transport.set_marks(marks_of(player, view))
        slots = self.transport.bar_width
        if slots > 0:
            self.transport.set_slots(view.histogram(slots, player.mode))

    def show_run(self) -> None:
        """Show another run, or another topology of it, from scratch."""
        stage = self.stage
        self._frame = stage.view.frame(
            stage.player.position, stage.player.mode, motion=self.settings.motion
        )
        self.inspector.set_run(stage.view, stage.sim, self._frame)
        self.graph.set_diagram(stage.view.diagram)
        self.new_rows()
        self.show_title()
        self.show_marks()
        self.show()
        self.show_choice()

    def show_title(self, *, changed: bool = False) -> None:
        """Say what runs."""
        stage = self.stage
        first = stage.current is stage.branches[0]
        branch = "" if first else stage.current.name
        self.top.set_title(
            stage.opening.name or "no topology", changed=changed, branch=branch
        )

    if TYPE_CHECKING:  # the parts that need each other

        def new_rows(self) -> None:
            """Make the rows of the list anew."""

        def show_choice(self) -> None:
            """Show what is selected."""

        def redrawn(self, before: Diagram) -> None:
            """Show another diagram."""

        def show_marks(self) -> None:
            """Mark breakpoints and faults."""

        def action_pane(self, pane: str) -> None:
            """Focus a pane."""

        def take_lit(self) -> None:
            """Select the lit row."""

    # -- keys

    def facts(self) -> Facts:
        """Say what is possible now."""
        stage, choice = self.stage, self.history.now
        sim = stage.sim if stage.current.live else None
        return Facts(
            topology=stage.sim is not None,
            live=stage.current.live,
            records=len(stage.view),
            event=choice.serial is not None and choice.serial >= stage.view.first,
            node=bool(choice.node),
            line=choice.line is not None,
            approvals=len(sim.approvals) if sim is not None else 0,
            breakpoints=len(sim.breakpoints) if sim is not None else 0,
            bookmarks=len(stage.player.bookmarks),
            before=self.history.can_go(-1),
            after=self.history.can_go(1),
            failed=bool(stage.error),
            finding=self.is_finding,
        )

    is_finding = False

    def why_not(self, action: str) -> str:
        """Say why an action, with its arguments, can do nothing; empty when it can."""
        name, _, arguments = action.partition("(")
        return impossible(name, self.facts(), -1 if arguments.startswith("-") else 1)

    def do(self, action: str) -> None:
        """Carry out an action, wherever the focus is."""
        self.call_later(self.run_action, action)

    def show_hints(self) -> None:
        """Show the keys that matter now."""
        facts = self.facts()
        hints = []
        for key in KEYS:
            if not key.footer:
                continue
            label, action, keys = key.label, key.action, self.keys_of(key.id)
            if key.id == "play.toggle" and self.stage.player.playing:
                label = "Pause"
            if key.id == "do.send" and self.is_finding:
                label, action = "Next hit", "next_hit(1)"
            name = action.partition("(")[0]
            hints.append(
                Hint(
                    key_names(keys, most=1),
                    label,
                    action,
                    on=not impossible(name, facts),
                )
            )
        self.bar.show(hints, key_names(self.keys_of("do.palette"), most=1))

    def keys_of(self, id_: str) -> str:
        """Give the keys of an id, as the user set them."""
        known = {key.id: key.keys for key in KEYS}
        return str(self.settings.keys.get(id_, known[id_]))

    @property
    def shown_frame(self) -> Frame:
        """The frame on the screen."""
        assert self._frame is not None, "a frame was made"
        return self._frame

"""`MainScreen`: the panes together, the frames in which time passes, and what widgets say."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from simulator.tui.command import Command, Facts, bindings_of
from simulator.tui.governor import Governor
from simulator.tui.main.choice import Choice, History, Selection
from simulator.tui.main.listing import Listing
from simulator.tui.main.notices import Notices
from simulator.tui.main.painter import Painter
from simulator.tui.main.panes import Panes, Widgets
from simulator.tui.player import MAX
from simulator.tui.screens.templates import SavedEvents
from simulator.tui.settings import Settings, Sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult

    from simulator.session import Simulation
    from simulator.tui.branch import Branch
    from simulator.tui.inspect.pane import LinesPane
    from simulator.tui.stage import Stage
    from simulator.tui.widgets.event_list import EventList
    from simulator.tui.widgets.filter_bar import FilterBar
    from simulator.tui.widgets.graph.view import GraphView
    from simulator.tui.widgets.tab_strip import TabStrip
    from simulator.tui.widgets.top_bar import TopBar
    from simulator.tui.widgets.transport import Transport

# Part of a frame's time that the engine may have while the screen waits.
_ENGINE_SHARE = 0.7
# At full speed the engine has several slices before a frame is painted, each as long
# again while what it has done is taken in. Between them keys are seen to, which go from
# one queue to the next in so many turns of the loop.
_SLICES, _SLICE_S, _TURNS = 2, 0.027, 10
# Between two frames keys are seen to, however long the first took.
_REST_S = 0.01
# A frame that comes sooner than this part of the interval after the last is left out:
# timers that were late come in bursts.
_TOO_SOON = 0.6
_LONGEST_FRAME_S = 0.25


class MainScreen(Screen[None]):
    """The screen on which everything is seen; what it is given is the app's.

    *state* is the folder of what is kept between sessions; None keeps nothing.
    """

    AUTO_FOCUS: ClassVar[str | None] = "#graph"

    def __init__(
        self,
        stage: Stage,
        settings: Settings,
        commands: Iterable[Command[MainScreen]],
        *,
        play: bool,
        clock: Callable[[], float],
        frames: bool,
        state: Path | None = None,
    ) -> None:
        super().__init__(id="main")
        self.stage, self.settings, self.clock = stage, settings, clock
        self.commands = {each.id: each for each in commands}
        everywhere = (each for each in self.commands.values() if not each.panes)
        # A key means what it means here, and not what it means on all screens.
        self._bindings.key_to_bindings.update(bindings_of(everywhere).key_to_bindings)
        self._frames, self._plays = frames, play
        self._last = self._ended = self._driven_s = 0.0
        self.driving = asyncio.Lock()
        remote = "SSH_CONNECTION" in os.environ
        self.governor = Governor(settings.fps, remote=remote)
        self.saved = SavedEvents(state)
        self.notices = Notices(partial(self.notify, markup=False))
        all_, motion = self.commands.values(), settings.motion
        self.widgets = ws = Widgets(self._branch, all_, self.keys_of, motion=motion)
        self.graph, self.events = ws.graph, ws.events
        self.filter_bar, self.inspector = ws.filter_bar, ws.inspector
        self.listing = Listing(stage.current, self.keys_of)
        self.painter = Painter(self.widgets, self.listing, motion=motion)
        self.selection = Selection(self._branch, self.widgets, self.show_hints)
        self.panes = Panes(self, self.widgets, Sizes(state))

    def _branch(self) -> Branch:
        return self.stage.current

    def compose(self) -> ComposeResult:
        yield from self.widgets.composed()

    # -- frames

    def on_mount(self) -> None:
        self.show_run()
        if self._plays:
            self.stage.player.play()
        self._last = self.clock()
        if self._frames:
            self._ticker = self.set_interval(self.governor.interval_s, self._tick)

    async def _tick(self) -> None:
        now = self.clock()
        passed = now - self._last
        soon = passed < self.governor.interval_s * _TOO_SOON
        if soon or now - self._ended < _REST_S or self.driving.locked():
            return
        self._last = now
        await self.frame(min(passed, _LONGEST_FRAME_S))
        self._ended = self.clock()
        if self.governor.spent(self._ended - now - self._driven_s):
            self._ticker.stop()
            self._ticker = self.set_interval(self.governor.interval_s, self._tick)

    async def frame(self, passed_s: float) -> None:
        """Let time pass on the screen: move the playhead, drive the engine, show."""
        stage = self.stage
        before, drawn = stage.player.state, stage.view.diagram
        stage.player.tick(passed_s)
        begun = self.clock()
        await self._drive(stage)
        if stage is not self.stage:  # a key has opened another one
            return
        if stage.view.diagram is not drawn:
            self.selection.redrawn(drawn)
        self._driven_s = self.clock() - begun
        self.listing.scan()
        self.show(self.clock())
        if stage.player.state is not before:
            self.show_hints()
            self.selection.choose_record(self.notices.tell_state(stage))

    async def _drive(self, stage: Stage) -> None:
        if stage.player.speed != MAX:
            async with self.driving:
                await stage.drive(self.clock, self.governor.interval_s * _ENGINE_SHARE)
            return
        for _ in range(_SLICES):
            async with self.driving:
                await stage.drive(self.clock, _SLICE_S)
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if stage is not self.stage:
                return
            stage.player.tick(0)  # on to what is new, or the engine waits

    def show(self, now: float | None = None) -> None:
        """Paint what has changed; without a time, all of it."""
        if self.painter.paint(self.stage, now):
            self.show_hints()
        self.notices.tell_approvals(self.stage, self.painter.frame, self.clock())

    def show_run(self) -> None:
        """Show another run, or another topology of it, from scratch."""
        self.painter.begin(self.stage)
        self.new_rows()
        self.show_state()
        self.show()
        self.selection.show()
        self.notices.tell_misfit(self.stage)

    def show_other(self, stage: Stage | None = None) -> None:
        """Show another run, of this or another stage; nothing is selected in it."""
        if stage is not None:
            self.stage = stage
            self.graph.forget()
        self.selection.history = History()
        self.show_run()

    def show_state(self) -> None:
        """Say what runs, what is wrong with its file, and where it is interfered with."""
        self.notices.show_file(self.stage, self.widgets.top, self.widgets.strip)
        self.painter.show_marks(self.stage.current)

    def show_hints(self) -> None:
        self.widgets.bar.show(self.facts(), playing=self.stage.player.playing)

    def new_rows(self) -> None:
        self.painter.new_rows(self.stage, self.selection.now.serial)

    def set_filter(self, text: str) -> None:
        """Show only what matches; a text that begins with a slash finds instead."""
        self.filter_bar.clear()
        self._ask(text)

    def _ask(self, text: str) -> None:
        self.listing.ask(text)
        self.new_rows()
        self.show_hints()

    def find(self, order: Iterable[int]) -> None:
        serial = self.listing.hit(self.stage.view, order)
        self.selection.choose_record(serial)
        if serial is None:
            text = f"no further hit of {self.listing.text}"
            self.notify(text, timeout=3, markup=False)

    # -- what commands ask for

    @property
    def lines(self) -> EventList | LinesPane:
        """What keys move over: the list, or in its pane the inspector's page."""
        in_inspector = self.panes.name == "inspector"
        return self.inspector.pane if in_inspector else self.events

    @property
    def sim(self) -> Simulation:
        """What runs; there is something where a command needs it."""
        sim = self.stage.sim
        assert sim is not None, "the command needs it"
        return sim

    def choose(self, goal: int | str) -> None:
        """Select a record by its serial, or a node by its name."""
        if isinstance(goal, int):
            self.selection.choose_record(goal)
        else:
            self.selection.choose_node(goal)

    def changed(self) -> None:
        """Show what was done to the run; it happens at the live edge."""
        self.stage.tell_player()
        self.show_state()
        self.show()
        self.show_hints()

    # -- keys

    def keys_of(self, id_: str) -> str:
        return str(self.settings.keys.get(id_, self.commands[id_].keys))

    def facts(self) -> Facts:
        finding = self.listing.is_finding
        return self.selection.facts(self.stage, self.panes.name, finding=finding)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key to whoever else wants it, where it means nothing here."""
        if action != "run":
            return True
        command = self.commands[str(parameters[0])]
        if command.panes and self.filter_bar.has_focus_within:
            return False
        if command.id == "events.next_hit" and not self.listing.is_finding:
            send = self.keys_of("do.send").split(",")
            return not set(self.keys_of(command.id).split(",")) & set(send)
        return True

    def action_run(self, id_: str) -> None:
        command = self.commands[id_]
        if command.takes_row:
            self.selection.take_lit(self.panes.name)
        reason = command.needs(self.facts())
        if reason:
            self.notify(reason, severity="warning", timeout=4)
        else:
            command.run(self)

    # -- what widgets say

    def on_descendant_focus(self) -> None:
        self.panes.notice_focus()

    def on_resize(self, event: events.Resize) -> None:
        # It may be one that the screen sent to itself when it was laid out for a size
        # before: Textual would lay out for both in turn, for ever. It may as well have
        # taken the place of the newest in the queue, so that it is not left out either.
        event.size = self.app.size
        self.panes.resized()
        self.call_after_refresh(self.show)

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        self.panes.focus(message.name)

    def on_graph_view_selected(self, message: GraphView.Selected) -> None:
        self.selection.choose(Choice(node=message.node, line=message.line))

    def on_graph_pane_laid(self) -> None:
        self.widgets.panes["graph"].border_subtitle = self.graph.summary

    def on_event_list_record_picked(self, message: EventList.RecordPicked) -> None:
        self.selection.choose_record(message.serial)

    def on_event_list_go_to(self, message: EventList.GoTo) -> None:
        self.stage.player.seek_serial(message.serial)
        self.show()

    def on_event_list_moved(self) -> None:
        self.painter.list_again()

    def on_lines_pane_entered(self, message: LinesPane.Entered) -> None:
        self.choose(message.goal)

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Ask for what it says; the line stays, also where nothing is left in it."""
        self._ask(message.text)

    def on_filter_bar_submitted(self, message: FilterBar.Submitted) -> None:
        """Keep the filter; go to the first hit of a find, from the cursor on."""
        self.set_filter(message.text)
        self.panes.focus("events")
        if self.listing.is_finding:
            here, end = self.events.cursor_serial or 0, len(self.stage.view)
            self.find((*range(here, end), *range(here)))

    def on_filter_bar_closed(self) -> None:
        self.set_filter("")
        self.panes.focus("events")

    def on_top_bar_chip_pressed(self, message: TopBar.ChipPressed) -> None:
        self.set_filter(message.filter)

    def on_problem_strip_opened(self) -> None:
        self.action_run("do.problems")

    def on_transport_seek_requested(self, message: Transport.SeekRequested) -> None:
        player = self.stage.player
        player.seek(player.edge * message.fraction)
        self.show()

    def on_transport_step_requested(self, message: Transport.StepRequested) -> None:
        self.action_run("play.step" if message.by > 0 else "play.back")

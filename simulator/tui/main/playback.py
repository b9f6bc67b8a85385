"""Keys that move time: play, step, seek, fork, restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import SimulatorError, UsageError
from simulator.tui.main.breaking import BreakingKeys
from simulator.tui.main.guard import possible
from simulator.tui.player import State
from simulator.tui.screens.dialog import Details
from simulator.tui.screens.go_to import GoTo
from simulator.tui.view.goto import read_goto
from simulator.tui.view.timeline import Mode

if TYPE_CHECKING:
    from simulator.tui.widgets.event_list import EventList
    from simulator.tui.widgets.transport import Transport


class PlaybackKeys(BreakingKeys):
    """The part of the main screen that moves time."""

    @possible
    def action_toggle_play(self) -> None:
        """Play or pause; at a breakpoint let go what is held."""
        player = self.stage.player
        if player.state is State.BREAK:
            self.stage.release_all()
        player.toggle()
        if player.playing:
            self.events.follow()
        self.show()

    @possible
    def action_step(self, by: int) -> None:
        """Step to the next row or to the one before."""
        stage = self.stage
        if by > 0 and stage.holds:
            stage.release_next()
        serial = stage.player.step(by, self.steps)
        if serial is not None:
            self.show_stepped(serial)
        self.show()

    @possible
    def action_step_lineage(self, by: int) -> None:
        """Step within the lineage of the selected event."""
        chosen = self.history.now.serial
        assert chosen is not None, "an event is selected"
        serial = self.stage.player.step_lineage(by, chosen)
        if serial is not None:
            self.show_stepped(serial)
        else:
            self.notify("the lineage ends here", timeout=2)
        self.show()

    def show_stepped(self, serial: int) -> None:
        """Select the record that was stepped to."""
        self.choose_record(serial)

    @possible
    def action_until_quiet(self) -> None:
        """Run until nothing is on its way."""
        self.stage.player.run_until_quiet()
        self.events.follow()
        self.show()

    @possible
    def action_run_to_break(self) -> None:
        """Run without bound until a breakpoint holds something."""
        self.stage.release_all()
        self.stage.player.run_to_break()
        self.events.follow()
        self.show()

    def action_speed(self, by: int) -> None:
        """Play faster (1), slower (-1) or at normal speed (0)."""
        player = self.stage.player
        if by > 0:
            player.faster()
        elif by < 0:
            player.slower()
        else:
            player.set_speed(1.0)
        self.show()

    def action_toggle_clock(self) -> None:
        """Change between the story's clock and virtual time as it is."""
        player = self.stage.player
        player.use(Mode.TRUE if player.mode == Mode.STORY else Mode.STORY)
        said = {
            Mode.STORY: "story time: each hop is seen, idle time is cut short",
            Mode.TRUE: "true time: virtual time as it is",
        }
        self.notify(said[Mode(player.mode)], timeout=3)
        self.show()

    @possible
    def action_seek_start(self) -> None:
        """Go to the start."""
        self.stage.player.home()
        self.show()

    @possible
    def action_seek_live(self) -> None:
        """Go to the last record, and follow what comes."""
        self.stage.player.end()
        self.events.follow()
        self.show()

    @possible
    def action_go_to(self) -> None:
        """Ask where to go."""
        self.app.push_screen(GoTo(self._fault_of_place), self._go_to)

    def _fault_of_place(self, text: str) -> str:
        try:
            read_goto(text, self.stage.player.now_ns)
        except UsageError as error:
            return str(error)
        return ""

    def _go_to(self, text: str | None) -> None:
        if text:
            self.stage.player.go_to(text)
            cursor = self.stage.player.cursor
            if cursor is not None:
                self.choose_record(cursor)
            self.show()

    @possible
    def action_bookmark(self) -> None:
        """Set a bookmark, or take it away."""
        self.stage.player.mark()
        self.show_marks()

    @possible
    def action_next_bookmark(self) -> None:
        """Go to the next bookmark."""
        self.stage.player.next_mark()
        self.show()

    @possible
    def action_fork(self) -> None:
        """Run again up to the playhead, and go on from there."""
        self.stage.player.pause()
        self.run_worker(self._fork(self.stage.player.shown), exclusive=True)

    async def _fork(self, before: int) -> None:
        try:
            async with self.driving:
                branch = await self.stage.fork(before)
        except SimulatorError as error:
            self.notify(str(error), severity="error")
            return
        self.history.forget()
        self.show_run()
        self.notify(
            f"{branch.name}: the same run up to record #{before}, live from here; "
            "the palette compares branches",
            timeout=6,
        )

    @possible
    def action_restart(self) -> None:
        """Begin again from the file as it is now."""
        try:
            self.stage.restart()
        except (SimulatorError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.history.forget()
        self.show_problem()
        self.show_run()

    @possible
    def action_details(self) -> None:
        """Show why the engine has stopped."""
        self.app.push_screen(Details("the engine has stopped", self.stage.error))

    def on_transport_seek_requested(self, message: Transport.SeekRequested) -> None:
        """Go where the bar was clicked."""
        player = self.stage.player
        player.seek(player.edge * message.fraction)
        self.show()

    async def on_transport_step_requested(
        self, message: Transport.StepRequested
    ) -> None:
        """Step with the wheel."""
        self.action_step(message.by)

    def on_event_list_go_to(self, message: EventList.GoTo) -> None:
        """Move the playhead to a row."""
        self.stage.player.seek_serial(message.serial)
        self.show()

"""Keys about breakpoints: set them, list them, let go what they hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.tui.main.break_wishes import break_wishes, edges_of, said
from simulator.tui.main.doing import DoingKeys
from simulator.tui.main.guard import possible
from simulator.tui.screens.breakpoints import Breakpoints, BreakWish
from simulator.tui.screens.draft import draft_of
from simulator.tui.screens.send_event import Purpose, SendEvent

if TYPE_CHECKING:
    from simulator.tui.screens.draft import SendRequest


class BreakingKeys(DoingKeys):
    """The part of the main screen that says where the run stops."""

    @possible
    def action_toggle_break(self) -> None:
        """Set a breakpoint at what is selected, or take it away."""
        wishes = break_wishes(self.history.now, self.stage.view)
        same = [
            each.number
            for each in self.sim.breakpoints
            if BreakWish(
                node=each.node, edge=each.edge, type=each.type, where=each.where
            )
            in wishes
        ]
        for number in same:
            self._set("unbreak", number)
        if same:
            self.notify("breakpoint removed", timeout=2)
            return
        try:
            for wish in wishes:
                self._add_break(wish)
        except SimulatorError as error:  # such as at a namespace
            self.notify(str(error), severity="error", markup=False)
        else:
            text = f"breakpoint at {said(wishes)}: X lists them"
            self.notify(text, timeout=3, markup=False)

    def _add_break(self, wish: BreakWish) -> int:
        number = self.sim.break_at(
            wish.node, edge=wish.edge, type=wish.type, where=wish.where
        )
        self.changed()
        return number

    @possible
    def action_breakpoints(self) -> None:
        """Show the breakpoints and what they hold."""
        wishes = break_wishes(self.history.now, self.stage.view)
        self.app.push_screen(
            Breakpoints(
                lambda: self.sim.breakpoints,
                lambda: self.sim.held,
                selected=wishes[0] if wishes else None,
                nodes=[box.name for box in self.stage.view.diagram.boxes],
                types=self._types(),
                add=self._add_break,
                switch=lambda number, on: self._set("set_break", number, on=on),
                remove=lambda number: self._set("unbreak", number),
                release=lambda serial: self._set("release", serial),
                drop=lambda serial: self._set("drop", serial),
                edit=self._edit_held,
                go_on=self._go_on,
            ),
            self._inspect,
        )

    def _edit_held(self, serial: int) -> None:
        """Let the event of a held request be edited, and let it go with it."""
        held = next(each for each in self.sim.held if each.serial == serial)
        self.app.push_screen(
            SendEvent(
                draft_of(held.event, to=held.target, anew=False),
                purpose=Purpose.RELEASE,
                types=self._types(),
                whys=self._whys,
                hub_of=self._hub_of,
            ),
            partial(self._release_with, serial),
        )

    def _release_with(self, serial: int, request: SendRequest | None) -> None:
        if request is not None:
            self.input("release", serial, request.event)

    def _go_on(self) -> None:
        self.stage.release_all()
        self.stage.player.play()
        self.changed()

    def show_marks(self) -> None:
        """Mark breakpoints and faults in the graph."""
        stage = self.stage
        sim = stage.sim if stage.current.live else None
        points = sim.breakpoints if sim is not None else ()
        lines = {
            edge: at
            for at, line in enumerate(stage.view.diagram.lines)
            for edge in edges_of(line)
        }
        self.graph.set_marks(
            breaks=[p.node for p in points if p.on and p.node],
            line_breaks=[lines[p.edge] for p in points if p.on and p.edge in lines],
            faults={
                each.node: each.value or each.kind
                for each in (sim.faults if sim is not None else ())
                if each.on
            },
        )

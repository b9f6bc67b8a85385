"""The dialog that lists breakpoints, and lets go what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.binding import Binding, BindingType
from textual.widgets import Label

from simulator.errors import SimulatorError
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.breakpoint_form import BreakForm, BreakWish
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.short_names import short_name
from simulator.tui.screens.table import Cell, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from simulator.event import Event

_COLUMNS = (
    Column(title="", least=3),
    Column(title="condition", least=16, grow=True),
    Column(title="hits", least=4, right=True),
)
_HELD_COLUMNS = (
    Column(title="from", least=8, name=True),
    Column(title="to", least=8, name=True),
    Column(title="event", least=10, name=True, grow=True),
    Column(title="subject", least=6, most=20, name=True, drop=2),
    Column(title="attempt", least=7, right=True, drop=1),
)
_SET_HINTS = (
    ("+", "add"),
    ("space", "on/off"),
    ("del", "remove"),
    ("tab", "what is held"),
    ("esc", "close"),
)
_HELD_HINTS = (
    (".", "let one go"),
    ("d", "drop"),
    ("e", "edit"),
    ("c", "go on"),
    ("enter", "inspect"),
    ("+", "add"),
    ("space", "on/off"),
    ("del", "remove"),
    ("esc", "close"),
)


class ShownBreak(Protocol):
    """A breakpoint of a run, as the session tells of it."""

    @property
    def number(self) -> int:
        """Its name."""

    @property
    def node(self) -> str:
        """Empty for any."""

    @property
    def edge(self) -> tuple[str, str] | None:
        """None for any."""

    @property
    def type(self) -> str:
        """Empty for any."""

    @property
    def where(self) -> str:
        """CESQL; empty for all."""

    @property
    def on(self) -> bool:
        """Whether it is switched on."""

    @property
    def hits(self) -> int:
        """How many requests it has held."""


class ShownHeld(Protocol):
    """A held request of a run, as the session tells of it."""

    @property
    def serial(self) -> int:
        """Its name."""

    @property
    def event(self) -> Event:
        """As the request carries it."""

    @property
    def source(self) -> str:
        """The node that asks; empty for the caller of the API."""

    @property
    def target(self) -> str:
        """The node that is asked."""

    @property
    def attempt(self) -> int:
        """1 for the first."""


class Breakpoints(Dialog[int]):
    """Breakpoints and what they hold; gives the serial of what is to be looked at.

    The callables may raise a `SimulatorError`, which is shown.

    Args:
        breakpoints: Gives those there are.
        held: Gives the requests that are held, the first one first.
        selected: What ``+`` begins with.
        nodes: The nodes there are.
        types: The event types there are.
        add: Sets a breakpoint; gives its number.
        switch: Switches one on or off.
        remove: Takes one away.
        release: Lets a held request go.
        drop: Drops a held request.
        edit: Lets the event of a held request be edited, on a screen of its own.
        go_on: Lets all go, and the run go on.
        every_s: Seconds between two looks; 0: only when `reload` is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,insert", "add", "Add", show=False),
        Binding("space", "switch", "On or off", show=False),
        Binding("delete,backspace", "remove", "Remove", show=False),
        Binding("full_stop", "release", "Let one go", show=False),
        Binding("d", "drop", "Drop", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("c", "go_on", "Go on", show=False),
        Binding("X", "close", "Close", show=False),
    ]

    def __init__(
        self,
        breakpoints: Callable[[], Sequence[ShownBreak]],
        held: Callable[[], Sequence[ShownHeld]],
        *,
        selected: BreakWish | None = None,
        nodes: Sequence[str] = (),
        types: Sequence[str] = (),
        add: Callable[[BreakWish], int],
        switch: Callable[[int, bool], None],
        remove: Callable[[int], None],
        release: Callable[[int], None],
        drop: Callable[[int], None],
        edit: Callable[[int], None],
        go_on: Callable[[], None],
        every_s: float = 0.25,
    ) -> None:
        super().__init__("breakpoints", _SET_HINTS, every_s=every_s)
        self.add_class("-middle")
        self._breakpoints, self._held = breakpoints, held
        self._selected = selected or BreakWish()
        self._places, self._types = tuple(nodes), tuple(types)
        self._add, self._switch, self._remove = add, switch, remove
        self._release, self._drop, self._edit = release, drop, edit
        self._go_on = go_on

    def compose_body(self) -> ComposeResult:
        """Make both lists."""
        yield Table(
            _COLUMNS,
            empty="no breakpoint: + adds one, x on a box or a line sets one there",
            id="set",
        )
        yield Label("HELD", classes="heading")
        yield Table(_HELD_COLUMNS, empty="nothing is held", id="held")

    def on_mount(self) -> None:
        """Show both lists; begin with what is held."""
        super().on_mount()
        self.reload()
        self.query_one("#held" if self._held() else "#set").focus()

    def reload(self) -> None:
        """Show both lists as they are now."""
        rows = [self._row(each) for each in self._breakpoints()]
        self.query_one("#set", Table).set_rows(rows)
        held = [_held_row(each) for each in self._held()]
        self.query_one("#held", Table).set_rows(held)
        self.query_one(".heading", Label).update(f"HELD {len(held) or ''}".rstrip())

    def _row(self, each: ShownBreak) -> Row:
        tone = "text" if each.on else "muted"
        return Row(
            each.number,
            (
                Cell(
                    "[x]" if each.on else "[ ]", "wait" if each.on else "muted", each.on
                ),
                Cell(condition_text(each, GLYPHS.to), tone, each.on),
                Cell(str(each.hits), tone),
            ),
        )

    def on_descendant_focus(self) -> None:
        """Say what the keys do in this list."""
        held = self.query_one("#held").has_focus
        self.show_hints(_HELD_HINTS if held else _SET_HINTS)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Look at a held request; switch a breakpoint."""
        if event.table.id == "held":
            serial = event.table.key
            assert isinstance(serial, int), "every row has a serial"
            self.dismiss(serial)
        else:
            self.action_switch()

    def action_add(self) -> None:
        """Ask for a breakpoint, and set it."""

        def added(wish: BreakWish | None) -> None:
            if wish is not None:
                self._try(lambda: self._go_to(self._add(wish)))

        form = BreakForm(self._selected, nodes=self._places, types=self._types)
        self.app.push_screen(form, added)

    def _go_to(self, number: int) -> None:
        self.reload()
        self.query_one("#set", Table).move_to(number)

    def action_switch(self) -> None:
        """Switch the breakpoint of the cursor on or off."""
        number = self.query_one("#set", Table).key
        here = next((b for b in self._breakpoints() if b.number == number), None)
        if here is not None:
            self._try(lambda: self._switch(here.number, not here.on))

    def action_remove(self) -> None:
        """Take the breakpoint of the cursor away."""
        number = self.query_one("#set", Table).key
        if isinstance(number, int):
            self._try(lambda: self._remove(number))

    def action_release(self) -> None:
        """Let the held request of the cursor go."""
        self._with_held(self._release)

    def action_drop(self) -> None:
        """Drop the held request of the cursor."""
        self._with_held(self._drop)

    def action_edit(self) -> None:
        """Edit the event of the held request of the cursor."""
        self._with_held(self._edit)

    def action_go_on(self) -> None:
        """Let all go, and leave."""
        if self._try(self._go_on):
            self.dismiss(None)

    def _with_held(self, do: Callable[[int], None]) -> None:
        serial = self.query_one("#held", Table).key
        if isinstance(serial, int):
            self._try(lambda: do(serial))
        else:
            self.tell("nothing is held")

    def _try(self, do: Callable[[], None]) -> bool:
        """Do something to the run; say why it could not be done."""
        try:
            do()
        except SimulatorError as error:
            self.tell(str(error), error=True)
            return False
        self.tell("")
        self.reload()
        return True


def condition_text(each: ShownBreak, arrow: str) -> str:
    """Write which requests a breakpoint holds.

    Args:
        each: The breakpoint.
        arrow: Between the ends of a line.
    """
    parts = [f"at {short_name(each.node)}"] if each.node else []
    if each.edge is not None:
        parts.append(f"{short_name(each.edge[0])} {arrow} {short_name(each.edge[1])}")
    if each.type:
        parts.append(f"type {each.type}")
    if each.where:
        parts.append(f"where {each.where}")
    return ", ".join(parts) or "every request"


def _held_row(each: ShownHeld) -> Row:
    return Row(
        each.serial,
        (
            Cell(short_name(each.source) or "you", "muted"),
            Cell(short_name(each.target), bold=True),
            Cell(each.event.type),
            Cell(each.event.attributes.get("subject", ""), "muted"),
            Cell(str(each.attempt), "muted"),
        ),
    )

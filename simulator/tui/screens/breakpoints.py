"""Breakpoints of a run: the dialog that lists them and what they hold, and their form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Label

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Act, Hint, ListDialog
from simulator.tui.screens.form import Field, Form
from simulator.tui.screens.table import Cell, Column, Table, short_name
from simulator.tui.screens.typed import read_all, read_cesql, read_node
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from simulator.session import Breakpoint, Held, Simulation

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
# Of what is held there are four more keys: after them, so that it stands in 80 columns.
_OWN_HINTS = 4


class BreakWish(Value):
    """A breakpoint that is to be; what is empty fits every request.

    Args:
        node: That a request comes from, goes to, or goes through.
        where: CESQL.
    """

    node: str = ""
    edge: tuple[str, str] | None = None
    type: str = ""
    where: str = ""

    def set(self, sim: Simulation) -> int:
        """Set it in a run; gives its number."""
        return sim.break_at(self.node, edge=self.edge, type=self.type, where=self.where)


class Breakpoints(ListDialog[Any, int]):
    """Breakpoints and what they hold; gives the serial of what is to be looked at.

    Args:
        selected: What ``+`` begins with.
        edit: Lets the event of a held request be edited, on a screen of its own.
        go_on: Lets all go, and the run go on.
    """

    DEFAULT_CLASSES = "dialog -middle"
    EVERY_S = 0.25
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("full_stop", "release", "let one go", key_display="."),
        Binding("d", "drop", "drop"),
        Binding("e", "edit", "edit"),
        Binding("c", "go_on", "go on"),
        Binding("enter", "choose", "inspect"),
        Binding("plus,insert", "add", "add", key_display="+"),
        Binding("space", "switch", "on/off"),
        Binding("delete,backspace", "remove", "remove", key_display="del"),
        Binding("tab", "app.focus_next", "what is held"),
        Binding("X", "close", "close", show=False),
    ]

    def __init__(
        self,
        breakpoints: Callable[[], Sequence[Breakpoint]],
        held: Callable[[], Sequence[Held]],
        *,
        selected: BreakWish | None = None,
        nodes: Sequence[str] = (),
        types: Sequence[str] = (),
        act: Act,
        edit: Callable[[int], None],
        go_on: Callable[[], None],
    ) -> None:
        self._set: Table[Breakpoint] = Table(
            _COLUMNS,
            breakpoints,
            lambda each: each.number,
            _cells,
            empty="no breakpoint: + adds one, x on a box or a line sets one there",
        )
        self._held: Table[Held] = Table(
            _HELD_COLUMNS,
            held,
            lambda each: each.serial,
            _held_cells,
            empty="nothing is held",
        )
        super().__init__("breakpoints", self._set, self._held)
        self._selected = selected or BreakWish()
        self._places, self._types = tuple(nodes), tuple(types)
        self._act, self._edit, self._go_on = act, edit, go_on

    def compose_body(self) -> ComposeResult:
        yield self._set
        yield Label("HELD", classes="heading")
        yield self._held

    def begin(self) -> None:
        super().begin()
        if self._held.here is not None:
            self._held.focus()

    def reload(self) -> None:
        super().reload()
        heading = f"HELD {len(self._held.items) or ''}".rstrip()
        self.query_one(".heading", Label).update(heading)

    def hints(self) -> list[Hint]:
        """Give the keys of the list of the focus first, and how to come to the other."""
        hints = super().hints()
        if self._held.has_focus:
            hints.insert(_OWN_HINTS, ("tab", "breakpoints"))
        return hints

    def can(self, action: str) -> bool:
        """Tell whether an action is about the list of the focus, or about both."""
        if action in ("add", "switch", "remove"):
            return True
        return self._held.has_focus == (action != "app.focus_next")

    def action_choose(self) -> None:
        if not self._held.has_focus:
            self.action_switch()
        elif self._held.here is not None:
            self.dismiss(self._held.here.serial)

    def action_add(self) -> None:
        form = break_form(self._selected, nodes=self._places, types=self._types)
        self.ask(form, self._put)

    def _put(self, wish: BreakWish) -> None:
        number = self._act(wish.set)
        self.reload()
        self._set.move_to(number)

    def action_switch(self) -> None:
        here = self._set.here
        if here is not None:
            number, on = here.number, not here.on
            self.attempt(lambda: self._act(lambda sim: sim.set_break(number, on=on)))

    def action_remove(self) -> None:
        here = self._set.here
        if here is not None:
            self.attempt(lambda: self._act(lambda sim: sim.unbreak(here.number)))

    def action_release(self) -> None:
        self._with_held(lambda n: self._act(lambda sim: sim.release(n)))

    def action_drop(self) -> None:
        self._with_held(lambda n: self._act(lambda sim: sim.drop(n)))

    def action_edit(self) -> None:
        self._with_held(self._edit)

    def _with_held(self, do: Callable[[int], None]) -> None:
        here = self._held.here
        if here is None:
            self.tell("nothing is held")
        else:
            self.attempt(lambda: do(here.serial))

    def action_go_on(self) -> None:
        def leave() -> None:
            self._go_on()
            self.dismiss(None)

        self.attempt(leave)


def _cells(each: Breakpoint) -> tuple[Cell, ...]:
    on, tone = each.on, "text" if each.on else "muted"
    return (
        Cell("[x]" if on else "[ ]", "wait" if on else "muted", on),
        Cell(condition_text(each, GLYPHS.to), tone, on),
        Cell(str(each.hits), tone),
    )


def _held_cells(each: Held) -> tuple[Cell, ...]:
    return (
        Cell(short_name(each.source) or "you", "muted"),
        Cell(short_name(each.target), bold=True),
        Cell(each.event.type),
        Cell(each.event.attributes.get("subject", ""), "muted"),
        Cell(str(each.attempt), "muted"),
    )


def condition_text(each: Breakpoint, arrow: str) -> str:
    parts = [f"at {short_name(each.node)}"] if each.node else []
    if each.edge is not None:
        parts.append(f"{short_name(each.edge[0])} {arrow} {short_name(each.edge[1])}")
    if each.type:
        parts.append(f"type {each.type}")
    if each.where:
        parts.append(f"where {each.where}")
    return ", ".join(parts) or "every request"


def break_form(
    wish: BreakWish, *, nodes: Sequence[str] = (), types: Sequence[str] = ()
) -> Form[BreakWish]:
    start, end = wish.edge or ("", "")
    fields = (
        Field("type", wish.type, hint="any", known=types, id="type"),
        Field("where", wish.where, hint="all events", id="where"),
        Field("node", wish.node, hint="any", known=nodes, id="node"),
        Field("line from", start, hint="any", known=nodes, id="from"),
        Field("line to", end, hint="any", known=nodes, id="to"),
    )
    return Form(
        "add a breakpoint",
        fields,
        lambda typed: wish_of_break(typed, nodes),
        does="add",
        say=lambda typed: "where takes CESQL: type LIKE 'order.%' AND EXISTS env",
    )


def wish_of_break(
    typed: Mapping[str, str], nodes: Sequence[str] = ()
) -> tuple[BreakWish | None, dict[str, str]]:
    """Make the breakpoint, or say what is wrong: field -> reason.

    Without *nodes* those that are typed are not looked at.
    """

    def node(text: str) -> str:
        return read_node(text, nodes) if text else ""

    read, wrong = read_all(
        typed, {"node": node, "from": node, "to": node, "where": read_cesql}
    )
    if bool(typed["from"]) != bool(typed["to"]):
        lacking = "to" if typed["from"] else "from"
        wrong[lacking] = "a line has two ends: say both, or neither"
    if not any(typed.values()):
        wrong["node"] = (
            "say where, or which events: with nothing it would hold them all"
        )
    if wrong:
        return None, wrong
    edge = (read["from"], read["to"]) if read["from"] else None
    wish = BreakWish(
        node=read["node"], edge=edge, type=typed["type"], where=read["where"]
    )
    return wish, {}

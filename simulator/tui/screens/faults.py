"""Faults of a run: the dialog that lists, adds, changes, switches and lifts them, and their form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from textual.binding import Binding, BindingType

from simulator.duration import duration_text
from simulator.tui.screens import typed
from simulator.tui.screens.dialog import Act, ListDialog, of_item
from simulator.tui.screens.form import Field, Form
from simulator.tui.screens.table import Cell, Column, Table, short_name
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from textual import events

    from simulator.session import InjectedFault

KINDS: Mapping[str, str] = {
    "status": "the request is answered with this HTTP status",
    "latency": "it takes longer: 200ms, or 10ms to 30ms",
    "timeout": "it is never answered",
    "drop": "its connection is reset",
    "duplicate": "it arrives twice",
    "outage": "its connection is refused",
}
_DEFAULT_VALUES = {"status": "503", "latency": "200ms"}
_RATE_STEP = 5  # per cent
_COLUMNS = (
    Column(title="", least=3),
    Column(title="node", least=12, name=True),
    Column(title="kind", least=9),
    Column(title="value", least=5, most=24),
    Column(title="rate", least=5, right=True),
    Column(title="from", least=4, right=True, drop=2),
    Column(title="until", least=5, right=True, drop=2),
    Column(title="count", least=5, right=True, drop=3),
    Column(title="where", least=8, most=40, grow=True, drop=4),
    Column(title="hits", least=4, right=True),
)


class FaultDraft(Value):
    node: str = typed.EVERYWHERE
    kind: str = "status"
    value: str = "503"
    rate: str = "100 %"
    start: str = ""
    until: str = ""
    count: str = ""
    where: str = ""


# The field of the draft that each column shows; None for what is not typed.
_FIELDS = (None, *FaultDraft._fields, None)


FaultWish: TypeAlias = dict[str, Any]
"""What `Simulation.fault` is called with for a fault that is to be."""


class Faults(ListDialog["InjectedFault", None]):
    """All faults of the run; ``+`` adds one for *node*, or for all where it is empty."""

    DEFAULT_CLASSES = "dialog -large"
    EVERY_S = 0.25
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "on/off"),
        Binding("plus,insert", "add", "add", key_display="+"),
        Binding("enter", "choose", "change"),
        Binding("shift+up,right_square_bracket", "step(1)", "step", key_display="[ ]"),
        Binding("shift+down,left_square_bracket", "step(-1)", "less", show=False),
        Binding("delete,backspace", "lift", "lift", key_display="del"),
        Binding("f", "close", "close", show=False),
    ]

    def __init__(
        self,
        faults: Callable[[], Sequence[InjectedFault]],
        *,
        nodes: Sequence[str] = (),
        node: str = "",
        act: Act,
    ) -> None:
        table = Table(
            _COLUMNS,
            faults,
            lambda each: each.number,
            _cells,
            picks_columns=True,
            empty=(
                "no fault: every request arrives, and in time\n"
                f"+ adds one for {node or 'all nodes'}"
            ),
        )
        table.column = _FIELDS.index("value")
        super().__init__("faults", table)
        self._places = tuple(nodes)
        self._node = node or typed.EVERYWHERE
        self._act = act

    @property
    def _field(self) -> str | None:
        return _FIELDS[self.table.column]

    @of_item
    def action_switch(self, fault: InjectedFault) -> None:
        self._act(lambda sim: sim.set_fault(fault.number, on=not fault.on))

    @of_item
    def action_lift(self, fault: InjectedFault) -> None:
        self._act(lambda sim: sim.lift(fault.number))

    @of_item
    def action_choose(self, fault: InjectedFault) -> None:
        self._edit(fault, draft_of_fault(fault))

    @of_item
    def action_step(self, fault: InjectedFault, by: int) -> None:
        before = draft_of_fault(fault)
        after = stepped(before, self._field or "", by)
        wish, _ = wish_of(after)
        if wish is not None and after != before:
            self._put(wish, fault)

    def action_add(self) -> None:
        form = fault_form(FaultDraft(node=self._node), nodes=self._places)
        self.ask(form, self._put)

    def on_key(self, event: events.Key) -> None:
        """Begin to change the value of the cursor with what is typed."""
        field, fault, character = self._field, self.here, event.character or ""
        is_text = field == "where" and character.isalpha()
        if fault and field and (is_text or character.isdecimal()):
            event.stop()
            self._edit(fault, draft_of_fault(fault).replace(**{field: character}))

    def _edit(self, fault: InjectedFault, draft: FaultDraft) -> None:
        form = fault_form(
            draft, nodes=self._places, number=fault.number, first=self._field or "node"
        )
        self.ask(form, lambda wish: self._put(wish, fault))

    def _put(self, wish: FaultWish, before: InjectedFault | None = None) -> None:
        """Inject a fault, in place of another; the cursor goes with it."""
        number = self._act(lambda sim: sim.fault(**wish))
        if before is not None:
            self._act(lambda sim: sim.lift(before.number))
        self.reload()
        self.table.move_to(number)


def _cells(fault: InjectedFault) -> tuple[Cell, ...]:
    draft = draft_of_fault(fault)
    on, tone = fault.on, "text" if fault.on else "muted"
    return (
        Cell("[x]" if on else "[ ]", "fault" if on else "muted", on),
        Cell(short_name(fault.node), tone, on),
        *(Cell(getattr(draft, field), tone) for field in FaultDraft._fields[1:]),
        Cell(str(fault.hits), "fault" if fault.hits else "muted", bool(fault.hits)),
    )


def fault_form(
    draft: FaultDraft,
    *,
    nodes: Sequence[str] = (),
    number: int = 0,
    first: str = "kind",
) -> Form[FaultWish]:
    """Make the form of one fault; its number is 0 for a new one."""
    fields = (
        Field("node", draft.node, known=nodes, id="node"),
        Field("kind", draft.kind, known=tuple(KINDS), id="kind"),
        Field("value", draft.value, id="value"),
        Field("rate", draft.rate, id="rate"),
        Field("from", draft.start, hint="at once", id="start"),
        Field("until", draft.until, hint="for ever", id="until"),
        Field("at most", draft.count, hint="no end", id="count"),
        Field("where", draft.where, hint="all events", id="where"),
    )

    def meaning(texts: Mapping[str, str]) -> str:
        kind = texts["kind"]
        return f"{kind}: {KINDS[kind]}" if kind in KINDS else ""

    return Form(
        f"change fault {number}" if number else "add a fault",
        fields,
        lambda texts: wish_of(FaultDraft(**texts), nodes),
        does="change" if number else "add",
        first=first,
        say=meaning,
    )


def draft_of_fault(fault: InjectedFault) -> FaultDraft:
    return FaultDraft(
        node=fault.node,
        kind=fault.kind,
        value=fault.value,
        rate=f"{percent(fault.rate)} %",
        start=duration_text(fault.from_ns) if fault.from_ns else "",
        until="" if fault.until_ns is None else duration_text(fault.until_ns),
        count="" if fault.count is None else str(fault.count),
        where=fault.where,
    )


def percent(share: float) -> str:
    return f"{share * 100:.4f}".rstrip("0").rstrip(".")


def wish_of(
    draft: FaultDraft, nodes: Collection[str] = ()
) -> tuple[FaultWish | None, dict[str, str]]:
    """Make the fault, or say what is wrong: field of the draft -> reason.

    Without *nodes* the one that is typed is not looked at.
    """
    of_kind = {"status": typed.read_status, "latency": typed.read_latency}
    readers: dict[str, Callable[[str], Any]] = {
        "node": lambda text: typed.read_node(text, nodes),
        "kind": lambda text: typed.read_kind(text, KINDS),
        "value": of_kind.get(draft.kind, lambda text: True),
        "rate": typed.read_share,
        "start": typed.read_instant,
        "until": typed.read_instant,
        "count": typed.read_count,
        "where": typed.read_cesql,
    }
    texts = {field: getattr(draft, field) for field in readers}
    read, wrong = typed.read_all(texts, readers)
    ends = read["until"] is not None and "start" not in wrong
    if ends and typed.instant_ns(draft.until) <= typed.instant_ns(draft.start):
        wrong["until"] = "expected an instant later than from"
    if wrong:
        return None, wrong
    said = {
        "node": read["node"],
        draft.kind: read["value"],
        "from_": read["start"],
        "until": read["until"],
        "count": read["count"],
        "where": read["where"] or None,
        "rate": None if read["rate"] == 1 else read["rate"],
    }
    return {name: each for name, each in said.items() if each is not None}, {}


def stepped(draft: FaultDraft, field: str, by: int) -> FaultDraft:
    """Give a draft one of whose fields has its next or previous value, if it has any."""
    step = _STEPS.get(field)
    try:
        return step(draft, by) if step else draft
    except ValueError:
        return draft  # a distribution, or what has still to be mended


def _next_kind(draft: FaultDraft, by: int) -> FaultDraft:
    names = list(KINDS)
    kind = names[(names.index(draft.kind) + by) % len(names)]
    return draft.replace(kind=kind, value=_DEFAULT_VALUES.get(kind, ""))


def _next_value(draft: FaultDraft, by: int) -> FaultDraft:
    if draft.kind == "status":
        status, all_ = typed.read_status(draft.value) + by, typed.STATUSES
        return draft.replace(value=str(max(all_[0], min(status, all_[-1]))))
    if draft.kind == "latency":
        ns = typed.instant_ns(draft.value)
        return draft.replace(value=duration_text(ns * 2 if by > 0 else ns // 2 or ns))
    return draft


def _next_rate(draft: FaultDraft, by: int) -> FaultDraft:
    share = typed.read_share(draft.rate) * 100 + by * _RATE_STEP
    return draft.replace(rate=f"{percent(max(0, min(100, share)) / 100)} %")


def _next_count(draft: FaultDraft, by: int) -> FaultDraft:
    count = (typed.read_count(draft.count) or 0) + by
    return draft.replace(count=str(count) if count > 0 else "")


_STEPS: Mapping[str, Callable[[FaultDraft, int], FaultDraft]] = {
    "kind": _next_kind,
    "value": _next_value,
    "rate": _next_rate,
    "count": _next_count,
}

"""The dialog in which an event is written: to send it, to change one, or to try filters."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from simulator.errors import SimulatorError
from simulator.filters import Verdict
from simulator.nodes import Role, role_of
from simulator.session.why import Why, nearest_first
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Hint, ask
from simulator.tui.screens.draft import (
    Checked,
    Draft,
    SendRequest,
    check,
    event_text,
    read_event_text,
)
from simulator.tui.screens.form import Field, Form, Labelled
from simulator.tui.screens.outside_editor import away, edit_outside
from simulator.tui.screens.templates import SavedEvents, Templates
from simulator.tui.spelling import counted, short
from simulator.tui.widgets.cutting import cut_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_LABEL = 13  # cells of the label before a line
_OK = "$o-ok"
_NO = "$o-nomatch"
_MUTED = "$muted"
_BAD = "bold $error"
_ODD = "$warning"
# What fails stands out, so that it is found among what passes.
_LOUD: Mapping[Verdict | None, str] = {Verdict.FAIL: "$error", Verdict.PANIC: _BAD}

Piece = tuple[str, str]


class Purpose(Enum):
    """What the event is written for: the dialog's title, and what ctrl+s does."""

    SEND = "send event", "send"
    RELEASE = "edit and release", "release"
    REPLY = "edit reply", "approve"
    TRY = "try an event, without sending it", ""


# Field -> its label, and what is shown while it is empty.
_LABELS = {
    "to": ("to", "the only broker"),
    "type": ("type", "shop.order.placed"),
    "source": ("source", "/where/it/comes/from"),
    "subject": ("subject", ""),
    "extensions": ("extensions", 'env=prod, note="a, b"'),
    "content_type": ("content type", "none"),
    "id": ("id", "made by the run"),
}
_ANYWHERE = "a broker, a channel, a service or a URL"
_REPEAT = {"repeat": 14, "every": 7}  # the cells of their labels
_TYPES = ("application/json", "text/plain", "application/xml")


class SendEvent(Form[SendRequest]):
    """An event is written, and every filter's answer is seen while it is.

    Gives a `SendRequest`; None when it is left, and always for `Purpose.TRY`.

    Args:
        purpose: Only `Purpose.SEND` asks where to and how often.
        whys: Explains an event for every route of a hub; a session's `whys`.
        hub_of: The node of the hub that an address leads to; None: the address is one.
        saved: Events to take the fields from; this one can be saved there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "send", show=False, priority=True),
        Binding("ctrl+r", "repeat", "repeat", priority=True),
        Binding("ctrl+t", "templates", "templates", priority=True),
        Binding("ctrl+o", "edit_outside", "editor", priority=True),
    ]
    LEAVE = "close"

    def __init__(
        self,
        draft: Draft,
        *,
        purpose: Purpose = Purpose.SEND,
        addresses: Sequence[str] = (),
        types: Sequence[str] = (),
        whys: Callable[..., Sequence[Why]],
        hub_of: Callable[[str], str] | None = None,
        saved: SavedEvents,
        edit: Callable[[str], str] = edit_outside,
    ) -> None:
        fixed = purpose in (Purpose.RELEASE, Purpose.REPLY)
        title, does = purpose.value
        if draft.to and fixed:
            title += f" {GLYPHS.dot} to {draft.to}"
        known = {"to": addresses, "type": types, "content_type": _TYPES}
        fields = []
        brokers = [each for each in addresses if role_of(each) is Role.BROKER]
        others = {} if len(brokers) == 1 else {"to": _ANYWHERE}
        for name, (label, usual) in _LABELS.items():
            if not (fixed and name == "to"):
                value, could_be = getattr(draft, name), known.get(name, ())
                hint = others.get(name, usual)
                fields.append(Field(label, value, hint=hint, known=could_be, id=name))
        if purpose is Purpose.SEND:
            fields += [
                Field(name, getattr(draft, name), room=room, id=name)
                for name, room in _REPEAT.items()
            ]
        super().__init__(title, fields, self._made, does=does, first="type")
        self._draft = draft
        self._purpose = purpose
        self._addresses = () if fixed else tuple(addresses)
        self._whys = whys
        self._hub_of = hub_of
        self._outdated = False
        self._saved, self._edit = saved, edit
        self._doubted = False  # whether it was told that something is odd

    def hints(self) -> list[Hint]:
        if self._purpose is Purpose.TRY:
            return [("tab", "next field"), ("ctrl+t", "templates"), ("esc", "close")]
        submit, _, *others = super().hints()
        if self._purpose is not Purpose.SEND:
            others.remove(("ctrl+r", "repeat"))
        return [submit, *others]

    def compose_body(self) -> ComposeResult:
        fields = self.fields.items()
        with VerticalScroll(classes="form", can_focus=False):
            yield from (field for name, field in fields if name not in _REPEAT)
            with Horizontal(classes="repeat"):
                yield from (field for name, field in fields if name in _REPEAT)
        if self._purpose is not Purpose.TRY:
            with Labelled("data", id="data") as labelled:
                yield self._editor(labelled.room)
        yield Static(classes="verdict")
        if self._purpose is Purpose.TRY:
            with VerticalScroll(classes="answers"):
                yield Static(id="answers")

    def _editor(self, room: int) -> TextArea:
        fixed, size = self._draft.has_binary, len(self._draft.body or b"")
        shown = f"({size} bytes that are no text stay as they are)"
        area = TextArea(
            shown if fixed else self._draft.data,
            read_only=fixed,
            show_line_numbers=False,
            highlight_cursor_line=False,
        )
        area.styles.margin = (0, 0, 0, room)
        return area

    def begin(self) -> None:
        self.fields["type"].focus_line()
        self._show_repeat(self._draft.repeat != "1")

    def fit(self) -> None:
        super().fit()
        self.reload()

    def draft(self) -> Draft:
        typed = self.typed()
        for area in self.query(TextArea):
            if not area.read_only:
                typed["data"] = area.text
        return self._draft.replace(**typed)

    def fill(self, draft: Draft) -> None:
        self._draft = draft if "to" in self.fields else draft.replace(to=self._draft.to)
        for name, field in self.fields.items():
            field.value = str(getattr(draft, name))
        for area in self.query(TextArea):
            area.read_only = draft.has_binary
            area.load_text(draft.data)
        self._show_repeat(draft.repeat != "1")
        self.reload()

    def _check(self) -> Checked:
        return check(self.draft(), self._addresses)

    def _made(self, _: object) -> tuple[SendRequest, Mapping[str, str]]:
        checked = self._check()
        return checked.request, checked.faults

    def reload(self) -> None:
        self._outdated = False
        checked = self._check()
        hub = checked.request.to
        nowhere = "to" in checked.faults
        if self._hub_of is not None:
            hub = self._hub_of(hub)
            nowhere = nowhere or not hub
        event = checked.for_filters
        whys = [] if nowhere else nearest_first(self._whys(event, at=hub))
        verdict = self.query_one(".verdict", Static)
        width = verdict.content_size.width
        lines = (would_match(whys, width, nowhere=nowhere), validity(checked, width))
        # Two lines, whatever they say: typing must not lay everything out anew.
        verdict.update(Content("\n").join(lines), layout=False)
        for answers in self.query("#answers").results(Static):
            answers.update(in_full(whys))
        self.show_faults(checked.faults)

    def changed(self) -> None:
        self._doubted = False
        self.tell("")
        if not self._outdated:  # one look is enough for all that changes at once
            self._outdated = True
            self.after_layout(self.reload)

    def on_text_area_changed(self) -> None:
        self.changed()

    def entered(self) -> None:
        self.focus_next()

    def action_submit(self) -> None:
        checked = self._check()
        if self._purpose is Purpose.TRY:
            self.tell("nothing is sent from here; esc, then n sends an event")
        elif checked.doubt and not checked.faults and not self._doubted:
            self._doubted = True
            self.tell(f"{checked.doubt}; ctrl+s again to {self.does} it as it is")
        else:
            super().action_submit()

    def go_to_fault(self, field: Field) -> None:
        if field.id in _REPEAT:
            self._show_repeat(True)
        super().go_to_fault(field)

    def action_repeat(self) -> None:
        if self._purpose is Purpose.SEND:
            shown = not self.has_class("-repeat")
            self._show_repeat(shown)
            if not shown:
                self.fields["repeat"].value = "1"
            self.fields["repeat" if shown else "type"].focus_line()

    def _show_repeat(self, shown: bool) -> None:
        self.set_class(shown and self._purpose is Purpose.SEND, "-repeat")

    def action_templates(self) -> None:
        ask(self, Templates(self._saved, self.draft()), self.fill)

    def action_edit_outside(self) -> None:
        draft = self.draft()
        if draft.has_binary and draft.data == draft.shown:
            self.tell("its data is no text: it cannot be edited as JSON", error=True)
            return
        try:
            text = event_text(draft)
            with away(self.app):
                text = self._edit(text)
            self.fill(read_event_text(text, draft))
        except SuspendNotSupported:
            self.tell("this terminal cannot make room for an editor", error=True)
        except SimulatorError as error:
            self.tell(str(error), error=True)
        else:
            self.tell("")


def would_match(whys: Sequence[Why], width: int, *, nowhere: bool = False) -> Content:
    """Write the routes that take an event, as far as they fit, and count the others."""
    label = ("would match".ljust(_LABEL), _MUTED)
    if nowhere:
        return Content.assemble(label, ("nothing: it leads nowhere", _MUTED))
    if not whys:
        return Content.assemble(label, ("no filter stands in its way", _MUTED))
    taking = [short(why.trigger) for why in whys if why.matches]
    broken = sum(why.verdict is Verdict.PANIC for why in whys)
    missing = len(whys) - len(taking) - broken
    rest: list[Piece] = []
    if missing:
        text = counted(missing, "other") if taking else f"none of {missing}"
        rest.append((f"  {GLYPHS.no} {text}", _NO))
    if broken:
        rest.append((f"  ! {broken} panic", _BAD))
    room = width - _LABEL - sum(cell_len(text) for text, _ in rest)
    return Content.assemble(label, *_names(taking, room), *rest)


def validity(checked: Checked, width: int) -> Content:
    label = ("event".ljust(_LABEL), _MUTED)
    wrong = [(field, text, _BAD) for field, text in checked.faults.items()]
    wrong += [("data", checked.doubt, _ODD)] if checked.doubt else []
    if not wrong:
        version = checked.event.attributes["specversion"]
        return Content.assemble(
            label, (f"{GLYPHS.yes} valid CloudEvent {version}", _OK)
        )
    field, text, tone = wrong[0]
    more = f"  (+{len(wrong) - 1})" if len(wrong) > 1 else ""
    name = field.replace("_", " ")
    room = max(1, width - _LABEL - len(more))
    line = cut_end(f"{GLYPHS.no} {name}: {text}", room)
    return Content.assemble(label, (line, tone), (more, _MUTED))


def in_full(whys: Sequence[Why]) -> Content:
    if not whys:
        return Content.styled("nothing filters there: every event goes through", _MUTED)
    pieces: list[Piece] = []
    for why in whys:
        mark, look = (GLYPHS.yes, _OK) if why.matches else (GLYPHS.no, _NO)
        loud = {} if why.matches else _LOUD
        pieces.append((f"{mark} {short(why.trigger)}\n", f"bold {look}"))
        pieces += [
            (f"    {row.line()}\n", loud.get(row.verdict, _MUTED)) for row in why.rows()
        ]
    return Content.assemble(*pieces)


def _names(names: Sequence[str], room: int) -> list[Piece]:
    pieces: list[Piece] = []
    for at, name in enumerate(names):
        text = f"{GLYPHS.yes} {name} "
        left = len(names) - at - 1
        more = f"+{left + 1} "
        if cell_len(text) + (cell_len(more) if left else 0) > room and at:
            pieces.append((more, _OK))
            break
        room -= cell_len(text)
        pieces.append((text, f"bold {_OK}"))
    return pieces

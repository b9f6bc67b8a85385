"""Fields, and a form of them: what is typed, what it could become, what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, OptionList

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Dialog, Hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.geometry import Size

Made = TypeVar("Made")

_MOST_OFFERED = 40


class Candidates(OptionList, can_focus=False):
    """The list below a field; the keys go to the field."""


class Labelled(Widget):
    """Something that is typed into, right of its label, which is louder meanwhile."""

    def __init__(self, label: str, *, room: int = 14, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label, self.room = label, room

    def render(self) -> Content:
        look = "bold $accent" if self.has_focus_within else "$muted"
        return Content.styled(self._label, look)

    def on_descendant_focus(self) -> None:
        self.refresh()

    on_descendant_blur = on_descendant_focus


class Field(Labelled):
    """One line of a form, and below it what is wrong with it.

    Args:
        hint: What is shown in it while it is empty.
        known: What it could be, the most likely first; or what gives it for what is
            typed, such as the paths in a folder.
        check: Says what is wrong with a text, when enter is pressed; empty: it is right.
        room: Cells of the label.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False),
        Binding("down", "step(1)", "Down", show=False),
        Binding("escape", "close", "Close", show=False),
    ]

    fault: reactive[str] = reactive("", layout=True)
    """What is wrong with it; empty where nothing is."""

    class Changed(Message):
        """What is typed is another text now."""

    class Entered(Message):
        """Enter was pressed: there was nothing to choose from, and its check says nothing."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        hint: str = "",
        known: Sequence[str] | Callable[[str], Sequence[str]] = (),
        check: Callable[[str], str] | None = None,
        room: int = 14,
        id: str | None = None,
    ) -> None:
        super().__init__(label, room=room, id=id)
        self._line: Input  # there is no input without an app
        self._known = known if callable(known) else tuple(known)
        self._hint, self._check = hint, check
        self._list: Candidates | None = None
        self._taken = value

    def compose(self) -> ComposeResult:
        self._line = Input(self._taken, self._hint, select_on_focus=False)
        self._line.styles.margin = (0, 1 if self._known else 0, 0, self.room)
        yield self._line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 + len(self._fault_lines(width))

    def render(self) -> Content:
        width = self.size.width
        blanks = max(0, width - cell_len(self._label) - 1)
        line = super().render().pad_right(blanks)
        more = GLYPHS.open if self._known else " "
        lines = [Content.assemble(line, (more, "$muted on $background"))]
        indent = Content(" " * self.room)
        lines += [indent + fault for fault in self._fault_lines(width)]
        return Content("\n").join(lines)

    def _fault_lines(self, width: int) -> list[Content]:
        fault = Content.styled(self.fault, "$error")
        return fault.wrap(max(1, width - self.room)) if self.fault else []

    @property
    def value(self) -> str:
        return self._line.value.strip()

    @value.setter
    def value(self, text: str) -> None:
        self._taken = text
        self._line.value = text
        self._line.cursor_position = len(text)
        self.action_close()

    @property
    def _opened(self) -> Candidates | None:
        shown = self._list is not None and self._list.display
        return self._list if shown else None

    def watch_fault(self, fault: str) -> None:
        self.set_class(bool(fault), "-faulty")

    def _could_be(self, typed: str) -> tuple[str, ...]:
        known = self._known(typed) if callable(self._known) else self._known
        return candidates(typed, known)

    def focus_line(self) -> None:
        self._line.focus()

    def action_step(self, by: int) -> None:
        opened = self._opened
        if opened is not None:
            move = opened.action_cursor_down if by > 0 else opened.action_cursor_up
            move()
        elif by > 0 and self._known:
            self._open(self._could_be(self.value if callable(self._known) else ""))
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        opened = self._opened
        chosen = None if opened is None else opened.highlighted_option
        if chosen is not None:
            self.value = str(chosen.prompt)
            if callable(self._known):
                self._open(self._could_be(self.value))
        else:
            self.action_close()
            if self.is_right():
                self.post_message(self.Entered())

    def is_right(self) -> bool:
        """Tell whether its own check, if it has one, says nothing; else show what it says."""
        if self._check is None:
            return True
        self.fault = self._check(self.value)
        return not self.fault

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave esc to the dialog while there is no list to close."""
        return self._opened is not None if action == "close" else True

    def action_close(self) -> None:
        if self._list is not None:
            self._list.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._taken and self._line.has_focus:
            self._open(self._could_be(event.value))
        self._taken = event.value
        if self._check is not None:
            self.fault = ""
        self.post_message(self.Changed())

    def on_descendant_blur(self) -> None:
        self.action_close()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.value = str(event.option.prompt)

    def _open(self, texts: tuple[str, ...]) -> None:
        if self._list is None:
            if not texts:
                return
            self._list = Candidates(compact=True, markup=False)
            self.mount(self._list)
        if texts != tuple(each.prompt for each in self._list.options):
            self._list.set_options(texts)  # lays out anew
        self._list.display = bool(texts)
        # Above the first, so that enter takes what is typed until one is chosen.
        self._list.highlighted = None


class Form(Dialog[Made], Generic[Made]):
    """Fields; gives what is made of them, or says at each field what is wrong.

    Args:
        fields: From the first to the last, each with a name as its id.
        make: Gives what the texts of the fields make, by name, or None; and what is
            wrong: name -> reason.
        does: What ctrl+s does, in a word.
        first: The name of the field in which to begin; empty: the first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Save", show=False, priority=True)
    ]
    LEAVE = "cancel"

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        make: Callable[[Mapping[str, str]], tuple[Made | None, Mapping[str, str]]],
        *,
        does: str,
        first: str = "",
        say: Callable[[Mapping[str, str]], str] = lambda typed: "",
    ) -> None:
        super().__init__(title)
        self.fields = {field.id or "": field for field in fields}
        self.does = does
        self._make = make
        self._first = first or next(iter(self.fields))
        self._say = say
        self._asked = False  # whether it was submitted: then empty fields are faults

    def hints(self) -> list[Hint]:
        return [("ctrl+s", self.does), ("tab", "next"), *super().hints()]

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="form", can_focus=False):
            yield from self.fields.values()

    def begin(self) -> None:
        self.fields[self._first].focus_line()
        self.reload()

    def typed(self) -> dict[str, str]:
        return {name: field.value for name, field in self.fields.items()}

    def reload(self) -> None:
        typed = self.typed()
        self.show_faults(self._make(typed)[1])
        self.say_aside(self._say(typed))

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Say what is wrong at each field; an empty one is wrong when it is submitted."""
        for name, field in self.fields.items():
            silent = not field.value and not self._asked
            field.fault = "" if silent else faults.get(name, "")

    def on_field_changed(self) -> None:
        self.changed()

    def on_field_entered(self) -> None:
        self.entered()

    def changed(self) -> None:
        self.tell("")
        self.reload()

    def entered(self) -> None:
        if [*self.fields.values()][-1].has_focus_within:
            self.action_submit()
        else:
            self.focus_next()

    def action_submit(self) -> None:
        made, faults = self._make(self.typed())
        self._asked = True
        self.reload()
        wrong = [field for name, field in self.fields.items() if name in faults]
        if wrong:
            self.go_to_fault(wrong[0])
        elif made is not None:
            self.dismiss(made)

    def go_to_fault(self, field: Field) -> None:
        field.focus_line()


def candidates(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Give the first known texts that have what is typed in them, in any case.

    Those that begin with it stand first; within both groups the order stays. None is
    given where what is typed is all of the only one.
    """
    wanted = typed.casefold()
    found = [text for text in dict.fromkeys(known) if wanted in text.casefold()]
    if found == [typed]:
        return ()
    found.sort(key=lambda text: not text.casefold().startswith(wanted))
    return tuple(found[:_MOST_OFFERED])

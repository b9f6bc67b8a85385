"""What all dialogs share: a frame with a title, a help line, a notice, and esc; lists in it; and a text."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from simulator.errors import SimulatorError
from simulator.tui.glyphs import GLYPHS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from simulator.session import Simulation
    from simulator.tui.screens.table import Table

Hint: TypeAlias = tuple[str, str]
"""A key as people write it, and what it does in a word."""
Act: TypeAlias = "Callable[[Callable[[Simulation], Any]], Any]"
"""Does something to the run at the instant on the screen; SimulatorError: it is refused."""

Result = TypeVar("Result")
Item = TypeVar("Item")
Got = TypeVar("Got")

# What a frame's border and the blanks beside its title take of its width.
_FRAME_CELLS = 6
# Columns and rows of a screen from which on a dialog looks different.
_NARROW, _WIDE, _SHORT = 100, 140, 22
_KEY = "bold $accent"
_WORD = "$muted"


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A dialog that gives a *Result*, or None when it is left with esc.

    Of the bindings of a subclass, those that are shown are its help line: the most
    important first, described in a word.
    """

    DEFAULT_CLASSES: ClassVar[str] = "dialog"  # with -middle or -large: its size
    AUTO_FOCUS: ClassVar[str | None] = ""  # each dialog says where it begins
    CSS_PATH: ClassVar[Any] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False)
    ]
    LEAVE = "close"  # what esc does, in a word
    EVERY_S = 0.0  # seconds after which it is filled again; 0 for never
    # Textual sets the classes of these once all is laid out, and lays it out again.
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = []  # noqa: RUF012
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = []  # noqa: RUF012

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._hint_line: Content | None = None

    def compose(self) -> ComposeResult:
        self._set_size_classes()
        self.update_node_styles()  # the first one was made before its rules were read
        with Vertical(classes="frame"):
            yield from self.compose_body()
            with Vertical(classes="foot"):
                yield Static(classes="aside", markup=False)
                yield Static(classes="notice", markup=False)

    def compose_body(self) -> ComposeResult:
        """Make what is in the frame."""
        yield from ()

    def on_mount(self) -> None:
        self.set_title(self._title)
        if self.EVERY_S:
            self.set_interval(self.EVERY_S, self.reload)
        self.begin()

    def begin(self) -> None:
        """Put the focus where it begins; no `on_mount`: Textual calls that of each class."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        if not self.outer_size:  # it is opened: all in it has just been styled
            event.refresh_styles = False

    def on_resize(self, event: events.Resize) -> None:
        event.size = self.app.size  # see MainScreen.on_resize
        if self.outer_size == event.size:
            event.prevent_default()  # to be laid out has sent it
        self._set_size_classes()
        self.after_layout(self.fit)

    def _set_size_classes(self) -> None:
        width, height = self.app.size
        self.set_class(width < _NARROW, "-narrow")
        self.set_class(width >= _WIDE, "-wide")
        self.set_class(height < _SHORT, "-short")

    def after_layout(self, call: Callable[[], None]) -> None:
        """Call it once all is laid out, unless the dialog has been left by then."""

        def unless_left() -> None:
            # Textual makes its last calls when the widgets in it have gone.
            if self.is_attached and self in self.app.screen_stack:
                call()

        self.call_after_refresh(unless_left)

    def fit(self) -> None:
        """Write what depends on the size."""
        self.show_hints()

    def reload(self) -> None:
        """Show what changed since."""

    def set_title(self, title: str) -> None:
        self._frame.border_title = Content(title)

    def hints(self) -> list[Hint]:
        """Give the keys of the help line: those that can do something, esc last."""
        shown = [
            (each.key_display or each.key, each.description)
            for each in self.BINDINGS
            if isinstance(each, Binding) and each.show and self.can(each.action)
        ]
        return [*shown, ("esc", self.LEAVE)]

    def can(self, action: str) -> bool:
        """Tell whether an action could do something now."""
        return True

    def show_hints(self) -> None:
        room = self._frame.outer_size.width - _FRAME_CELLS
        line = hint_line(self.hints(), room, GLYPHS.dot)
        if line != self._hint_line:
            self._frame.border_subtitle = self._hint_line = line

    def tell(self, text: str, *, error: bool = False) -> None:
        """Say something at the bottom of the frame; an empty text takes it away."""
        self._write(".notice", text).set_class(error, "-error")

    def say_aside(self, text: str | Content) -> None:
        """Say something more about what the cursor is on; an empty text hides it."""
        self._write(".aside", text)

    def _write(self, where: str, text: str | Content) -> Static:
        line = self.query_one(where, Static)
        if text != line.content:
            line.update(text)
            line.display = bool(text)
        return line

    @property
    def _frame(self) -> Vertical:
        return self.query_one(".frame", Vertical)

    def action_close(self) -> None:
        self.dismiss(None)


class ListDialog(Dialog[Result], Generic[Item, Result]):
    """Lists, of which the first has the cursor, and keys that do something with its item."""

    def __init__(self, title: str, *tables: Table[Item]) -> None:
        super().__init__(title)
        self.tables = tables

    def compose_body(self) -> ComposeResult:
        yield from self.tables

    def begin(self) -> None:
        self.reload()
        self.tables[0].focus()

    @property
    def table(self) -> Table[Item]:
        """The list whose items the keys are about: that of the focus, else the first."""
        return next((each for each in self.tables if each.has_focus), self.tables[0])

    @property
    def here(self) -> Item | None:
        return self.table.here

    def reload(self) -> None:
        for each in self.tables:
            each.fill()
        self.show_hints()
        self.moved()

    def on_descendant_focus(self) -> None:
        self.show_hints()

    def on_table_moved(self) -> None:
        self.moved()

    def moved(self) -> None:
        here = self.here
        self.say_aside("" if here is None else self.aside(here))

    def aside(self, here: Item) -> str | Content:
        return ""

    async def on_table_chosen(self) -> None:
        await self.run_action("choose")

    def can(self, action: str) -> bool:
        """Tell whether there is an item, where an action needs one."""
        do = getattr(self, f"action_{action.partition('(')[0]}", None)
        return self.here is not None or not hasattr(do, "__wrapped__")

    def ask(self, form: Dialog[Got], do: Callable[[Got], None]) -> None:
        """Do something with what another dialog gives, unless it is left."""
        ask(self, form, lambda made: self.attempt(lambda: do(made)))

    def attempt(self, do: Callable[[], None]) -> None:
        """Do something, say why it could not be done, and show what came of it."""
        self.tell("")
        try:
            do()
        except (SimulatorError, OSError) as error:
            self.tell(str(error), error=True)
        self.reload()


def ask(screen: Screen[Any], dialog: Dialog[Got], use: Callable[[Got], Any]) -> None:
    """Open a dialog over a screen, and use what it gives unless it is left."""
    screen.app.push_screen(dialog, lambda got: None if got is None else use(got))


def of_item(do: Callable[..., None]) -> Callable[..., None]:
    """Make an action of what a method does with the item of the cursor, if there is one."""

    @wraps(do)
    def action(dialog: ListDialog[Any, Any], *args: Any) -> None:
        here = dialog.here
        if here is not None:
            dialog.attempt(lambda: do(dialog, here, *args))

    return action


class Pages(Dialog[None]):
    DEFAULT_CLASSES = "dialog -large"

    def __init__(self, title: str, body: Widget) -> None:
        super().__init__(title)
        self._body = body

    def hints(self) -> list[Hint]:
        up_down = "up/down" if GLYPHS.to.isascii() else "↑↓"
        *others, close = super().hints()
        return [*others, (up_down, "scroll"), close]

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="pages"):
            yield self._body

    def begin(self) -> None:
        self.query_one(".pages").focus()


class Details(Pages):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "copy", key_display="y"),
        Binding("q", "close", "close", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, Static(text, classes="long", markup=False))
        self._text = text

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text)
        self.tell("copied")


def hint_line(hints: Sequence[Hint], width: int, dot: str) -> Content:
    """Write the last hint, which says how to leave, and the first others that fit."""
    *others, last = (
        Content.assemble((key, _KEY), (f" {word}", _WORD)) for key, word in hints
    )
    between = Content.styled(f" {dot} ", _WORD)
    kept: list[Content] = []
    for each in others:
        if between.join([*kept, each, last]).cell_length > width:
            break
        kept.append(each)
    return between.join([*kept, last])

"""What all dialogs share: a frame with a title, a help line, a notice, and esc; lists in it; and a text."""

from __future__ import annotations

from functools import wraps
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
)

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from simulator.errors import SimulatorError
from simulator.tui.glyphs import GLYPHS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from simulator.session import Simulation
    from simulator.tui.screens.table import Table

Hint: TypeAlias = tuple[str, str]
"""A key as people write it, and what it does in a word."""

Result = TypeVar("Result")
Item = TypeVar("Item")
Got = TypeVar("Got")
Given = ParamSpec("Given")
Of = TypeVar("Of", bound="ListDialog[Any, Any]")

# What a frame's border and the blanks beside its title take of its width.
_FRAME_CELLS = 6
# Columns and rows of a screen from which on a dialog looks different.
_NARROW, _WIDE, _SHORT = 100, 140, 22
_KEY = "bold $accent"
_WORD = "$muted"


class Act(Protocol):
    """Does something to the run, at the instant on the screen, and shows it.

    Raises:
        SimulatorError: The run refuses it.
    """

    def __call__(self, do: Callable[[Simulation], Got], /) -> Got: ...


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A dialog that gives a *Result*, or None when it is left with esc.

    Of the bindings of a subclass, those that are shown are its help line: the most
    important first, described in a word.

    Args:
        title: In the frame.
        size: ``middle`` or ``large``; empty: as its body asks for.
        every_s: How often `reload` is called, seconds; 0 for never.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""  # each dialog says where it begins
    CSS_PATH: ClassVar[Any] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", show=False)
    ]
    LEAVE = "close"  # what esc does, in a word
    # Textual sets the classes of these once all is laid out, and lays it out again.
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = []  # noqa: RUF012
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = []  # noqa: RUF012

    def __init__(self, title: str, *, size: str = "", every_s: float = 0) -> None:
        super().__init__(classes=f"dialog -{size}" if size else "dialog")
        self._title = title
        self._every_s = every_s
        self._aside: str | Content = ""
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
        """Make what is in the frame; for subclasses."""
        yield from ()

    def on_mount(self) -> None:
        """Write the title, and begin to look at what changes."""
        self.set_title(self._title)
        if self._every_s:
            self.set_interval(self._every_s, self.reload)
        self.begin()

    def begin(self) -> None:
        """Put the focus where the dialog begins; for subclasses.

        They have no `on_mount`: Textual calls that of each class, the last one first.
        """

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
        self.call_after_refresh(self._unless_left, call)

    def _unless_left(self, call: Callable[[], None]) -> None:
        # Textual makes its last calls when the widgets in it have gone.
        if self.is_attached and self in self.app.screen_stack:
            call()

    def fit(self) -> None:
        """Write what depends on the size; for subclasses."""
        self.show_hints()

    def reload(self) -> None:
        """Show what changed since; for subclasses, and for who has a clock."""

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
        """Tell whether an action could do something now; for subclasses."""
        return True

    def show_hints(self) -> None:
        room = self._frame.outer_size.width - _FRAME_CELLS
        line = hint_line(self.hints(), room, GLYPHS.dot)
        if line != self._hint_line:
            self._frame.border_subtitle = self._hint_line = line

    def tell(self, text: str, *, error: bool = False) -> None:
        """Say something at the bottom of the frame; an empty text takes it away."""
        notice = self.query_one(".notice", Static)
        if text or notice.has_class("-shown"):
            notice.update(text)
        notice.set_class(bool(text), "-shown")
        notice.set_class(error, "-error")

    def say_aside(self, text: str | Content) -> None:
        """Say something more about what the cursor is on; an empty text hides it."""
        aside = self.query_one(".aside", Static)
        if text == self._aside:
            return
        self._aside = text
        aside.update(text)
        aside.set_class(bool(text), "-shown")

    @property
    def _frame(self) -> Vertical:
        return self.query_one(".frame", Vertical)

    def action_close(self) -> None:
        self.dismiss(None)


class ListDialog(Dialog[Result], Generic[Item, Result]):
    """Lists, and keys that do something with the item of the cursor.

    Args:
        title: In the frame.
        tables: The lists, the one first in which the cursor begins.
        size: As of `Dialog`.
        every_s: How often all are filled again, seconds; 0: only by `reload`.
    """

    def __init__(
        self, title: str, *tables: Table[Item], size: str = "", every_s: float = 0
    ) -> None:
        super().__init__(title, size=size, every_s=every_s)
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
        """Say more about an item; for subclasses."""
        return ""

    async def on_table_chosen(self) -> None:
        """Do with a row that was clicked twice what enter does."""
        await self.run_action("choose")

    def can(self, action: str) -> bool:
        """Tell whether there is an item, where an action needs one."""
        do = getattr(self, f"action_{action.partition('(')[0]}", None)
        return self.here is not None or not hasattr(do, "__wrapped__")

    def ask(self, form: Dialog[Got], do: Callable[[Got], None]) -> None:
        """Do something with what another dialog gives, unless it is left."""
        self.app.push_screen(
            form,
            lambda made: None if made is None else self.attempt(lambda: do(made)),
        )

    def attempt(self, do: Callable[[], None]) -> None:
        """Do something, say why it could not be done, and show what came of it."""
        self.tell("")
        try:
            do()
        except (SimulatorError, OSError) as error:
            self.tell(str(error), error=True)
        self.reload()


def of_item(
    do: Callable[Concatenate[Of, Any, Given], None],
) -> Callable[Concatenate[Of, Given], None]:
    """Make an action of what a method does with the item of the cursor, if there is one."""

    @wraps(do)
    def action(dialog: Of, /, *args: Given.args, **kwargs: Given.kwargs) -> None:
        here = dialog.here
        if here is not None:
            dialog.attempt(lambda: do(dialog, here, *args, **kwargs))

    return action


class Details(Dialog[None]):
    """A text that scrolls and can be copied, such as an error in full.

    Args:
        title: In the frame.
        text: Lines as they are; those that are too long go on in the next one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "copy", key_display="y"),
        Binding("q", "close", "close", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, size="large")
        self._text = text

    def hints(self) -> list[Hint]:
        up_down = "up/down" if GLYPHS.to.isascii() else "↑↓"
        copy, close = super().hints()
        return [copy, (up_down, "scroll"), close]

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="pages"):
            yield Static(self._text, classes="long", markup=False)

    def begin(self) -> None:
        self.query_one(".pages").focus()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text)
        self.tell("copied")


def fit_hints(hints: Sequence[Hint], width: int, dot: str) -> tuple[Hint, ...]:
    """Give the hints that fit: the last always, of the others the first ones.

    Args:
        hints: The last says how to leave.
        width: In cells.
        dot: What stands between two.
    """
    if not hints:
        return ()
    *others, last = hints
    kept: list[Hint] = []
    for hint in others:
        if _width([*kept, hint, last], dot) > width:
            break
        kept.append(hint)
    return (*kept, last)


def hint_line(hints: Sequence[Hint], width: int, dot: str) -> Content:
    """Write the hints that fit as one styled line, keys louder than words."""
    shown = fit_hints(hints, width, dot)
    parts: list[tuple[str, str]] = []
    for at, (key, word) in enumerate(shown):
        parts += [(f" {dot} ", _WORD)] if at else []
        parts += [(key, _KEY), (f" {word}", _WORD)]
    return Content.assemble(*parts)


def _width(hints: Sequence[Hint], dot: str) -> int:
    words = sum(cell_len(key) + 1 + cell_len(word) for key, word in hints)
    return words + (len(hints) - 1) * (cell_len(dot) + 2)

"""What all dialogs share: a frame with a title, a help line, a notice, and esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeAlias, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.hints import hint_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePath

    from textual.app import ComposeResult

    from simulator.tui.screens.hints import Hint

Result = TypeVar("Result")
StyleFiles: TypeAlias = "str | PurePath | list[str | PurePath] | None"

# What a frame's border and the blanks beside its title take of its width.
_FRAME_CELLS = 6


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A dialog that gives a *Result*, or None when it is left with esc.

    Args:
        title: In the frame.
        hints: The keys of the help line, the most important first, esc last.
        every_s: How often `reload` is called, seconds; 0 for never.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""  # each dialog says where it begins
    CSS_PATH: ClassVar[StyleFiles] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False)
    ]
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (100, "-medium"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - as Textual declares it
        (0, "-short"),
        (22, "-normal"),
        (42, "-tall"),
    ]

    def __init__(
        self,
        title: str,
        hints: Sequence[Hint],
        *,
        every_s: float = 0,
    ) -> None:
        super().__init__(classes="dialog")
        self.hints = tuple(hints)
        self._title = title
        self._every_s = every_s
        self._aside: str | Content = ""
        self._hint_line: Content | None = None

    def compose(self) -> ComposeResult:
        """Make the frame around `compose_body`."""
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

    def on_resize(self) -> None:
        """Fit the help line."""
        self.call_after_refresh(self.show_hints)

    def reload(self) -> None:
        """Show what changed since; for subclasses, and for who has a clock."""

    def set_title(self, title: str) -> None:
        """Write a title into the frame."""
        self._frame.border_title = Content(title)

    def show_hints(self, hints: Sequence[Hint] | None = None) -> None:
        """Write the help line.

        Args:
            hints: What it says from now on; None: what it said.
        """
        if hints is not None:
            self.hints = tuple(hints)
        room = self._frame.outer_size.width - _FRAME_CELLS
        line = hint_line(self.hints, room, GLYPHS.dot)
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
        """Leave without a result."""
        self.dismiss(None)

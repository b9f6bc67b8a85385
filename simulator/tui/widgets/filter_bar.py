"""The line in which a filter is typed: checked and completed while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

_HINT = "type:artifact*  from:on-*  is:retry  -word"


class _Completion(Suggester):
    def __init__(self, complete: Callable[[str], str | None]) -> None:
        # What can follow depends on what has happened: nothing is remembered.
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value)


class FilterBar(Vertical):
    """A line that appears when it is opened, and goes when it is closed.

    Args:
        check: Gives what is wrong with a filter; None: nothing.
        complete: Gives the whole text as it could go on; None: no idea.
    """

    DEFAULT_CSS = """
    FilterBar {
        height: auto;
        display: none;
        background: $panel;
        & Horizontal { height: 1; }
        & #filter-sign { width: 3; color: $accent; text-style: bold; padding: 0 1; }
        & Input { width: 1fr; background: $panel; }
        & Input:focus { background-tint: transparent; }
        & #filter-fault { display: none; max-height: 6; color: $error; padding: 0 1 0 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close")]

    class Changed(Message):
        """Another filter is asked for; empty: everything matches.

        It is what is typed, and where that is no filter, what it began with: never a part
        of what is typed.
        """

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Submitted(Changed):
        """Enter was pressed: the filter stays, the line goes."""

    class Closed(Message):
        """Escape was pressed: the line has gone, and with it the filter."""

    def __init__(
        self,
        check: Callable[[str], str | None],
        complete: Callable[[str], str | None],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._check = check
        self._input = Input(
            placeholder=_HINT,
            compact=True,
            select_on_focus=False,
            suggester=_Completion(complete),
        )
        self._fault = Static(id="filter-fault", markup=False)
        self._begun = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("/", id="filter-sign", markup=False)
            yield self._input
        yield self._fault

    def open(self, text: str) -> None:
        """Show the line and type on after *text*, the filter in force."""
        self.display = True
        self._begun = text
        self._input.value = text
        self._input.cursor_position = len(text)
        self._input.focus()

    def clear(self) -> None:
        """Take the text and the line away without saying so."""
        with self._input.prevent(Input.Changed):
            self._input.value = ""
        self._tell("")
        self.display = False

    def _tell(self, fault: str) -> None:
        """Say below what is wrong, whole: it names what may stand there."""
        self._fault.update(fault)
        self._fault.display = bool(fault)

    def action_close(self) -> None:
        self.clear()
        self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        fault = self._check(event.value)
        self._tell(fault or "")
        self.post_message(self.Changed(event.value if fault is None else self._begun))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._check(event.value) is None:
            self.display = False
            self.post_message(self.Submitted(event.value))

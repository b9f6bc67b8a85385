"""Where to: an instant that is typed, or a place on the screen by the letter over it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from simulator.tui.paint import palette_of
from simulator.tui.screens.dialog import Dialog, Hint
from simulator.tui.screens.form import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Region

Target = TypeVar("Target")

_TIMES = (
    ("1:03", "this long after the start"),
    ("+5s  -200ms", "from here"),
    ("50%", "half way to the live edge"),
    ("#120", "the record of this number"),
    ("2026-03-01T12:00:00Z", "a date of the run's calendar"),
)
# The keys under the fingers first; i, l and o look like 1 and 0.
_LETTERS = "asdfjkghqwertyupzxcvbnm"


class GoTo(Dialog[str]):
    """An instant; gives what is typed when *fault_of* says nothing."""

    def __init__(self, fault_of: Callable[[str], str]) -> None:
        super().__init__("go to")
        empty = "is empty; expected something like these"
        self._field = Field("to", check=lambda text: fault_of(text) if text else empty)

    def hints(self) -> list[Hint]:
        return [("enter", "go"), *super().hints()]

    def compose_body(self) -> ComposeResult:
        yield self._field

    def begin(self) -> None:
        self._field.focus_line()
        width = max(len(typed) for typed, _ in _TIMES) + 2
        lines = [
            Content.assemble((typed.ljust(width), "$accent"), (meaning, "$muted"))
            for typed, meaning in _TIMES
        ]
        self.say_aside(Content("\n").join(lines))

    def on_field_entered(self) -> None:
        self.dismiss(self._field.value)


def letters_for(count: int) -> tuple[str, ...]:
    """Give a name for each of some places: one letter, or two where one is not enough.

    No name begins another, so that each is known as soon as it is typed. Places beyond
    529 get none.
    """
    most = len(_LETTERS)
    # Every letter that begins pairs is no name itself.
    firsts = min(most, max(0, ceil((count - most) / (most - 1))))
    singles, pairs = _LETTERS[: most - firsts], _LETTERS[most - firsts :]
    return (*singles, *(a + b for a in pairs for b in _LETTERS))[:count]


class Jump(ModalScreen[Target | None], Generic[Target]):
    """Names over places; gives the target of the one that is typed, or None."""

    CSS_PATH: ClassVar[Any] = "dialog.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, places: Sequence[tuple[Region, Target]]) -> None:
        super().__init__(classes="jump")
        self._places = dict(zip(letters_for(len(places)), places, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        palette = palette_of(self.app)
        look = f"bold {palette.background} on {palette.accent}"
        for name, (region, _) in self._places.items():
            letter = Static(Content.styled(name, look), id=name, classes="letter")
            letter.styles.offset = (region.x, region.y)
            yield letter

    def on_key(self, event: events.Key) -> None:
        """Take the place of a name; a key that begins none, such as esc, leaves."""
        event.stop()
        self._typed += event.character or " "
        left = {name for name in self._places if name.startswith(self._typed)}
        if self._typed in left:
            self.dismiss(self._places[self._typed][1])
        elif not left:
            self.dismiss(None)
        for letter in self.query(".letter"):
            letter.display = letter.id in left

    def on_click(self) -> None:
        self.dismiss(None)

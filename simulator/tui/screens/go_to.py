"""Where to: an instant that is typed, or a place on the screen by the letter over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from simulator.tui.paint import palette_of, style
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
    singles = len(_LETTERS)
    firsts = 0
    # Every letter that begins pairs is no name itself.
    while singles - firsts + firsts * len(_LETTERS) < count and firsts < len(_LETTERS):
        firsts += 1
    names = list(_LETTERS[: singles - firsts])
    names += [a + b for a in _LETTERS[singles - firsts :] for b in _LETTERS]
    return tuple(names[:count])


class _Letter(Widget):
    def __init__(self, name: str, region: Region) -> None:
        super().__init__(classes="letter")
        self.letters = name
        self.styles.width = len(name)
        self.styles.height = 1
        self.styles.offset = (region.x, region.y)

    def render_line(self, y: int) -> Strip:
        palette = palette_of(self.app)
        look = style(palette.background, palette.accent, bold=True)
        return Strip([Segment(self.letters, look)])


class Jump(ModalScreen[Target | None], Generic[Target]):
    """Names over places; gives the target of the one that is typed, or None."""

    CSS_PATH: ClassVar[Any] = "dialog.tcss"
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False)
    ]

    def __init__(self, places: Sequence[tuple[Region, Target]]) -> None:
        super().__init__(classes="jump")
        self._places = dict(zip(letters_for(len(places)), places, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        for name, (region, _) in self._places.items():
            yield _Letter(name, region)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            return
        event.stop()
        self._typed += event.character or " "
        left = {name for name in self._places if name.startswith(self._typed)}
        if self._typed in left:
            self.dismiss(self._places[self._typed][1])
        elif not left:
            self.dismiss(None)
        for letter in self.query(_Letter):
            letter.display = letter.letters in left

    def on_click(self) -> None:
        self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(None)

"""The dialog that lists the branches of a run: where each was forked, and which runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.errors import SimulatorError
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

_COLUMNS = (
    Column(title="", least=1),
    Column(title="branch", least=8, name=True, grow=True),
    Column(title="forked from", least=8, name=True, drop=2),
    Column(title="at", least=6, right=True, drop=1),
    Column(title="records", least=7, right=True),
    Column(title="now", least=5, right=True, drop=3),
)


class Branch(Value):
    """One run.

    Args:
        name: Tells it from the others.
        parent: The branch that it was forked from; empty for the first.
        at: Where, as people read it: ``1:03, #120``; empty for the first.
        records: How many it has.
        now: Where its clock stands, as people read it.
        current: Whether it is the one on the screen.
    """

    name: str
    parent: str = ""
    at: str = ""
    records: int = 0
    now: str = ""
    current: bool = False


class BranchChoice(Value):
    """What is to be done.

    Args:
        name: The branch.
        compare: Whether it is to be compared with the current one, not shown.
    """

    name: str
    compare: bool = False


class Branches(Dialog[BranchChoice]):
    """The branches; gives the one to switch to, or to compare with.

    Args:
        branches: Gives those there are, the first run first.
        remove: Forgets one; may raise a `SimulatorError`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "compare", "Compare", show=False),
        Binding("delete,backspace", "remove", "Remove", show=False),
    ]

    def __init__(
        self,
        branches: Callable[[], Sequence[Branch]],
        *,
        remove: Callable[[str], None],
    ) -> None:
        hints = [
            ("enter", "switch"),
            ("C", "compare"),
            ("del", "remove"),
            ("esc", "close"),
        ]
        super().__init__("branches", hints)
        self._branches, self._remove = branches, remove

    def compose_body(self) -> ComposeResult:
        """Make the list."""
        yield Table(_COLUMNS, empty="no branch: ctrl+f forks one here")

    def on_mount(self) -> None:
        """Show the branches; begin at the current one."""
        super().on_mount()
        self.reload()
        table = self.query_one(Table)
        table.focus()
        for each in self._branches():
            if each.current:
                table.move_to(each.name)

    def reload(self) -> None:
        """Show the branches there are now."""
        self.query_one(Table).set_rows([self._row(each) for each in self._branches()])

    def _row(self, each: Branch) -> Row:
        return Row(
            each.name,
            (
                Cell(GLYPHS.dots["ok"] if each.current else "", "ok"),
                Cell(each.name, bold=each.current),
                Cell(each.parent, "muted"),
                Cell(each.at, "muted"),
                Cell(str(each.records)),
                Cell(each.now, "muted"),
            ),
        )

    @property
    def _here(self) -> Branch | None:
        name = self.query_one(Table).key
        return next((each for each in self._branches() if each.name == name), None)

    def on_table_chosen(self) -> None:
        """Switch to the branch of the cursor."""
        here = self._here
        if here is not None:
            self.dismiss(BranchChoice(name=here.name))

    def action_compare(self) -> None:
        """Compare the branch of the cursor with the current one."""
        here = self._here
        if here is None:
            return
        if here.current:
            self.tell("this is the current branch: move to the one to compare it with")
        else:
            self.dismiss(BranchChoice(name=here.name, compare=True))

    def action_remove(self) -> None:
        """Forget the branch of the cursor."""
        here = self._here
        if here is None:
            return
        if here.current:
            self.tell("the current branch cannot be removed: switch to another first")
            return
        try:
            self._remove(here.name)
        except SimulatorError as error:
            self.tell(str(error), error=True)
        else:
            self.tell(f"{here.name} is removed")
        self.reload()

"""The dialog that lists the branches of a run: where each was forked, and which runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COLUMNS = (
    Column(title="", least=1),
    Column(title="branch", least=8, name=True, grow=True),
    Column(title="forked from", least=8, name=True, drop=2),
    Column(title="at", least=6, right=True, drop=1),
    Column(title="records", least=7, right=True),
    Column(title="now", least=5, right=True, drop=3),
)


class Branch(NamedTuple):
    """One run, in words of people: its parent and where it was forked, if it was."""

    name: str
    parent: str = ""
    at: str = ""
    records: int = 0
    now: str = ""
    current: bool = False


class BranchChoice(NamedTuple):
    """A branch that is to be shown, or compared with the current one."""

    name: str
    compare: bool = False


class Branches(ListDialog[Branch, BranchChoice]):
    """The branches; gives the one to switch to, or to compare with.

    Args:
        branches: Gives those there are, the first run first.
        remove: Forgets one; may raise a `SimulatorError`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "switch"),
        Binding("C", "compare", "compare"),
        Binding("delete,backspace", "remove", "remove", key_display="del"),
    ]

    def __init__(
        self,
        branches: Callable[[], Sequence[Branch]],
        *,
        remove: Callable[[str], None],
    ) -> None:
        empty = "no branch: ctrl+f forks one here"
        table = Table(_COLUMNS, branches, _row, empty=empty)
        super().__init__("branches", table)
        self._branches, self._remove = branches, remove

    def begin(self) -> None:
        super().begin()
        for each in self._branches():
            if each.current:
                self.table.move_to(each.name)

    @of_item
    def action_choose(self, here: Branch) -> None:
        self.dismiss(BranchChoice(name=here.name))

    @of_item
    def action_compare(self, here: Branch) -> None:
        if here.current:
            self.tell("this is the current branch: move to the one to compare it with")
        else:
            self.dismiss(BranchChoice(name=here.name, compare=True))

    @of_item
    def action_remove(self, here: Branch) -> None:
        if here.current:
            self.tell("the current branch cannot be removed: switch to another first")
        else:
            self._remove(here.name)
            self.tell(f"{here.name} is removed")


def _row(each: Branch) -> Row:
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

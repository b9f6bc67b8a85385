"""The form in which a breakpoint is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.form import Form, Line
from simulator.tui.screens.typed_values import read_cesql, read_node
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class BreakWish(Value):
    """A breakpoint that is to be; what is empty fits every request.

    Args:
        node: That a request comes from, goes to, or goes through.
        edge: The two nodes that it goes between; None for any.
        type: Of its event.
        where: CESQL.
    """

    node: str = ""
    edge: tuple[str, str] | None = None
    type: str = ""
    where: str = ""


def wish_of_break(
    typed: Mapping[str, str], nodes: Sequence[str] = ()
) -> tuple[BreakWish | None, dict[str, str]]:
    """Make the breakpoint, or say what is wrong: field -> reason.

    Args:
        typed: ``node``, ``from``, ``to``, ``type`` and ``where``.
        nodes: Those there are; empty: nodes are not looked at.
    """
    wrong: dict[str, str] = {}

    def read(field: str, reader: Callable[[str], str]) -> str:
        try:
            return reader(typed[field]) if typed[field] else ""
        except ValueError as error:
            wrong[field] = str(error)
            return ""

    node, start, end = (
        read(field, lambda text: read_node(text, nodes))
        for field in ("node", "from", "to")
    )
    where = read("where", read_cesql)
    if bool(typed["from"]) != bool(typed["to"]):
        lacking = "to" if typed["from"] else "from"
        wrong[lacking] = "a line has two ends: say both, or neither"
    if not any(typed.values()):
        wrong["node"] = (
            "say where, or which events: with nothing it would hold them all"
        )
    if wrong:
        return None, wrong
    edge = (start, end) if start else None
    return BreakWish(node=node, edge=edge, type=typed["type"], where=where), {}


class BreakForm(Form[BreakWish]):
    """The fields of one breakpoint; gives it.

    Args:
        wish: What stands in them at first: what is selected.
        nodes: The nodes there are.
        types: The event types there are.
    """

    def __init__(
        self,
        wish: BreakWish,
        *,
        nodes: Sequence[str] = (),
        types: Sequence[str] = (),
    ) -> None:
        start, end = wish.edge or ("", "")
        known = tuple(nodes)
        lines = (
            Line(name="node", label="node", value=wish.node, hint="any", known=known),
            Line(name="from", label="line from", value=start, hint="any", known=known),
            Line(name="to", label="line to", value=end, hint="any", known=known),
            Line(
                name="type",
                label="type",
                value=wish.type,
                hint="any",
                known=tuple(types),
            ),
            Line(name="where", label="where", value=wish.where, hint="all events"),
        )
        super().__init__("add a breakpoint", lines, does="add")
        self._places = known

    def make(
        self, typed: Mapping[str, str]
    ) -> tuple[BreakWish | None, Mapping[str, str]]:
        """Make the breakpoint."""
        return wish_of_break(typed, self._places)

    def aside(self, typed: Mapping[str, str]) -> str:
        """Say what *where* takes, as it is the only field with a language."""
        return "where takes CESQL: type LIKE 'order.%' AND EXISTS env"

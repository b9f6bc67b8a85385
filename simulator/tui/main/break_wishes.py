"""The breakpoints that are meant by what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.breakpoints import BreakWish

if TYPE_CHECKING:
    from simulator.tui.diagram import Line
    from simulator.tui.main.choice import Choice
    from simulator.tui.view.trace_view import TraceView


def break_wishes(choice: Choice, view: TraceView) -> list[BreakWish]:
    """Give the breakpoints at what is selected; none where nothing is.

    Args:
        choice: What is selected.
        view: Where it is.
    """
    if choice.node:
        return [BreakWish(node=choice.node)]
    if choice.line is not None:
        line = view.diagram.lines[choice.line]
        return [BreakWish(edge=edge) for edge in edges_of(line)]
    if choice.serial is not None:
        return [BreakWish(type=view.record(choice.serial).event.type)]
    return []


def edges_of(line: Line) -> list[tuple[str, str]]:
    """Give the ends of the requests that go along a line.

    A route asks, be it drawn as a box or not: it dispatches, and it posts the replies
    of its subscriber.
    """
    return [(start, line.end) for start in line.via or (line.start,)]


def said(wishes: list[BreakWish]) -> str:
    """Say in a few words where breakpoints are."""
    parts = [each.node or each.type or " to ".join(each.edge or ()) for each in wishes]
    return ", ".join(parts)

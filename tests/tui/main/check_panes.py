"""Keys about panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.go_to import Jump
from tests.tui.main.checks import does

if TYPE_CHECKING:
    from tests.tui.main.show import Show

_OTHER = {"pane.graph": "2", "pane.events": "1", "pane.inspector": "1"}


def focused(show: Show) -> str:
    """Give the pane that has the focus."""
    for pane in ("graph", "events", "inspector"):
        if show.main.query_one(f"#{pane}-pane").has_focus_within:
            return pane
    return ""


@does("pane.graph", "pane.events", "pane.inspector")
def focuses_a_pane(show: Show, key: str) -> None:
    pane = {"1": "graph", "2": "events", "3": "inspector"}[key]
    show.press("1" if key != "1" else "2", key)
    assert focused(show) == pane == show.main.panes.name


@does("pane.next")
def focuses_the_next_pane(show: Show, key: str) -> None:
    seen = []
    for _ in range(3):
        show.press(key)
        seen.append(focused(show))
    assert seen == ["events", "inspector", "graph"]


@does("pane.previous")
def focuses_the_pane_before(show: Show, key: str) -> None:
    show.press(key)
    assert focused(show) == "inspector"


@does("pane.maximise")
def gives_a_pane_the_whole_screen_and_takes_it_back(show: Show, key: str) -> None:
    before = show.main.events.size
    show.press("2", key)
    assert show.main.events.size.width > before.width
    assert show.main.events.size.height > before.height
    assert not show.main.graph.region.area
    show.press(key)
    assert show.main.events.size == before


@does("pane.jump")
def jumps_to_a_letter(show: Show, key: str) -> None:
    show.press(key)
    jump = show.top(Jump)
    places = jump._places.items()
    letter = next(name for name, place in places if place[0] == show.main.events.region)
    show.write(letter)
    assert focused(show) == "events"


@does("pane.wider", "pane.narrower")
def moves_the_split_across(show: Show, key: str) -> None:
    before = show.main.inspector.size.width
    show.press(key)
    by = show.main.inspector.size.width - before
    assert by == {"ctrl+left": 2, "ctrl+right": -2}[key]


@does("pane.higher", "pane.lower")
def moves_the_split_down(show: Show, key: str) -> None:
    before = show.main.events.size.height
    show.press(key)
    by = show.main.events.size.height - before
    assert by == {"ctrl+up": 1, "ctrl+down": -1}[key]


@does("pane.escape")
def clears_the_selection(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_node, "service/builder")
    show.press(key)
    assert show.main.selection.now.is_none
    assert show.inspector.title == "overview"

"""Texts of the user's, which may look like markup or like a terminal's orders."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.tui.main.theatre import WIDE, played

if TYPE_CHECKING:
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre

TYPES = (
    "[bold]x[/bold]",
    "[/]",
    "[@click=app.quit]x[/]",
    "a\x1b[31mb",
    "x\ny",
    "\u202er",
)
KEYS = ("E", "L", "W", "D", "r", "S", "n", "X", "p", "g")


def topology(type_: str) -> str:
    event = {"type": type_, "subject": type_, "data": {type_: type_}}
    return json.dumps({
        "topology": "texts",
        "sources": {"source": {"at": "1s", "event": event, "sink": "broker/default"}},
        "brokers": {"default": {}},
        "triggers": {"some": {"filter": {"type": type_}, "subscriber": "sink"}},
        "services": {"sink": {}},
    })  # fmt: skip


@pytest.fixture
def odd(theatre: Theatre, write: Write, request: pytest.FixtureRequest) -> Show:
    show = theatre.show(played(write(topology(request.param)), for_="2s"), size=WIDE)
    show.call(show.main.selection.choose_record, 0)
    return show


@pytest.mark.parametrize("odd", TYPES[:3], indirect=True)
def test_what_looks_like_markup_is_shown_as_it_is(odd: Show) -> None:
    type_ = odd.main.stage.view.attributes(0)["type"]

    assert f"3 {type_} ─" in odd.text
    odd.press("2", "y")
    assert odd.last_said == f"copied {type_} source-1 as JSON"
    hover(odd, "trigger/some")
    assert f"filter  type={type_}" in str(odd.main.graph.tooltip)
    odd.press("slash")
    odd.write(f'"{type_}"')
    assert f'2 events  "{type_}"' in odd.text
    odd.press("enter", "ctrl+p")
    odd.write("go to event")
    odd.run(odd.theatre.until_found("Go to event"))
    assert f"Go to event {type_}" in odd.text


def hover(show: Show, node: str) -> None:
    region = dict(show.main.graph.box_regions())[node]
    show.run(show.theatre.pilot.hover(offset=(region.x + 2, region.y + 1)))


@pytest.mark.parametrize("odd", TYPES[3:], indirect=True, ids=ascii)
def test_orders_to_the_terminal_are_spelled_and_never_given(odd: Show) -> None:
    type_ = odd.main.stage.view.attributes(0)["type"]
    spelled = type_.encode("unicode_escape").decode()

    assert odd.text.count(spelled) > 3  # the list, the title, attributes, the graph
    for key in KEYS:
        odd.press(key)
        orders = {c for c in odd.text if unicodedata.category(c) in {"Cc", "Cf"}}
        assert orders == {"\n"}, key  # which parts the rows here
        odd.press("escape")

"""Themes, the palette, jump mode, panes, and terminals of every size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest
from textual.color import Color
from textual.command import CommandList, CommandPalette

from simulator.tui.paint import LEAST_CONTRAST, contrast, palette_of
from simulator.tui.palette import MainCommands
from simulator.tui.screens.go_to import Jump
from simulator.tui.screens.help import Help
from simulator.tui.settings import Settings
from tests.tui.main.check_panes import focused
from tests.tui.main.theatre import NARROW, PIPELINE, WIDE, opened, played
from tests.tui.places import town

if TYPE_CHECKING:
    from textual.app import App

    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def listed(show: Show) -> list[str]:
    """Give what the palette lists."""
    palette = show.top(CommandPalette)
    options = palette.query_one(CommandList).options
    return [str(each.prompt).partition("\n")[0] for each in options]


def find(show: Show, text: str, found: str = "") -> None:
    """Open the palette and look for something, until it is found."""
    show.press("ctrl+p")
    show.write(text)
    show.run(show.theatre.until_found(found or text))


def test_every_command_of_the_palette_is_there_to_be_called(show: Show) -> None:
    show.call(show.main.selection.choose_record, 0)
    offers = list(MainCommands(show.main)._offers())

    assert len(offers) > 60
    assert all(callable(offer.run) for offer in offers)


def test_the_palette_carries_a_command_out(show: Show) -> None:
    find(show, "Zoom: draw boxes larger")
    show.press("enter")

    assert show.main.graph.wish.zoom != "auto"


def test_the_palette_offers_only_what_is_possible(desk: Show) -> None:
    desk.press("ctrl+p")
    desk.run(desk.theatre.until_found(""))

    names = " ".join(listed(desk))
    assert "Send: send an event" in names
    assert "Fork" not in names
    assert "Again" not in names


def test_the_palette_goes_to_boxes_and_events(show: Show) -> None:
    find(show, "Go to service builder")
    show.press("enter")
    assert show.main.selection.now.node == "service/builder"

    find(show, "Go to event change.merged")
    show.press("enter")

    serial = show.main.selection.now.serial
    assert serial is not None
    assert show.stage.view.record(serial).event.type == "change.merged"


@pytest.mark.parametrize("text", ["team-03/sent-desk", "service/team-03/sent-desk"])
def test_the_palette_finds_a_box_by_its_address(
    theatre: Theatre, write: Write, text: str
) -> None:
    show = theatre.show(played(write(town(4, 5, numbered=True))), size=WIDE)

    find(show, text, "team-03/sent-desk")

    assert listed(show)[0] == "Go to service team-03/sent-desk"


def test_the_palette_names_boxes_of_a_name_apart(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(played(write(town(4, 5, numbered=True))), size=WIDE)

    find(show, "service sent-desk", "sent-desk")

    assert listed(show) == [f"Go to service team-0{n}/sent-desk" for n in (1, 2, 3, 4)]


def test_a_theme_is_looked_at_in_the_palette_and_left(show: Show) -> None:
    before = show.app.theme
    find(show, "Theme: kn-sim-light")
    assert show.app.theme == "kn-sim-light"

    show.press("escape")

    assert show.app.theme == before


def test_a_theme_is_taken_from_the_palette(show: Show) -> None:
    find(show, "Theme: kn-sim-light")

    show.press("enter")

    assert show.app.theme == "kn-sim-light"


def test_no_two_triggers_look_alike_in_a_narrow_table(
    theatre: Theatre, write: Write
) -> None:
    triggers = [
        f"  cd-artifact-{word}-to-keptn-in: "
        f"{{filter: {{type: cd.artifact.{word}.v1}}, subscriber: s}}\n"
        for word in ("packaged", "published")
    ]
    head = "topology: t\nbrokers: {default: {}}\nservices: {s: {}}\ntriggers:\n"
    show = theatre.show(opened(write(head + "".join(triggers))), size=NARROW)

    show.press("S")

    (one, other) = re.findall(r"(cd-\S+) +(type=\S+)", show.text)
    assert one[0] != other[0]
    assert one[1] != other[1]


CURSORS = {
    "list": ["2", "up"],
    "inspector": ["2", "L", "3", "home"],
    "table": ["S"],
}


@pytest.mark.parametrize("keys", CURSORS.values(), ids=CURSORS.keys())
@pytest.mark.parametrize("theme", ["dracula", "nord", "textual-light"])
def test_the_row_of_the_cursor_can_be_read_in_themes_of_others(
    theatre: Theatre, theme: str, keys: list[str]
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    show.call(setattr, show.app, "theme", theme)
    ground = Color.parse(palette_of(cast("App[object]", show.app)).cursor)
    found = []

    show.press(*keys)
    for _ in range(8):
        found += letters_on(show, ground)
        show.press("down")

    assert found
    assert [text for text, ink in found if contrast(ink, ground) < LEAST_CONTRAST] == []


def letters_on(show: Show, ground: Color) -> list[tuple[str, Color]]:
    """Give the texts with letters on a ground, with their colours."""
    return [
        (part.text, Color.from_rich_color(part.style.color))
        for strip in show.strips
        for part in strip
        if part.style is not None
        and any(map(str.isalnum, part.text))
        and Color.from_rich_color(part.style.bgcolor) == ground
    ]


def test_help_is_about_the_pane_first_and_has_the_filters(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    show.press("2", "question_mark")

    show.top(Help)
    assert show.text.index("EVENTS (HERE)") < show.text.index("PLAYBACK")
    assert "is:retry|dead" in show.text


@pytest.mark.parametrize(("target", "key"), [("why", ""), ("service/builder", "")])
def test_a_letter_leads_to_tabs_and_boxes(
    theatre: Theatre, target: str, key: str
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    show.call(show.main.selection.choose_record, 0)
    show.press("o")
    places = show.top(Jump)._places.items()
    regions = dict([*show.inspector.tab_regions(), *show.main.graph.box_regions()])
    letter = next(name for name, place in places if place[0] == regions[target])

    show.write(letter)

    if target == "why":
        assert show.inspector.tab == "why"
    else:
        assert show.main.selection.now.node == "service/builder"


def test_where_one_pane_is_seen_numbers_switch_between_them(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)
    assert "1 Graph" in show.text
    assert show.main.graph.region.area
    assert show.main.events.size.height <= 5

    show.press("2")
    assert focused(show) == "events"
    assert not show.main.graph.region.area
    assert show.main.events.size.height > 10

    show.press("3")
    assert focused(show) == "inspector"
    assert not show.main.events.region.area

    show.press("tab")
    assert focused(show) == "graph"


def test_a_tab_of_the_inspector_brings_it_on_where_one_pane_is_seen(
    theatre: Theatre,
) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)
    show.call(show.main.selection.choose_record, 0)

    show.press("L")

    assert focused(show) == "inspector"
    assert show.inspector.tab == "lineage"
    assert "service.deployed" in show.text


SIZES = [(200, 60), (160, 45), (139, 41), (120, 29), (99, 30), (80, 24), (60, 18)]


def test_no_size_is_too_much_for_it(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=(200, 60))
    show.call(show.main.selection.choose_record, 0)

    for width, height in [*SIZES, SIZES[1]]:
        show.resize(width, height)

        assert len(show.lines) == height
        assert "kn-sim" in show.lines[0]
        assert "PAUSED" in show.text
        assert "space Play" in show.lines[-1]
        narrow = width < 100
        assert ("1 Graph" in show.text) == narrow
        assert show.main.graph.region.area
        assert show.main.selection.now.serial == 0


@pytest.mark.parametrize("size", [(59, 24), (80, 17), (40, 10)])
def test_below_the_least_size_only_the_list_is_shown(
    theatre: Theatre, size: tuple[int, int]
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)

    show.resize(*size)

    assert f" {size[0]}x{size[1]}: list only, all needs 60x18" in show.text
    assert not show.main.graph.region.area
    assert show.main.events.region.area

    show.resize(*WIDE)

    assert "needs" not in show.text
    assert show.main.graph.region.area


def test_splits_stay_within_bounds(show: Show) -> None:
    show.call(show.main.panes.split, 60, 30)
    assert show.main.query_one("#inspector-pane").outer_size.width == 24
    assert show.main.query_one("#events-pane").outer_size.height == 4

    show.call(show.main.panes.split, -200, -100)

    assert show.main.query_one("#inspector-pane").styles.width is not None
    assert "kn-sim" in show.lines[0]


def test_a_key_of_the_user_replaces_the_usual_one(theatre: Theatre) -> None:
    keys = {"do.send": "f9", "graph.up": "w", "events.next_hit": "f3"}
    show = theatre.show(played(PIPELINE), Settings(keys=keys))
    assert "F9 Send" in show.lines[-1]

    show.press("n")
    assert show.screen is show.main
    show.press("f9")
    assert show.screen is not show.main
    show.press("escape")

    show.call(show.main.selection.choose_node, "trigger/on-published")
    show.press("w")
    assert show.main.selection.now.node == "trigger/on-merged"

    show.press("f3")
    assert show.last_said == "there is no find: / then /text finds"
    show.write("//builder")
    show.press("enter", "f3")
    assert show.main.selection.now.serial is not None


def test_ascii_looks_need_no_other_characters(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), Settings(glyphs="ascii"))
    show.call(show.main.selection.choose_record, 0)
    show.press("2")

    strange = {c for c in show.text if not c.isascii()}

    assert not strange


def test_ascii_looks_hold_for_dialogs(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), Settings(glyphs="ascii"))

    for key in ("p", "f", "n", "X", "g", "question_mark"):
        show.press(key)

        assert show.screen is not show.main
        assert not {c for c in show.text if not c.isascii()}, key
        show.press("escape")

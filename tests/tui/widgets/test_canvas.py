from simulator.tui.paint import style
from simulator.tui.widgets.painted import Canvas
from tests.tui.widgets.pictures import style_at

GROUND = style("#ffffff", "#000000")
LOUD = style("#ff0000", "#000000", bold=True)


def test_what_is_put_outside_of_a_row_is_cut() -> None:
    canvas = Canvas(6, GROUND)

    canvas.put(-2, "abcd", LOUD)
    canvas.put(4, "wxyz", LOUD)

    assert canvas.strip().text == "cd  wx"


def test_a_text_takes_no_more_than_its_room() -> None:
    canvas = Canvas(6, GROUND)

    canvas.put(1, "abcd", LOUD, 2)

    assert canvas.strip().text == " ab   "


def test_a_wide_character_takes_two_cells_or_none() -> None:
    canvas = Canvas(6, GROUND)

    canvas.put(1, "事件流", LOUD)

    strip = canvas.strip()
    assert strip.text == " 事件 "
    assert strip.cell_length == 6


def test_cells_of_one_style_are_one_run() -> None:
    canvas = Canvas(6, GROUND)

    canvas.put(2, "ab", LOUD)

    strip = canvas.strip()
    assert [segment.text for segment in strip] == ["  ", "ab", "  "]
    assert style_at(strip, 3) is LOUD

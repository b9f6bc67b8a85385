import pytest

from simulator.tui.widgets.cutting import Cuts
from simulator.tui.widgets.event_list import (
    columns_of,
    event_strip,
    hue,
)
from tests.tui.widgets.pictures import colour_at, palette, record, style_at

PALETTE = palette()


def text(serial: int, width: int) -> str:
    row = record(serial)
    columns = columns_of(width, row.at_ns)
    return event_strip(row, width, columns, PALETTE, Cuts()).text


def test_a_narrow_row_has_time_glyph_type_and_route() -> None:
    assert text(2, 60).rstrip() == (
        "▎01:02.449 ↻ …service.deployed  on-staged → e2e-tests"
    )


def test_from_66_columns_on_a_row_says_what_happened() -> None:
    assert text(2, 66).rstrip() == (
        "▎01:02.449 ↻ …service.deployed  on-staged → e2e-tests retry"
    )


def test_from_84_columns_on_a_row_has_subject_and_note() -> None:
    assert text(4, 106).rstrip() == (
        "▎01:02.595 ✗ …s.artifact.published cart      on-approved → deploy-prod "
        "dead-letter after 4 attempts"
    )


def test_below_46_columns_a_row_has_no_route_but_more_of_the_type() -> None:
    assert text(4, 40).rstrip() == "▎01:02.595 ✗ …events.artifact.published"


def test_below_46_columns_a_row_without_a_type_says_what_it_would_beside_it() -> None:
    row = record(1)._replace(type="", start="", end="", note="503 at builder")
    columns = columns_of(40, row.at_ns)

    strip = event_strip(row, 40, columns, PALETTE, Cuts())

    assert strip.text.rstrip().endswith(" 503 at builder")


def test_what_goes_nowhere_has_the_column_of_the_subject_too() -> None:
    row = record(1)._replace(
        type="", subject="", start="", end="", word="input",
        note="changed Simulation quickstart",
    )  # fmt: skip
    columns = columns_of(106, row.at_ns)

    strip = event_strip(row, 106, columns, PALETTE, Cuts())

    assert columns.route < len(row.note)
    assert strip.text.partition(row.note)[2].strip() == "input"


def test_from_120_columns_on_a_row_has_more_of_the_subject() -> None:
    assert [columns_of(width, 0).subject for width in (120, 150, 240)] == [10, 20, 24]


def test_a_route_too_long_for_its_column_is_cut_in_the_longer_name() -> None:
    row = record(1)._replace(start="a", end="a-very-long-name-of-a-service")
    columns = columns_of(60, row.at_ns)

    strip = event_strip(row, 60, columns, PALETTE, Cuts())

    assert strip.text.endswith("a → a-very-long-na…-service ")


def test_a_route_with_one_end_has_no_arrow() -> None:
    row = record(1)._replace(start="", end="default")

    strip = event_strip(row, 60, columns_of(60, 0), PALETTE, Cuts())

    assert strip.text.rstrip().endswith(" default")
    assert "→" not in strip.text


@pytest.mark.parametrize(
    ("latest_ns", "size"), [(0, 9), (3_599 * 10**9, 9), (3_600 * 10**9, 11)]
)
def test_the_column_of_times_is_as_wide_as_the_latest_one(
    latest_ns: int, size: int
) -> None:
    assert columns_of(80, latest_ns).time == size + 1


@pytest.mark.parametrize("width", [20, 45, 46, 60, 66, 84, 100, 140, 200])
def test_the_columns_fill_the_row(width: int) -> None:
    columns = columns_of(width, 0)

    assert 1 + 2 + sum(columns) == width


def test_the_row_of_the_cursor_has_its_own_ground_and_a_bold_type() -> None:
    row = record(0)
    columns = columns_of(66, row.at_ns)

    strip = event_strip(row, 66, columns, PALETTE, Cuts(), cursor=True)

    assert strip.text.startswith("▌")
    assert style_at(strip, 13).bold
    ground = style_at(strip, 60).bgcolor
    assert ground is not None
    assert ground.name == PALETTE.cursor.lower()


def test_a_row_of_the_selected_lineage_is_tinted() -> None:
    row = record(0)
    columns = columns_of(66, row.at_ns)

    plain = event_strip(row, 66, columns, PALETTE, Cuts())
    tinted = event_strip(row, 66, columns, PALETTE, Cuts(), related=True)

    assert plain.text == tinted.text
    assert style_at(plain, 30).bgcolor != style_at(tinted, 30).bgcolor


def test_a_word_has_the_colour_of_its_outcome() -> None:
    row = record(2)
    columns = columns_of(66, row.at_ns)

    strip = event_strip(row, 66, columns, PALETTE, Cuts())

    assert colour_at(strip, strip.text.index("retry")) == PALETTE.outcomes["retry"]


def test_rows_of_one_lineage_have_one_colour_that_is_not_that_of_dead_letters() -> None:
    colours = [hue(trace, PALETTE) for trace in range(12)]

    assert colours[:6] == colours[6:]
    assert len(set(colours)) == 6
    assert PALETTE.kinds["dead"] not in colours


def test_nodes_of_two_rows_are_told_apart_where_they_are_cut() -> None:
    cuts, columns = Cuts(), columns_of(60, 0)
    rows = [
        record(1)._replace(start="a", end=f"cd-artifact-{done}-to-the-bridge")
        for done in ("packaged", "published")
    ]

    one, two = (
        event_strip(row, 60, columns, PALETTE, cuts).text.rsplit("→")[1] for row in rows
    )

    assert "…" in one
    assert "…" in two
    assert one != two

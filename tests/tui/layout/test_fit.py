"""Which picture is drawn at which size."""

from __future__ import annotations

import pytest

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.fit import fit, poured
from tests.tui.layout import laws, towns
from tests.tui.layout.goldens import NAMES, topology
from tests.tui.widgets.pictures import BROKER, pipeline, teams


@pytest.mark.parametrize(
    ("width", "height", "mode", "style"),
    [
        (150, 40, "cards", "plain"),
        (108, 26, "rows", "plain"),
        (90, 30, "boxes", "stacked"),
        (78, 16, "rows", "folded"),
    ],
)
def test_the_largest_boxes_that_fit_are_drawn(
    width: int, height: int, mode: str, style: str
) -> None:
    drawing = fit(towns.pipeline(), width, height)

    assert (drawing.mode, drawing.style, drawing.fits) == (mode, style, True)


@pytest.mark.parametrize("zoom", ["cards", "boxes", "rows"])
def test_a_zoom_is_obeyed_even_if_the_drawing_scrolls(zoom: str) -> None:
    drawing = fit(towns.pipeline(), 60, 12, zoom=zoom)

    assert drawing.mode == zoom
    assert not drawing.fits


def test_an_unknown_zoom_is_refused() -> None:
    with pytest.raises(
        ValueError, match="unknown zoom 'huge'; expected one of auto, r"
    ):
        fit(towns.hamlet(), 80, 24, zoom="huge")


def test_names_take_two_rows_before_they_are_cut() -> None:
    diagram = topology("cdevents/remediation")

    low, high = fit(diagram, 74, 12), fit(diagram, 74, 24)

    assert (low.mode, high.mode) == ("rows", "boxes")
    assert {place.h for place in high.places.values()} == {4}


def test_what_scrolls_sideways_is_less_wide_with_names_in_two_rows() -> None:
    diagram = topology("cdevents/poc-2021")

    low, high = fit(diagram, 106, 12), fit(diagram, 106, 26)

    assert not low.fits
    assert not high.fits
    assert high.width < low.width


def test_names_are_cut_before_the_drawing_scrolls() -> None:
    drawing = fit(topology("cdevents/poc-2021"), 130, 16)

    names = {box.name: len(box.label) for box in drawing.diagram.boxes}
    cut = [name for name, at in drawing.places.items() if at.w < names[name] + 8]
    assert drawing.fits
    assert cut


def test_cards_grow_into_the_room_there_is() -> None:
    drawing = fit(towns.hamlet(), 150, 20)

    assert {place.w for place in drawing.places.values()} == {30}


def test_cards_are_wide_where_there_is_room() -> None:
    drawing = fit(pipeline(), 250, 60)

    assert (drawing.mode, drawing.places[BROKER].w) == ("cards", 30)


def test_a_filter_stands_whole_before_other_cards_are_wide() -> None:
    diagram = topology("cesql")
    longest = max(len(box.note) for box in diagram.boxes)

    widths = {place.w for place in fit(diagram, 138, 30).places.values()}

    assert sorted(widths) == [22, longest + 4]


def test_cards_are_narrow_where_wide_ones_would_be_stacked() -> None:
    diagram = teams("shop", triggers=3)
    assert fit(diagram, 118, 40, zoom="cards", card_width=30).style != "plain"

    drawing = fit(diagram, 118, 40, zoom="cards")

    assert (drawing.mode, drawing.style) == ("cards", "plain")
    assert drawing.places["broker/shop/broker"].w < 30


def test_several_namespaces_become_bands_with_links() -> None:
    whole = towns.three_teams()

    drawing = fit(whole, 150, 40)

    bridge = next(
        at
        for at, line in enumerate(whole.lines)
        if line.start == "shop/to-ship" and line.end == "ship/ship-broker"
    )
    near = drawing.diagram.lines[drawing.line_of[bridge]]
    far = drawing.diagram.lines[drawing.far_of[bridge]]
    assert drawing.style == "bands"
    assert [heading.text for heading in drawing.headings] == ["shop", "ship", "data"]
    assert drawing.headings[0].info == "3 sources  8 triggers  6 services"
    assert drawing.links[near.end] == ("ship/ship-broker",)
    assert drawing.links[far.start] == ("shop/to-ship",)
    assert far.end == "ship/ship-broker"


def test_bands_scroll_with_full_names_rather_than_cut_them() -> None:
    drawing = fit(towns.three_teams(), 78, 16)

    assert (drawing.style, drawing.width, drawing.height) == ("bands", 76, 37)
    assert drawing.members["data/orders-ch"] == ("data/ledger", "data/tax")


def test_bands_that_are_far_too_high_become_a_map() -> None:
    drawing = fit(towns.twelve_teams(), 150, 40)

    boxes = drawing.diagram.boxes
    assert (drawing.style, len(boxes)) == ("map", 12)
    assert boxes[0].note == "2 src · 11 trg · 10 svc"
    assert drawing.fits


@pytest.mark.parametrize("joined", [0, 1])
def test_namespaces_are_a_list_in_any_size_where_lines_lead_to_few(joined: int) -> None:
    boxes = [
        Box(name=f"{team}/{n}", label=f"svc-{n}", kind=BoxKind.SERVICE, namespace=team)
        for team in ("shop", "ship", "bill", "post", "rent")
        for n in range(40)
    ]
    lines = [
        Line(start=f"shop/{n}", end=f"ship/{n}", kind=LineKind.FLOW)
        for n in range(joined)
    ]

    drawings = [fit(Diagram.of(boxes, lines), *pane) for pane in ((78, 10), (198, 30))]

    assert [each.mode for each in drawings] == ["list", "list"]


def test_a_map_that_does_not_fit_becomes_a_list() -> None:
    drawing = fit(towns.twelve_teams(), 78, 16)

    assert (drawing.mode, drawing.style, drawing.height) == ("list", "map", 12)
    assert all(place.w == 78 for place in drawing.places.values())
    assert drawing.fits


def test_a_collapsed_diagram_is_a_map_even_if_it_would_fit() -> None:
    drawing = fit(towns.three_teams(), 200, 60, collapsed=True)

    assert drawing.style == "map"
    assert [box.label for box in drawing.diagram.boxes] == ["shop", "ship", "data"]


def test_focus_opens_a_namespace_among_closed_ones() -> None:
    drawing = fit(towns.twelve_teams(), 198, 45, expanded=frozenset({"team-03"}))

    kinds = [box.kind for box in drawing.diagram.boxes]
    assert drawing.style == "focus"
    assert kinds.count(BoxKind.NAMESPACE) == 11
    assert "team-03/broker" in drawing.places


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pane", [(60, 12), (78, 16), (108, 26), (200, 60)])
def test_topologies_of_this_repository_obey_the_laws(
    name: str, pane: tuple[int, int]
) -> None:
    diagram = topology(name)

    drawing = fit(diagram, *pane)

    assert laws.broken_laws(drawing) == []
    assert list(laws.shown_boxes(drawing, diagram)) == []


@pytest.mark.parametrize("more", [1, 2, 5])
@pytest.mark.parametrize("pane", [(150, 40), (108, 26), (90, 30), (78, 16)])
def test_triggers_at_the_end_leave_the_others_in_order(
    pane: tuple[int, int], more: int
) -> None:
    before = fit(towns.pipeline(), *pane)

    after = fit(towns.pipeline(more), *pane)

    for kind in (BoxKind.TRIGGER, BoxKind.SERVICE, BoxKind.SOURCE):
        names = [box.name for box in before.diagram.boxes if box.kind is kind]
        both = [name for name in names if name in after.places]
        old = sorted(both, key=lambda name: before.places[name].y)
        new = sorted(both, key=lambda name: after.places[name].y)
        assert new == old


def test_a_kept_drawing_decides_the_order_of_equals() -> None:
    boxes = [
        Box(name=name, label=name, kind=kind)
        for name, kind in (
            ("hub", BoxKind.BROKER),
            ("a", BoxKind.TRIGGER),
            ("b", BoxKind.TRIGGER),
        )
    ]
    lines = [Line(start="hub", end=end, kind=LineKind.FLOW) for end in "ab"]
    before = fit(Diagram.of(boxes[::2], lines[1:]), 80, 12)
    kept = before.replace(
        places={**before.places, "a": before.places["b"]._replace(y=9)}
    )

    drawing = fit(Diagram.of(boxes, lines), 80, 12, keep=kept)

    assert drawing.places["b"].y < drawing.places["a"].y


def test_a_kept_drawing_holds_the_rows_of_its_boxes() -> None:
    before = fit(towns.pipeline(), 108, 26)

    after = fit(towns.pipeline(2), 108, 26, keep=before)

    still = [
        name for name in before.places if after.places[name] == before.places[name]
    ]
    assert len(still) == len(before.places) - 1
    assert "default/dead-letters" not in still


def test_stubs_stand_at_both_ends_of_a_reply() -> None:
    drawing = fit(towns.hamlet(), 80, 12, replies="stubs")

    hub, service = drawing.places["default/default"], drawing.places["default/greeter"]
    assert set(drawing.stubs) == {
        (service.x + service.w + 1, service.port),
        (hub.x - 2, hub.port),
    }


def test_an_empty_diagram_is_an_empty_drawing() -> None:
    drawing = fit(Diagram.of([], []), 80, 24)

    assert (drawing.width, drawing.height, dict(drawing.places)) == (0, 0, {})


def test_widths_are_poured_like_water() -> None:
    assert poured([30, 12, 20], [10, 10, 10], 50) == [19, 12, 19]
    assert poured([30, 12, 20], [10, 10, 10], 20) == [10, 10, 10]

import pytest

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.drawing import Place
from simulator.tui.paint import style
from simulator.tui.view.frame import Badge, Glow
from simulator.tui.widgets.graph.boxes import paint_box
from simulator.tui.widgets.graph.rows import row_strip
from simulator.tui.widgets.graph.scene import Scene
from simulator.tui.widgets.painted import Canvas
from tests.tui.widgets.pictures import (
    BROKER,
    colour_at,
    lively,
    pipeline,
    quiet,
    scene_of,
    service,
    style_at,
    teams,
    text_of,
    trigger,
)


def chain(**more: object) -> Diagram:
    """Give a source, a service that is as told, and a line between them."""
    fields = {"name": "service/default/svc", "label": "svc", "kind": BoxKind.SERVICE}
    end = Box(**{**fields, **more})  # type: ignore[arg-type]
    start = Box(name="source/default/src", label="src", kind=BoxKind.SOURCE)
    line = Line(start=start.name, end=end.name, kind=LineKind.FLOW)
    return Diagram.of([start, end], [line])


def test_a_box_of_one_row_has_glyph_name_and_count() -> None:
    scene = scene_of(pipeline(), zoom="rows")
    scene.advance(quiet()._replace(counts={BROKER: 107}))

    assert text_of(scene, BROKER) == ["▎◆ default 107 "]


def test_a_note_stands_apart_from_the_name_before_it() -> None:
    scene = scene_of(chain(note="type=order.placed"), 60, zoom="rows")

    (row,) = text_of(scene, "service/default/svc")
    assert "■ svc type=" in row


def test_trouble_takes_the_place_of_the_count() -> None:
    scene = scene_of(pipeline(), zoom="rows")
    scene.advance(quiet()._replace(badges={BROKER: Badge("retry", "3")}))

    assert text_of(scene, BROKER) == ["▎◆ default  ↻3 "]


def test_a_name_gives_cells_to_long_trouble() -> None:
    scene = scene_of(pipeline(), zoom="rows")
    scene.settle(scene.told._replace(faults={service("deploy-staging"): "503"}))
    scene.advance(quiet())

    assert text_of(scene, service("deploy-staging")) == ["▎■ deploy-s…ging !503 "]


def test_a_framed_box_has_its_kind_above_and_its_count_below() -> None:
    scene = scene_of(pipeline())
    scene.advance(lively(pipeline()))

    assert text_of(scene, service("deploy-staging")) == [
        "╭─ service ────────╮",
        "│ ■ deploy-staging ├",
        "╰ ↻3 ───────── 160 ╯",
    ]


def test_a_framed_trigger_has_its_filter_in_the_frame() -> None:
    scene = scene_of(chain(kind=BoxKind.TRIGGER, note="type=order.placed"), 80)

    *_, below = text_of(scene, "service/default/svc")
    assert below.startswith("╰─ type=order.placed ─")


def test_a_card_has_the_filter_and_the_rate() -> None:
    scene = scene_of(pipeline(), 200, 60, zoom="cards")
    scene.advance(lively(pipeline()))

    rows = text_of(scene, trigger("on-failure"))

    assert rows[2].startswith("│ outcome = fail")
    assert rows[2].endswith("▁▁▂▅▃█▄▁ │")


def test_the_selected_box_has_a_heavy_frame_in_the_colour_of_the_accent() -> None:
    scene = scene_of(pipeline())
    scene.settle(scene.told._replace(node=BROKER))

    rows = text_of(scene, BROKER)

    assert rows[0].startswith("┏━ broker")
    assert rows[1] == "┃ ◆ default ┣"
    place = scene.picture.drawing.places[BROKER]
    strip = row_strip(scene, place.y, 0, scene.picture.drawing.width)
    assert colour_at(strip, place.x) == scene.palette.accent


def test_the_selected_box_of_one_row_is_between_two_bars() -> None:
    scene = scene_of(pipeline(), zoom="rows")
    scene.settle(scene.told._replace(node=BROKER))

    assert text_of(scene, BROKER) == ["▌◆ default   0▐"]


def test_a_breakpoint_is_marked() -> None:
    framed, small = scene_of(pipeline()), scene_of(pipeline(), zoom="rows")
    for scene in (framed, small):
        scene.settle(
            scene.told._replace(breaks=frozenset((service("deploy-staging"), BROKER)))
        )

    assert text_of(framed, service("deploy-staging"))[0].endswith(" ● ╮")
    assert text_of(small, BROKER)[0].startswith("●◆ default")


@pytest.mark.parametrize(
    ("more", "word"), [({"stub": True}, "stub"), ({"ready": False}, "not ready")]
)
def test_what_is_special_about_a_box_is_told_in_its_frame(
    more: dict[str, bool], word: str
) -> None:
    scene = scene_of(chain(label="pricing-svc", **more))

    assert text_of(scene, "service/default/svc")[0].startswith(f"╭─ {word} ─")


def test_what_is_not_ready_says_so_at_any_size() -> None:
    diagram = chain(label="svc", ready=False)

    framed, small = scene_of(diagram), scene_of(diagram, zoom="rows")

    assert " not ready " in text_of(framed, "service/default/svc")[0]
    assert text_of(small, "service/default/svc")[0].rstrip().endswith("  ✗")

    small.advance(quiet()._replace(counts={"service/default/svc": 7}))

    assert text_of(small, "service/default/svc")[0].rstrip().endswith(" ✗ 7")


def test_a_frame_too_narrow_for_its_kind_goes_without() -> None:
    box = Box(name="x", label="svc", kind=BoxKind.DEAD_LETTERS)
    canvas = Canvas(12, style("#ffffff", "#000000"))

    paint_box(canvas, scene_of(chain()), box, Place(0, 0, 12, 3), row=0, left=0)

    assert canvas.strip().text == "╭──────────╮"


def test_a_name_of_wide_characters_stays_in_its_box() -> None:
    scene = scene_of(chain(label="事件流"))
    scene.advance(quiet())
    place = scene.picture.drawing.places["service/default/svc"]

    strip = row_strip(scene, place.port, 0, scene.picture.drawing.width)

    assert strip.cell_length == scene.picture.drawing.width
    assert "■ 事" in strip.text


def test_a_box_lights_up_in_the_colour_of_what_arrived() -> None:
    scene = scene_of(pipeline())
    place = scene.picture.drawing.places[BROKER]

    def ground(scene: Scene) -> object:
        strip = row_strip(scene, place.port, 0, scene.picture.drawing.width)
        return style_at(strip, place.x + 3).bgcolor

    before = ground(scene)
    rows = scene.advance(quiet()._replace(flashes={BROKER: Glow(1.0, "reply")}))
    lit = ground(scene)

    assert rows == {place.y, place.y + 1, place.y + 2}
    assert before != lit


def test_a_box_says_what_waits_in_it_and_how_much_it_got() -> None:
    scene = scene_of(pipeline())
    scene.advance(lively(pipeline()))

    assert text_of(scene, service("approval-gate")) == [
        "╭─ service ────────╮",
        "│ ■ approval-gate  ├",
        "╰ ◐2 ───────── 186 ╯",
    ]


def test_a_line_that_leaves_to_the_left_has_its_joint_there() -> None:
    scene = scene_of(teams("shop", "ship"), 118, 30)
    name = "source/shop/source"
    place = scene.picture.drawing.places[name]
    path = scene.picture.drawing.paths[0]
    assert path[0][0] < place.x

    assert text_of(scene, name)[1].startswith("┤ » shop-source")


def test_a_link_has_no_count_of_its_own() -> None:
    scene = scene_of(teams("shop", "ship", "data", triggers=8), 100, 60, zoom="rows")
    links = [
        box for box in scene.picture.drawing.diagram.boxes if box.kind is BoxKind.LINK
    ]

    assert [text_of(scene, box.name)[0].split()[0] for box in links[:1]] == ["▎⇢"]
    assert text_of(scene, links[0].name)[0].endswith("     ")

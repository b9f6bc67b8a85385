from simulator.tui.diagram import LineKind
from simulator.tui.layout.fit import fit
from simulator.tui.view.frame import Dot, Glow
from simulator.tui.widgets.graph.looks import TAIL, Face, faces_of
from simulator.tui.widgets.graph.picture import Picture
from simulator.tui.widgets.graph.rows import row_strip
from simulator.tui.widgets.graph.scene import Scene, Told
from tests.tui.widgets.pictures import (
    BROKER,
    colour_at,
    line_of,
    lively,
    palette,
    pipeline,
    quiet,
    rush,
    scene_of,
    service,
    source,
    teams,
    trigger,
)

DIAGRAM = pipeline()
REPLY = line_of(DIAGRAM, service("builder"), BROKER, LineKind.REPLY)
OUT = line_of(DIAGRAM, BROKER, trigger("on-merged"), LineKind.FLOW)
IN = line_of(DIAGRAM, source("registry"), BROKER, LineKind.FLOW)
TO_BUILDER = line_of(DIAGRAM, trigger("on-merged"), service("builder"), LineKind.FLOW)


def chars(scene: Scene, line: int) -> str:
    """Give what stands on the cells of a line."""
    width = scene.picture.drawing.width
    return "".join(
        row_strip(scene, y, 0, width).text[x]
        for x, y in scene.picture.drawing.paths[line]
    )


def colour(scene: Scene, cell: tuple[int, int]) -> str:
    return colour_at(row_strip(scene, cell[1], 0, scene.picture.drawing.width), cell[0])


def test_a_line_ends_with_an_arrow() -> None:
    scene = scene_of(DIAGRAM)

    assert chars(scene, TO_BUILDER).strip("─") == "▶"


def test_a_dot_is_where_its_fraction_says_with_a_fading_tail() -> None:
    scene = scene_of(DIAGRAM)
    path = scene.picture.drawing.paths[TO_BUILDER]

    scene.advance(quiet()._replace(dots=(Dot((TO_BUILDER,), 0.999, "ok"),)))

    assert chars(scene, TO_BUILDER)[-1] == "●"
    assert set(scene.shines) == set(path[-TAIL - 1 :])
    assert len({colour(scene, cell) for cell in path[-TAIL - 1 :]}) == TAIL + 1


def test_a_dot_over_two_lines_passes_the_box_between() -> None:
    scene = scene_of(DIAGRAM)
    dot = Dot((OUT, TO_BUILDER), 0.999, "retry")

    scene.advance(quiet()._replace(dots=(dot,)))

    assert chars(scene, TO_BUILDER)[-1] == "↻"


def test_a_dot_of_a_line_that_is_not_drawn_is_nowhere() -> None:
    scene = scene_of(DIAGRAM)

    scene.advance(quiet()._replace(dots=(Dot((), 0.5, "ok"), Dot((999,), 0.5, "ok"))))

    assert scene.shines == {}


def test_what_did_not_match_is_seen_only_on_demand() -> None:
    scene = scene_of(DIAGRAM)
    frame = quiet()._replace(dots=(Dot((OUT,), 0.5, "nomatch"),))

    scene.advance(frame)
    hidden = dict(scene.shines)
    scene.settle(scene.told._replace(misses=True))

    assert hidden == {}
    assert [shine.head for shine in scene.shines.values()] == ["∙"]


def test_only_the_rows_of_what_moved_are_painted_again() -> None:
    scene = scene_of(DIAGRAM)
    path = scene.picture.drawing.paths[TO_BUILDER]
    frame = quiet()._replace(dots=(Dot((TO_BUILDER,), 0.3, "ok"),))

    first = scene.advance(frame)
    again = scene.advance(frame)
    gone = scene.advance(quiet())

    assert first == {path[0][1]}
    assert again == set()
    assert gone == first


def test_a_glow_too_weak_to_be_seen_paints_nothing() -> None:
    scene = scene_of(DIAGRAM)
    scene.advance(quiet())

    assert scene.advance(quiet()._replace(glows={0: Glow(0.02, "ok")})) == set()


def test_a_line_with_many_travellers_is_heavy_and_its_brightness_moves() -> None:
    scene = scene_of(DIAGRAM)
    path = scene.picture.drawing.paths[REPLY]

    scene.advance(quiet(0.0)._replace(busy={REPLY: 120.0}))
    before = [colour(scene, cell) for cell in path]
    rows = scene.advance(quiet(0.25)._replace(busy={REPLY: 120.0}))
    after = [colour(scene, cell) for cell in path]

    assert "━" in chars(scene, REPLY)
    assert len(set(before)) > 2
    assert before != after
    assert rows >= {y for _, y in path[:5]}


def test_the_selected_busy_line_says_how_many_travel_on_it() -> None:
    scene = scene_of(DIAGRAM)
    scene.settle(scene.told._replace(line=REPLY))

    scene.advance(quiet()._replace(busy={REPLY: 1234.0}))

    assert " 1234/s " in row_strip(scene, 0, 0, scene.picture.drawing.width).text


def test_the_way_of_an_event_is_heavy_and_leaves_out_other_branches() -> None:
    scene = scene_of(DIAGRAM)
    told = scene.told._replace(
        way_lines=frozenset((IN, OUT)),
        way_nodes=frozenset((BROKER, trigger("on-merged"))),
    )
    scene.settle(told)
    path = scene.picture.drawing.paths[OUT]

    way = chars(scene, OUT)

    assert way.endswith("▶")
    assert set(way[:-1]) <= set("━┃┏┓┗┛")
    assert all(colour(scene, cell) == scene.palette.accent for cell in path[:-1])
    assert scene.faint(service("builder"))
    assert not scene.faint(BROKER)


def test_an_event_without_lines_still_dims_the_rest() -> None:
    scene = scene_of(DIAGRAM)
    told = scene.told._replace(way_lines=frozenset(), way_nodes=frozenset((BROKER,)))
    scene.settle(told)

    assert scene.faint(service("builder"))
    assert not scene.faint(BROKER)


def test_lines_away_from_the_selected_box_are_dimmed() -> None:
    scene = scene_of(DIAGRAM)
    path = scene.picture.drawing.paths
    near, far = path[IN][0], path[TO_BUILDER][0]
    before = (colour(scene, near), colour(scene, far))

    scene.settle(scene.told._replace(node=BROKER))

    assert colour(scene, near) == before[0]
    assert colour(scene, far) != before[1]


def test_boxes_without_a_hit_of_the_filter_are_dimmed() -> None:
    scene = scene_of(DIAGRAM)

    scene.settle(scene.told._replace(lit=frozenset((BROKER, trigger("on-merged")))))

    assert scene.faint(service("builder"))
    assert not scene.faint(trigger("on-merged"))
    scene.settle(scene.told._replace(lit=None))
    assert not scene.faint(service("builder"))


def test_boxes_that_something_came_to_are_dimmed_as_it_comes() -> None:
    scene = scene_of(DIAGRAM)
    scene.settle(scene.told._replace(never=True))
    path = scene.picture.drawing.paths
    scene.advance(quiet())
    colours = [colour(scene, path[line][0]) for line in (IN, TO_BUILDER)]
    came = {source("registry"): 1, BROKER: 1}

    rows = scene.advance(quiet()._replace(counts=came))

    names = (source("registry"), BROKER, trigger("on-merged"), service("builder"))
    assert [scene.faint(name) for name in names] == [True, True, False, False]
    assert rows == set(range(scene.picture.drawing.height))
    assert colour(scene, path[IN][0]) != colours[0]
    assert colour(scene, path[TO_BUILDER][0]) == colours[1]
    assert scene.advance(quiet()._replace(counts=came)) == set()


def test_a_namespace_is_lit_as_long_as_some_of_it_was_never_reached() -> None:
    diagram = teams("a", "b")
    scene = Scene(Picture(fit(diagram, 100, 20, collapsed=True)), palette(), Told())
    scene.settle(scene.told._replace(never=True))
    inside = [box.name for box in diagram.boxes if box.namespace == "a"]

    scene.advance(quiet()._replace(counts=dict.fromkeys(inside[1:], 1)))
    some = scene.faint("namespace/a")
    scene.advance(quiet()._replace(counts=dict.fromkeys(inside, 1)))

    assert not some
    assert scene.faint("namespace/a")
    assert not scene.faint("namespace/b")


def test_without_motion_a_line_has_its_colour_while_something_is_on_it() -> None:
    scene = scene_of(DIAGRAM)
    scene.settle(scene.told._replace(moving=False))
    cell = scene.picture.drawing.paths[TO_BUILDER][0]
    rest = colour(scene, cell)

    scene.advance(quiet()._replace(dots=(Dot((TO_BUILDER,), 0.1, "ok"),)))
    begun = colour(scene, cell)
    rows = scene.advance(quiet()._replace(dots=(Dot((TO_BUILDER,), 0.8, "ok"),)))
    scene.advance(quiet()._replace(glows={TO_BUILDER: Glow(0.2, "ok")}))
    over = colour(scene, cell)

    assert scene.shines == {}
    assert rest != begun == over
    assert rows == set()


def test_a_line_with_a_breakpoint_is_marked_in_its_middle() -> None:
    scene = scene_of(DIAGRAM)
    scene.settle(scene.told._replace(line_breaks=frozenset((TO_BUILDER,))))

    assert "●" in chars(scene, TO_BUILDER)


def test_reply_stubs_are_drawn_beside_their_boxes() -> None:

    drawing = fit(DIAGRAM, 150, 40, zoom="boxes", replies="stubs")
    scene = Scene(Picture(drawing), scene_of(DIAGRAM).palette, Told())

    rows = [row_strip(scene, y, 0, drawing.width).text for _, y in drawing.stubs]

    assert rows
    assert all("◀" in row for row in rows)


def test_a_box_for_a_namespace_shows_what_its_hubs_receive() -> None:
    diagram = teams(*"abcdefgh", triggers=3)
    drawing = scene_of(diagram).picture.drawing
    from simulator.tui.view.frame import Badge

    drawing = fit(diagram, 100, 20, collapsed=True)
    frame = quiet()._replace(
        counts={"broker/a/broker": 7, "service/a/svc-0": 3},
        badges={
            "service/a/svc-0": Badge("retry", "2"),
            "service/a/svc-1": Badge("retry", "3"),
        },
        rates={"broker/a/broker": (1, 2)},
        flashes={
            "service/a/svc-0": Glow(0.2, "ok"),
            "broker/a/broker": Glow(1.0, "reply"),
        },
    )

    faces = faces_of(Picture(drawing), frame, {"service/b/svc-0": "503"}, moving=True)

    a, b = faces["namespace/a"], faces["namespace/b"]
    assert (a.total, a.badge, a.rates) == (7, Badge("retry", "5"), (1, 2))
    assert a.warmth.outcome == "reply"
    assert (b.total, b.badge) == (0, Badge("fault", "503"))


def test_boxes_that_are_not_drawn_any_more_have_an_empty_face() -> None:
    assert scene_of(DIAGRAM).face("service/default/gone") == Face()


def test_a_scene_in_which_all_happens_at_once_can_be_painted_in_every_mode() -> None:
    for zoom in ("rows", "boxes", "cards"):
        scene = scene_of(DIAGRAM, zoom=zoom)
        drawing = scene.picture.drawing

        scene.advance(lively(DIAGRAM))
        scene.advance(rush(DIAGRAM, 1.0))

        for row in range(-1, drawing.height):
            strip = row_strip(scene, row, 0, drawing.width)
            assert strip.cell_length == drawing.width

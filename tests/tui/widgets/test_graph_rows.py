from simulator.tui.diagram import Diagram, Line, LineKind
from simulator.tui.layout.fit import fit
from simulator.tui.view.frame import Badge, Glow
from simulator.tui.widgets.graph.picture import Picture
from simulator.tui.widgets.graph.rows import row_strip
from simulator.tui.widgets.graph.scene import Scene, Told
from tests.tui.widgets.pictures import palette, pipeline, quiet, scene_of, teams


def test_small_boxes_have_headings_over_their_columns() -> None:
    scene = scene_of(pipeline(), 140, zoom="rows")

    heading = row_strip(scene, -1, 0, scene.picture.drawing.width).text

    assert heading.split() == [
        "SOURCES",
        "BROKERS",
        "TRIGGERS",
        "SINKS",
        "SUBSCRIBERS",
    ]


def test_a_band_has_its_name_and_content_in_a_line() -> None:
    scene = scene_of(teams("shop", "ship", "data", triggers=8), 100, 60, zoom="rows")
    first = next(h for h in scene.picture.drawing.headings if h.info)

    text = row_strip(scene, first.y, 0, scene.picture.drawing.width).text

    assert text.strip().startswith("▾ shop ──")
    assert text.rstrip().endswith("1 source  8 triggers  8 services")


def crowd() -> Scene:
    names = [f"team-{number:02d}" for number in range(20)]
    drawing = fit(teams(*names, triggers=7), 100, 16)
    assert drawing.mode == "list"
    return Scene(Picture(drawing), palette(), Told())


def test_a_namespace_in_the_list_has_rate_count_trouble_content_and_targets() -> None:
    scene = crowd()
    scene.advance(
        quiet()._replace(
            counts={"broker/team-01/broker": 16_900},
            rates={"broker/team-01/broker": (1, 2, 3, 4, 5, 6, 7, 8)},
            badges={"service/team-01/svc-1": Badge("retry", "2")},
            flashes={"service/team-01/svc-1": Glow(1.0, "retry")},
        )
    )

    heading = row_strip(scene, -1, 0, 100).text
    row = row_strip(scene, 1, 0, 100).text

    assert heading.split() == [
        "NAMESPACE", "RATE", "EVENTS", "TROUBLE", "CONTENT", "SENDS", "TO",
    ]  # fmt: skip
    assert row.rstrip() == (
        "▎⊞ team-01    ▁▂▃▄▅▆▇█  16.9k  ↻2      1 src · 7 trg · 7 svc  team-02"
    )


def test_a_namespace_in_the_list_says_that_not_all_in_it_is_ready() -> None:
    names = [f"team-{number:02d}" for number in range(20)]
    diagram = teams(*names, triggers=7)
    boxes = [
        each.replace(ready=each.name != "service/team-01/svc-1")
        for each in diagram.boxes
    ]
    drawing = fit(Diagram.of(boxes, diagram.lines), 100, 16)
    scene = Scene(Picture(drawing), palette(), Told())

    assert [" ✗ " in row_strip(scene, at, 0, 100).text for at in (0, 1, 2)] == [
        False, True, False,
    ]  # fmt: skip


def test_the_selected_namespace_of_the_list_is_marked() -> None:
    scene = crowd()
    scene.settle(scene.told._replace(node="namespace/team-00"))

    assert row_strip(scene, 0, 0, 100).text.startswith("▌⊞ team-00")


def test_the_last_namespace_of_the_list_sends_nowhere() -> None:
    row = row_strip(crowd(), 19, 0, 100).text

    assert row.rstrip().endswith("1 src · 7 trg · 7 svc")


def test_targets_of_a_namespace_that_have_no_room_are_counted() -> None:
    names = [f"team-{number:02d}" for number in range(20)]
    town = teams(*names, triggers=7)
    more = [
        Line(
            start="trigger/team-00/on-0",
            end=f"service/team-{at:02d}/svc-0",
            kind=LineKind.FLOW,
        )
        for at in (2, 3, 4)
    ]
    diagram = Diagram.of(town.boxes, [*town.lines, *more])

    def targets(width: int) -> str:
        scene = Scene(Picture(fit(diagram, width, 16)), palette(), Told())
        return row_strip(scene, 0, 0, width).text.partition(" svc  ")[2].rstrip()

    assert targets(120) == "team-01 team-02 team-03 team-04"
    assert targets(80) == "team-01 team-02 +2"
    assert targets(72) == "team-01 +3"

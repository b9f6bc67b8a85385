from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.widgets.graph.view import box_telling, line_telling
from tests.tui.widgets.pictures import quiet, scene_of

SOURCE = Box(name="source/default/s", label="s", kind=BoxKind.SOURCE, note="every 5s")
STUB = Box(
    name="service/default/svc",
    label="svc",
    kind=BoxKind.SERVICE,
    stub=True,
    ready=False,
)
WAY = Line(
    start=SOURCE.name, end=STUB.name, kind=LineKind.FLOW, via=("subscription/a",)
)
DIAGRAM = Diagram.of([SOURCE, STUB], [WAY])


def test_a_source_is_told_with_what_it_sent() -> None:
    scene = scene_of(DIAGRAM)
    scene.advance(quiet()._replace(counts={SOURCE.name: 1204}))

    assert box_telling(scene, SOURCE, "").splitlines() == [
        "source default/s",
        "every 5s",
        "sent  1,204",
    ]


def test_what_is_wrong_with_a_service_is_told() -> None:
    assert box_telling(scene_of(DIAGRAM), STUB, "last  202").splitlines() == [
        "service default/svc",
        "not ready",
        "nobody describes what it answers: it accepts everything",
        "received  0",
        "last  202",
    ]


def test_a_line_is_told_with_its_ends_its_subscriptions_and_its_rate() -> None:
    scene = scene_of(DIAGRAM)
    scene.advance(quiet()._replace(busy={0: 1204.0}))

    assert line_telling(scene, 0).splitlines() == [
        "flow: s → svc",
        "by subscription/a",
        "1204/s",
    ]

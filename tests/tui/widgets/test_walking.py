import pytest

from simulator.tui.diagram import Diagram
from simulator.tui.layout.drawing import Drawing
from simulator.tui.widgets.graph.picture import step
from simulator.tui.widgets.painted import Viewport, thumb
from tests.tui.widgets.pictures import (
    BROKER,
    pipeline,
    scene_of,
    service,
    source,
    trigger,
)


def drawing() -> Drawing:
    return scene_of(pipeline()).picture.drawing


def test_the_first_step_leads_to_the_broker() -> None:
    assert step(drawing(), None, "down") == BROKER
    assert step(drawing(), "service/default/gone", "left") == BROKER


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [
        (source("registry"), "right", BROKER),
        (BROKER, "left", source("registry")),
        (trigger("on-approved"), "right", service("deploy-prod")),
        (service("builder"), "right", BROKER),
        (trigger("on-merged"), "down", trigger("on-published")),
        (trigger("on-published"), "up", trigger("on-merged")),
        (trigger("on-merged"), "up", None),
        (service("metrics"), "right", None),
        (service("metrics"), "up", service("archive")),
    ],
)
def test_a_step_follows_a_line_or_a_column(
    start: str, direction: str, end: str | None
) -> None:
    assert step(drawing(), start, direction) == end


def test_where_no_line_leads_a_step_goes_to_the_nearest_box() -> None:
    assert step(drawing(), source("git-webhook"), "left") is None
    assert step(drawing(), service("notifier"), "right") == service("archive")


def test_there_is_no_step_in_an_empty_drawing() -> None:
    assert (
        step(
            Drawing(
                diagram=Diagram.of([], []),
                mode="rows",
                style="plain",
                width=0,
                height=0,
                places={},
                paths=(),
                cells={},
                arrows={},
                headings=(),
                members={},
                line_of={},
            ),
            None,
            "left",
        )
        is None
    )


def test_a_window_does_not_leave_what_it_shows() -> None:
    window = Viewport()
    window.resize((100, 50), (41, 21))

    assert window.move(90, -5)
    assert (window.x, window.y) == (60, 0)
    assert not window.move(99, -1)


def test_a_window_moves_no_further_than_needed() -> None:
    window = Viewport()
    window.resize((100, 50), (41, 21))

    assert window.reveal(50, 5, 10, 3)
    assert (window.x, window.y) == (20, 0)
    assert not window.reveal(25, 8, 10, 3)
    assert window.reveal(0, 30, 80, 3)
    assert (window.x, window.y) == (0, 13)


@pytest.mark.parametrize(
    ("content", "bars"),
    [
        ((10, 10), (False, False)),
        ((20, 10), (True, True)),
        ((20, 9), (True, False)),
        ((10, 20), (True, True)),
        ((9, 20), (False, True)),
    ],
)
def test_a_bar_takes_a_row_or_column_from_what_is_seen(
    content: tuple[int, int], bars: tuple[bool, bool]
) -> None:
    window = Viewport()

    window.resize(content, (10, 10))

    across, down = window.thumbs
    assert (bool(across), bool(down)) == bars


def test_a_scroll_bar_is_there_only_where_something_is_hidden() -> None:
    assert not thumb(10, 10, 0)
    assert not thumb(10, 0, 0)
    assert thumb(100, 10, 0) == range(1)
    assert thumb(100, 10, 90) == range(9, 10)
    assert thumb(20, 10, 5) == range(2, 7)

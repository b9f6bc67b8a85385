"""In which column a box stands, and how a line gets there."""

from __future__ import annotations

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.sketch import Sketch, Way

FLOW, REPLY, DEAD = LineKind.FLOW, LineKind.REPLY, LineKind.DEAD_LETTER


def diagram(boxes: dict[str, BoxKind], *lines: tuple[str, str, LineKind]) -> Diagram:
    return Diagram.of(
        [Box(name=name, label=name, kind=kind) for name, kind in boxes.items()],
        [Line(start=a, end=b, kind=kind) for a, b, kind in lines],
    )


def columns(made: Sketch) -> list[list[str]]:
    return [
        [made.diagram.boxes[x].name for x in column if x < made.count]
        for column in made.columns
    ]


BROKER = {
    "s": BoxKind.SOURCE,
    "b": BoxKind.BROKER,
    "t": BoxKind.TRIGGER,
    "v": BoxKind.SERVICE,
}
SHOP = (("s", "b", FLOW), ("b", "t", FLOW), ("t", "v", FLOW))


def test_a_reply_to_its_broker_goes_back() -> None:
    made = Sketch(diagram(BROKER, *SHOP, ("v", "b", REPLY)))

    assert columns(made) == [["s"], ["b"], ["t"], ["v"]]
    assert made.wires[-1].way is Way.BACK


def test_a_reply_to_another_channel_goes_on() -> None:
    boxes = {"a": BoxKind.CHANNEL, "v": BoxKind.SERVICE, "c": BoxKind.CHANNEL}
    steps = diagram(
        {**boxes, "w": BoxKind.SERVICE},
        ("a", "v", FLOW), ("v", "c", REPLY), ("c", "w", FLOW),
    )  # fmt: skip

    assert columns(Sketch(steps)) == [["a"], ["v"], ["c"], ["w"]]
    assert columns(Sketch(steps, wrapped=True)) == [["a", "c"], ["v", "w"]]


def test_a_trigger_that_leads_to_its_own_broker_goes_back() -> None:
    made = Sketch(diagram(BROKER, *SHOP, ("t", "b", FLOW)))

    assert made.wires[-1].way is Way.BACK


def test_a_box_that_leads_to_itself_goes_back() -> None:
    made = Sketch(diagram({"v": BoxKind.SERVICE}, ("v", "v", REPLY)))

    assert made.wires[0].way is Way.BACK


def test_a_source_stands_beside_the_first_that_it_feeds() -> None:
    boxes = {**BROKER, "late": BoxKind.SOURCE}

    made = Sketch(diagram(boxes, *SHOP, ("late", "v", FLOW)))

    assert columns(made) == [["s"], ["b"], ["t", "late"], ["v"]]


def test_a_service_that_nothing_leads_to_joins_its_kind() -> None:
    boxes = {**BROKER, "idle": BoxKind.SERVICE, "odd": BoxKind.NOWHERE}

    made = Sketch(diagram(boxes, *SHOP))

    assert columns(made) == [["s", "odd"], ["b"], ["t"], ["v", "idle"]]


def test_sources_of_one_hub_stand_on_top_of_it() -> None:
    boxes = {**BROKER, "both": BoxKind.SOURCE, "c": BoxKind.BROKER}
    lines = (*SHOP, ("both", "b", FLOW), ("both", "c", FLOW))

    made = Sketch(diagram(boxes, *lines), stacked=True)

    assert made.stacks == {1: (0,)}
    assert columns(made) == [["both"], ["b", "c"], ["t"], ["v"]]
    assert made.wires[0].way is Way.RAIL


def test_dead_letter_sinks_stay_at_the_bottom_of_their_column() -> None:
    boxes = {**BROKER, "d": BoxKind.DEAD_LETTERS, "t2": BoxKind.TRIGGER}
    lines = (*SHOP, ("t", "d", DEAD), ("b", "t2", FLOW))
    more = {**boxes, "w": BoxKind.SERVICE}

    made = Sketch(diagram(more, *lines, ("t2", "w", FLOW)))

    assert columns(made)[-1] == ["v", "w", "d"]


def test_long_lines_from_one_box_share_their_bends() -> None:
    boxes = {**BROKER, "w": BoxKind.SERVICE}
    lines = (*SHOP, ("t", "w", FLOW), ("s", "v", FLOW), ("s", "w", FLOW))

    made = Sketch(diagram(boxes, *lines))

    first, second = made.wires[-2].chain, made.wires[-1].chain
    assert first[:-1] == second[:-1]
    assert len(first) == 4


def test_long_lines_to_one_box_share_their_bends() -> None:
    boxes = {**BROKER, "r": BoxKind.SOURCE}
    lines = (*SHOP, ("r", "b", FLOW), ("s", "v", FLOW), ("r", "v", FLOW))

    made = Sketch(diagram(boxes, *lines))

    assert made.wires[-2].chain[1:] == made.wires[-1].chain[1:]


def test_crossings_are_taken_out_where_the_order_allows() -> None:
    boxes = {
        "b": BoxKind.BROKER,
        "t1": BoxKind.TRIGGER,
        "t2": BoxKind.TRIGGER,
        "v2": BoxKind.SERVICE,
        "v1": BoxKind.SERVICE,
    }
    made = Sketch(
        diagram(
            boxes,
            ("b", "t1", FLOW), ("b", "t2", FLOW), ("t2", "v2", FLOW), ("t1", "v1", FLOW),
        )
    )  # fmt: skip

    assert columns(made) == [["b"], ["t1", "t2"], ["v1", "v2"]]


def test_boxes_of_a_namespace_stand_together() -> None:
    boxes = [
        Box(name=f"b{at}", label="b", kind=BoxKind.SERVICE, namespace="xyx"[at])
        for at in range(3)
    ]

    made = Sketch(Diagram.of(boxes, []))

    assert columns(made) == [["b0", "b2", "b1"]]

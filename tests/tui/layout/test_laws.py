"""Laws that every drawing obeys, however odd the diagram."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.fit import fit
from tests.tui.layout import laws

KINDS = [kind for kind in BoxKind if kind not in (BoxKind.LINK, BoxKind.NAMESPACE)]
PANES = st.tuples(st.integers(30, 200), st.integers(8, 60))
HALF = settings(max_examples=settings().max_examples // 2)
FEW = settings(max_examples=settings().max_examples // 20)
# Two boxes are tried as often as two hundred.
COUNTS = st.sampled_from((2, 3, 5, 8, 13, 21, 34, 55))


@st.composite
def webs(draw: st.DrawFn, counts: st.SearchStrategy[int] = COUNTS) -> Diagram:
    """Any boxes, any lines: circles, self loops, lonely boxes, replies to nobody."""
    count = draw(counts)
    spaces = draw(st.integers(1, 4))
    chance = draw(st.randoms(use_true_random=False))
    boxes = [
        Box(
            name=f"b{at}",
            label="x" * chance.randint(1, 16),
            kind=chance.choice(KINDS),
            namespace=f"n{chance.randrange(spaces)}",
        )
        for at in range(count)
    ]
    lines: dict[tuple[int, int, LineKind], None] = {}
    for _ in range(count * chance.randint(1, 5) // 2):
        start = chance.randrange(count)
        near = min(start + chance.randint(0, 4), count - 1)
        end = chance.choice([near, chance.randrange(count)])
        lines[start, end, chance.choice(list(LineKind))] = None
    return Diagram.of(
        boxes, [Line(start=f"b{a}", end=f"b{b}", kind=kind) for a, b, kind in lines]
    )


@st.composite
def towns(draw: st.DrawFn) -> Diagram:
    """Brokers and what people hang on them, in one to three namespaces."""
    chance = draw(st.randoms(use_true_random=False))
    spaces = [f"n{at}" for at in range(draw(st.integers(1, 3)))]
    boxes: list[Box] = []
    lines: dict[tuple[str, str, LineKind], None] = {}

    def box(kind: BoxKind, namespace: str) -> str:
        name = f"{kind.value}-{len(boxes)}"
        boxes.append(Box(name=name, label=name, kind=kind, namespace=namespace))
        return name

    hubs = [
        box(chance.choice([BoxKind.BROKER, BoxKind.CHANNEL]), space)
        for space in spaces
        for _ in range(chance.randint(1, 3))
    ]
    services = [box(BoxKind.SERVICE, chance.choice(spaces)) for _ in range(6)]
    dead = [box(BoxKind.DEAD_LETTERS, chance.choice(spaces)) for _ in range(2)]
    for _ in range(chance.randint(0, 6)):
        source = box(BoxKind.SOURCE, chance.choice(spaces))
        for end in chance.sample([*hubs, *services], chance.randint(1, 2)):
            lines[source, end, LineKind.FLOW] = None
    for hub in hubs:
        for _ in range(chance.randint(0, 6)):
            trigger = box(BoxKind.TRIGGER, chance.choice(spaces))
            end = chance.choice([*services, *services, *hubs])
            lines[hub, trigger, LineKind.FLOW] = None
            lines[trigger, end, LineKind.FLOW] = None
            if end in services and chance.random() < 0.6:
                lines[end, hub, LineKind.REPLY] = None
            if chance.random() < 0.5:
                lines[trigger, chance.choice(dead), LineKind.DEAD_LETTER] = None
    return Diagram.of(boxes, [Line(start=a, end=b, kind=kind) for a, b, kind in lines])


DIAGRAMS = webs() | towns()
ZOOMS = st.sampled_from(("auto", "auto", "cards", "boxes", "rows"))
OPEN = st.sampled_from((frozenset[str](), frozenset({"n0"}), frozenset({"n0", "n1"})))


@given(DIAGRAMS, PANES, ZOOMS, OPEN, st.booleans())
def test_no_line_is_ambiguous_and_no_box_in_the_way(
    diagram: Diagram,
    pane: tuple[int, int],
    zoom: str,
    expanded: frozenset[str],
    collapsed: bool,
) -> None:
    drawing = fit(diagram, *pane, zoom=zoom, expanded=expanded, collapsed=collapsed)

    assert laws.broken_laws(drawing) == []


@given(webs(st.sampled_from((89, 144, 200))), PANES)
@FEW
def test_no_line_is_ambiguous_among_two_hundred_boxes(
    diagram: Diagram, pane: tuple[int, int]
) -> None:
    drawing = fit(diagram, *pane, zoom="rows")

    assert laws.broken_laws(drawing) == []


@given(DIAGRAMS, PANES, st.sampled_from(("stubs", "off")))
@HALF
def test_replies_need_no_lanes_to_be_shown_by_their_ends(
    diagram: Diagram, pane: tuple[int, int], replies: str
) -> None:
    drawing = fit(diagram, *pane, replies=replies)

    assert laws.broken_laws(drawing) == []
    assert bool(drawing.stubs) <= (replies == "stubs")


@given(DIAGRAMS, PANES, ZOOMS, OPEN)
def test_everything_is_shown_once(
    diagram: Diagram, pane: tuple[int, int], zoom: str, expanded: frozenset[str]
) -> None:
    drawing = fit(diagram, *pane, zoom=zoom, expanded=expanded)

    assert list(laws.shown_boxes(drawing, diagram)) == []
    assert list(laws.shown_lines(drawing, diagram)) == []
    assert list(laws.pinned(drawing)) == []


@given(DIAGRAMS, PANES, ZOOMS)
@HALF
def test_a_drawing_that_says_it_fits_does(
    diagram: Diagram, pane: tuple[int, int], zoom: str
) -> None:
    width, height = pane

    drawing = fit(diagram, width, height, zoom=zoom)

    above = any(heading.y < 0 for heading in drawing.headings)
    small = drawing.width <= width and drawing.height + above <= height
    assert small or not drawing.fits


@given(DIAGRAMS, PANES, ZOOMS)
@HALF
def test_the_same_diagram_gives_the_same_drawing(
    diagram: Diagram, pane: tuple[int, int], zoom: str
) -> None:
    assert fit(diagram, *pane, zoom=zoom) == fit(diagram, *pane, zoom=zoom)


@given(DIAGRAMS, PANES)
@HALF
def test_a_drawing_that_keeps_another_obeys_the_same_laws(
    diagram: Diagram, pane: tuple[int, int]
) -> None:
    fewer = Diagram.of(diagram.boxes, diagram.lines[::2])
    before = fit(fewer, *pane)

    drawing = fit(diagram, *pane, keep=before)

    assert laws.broken_laws(drawing) == []

"""Names of boxes: in two rows where there is room, and never one that looks like another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.drawing import in_two, width_of, word_ends
from simulator.tui.layout.fit import fit
from simulator.tui.widgets.cutting import Apart
from simulator.tui.widgets.graph.picture import Picture
from simulator.tui.widgets.graph.scene import Scene, Told
from tests.tui.layout.goldens import topology
from tests.tui.widgets.pictures import palette, quiet, text_of

NAMES = st.lists(
    st.text("ab1-", min_size=1, max_size=40), min_size=2, max_size=8, unique=True
)
_BESIDE_A_NAME = 4


def scene_of(diagram: Diagram, width: int, height: int, zoom: str = "auto") -> Scene:
    drawing = fit(diagram, width, height, zoom=zoom)
    scene = Scene(Picture(drawing), palette(), Told())
    scene.advance(quiet())
    return scene


def name_of(scene: Scene, box: str) -> str:
    """Give the name that a box shows, from one row or two."""
    rows = text_of(scene, box)
    if len(rows) == 1:
        return rows[0][3:-_BESIDE_A_NAME].partition("  ")[0].strip()
    name = rows[1][_BESIDE_A_NAME:-2].strip()
    is_tall = scene.picture.drawing.mode == "boxes" and len(rows) > 3
    goes_on = is_tall and not rows[2][1:_BESIDE_A_NAME].strip()
    return name + (rows[2][_BESIDE_A_NAME:-2].strip() if goes_on else "")


def fan(names: list[str]) -> Diagram:
    """Give a broker with a trigger of each name."""
    hub = Box(name="broker/b", label="b", kind=BoxKind.BROKER)
    triggers = [
        Box(name=f"trigger/{name}", label=name, kind=BoxKind.TRIGGER) for name in names
    ]
    lines = [
        Line(start=hub.name, end=each.name, kind=LineKind.FLOW) for each in triggers
    ]
    return Diagram.of([hub, *triggers], lines)


@given(st.text("ab1-", min_size=1, max_size=40), st.integers(1, 40))
def test_two_rows_of_a_name_are_all_of_it(name: str, room: int) -> None:
    width = max(room, (len(name) + 1) // 2)

    first, second = in_two(name, width)

    assert first + second == name
    assert max(len(first), len(second)) <= width


def test_a_name_is_parted_between_words() -> None:
    name = "cd-artifact-published-to-tekton-triggers"

    assert in_two(name, 30) == ("cd-artifact-published-to-", "tekton-triggers")
    assert width_of(name, lines=2) == len("cd-artifact-published-")
    assert in_two("alertmanager", 8) == ("alertm", "anager")
    assert width_of("alertmanager", lines=2) == len("alertmanager")


def test_a_name_is_parted_where_its_case_changes() -> None:
    assert in_two("orderPaymentReceived", 13) == ("orderPayment", "Received")
    assert width_of("orderPaymentReceived", lines=2) == len("orderPayment")


def test_a_row_of_a_name_is_cut_rather_than_a_word_parted() -> None:
    names = ["remediation-service", "alertmanager"]

    rows = [Apart(names).in_two(name, 9) for name in names]

    assert rows == [("remediat…", "service"), ("alertm", "anager")]


def test_names_whose_rows_would_be_cut_alike_stay_apart() -> None:
    names = ["remediation-service", "remediated-service"]
    apart = Apart(names)

    one, other = (apart.in_two(name, 9) for name in names)

    assert one != other


@pytest.mark.parametrize("name", ["remediation", "nobody-deploys", "poc-2021"])
@pytest.mark.parametrize("pane", [(74, 24), (90, 24)])
def test_names_of_words_are_parted_between_them(
    name: str, pane: tuple[int, int]
) -> None:
    diagram = topology(f"cdevents/{name}")

    scene = scene_of(diagram, *pane)

    assert scene.picture.drawing.mode == "boxes"
    for box in diagram.boxes:
        first, second = (row[4:-2].strip() for row in text_of(scene, box.name)[1:3])
        if second and word_ends(box.label):
            assert first.endswith("…") or len(first) in word_ends(box.label)


# The panes that terminals of 120x40, 160x45 and 200x60 leave for the graph.
@pytest.mark.parametrize("pane", [(74, 24), (106, 26), (146, 41)])
def test_no_two_triggers_of_the_cdevents_poc_look_alike(pane: tuple[int, int]) -> None:
    diagram = topology("cdevents/poc-2021")

    scene = scene_of(diagram, *pane)

    triggers = [box for box in diagram.boxes if box.kind is BoxKind.TRIGGER]
    shown = [name_of(scene, box.name) for box in triggers]
    assert shown == [box.label for box in triggers]
    assert scene.picture.drawing.mode == "boxes"


@given(
    NAMES,
    st.sampled_from(("auto", "rows", "boxes", "cards")),
    st.integers(30, 90),
    st.integers(5, 40),
)
def test_boxes_of_different_names_look_different(
    names: list[str], zoom: str, width: int, height: int
) -> None:
    scene = scene_of(fan(names), width, height, zoom)

    shown = {name: name_of(scene, f"trigger/{name}") for name in names}

    assert len(set(shown.values())) == len(names)
    for name, text in shown.items():
        assert text == name or "…" in text

"""Drawings as text."""

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.fit import fit
from tests.tui.layout.text import to_text


def test_strangers_cross_with_a_gap() -> None:
    kinds = {"a": BoxKind.SOURCE, "b": BoxKind.SOURCE}
    kinds |= {"x": BoxKind.SERVICE, "y": BoxKind.SERVICE}
    ends = (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"))

    drawing = fit(
        Diagram.of(
            [Box(name=name, label=name, kind=kind) for name, kind in kinds.items()],
            [Line(start=a, end=b, kind=LineKind.FLOW) for a, b in ends],
        ),
        40,
        6,
    )

    assert "┼" not in to_text(drawing)


def test_a_lone_broker_is_a_box_without_lines() -> None:
    lone = Diagram.of([Box(name="b", label="b", kind=BoxKind.BROKER)], [])

    assert to_text(fit(lone, 40, 3)) == ("╭─ broker ╮\n│ ◆ b     │\n╰─────────╯")

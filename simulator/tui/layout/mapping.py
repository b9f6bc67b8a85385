"""Namespaces drawn as one box each: the map, and focus where some of them are open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_WORDS = (
    (BoxKind.SOURCE, "source", "src"),
    (BoxKind.TRIGGER, "trigger", "trg"),
    (BoxKind.SERVICE, "service", "svc"),
    (BoxKind.CHANNEL, "channel", "ch"),
)


def namespaces(diagram: Diagram) -> list[str]:
    """Give the namespaces in the order of their first boxes."""
    return list(dict.fromkeys(box.namespace for box in diagram.boxes))


def content(boxes: Iterable[Box], *, brief: bool = False) -> str:
    """Count boxes in words: ``3 sources  8 triggers``, or ``3 src · 8 trg``."""
    kinds = Counter(box.kind for box in boxes)
    if brief:
        return " · ".join(f"{kinds[k]} {word}" for k, _, word in _WORDS if kinds[k])
    return "  ".join(
        f"{kinds[kind]} {word}{'s' if kinds[kind] != 1 else ''}"
        for kind, word, _ in _WORDS
        if kinds[kind]
    )


def mapped(diagram: Diagram, expanded: Container[str] = ()) -> Shown:
    """Draw each namespace that is not *expanded* as one box.

    Lines between the same two boxes become one; those within a closed box are gone. A
    line into or out of a closed box is a flow, unless all that it shows is of a kind.
    """
    inside: dict[str, list[Box]] = {}
    for box in diagram.boxes:
        inside.setdefault(box.namespace, []).append(box)
    name_of: dict[str, str] = {}
    boxes: dict[str, Box] = {}
    members: dict[str, tuple[str, ...]] = {}
    for box in diagram.boxes:
        if box.namespace in expanded:
            boxes[box.name] = box
            name_of[box.name] = box.name
            continue
        name = name_of[box.name] = f"namespace/{box.namespace}"
        if name not in boxes:
            boxes[name] = _closed(name, box.namespace, inside[box.namespace])
            members[name] = tuple(x.name for x in inside[box.namespace])
    lines, line_of = _merged(diagram, name_of)
    return Shown(
        diagram=Diagram.of(boxes.values(), lines), members=members, line_of=line_of
    )


def _closed(name: str, namespace: str, inside: Iterable[Box]) -> Box:
    some = tuple(inside)
    return Box(
        name=name,
        label=namespace,
        kind=BoxKind.NAMESPACE,
        namespace=namespace,
        note=content(some, brief=True),
        ready=all(box.ready for box in some),
    )


def _merged(
    diagram: Diagram, name_of: dict[str, str]
) -> tuple[list[Line], dict[int, int]]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for at, line in enumerate(diagram.lines):
        start, end = name_of[line.start], name_of[line.end]
        open_ = start == line.start and end == line.end
        if start != end or open_:
            key = (start, end, line.kind.value if open_ else "")
            found.setdefault(key, []).append(at)
    lines: list[Line] = []
    line_of = {}
    for (start, end, _), ats in found.items():
        kinds = {diagram.lines[at].kind for at in ats}
        kind = kinds.pop() if len(kinds) == 1 else LineKind.FLOW
        via = dict.fromkeys(x for at in ats for x in diagram.lines[at].via)
        line_of.update(dict.fromkeys(ats, len(lines)))
        lines.append(Line(start=start, end=end, kind=kind, via=tuple(via)))
    return lines, line_of

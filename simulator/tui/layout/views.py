"""A diagram that is drawn in place of another: folded, cut into bands, or as a map."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.drawing import Shown
from simulator.tui.spelling import counted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    Key = tuple[str, str, LineKind]

_WORDS = (
    (BoxKind.SOURCE, "source", "src"),
    (BoxKind.TRIGGER, "trigger", "trg"),
    (BoxKind.SERVICE, "service", "svc"),
    (BoxKind.CHANNEL, "channel", "ch"),
)


def by_namespace(diagram: Diagram) -> dict[str, list[Box]]:
    """Give the boxes of each namespace, both in the order of the boxes."""
    inside: dict[str, list[Box]] = {}
    for box in diagram.boxes:
        inside.setdefault(box.namespace, []).append(box)
    return inside


def content(boxes: Iterable[Box], *, brief: bool = False) -> str:
    """Count boxes in words: ``3 sources  8 triggers``, or ``3 src · 8 trg``."""
    kinds = Counter(box.kind for box in boxes)
    if brief:
        return " · ".join(f"{kinds[k]} {word}" for k, _, word in _WORDS if kinds[k])
    return "  ".join(counted(kinds[k], word) for k, word, _ in _WORDS if kinds[k])


# -- channels whose subscribers lead nowhere, as one box: ``audit +2``


def folded(diagram: Diagram) -> Shown:
    """Fold the channels of a diagram; its other boxes and lines stay in order."""
    hidden = _hidden(diagram)
    members: dict[str, tuple[str, ...]] = {}
    for box, channel in hidden.items():
        members[channel] = (*members.get(channel, ()), box)
    boxes = []
    for one in diagram.boxes:
        count = len(members.get(one.name, ()))
        if one.name not in hidden:
            label = f"{one.label} +{count}" if count else one.label
            boxes.append(one.replace(label=label))
    kept = [at for at, line in enumerate(diagram.lines) if line.end not in hidden]
    return Shown(
        diagram=Diagram.of(boxes, [diagram.lines[at] for at in kept]),
        members=members,
        line_of={at: drawn for drawn, at in enumerate(kept)},
    )


def _hidden(diagram: Diagram) -> dict[str, str]:
    leading = {line.start for line in diagram.lines}
    fed: dict[str, list[str]] = {}
    subscribers: dict[str, list[str]] = {}
    for line in diagram.lines:
        fed.setdefault(line.end, []).append(line.start)
        subscribers.setdefault(line.start, []).append(line.end)
    hidden: dict[str, str] = {}
    for box in diagram.boxes:
        if box.kind is BoxKind.CHANNEL:
            ends = subscribers.get(box.name, [])
            if all(end not in leading and fed[end] == [box.name] for end in ends):
                hidden.update(dict.fromkeys(ends, box.name))
    return hidden


# -- namespaces as one box each: the map, and focus where some of them are open


def mapped(diagram: Diagram, expanded: Container[str] = ()) -> Shown:
    """Draw each namespace that is not *expanded* as one box.

    Lines between the same two boxes become one; those within a closed box are gone. A
    line into or out of a closed box is a flow, unless all that it shows is of a kind.
    """
    inside = by_namespace(diagram)
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
            boxes[name] = Box(
                name=name,
                label=box.namespace,
                kind=BoxKind.NAMESPACE,
                namespace=box.namespace,
                note=content(inside[box.namespace], brief=True),
                ready=all(each.ready for each in inside[box.namespace]),
            )
            members[name] = tuple(x.name for x in inside[box.namespace])
    lines, line_of = _merged(diagram, name_of)
    drawn = Diagram.of(boxes.values(), lines)
    return Shown(diagram=drawn, members=members, line_of=line_of)


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


# -- a band for each namespace; lines between bands become links


class Bands:
    """The diagrams of the namespaces, and all of them as one."""

    def __init__(self, diagram: Diagram) -> None:
        self._boxes = {box.name: box for box in diagram.boxes}
        inside = by_namespace(diagram)
        self._lines: dict[str, dict[Key, Line]] = {name: {} for name in inside}
        self._ingress: dict[str, dict[str, Box]] = {name: {} for name in inside}
        self._egress: dict[str, dict[str, Box]] = {name: {} for name in inside}
        self._links: dict[str, tuple[str, ...]] = {}
        self._near: dict[int, Key] = {}
        self._far: dict[int, Key] = {}
        for at, line in enumerate(diagram.lines):
            self._take(at, line)
        self.diagrams = [
            Diagram.of(
                [*self._ingress[name].values(), *boxes, *self._egress[name].values()],
                self._lines[name].values(),
            )
            for name, boxes in inside.items()
        ]

    def shown(self) -> Shown:
        drawn = [key for lines in self._lines.values() for key in lines]
        number = {key: at for at, key in enumerate(drawn)}
        return Shown(
            diagram=Diagram.of(
                [box for diagram in self.diagrams for box in diagram.boxes],
                [line for diagram in self.diagrams for line in diagram.lines],
            ),
            members={},
            line_of={at: number[key] for at, key in self._near.items()},
            far_of={at: number[key] for at, key in self._far.items()},
            links=self._links,
        )

    def _take(self, at: int, line: Line) -> None:
        end = self._boxes[line.end]
        here, there = self._boxes[line.start].namespace, end.namespace
        if here == there:
            self._near[at] = self._draw(here, line)
            return
        away = self._link(self._egress, here, end.name, end.label, end.name)
        self._near[at] = self._draw(here, line.replace(end=away))
        way = f"{here}>{line.end}"
        home = self._link(self._ingress, there, way, here, line.start)
        self._far[at] = self._draw(there, line.replace(start=home))

    def _link(
        self,
        links: dict[str, dict[str, Box]],
        band: str,
        way: str,
        label: str,
        end: str,
    ) -> str:
        """Give the name of a link in a band, which leads to a box among others."""
        name = f"link/{band}/{way}"
        box = Box(name=name, label=label, kind=BoxKind.LINK, namespace=band)
        links[band].setdefault(name, box)
        known = self._links.get(name, ())
        if end not in known:
            self._links[name] = (*known, end)
        return name

    def _draw(self, band: str, line: Line) -> Key:
        """Add a line to a band, or to the one like it; boxes are of one band each."""
        key = (line.start, line.end, line.kind)
        known = self._lines[band].setdefault(key, line)
        if known is not line:
            via = dict.fromkeys((*known.via, *line.via))
            self._lines[band][key] = known.replace(via=tuple(via))
        return key

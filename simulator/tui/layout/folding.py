"""Channels whose subscribers lead nowhere, drawn with them as one box: ``audit +2``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, Diagram
from simulator.tui.layout.shown import Shown

if TYPE_CHECKING:
    from simulator.tui.diagram import Line


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
    lines: list[Line] = []
    line_of = {}
    for at, line in enumerate(diagram.lines):
        if line.end not in hidden:
            line_of[at] = len(lines)
            lines.append(line)
    return Shown(diagram=Diagram.of(boxes, lines), members=members, line_of=line_of)


def _hidden(diagram: Diagram) -> dict[str, str]:
    """Give each box that goes into its channel, and that channel."""
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

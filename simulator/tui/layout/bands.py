"""A diagram cut into one band for each namespace; lines between bands become links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import Box, BoxKind, Diagram, Line
from simulator.tui.layout.mapping import namespaces
from simulator.tui.layout.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence


class Bands:
    """The diagrams of the namespaces, and all of them as one.

    Args:
        diagram: The whole, with two or more namespaces.
    """

    def __init__(self, diagram: Diagram) -> None:
        self.names: Sequence[str] = namespaces(diagram)
        self._band_of = {box.name: box.namespace for box in diagram.boxes}
        self._label_of = {box.name: box.label for box in diagram.boxes}
        self._boxes: dict[str, list[Box]] = {name: [] for name in self.names}
        self._lines: dict[str, list[Line]] = {name: [] for name in self.names}
        self._ingress: dict[str, dict[str, Box]] = {name: {} for name in self.names}
        self._egress: dict[str, dict[str, Box]] = {name: {} for name in self.names}
        self._links: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, str, str], int] = {}
        self._near: dict[int, tuple[str, int]] = {}
        self._far: dict[int, tuple[str, int]] = {}
        for box in diagram.boxes:
            self._boxes[box.namespace].append(box)
        for at, line in enumerate(diagram.lines):
            self._take(at, line)
        self.diagrams = [
            Diagram.of(
                [
                    *self._ingress[name].values(),
                    *self._boxes[name],
                    *self._egress[name].values(),
                ],
                self._lines[name],
            )
            for name in self.names
        ]

    def shown(self) -> Shown:
        """Give all bands as one diagram, in order."""
        first = {}
        count = 0
        for name in self.names:
            first[name] = count
            count += len(self._lines[name])
        return Shown(
            diagram=Diagram.of(
                [box for diagram in self.diagrams for box in diagram.boxes],
                [line for diagram in self.diagrams for line in diagram.lines],
            ),
            members={},
            line_of={at: first[band] + x for at, (band, x) in self._near.items()},
            far_of={at: first[band] + x for at, (band, x) in self._far.items()},
            links=self._links,
        )

    def _take(self, at: int, line: Line) -> None:
        here, there = self._band_of[line.start], self._band_of[line.end]
        if here == there:
            self._near[at] = self._draw(here, line)
            return
        away = self._link(self._egress[here], here, line.end, self._label_of[line.end])
        self._note(away, line.end)
        self._near[at] = self._draw(here, line.replace(end=away))
        home = self._link(self._ingress[there], there, f"{here}>{line.end}", here)
        self._note(home, line.start)
        self._far[at] = self._draw(there, line.replace(start=home))

    def _link(self, links: dict[str, Box], band: str, key: str, label: str) -> str:
        name = f"link/{band}/{key}"
        if name not in links:
            links[name] = Box(name=name, label=label, kind=BoxKind.LINK, namespace=band)
        return name

    def _note(self, link: str, box: str) -> None:
        known = self._links.get(link, ())
        if box not in known:
            self._links[link] = (*known, box)

    def _draw(self, band: str, line: Line) -> tuple[str, int]:
        """Add a line to a band, or to the one like it; give its number in it."""
        lines = self._lines[band]
        key = (line.start, line.end, line.kind.value)
        known = self._known.get(key)
        if known is None:
            self._known[key] = known = len(lines)
            lines.append(line)
        else:
            via = dict.fromkeys((*lines[known].via, *line.via))
            lines[known] = lines[known].replace(via=tuple(via))
        return band, known

"""A drawing as plain text, for tests and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.layout.drawing import FRAMED, TALL
from simulator.tui.widgets.cutting import Apart, cut_middle

if TYPE_CHECKING:
    from simulator.tui.diagram import Box
    from simulator.tui.layout.drawing import Drawing, Place


def to_text(drawing: Drawing) -> str:
    """Give a drawing as lines of text, without spaces at their ends.

    Args:
        drawing: What to write.
    """
    page = _Page(drawing)
    page.lines()
    page.boxes()
    page.headings()
    text = "\n".join("".join(row).rstrip() for row in page.rows)
    return text.strip("\n")


class _Page:
    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._names = Apart(box.label for box in drawing.diagram.boxes)
        # Row -1 holds the headings of columns.
        wide = max([drawing.width, *(x.x + x.w for x in drawing.headings)])
        self.rows = [[" "] * wide for _ in range(drawing.height + 1)]

    def _put(self, x: int, y: int, text: str) -> None:
        row = self.rows[y + 1]
        row[x : x + len(text)] = text

    def lines(self) -> None:
        drawing = self._drawing
        for (x, y), cell in drawing.cells.items():
            kind = drawing.diagram.lines[cell.lines[0]].kind
            self._put(x, y, GLYPHS.lines[kind][cell.mask])
        for x, y in drawing.arrows:
            self._put(x, y, "▶")
        for x, y in drawing.stubs:
            self._put(x, y, "◂")

    def boxes(self) -> None:
        for box in self._drawing.diagram.boxes:
            place = self._drawing.places.get(box.name)
            if place is not None:
                if place.h < FRAMED:
                    self._row(box, place)
                else:
                    self._framed(box, place)

    def _row(self, box: Box, place: Place) -> None:
        name = cut_middle(box.label, place.w - 8)
        self._put(place.x, place.y, f"▎{GLYPHS.kinds[box.kind]} {name}".ljust(place.w))

    def _framed(self, box: Box, place: Place) -> None:
        inner = place.w - 2
        word = f" {box.kind.value} " if inner > len(box.kind.value) + 2 else ""
        room = place.w - 6
        is_tall = self._drawing.mode == TALL.name and place.h == TALL.rows
        name, rest = cut_middle(box.label, room), ""
        if is_tall:
            name, rest = self._names.in_two(box.label, room)
        self._put(place.x, place.y, f"╭─{word}".ljust(place.w - 1, "─") + "╮")
        rows = [f" {GLYPHS.kinds[box.kind]} {name}", *([""] * (place.h - FRAMED))]
        if rest:
            rows[1] = f"   {rest}"
        elif place.h > FRAMED and box.note:
            rows[1] = f" {cut_middle(box.note, inner - 2)}"
        for at, row in enumerate(rows, start=1):
            self._put(place.x, place.y + at, f"│{row.ljust(inner)}│")
        self._put(place.x, place.y + place.h - 1, "╰" + "─" * inner + "╯")

    def headings(self) -> None:
        for heading in self._drawing.headings:
            if heading.y < 0:
                self._put(heading.x, heading.y, heading.text)
                continue
            text = f"▾ {heading.text} "
            info = f" {heading.info}" if heading.info else ""
            rule = "─" * max(heading.w - len(text) - len(info), 0)
            self._put(heading.x, heading.y, text + rule + info)

"""What is on the screen as SVG: a tenth of what Textual writes, in a tenth of the time.

Each row of the screen is a line of text, so that a difference between two drawings reads
like one between two pages.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rich.cells import cell_len
from textual._compositor import LayoutUpdate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.color import Color
    from rich.segment import Segment
    from rich.style import Style

    from simulator.tui.app import KnSimApp

T = TypeVar("T")
_WIDE, _HIGH, _BASE, _MARGIN = 12, 24, 18, 12
_FONTS = "JetBrains Mono,DejaVu Sans Mono,Menlo,Consolas,monospace"
_ROW = re.compile(r"^<g>(.*)</g>$", re.MULTILINE)
_TEXT = re.compile(r"<text x=\"(\d+)\"[^>]*>([^<]*)</text>")


class _Look(NamedTuple):
    """How cells are drawn: colours as ``#rrggbb``, and further rules of CSS."""

    text: str
    ground: str
    rules: str = ""


def drawn(app: KnSimApp) -> str:
    """Give what an app shows."""
    screen = app.screen
    update = screen._compositor.render_update(
        full=True, screen_stack=app._background_screens
    )
    assert isinstance(update, LayoutUpdate), "all of the screen"
    plain = _Look("#808080", app.main.styles.background.hex6)
    rows = [[segment for strip in row for segment in strip] for row in update.strips]
    return _Page(plain).svg(rows, app.size.width)


class _Page:
    """The looks that there are, each with the name of its class."""

    def __init__(self, plain: _Look) -> None:
        self._plain = plain
        self._classes: dict[str, str] = {}

    def svg(self, screen: list[list[Segment]], columns: int) -> str:
        rows = [self._row(number, row) for number, row in enumerate(screen)]
        width = columns * _WIDE + 2 * _MARGIN
        height = len(rows) * _HIGH + 2 * _MARGIN
        rules = [f".{name}{{{css}}}" for css, name in self._classes.items()]
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
                f"<style>text{{font:20px {_FONTS}}}rect{{shape-rendering:crispEdges}}",
                *rules,
                "</style>",
                f'<rect width="{width}" height="{height}" fill="{self._plain.ground}"/>',
                *rows,
                "</svg>\n",
            )
        )

    def _row(self, number: int, row: list[Segment]) -> str:
        cells = list(self._cells(row))
        top = number * _HIGH + _MARGIN
        grounds = (
            f'<rect x="{x}" y="{top}" width="{width}" height="{_HIGH}" fill="{look}"/>'
            for look, x, width, _ in _joined((c[0].ground, c[1], c[2]) for c in cells)
            if look != self._plain.ground
        )
        texts = (
            self._text(look, x, top + _BASE, text)
            for look, x, _, text in _joined(
                (look._replace(ground=""), x, text) for look, x, text in cells
            )
        )
        return f"<g>{''.join((*grounds, *texts))}</g>"

    def _cells(self, row: list[Segment]) -> Iterator[tuple[_Look, int, str]]:
        """Give each run of cells: its look, where it begins, its text."""
        x = _MARGIN
        for text, style, control in row:
            if control:
                continue
            yield (self._plain if style is None else _look(style)), x, text
            x += cell_len(text) * _WIDE

    def _text(self, look: _Look, x: int, y: int, text: str) -> str:
        shown = text.strip()
        if not shown:
            return ""
        x += (len(text) - len(text.lstrip())) * _WIDE
        length = cell_len(shown) * _WIDE
        css = f"fill:{look.text}{look.rules}"
        name = self._classes.setdefault(css, f"s{len(self._classes)}")
        said = escape(shown, quote=False).replace(" ", "\N{NO-BREAK SPACE}")
        return (
            f'<text x="{x}" y="{y}" textLength="{length}" class="{name}">{said}</text>'
        )


def _joined(
    cells: Iterable[tuple[T, int, str]],
) -> Iterator[tuple[T, int, int, str]]:
    """Give neighbours that look the same as one: look, where, how wide, text."""
    for look, same in groupby(cells, key=lambda cell: cell[0]):
        together = list(same)
        text = "".join(cell[2] for cell in together)
        yield look, together[0][1], cell_len(text) * _WIDE, text


@cache
def _look(style: Style) -> _Look:
    text, ground = _hex(style.color, "#d0d0d0"), _hex(style.bgcolor, "#000000")
    if style.reverse:
        text, ground = ground, text
    rules = (
        (style.bold, "font-weight:700"),
        (style.italic, "font-style:italic"),
        (style.underline, "text-decoration:underline"),
        (style.dim, "opacity:.6"),
    )
    return _Look(text, ground, "".join(f";{rule}" for on, rule in rules if on))


def _hex(colour: Color | None, default: str) -> str:
    if colour is None or colour.is_default:
        return default
    return colour.get_truecolor().hex


def rows_of(svg: str) -> list[str]:
    """Give the text of the rows of a drawing."""
    return [_row_of(found[1]) for found in _ROW.finditer(svg)]


def _row_of(drawing: str) -> str:
    row = ""
    for x, text in _TEXT.findall(drawing):
        at = (int(x) - _MARGIN) // _WIDE
        row = row.ljust(at) + unescape(text).replace("\N{NO-BREAK SPACE}", " ")
    return row

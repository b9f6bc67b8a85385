"""Pictures of the terminal UI as a modern terminal shows it, for the docs.

It needs Pillow, which a user does not have.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len

from simulator.errors import SimulatorError
from tests.tui.shot_lines import drawn_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont
    from rich.color import Color
    from rich.segment import Segment
    from textual.app import App
    from textual.strip import Strip

    Rgb = tuple[int, int, int]

_GROUND: Rgb = (13, 16, 23)
_TEXT: Rgb = (215, 220, 235)
_SIZE, _MARGIN = 18, 14
_FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "~/Library/Fonts",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
# The first one that is there is the font; the others have what it lacks.
_FAMILIES = (
    ("JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf", "JetBrainsMono-Italic.ttf"),
    ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSansMono-Oblique.ttf"),
    ("Menlo-Regular.ttf", "Menlo-Bold.ttf", "Menlo-Italic.ttf"),
    ("consola.ttf", "consolab.ttf", "consolai.ttf"),
    ("Symbola_hint.ttf", "Symbola_hint.ttf", "Symbola_hint.ttf"),
)
# No font has this one, so that its picture is that of whatever a font lacks.
_NOBODY_HAS = "\U000ffffe"


class PictureError(SimulatorError):
    """A picture cannot be made on this machine.

    Args:
        reason: What is missing, and what to do about it.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"no picture of the screen: {reason}")


def app_png(app: App[Any], path: Path) -> None:
    """Write what an app shows as a picture.

    Args:
        app: It must be running.
        path: Of the PNG file.

    Raises:
        PictureError: Pillow or a font is missing.
    """
    # Only the compositor knows what is on the screen; Textual's own screenshots ask it.
    strips = app.screen._compositor.render_strips()
    ground = app.screen.styles.background
    strips_png(strips, path, ground=(ground.r, ground.g, ground.b))


def strips_png(
    strips: Sequence[Strip],
    path: Path,
    *,
    ground: Rgb = _GROUND,
    text: Rgb = _TEXT,
    margin: int = _MARGIN,
) -> None:
    """Write rows of cells as a picture.

    Args:
        strips: The rows, from above.
        path: Of the PNG file.
        ground: Behind cells without a colour, and around all of them.
        text: Of characters without a colour.
        margin: Around all cells, in pixels.

    Raises:
        PictureError: Pillow or a font is missing.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError as error:
        raise PictureError("Pillow is missing: pip install pillow") from error
    fonts = _Fonts(_SIZE)
    columns = max((strip.cell_length for strip in strips), default=1)
    size = (
        columns * fonts.width + 2 * margin,
        len(strips) * fonts.height + 2 * margin,
    )
    image = Image.new("RGB", size, ground)
    page = _Page(ImageDraw.Draw(image), fonts, ground, text, margin)
    for row, strip in enumerate(strips):
        page.row(row, strip)
    image.save(path)


class _Look(NamedTuple):
    """How a run of cells is drawn."""

    text: Rgb
    ground: Rgb
    bold: bool
    italic: bool
    underline: bool


class _Page:
    """An image on which cells are drawn."""

    def __init__(
        self, draw: ImageDraw, fonts: _Fonts, ground: Rgb, text: Rgb, margin: int
    ) -> None:
        self._draw, self._fonts, self._margin = draw, fonts, margin
        self._ground, self._text = ground, text

    def row(self, row: int, segments: Iterable[Segment]) -> None:
        column = 0
        for segment in segments:
            if segment.control:
                continue
            look = self._look(segment)
            for char in segment.text:
                self._cell(column, row, char, look)
                column += cell_len(char)

    def _look(self, segment: Segment) -> _Look:
        style = segment.style
        if style is None:
            return _Look(self._text, self._ground, False, False, False)
        text = _rgb(style.color, self._text)
        ground = _rgb(style.bgcolor, self._ground)
        if style.reverse:
            text, ground = ground, text
        if style.dim:
            text = (
                (text[0] * 6 + ground[0] * 4) // 10,
                (text[1] * 6 + ground[1] * 4) // 10,
                (text[2] * 6 + ground[2] * 4) // 10,
            )
        return _Look(
            text, ground, bool(style.bold), bool(style.italic), bool(style.underline)
        )

    def _cell(self, column: int, row: int, char: str, look: _Look) -> None:
        fonts, draw = self._fonts, self._draw
        x = self._margin + column * fonts.width
        y = self._margin + row * fonts.height
        right = x + max(1, cell_len(char)) * fonts.width - 1
        draw.rectangle((x, y, right, y + fonts.height - 1), fill=look.ground)
        cell = (x, y, fonts.width, fonts.height)
        if not char.isspace() and not drawn_by_hand(draw, char, cell, look.text):
            font = fonts.having(char, bold=look.bold, italic=look.italic)
            at = (x, y + fonts.ascent)
            draw.text(at, char, font=font, fill=look.text, anchor="ls")
        if look.underline:
            below = y + fonts.height - 3
            draw.line((x, below, right, below), fill=look.text)


class _Fonts:
    """The fonts of this machine, one for characters that another one lacks."""

    def __init__(self, size: int) -> None:
        self._families = open_fonts(size)
        regular = self._families[0][0]
        self.width = round(regular.getlength("M"))
        self.ascent, descent = regular.getmetrics()
        self.height = self.ascent + descent

    def having(self, char: str, *, bold: bool, italic: bool) -> FreeTypeFont:
        """Give a font that has a character, in a cut as near as there is."""
        for family in self._families:
            font = family[1 if bold else 2 if italic else 0]
            if _has(font, char):
                return font
        return self._families[0][0]


@cache
def _has(font: FreeTypeFont, char: str) -> bool:
    return bytes(font.getmask(char)) != bytes(font.getmask(_NOBODY_HAS))


@cache
def open_fonts(
    size: int, folders: tuple[str, ...] = _FOLDERS
) -> tuple[tuple[FreeTypeFont, ...], ...]:
    """Give the fonts that are there, each family regular, bold and italic.

    Args:
        size: In pixels.
        folders: Where to look, also in the folders in them.

    Raises:
        PictureError: There is none.
    """
    from PIL import ImageFont

    there = {
        file.name: file
        for folder in folders
        for file in sorted(Path(folder).expanduser().rglob("*.[to]tf"))
    }
    found = [
        tuple(
            ImageFont.truetype(str(there.get(name, there[names[0]])), size)
            for name in names
        )
        for names in _FAMILIES
        if names[0] in there
    ]
    if not found:
        wanted = ", ".join(names[0] for names in _FAMILIES[:-1])
        raise PictureError(
            f"no monospaced font in {', '.join(folders)}; looked for {wanted}"
        )
    return tuple(found)


def _rgb(colour: Color | None, default: Rgb) -> Rgb:
    if colour is None or colour.is_default:
        return default
    solid = colour.get_truecolor()
    return (solid.red, solid.green, solid.blue)

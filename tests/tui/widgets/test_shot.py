import sys
from pathlib import Path

import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import Static

from simulator.tui.glyphs import GLYPHS
from tests.tui.shot import PictureError, app_png, open_fonts, strips_png
from tests.tui.widgets.stage import playing


def picture(tmp_path: Path, *segments: Segment) -> Image.Image:
    path = tmp_path / "shot.png"
    strips_png([Strip(segments)], path, margin=0)
    return Image.open(path).convert("RGB")


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    found = image.getcolors(1 << 20)
    assert found is not None
    return {colour for _, colour in found if isinstance(colour, tuple)}


def test_a_block_fills_its_cell_in_its_colour(tmp_path: Path) -> None:
    image = picture(tmp_path, Segment("█", Style(color="#ff0000", bgcolor="#0000ff")))

    assert colours(image) == {(255, 0, 0)}


def test_lines_meet_at_the_edges_of_cells(tmp_path: Path) -> None:
    image = picture(tmp_path, Segment("──━━", Style(color="#ff0000")))

    middle = [image.getpixel((x, image.height // 2)) for x in range(image.width)]
    assert set(middle) == {(255, 0, 0)}


@pytest.mark.parametrize(
    "char", [*"┼╋╭╮╰╯╌┊▁▌▐▀▎A事", GLYPHS.kinds[next(iter(GLYPHS.kinds))]]
)
def test_every_sort_of_character_leaves_a_trace(tmp_path: Path, char: str) -> None:
    image = picture(tmp_path, Segment(char, Style(color="#ff0000", bgcolor="#000000")))

    assert len(colours(image)) > 1


def test_styles_of_a_terminal_are_drawn(tmp_path: Path) -> None:
    red = Style(color="#ff0000", bgcolor="#000000")

    plain = colours(picture(tmp_path, Segment(" ", red)))
    turned = colours(picture(tmp_path, Segment(" ", red + Style(reverse=True))))
    under = colours(picture(tmp_path, Segment(" ", red + Style(underline=True))))
    faint = colours(picture(tmp_path, Segment("█", red + Style(dim=True))))
    bare = colours(picture(tmp_path, Segment("A"), Segment("b", Style(italic=True))))

    assert plain == {(0, 0, 0)}
    assert turned == {(255, 0, 0)}
    assert (255, 0, 0) in under
    assert faint == {(153, 0, 0)}
    assert (13, 16, 23) in bare


@pytest.mark.anyio
async def test_a_running_app_is_drawn_as_large_as_its_screen(tmp_path: Path) -> None:
    async with playing(Static("hello"), 20, 5) as play:
        app_png(play.pilot.app, tmp_path / "app.png")

    with Image.open(tmp_path / "app.png") as image:
        width, height = image.size
    assert (width - 28) % 20 == 0
    assert (height - 28) % 5 == 0


def test_a_machine_without_fonts_is_told_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"looked for JetBrainsMono-Regular\.ttf"):
        open_fonts(18, (str(tmp_path),))


def test_a_machine_without_pillow_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)

    with pytest.raises(PictureError, match="pip install pillow"):
        strips_png([], tmp_path / "shot.png")

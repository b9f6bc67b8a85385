"""Pictures of scenes: ``python -m tests.tui.shots`` writes those of the docs.

With a folder, it writes all scenes there, to be looked at. A picture needs a font:
JetBrains Mono where it is installed, else DejaVu Sans Mono.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.pages import ROOT
from tests.tui.drawn import drawn
from tests.tui.scenes import companies
from tests.tui.shot import app_png

if TYPE_CHECKING:
    from collections.abc import Container

    from simulator.tui.app import KnSimApp
    from tests.tui.scene import Scene

PICTURES = ROOT / "docs" / "pictures"
# What the docs show; each is a snapshot, too, so that none can be out of date.
SHOWN = (
    "delivery-alone-152x30-dark",
    "delivery-200x46-dark",
    "playing-160x45-dark",
    "event-160x45-dark",
    "why-120x40-dark",
    "lineage-160x45-dark",
    "stopped-at-a-breakpoint-120x40-dark",
    "faults-120x40-dark",
    "approvals-120x40-dark",
    "compare-120x40-dark",
    "faulty-file-120x40-dark",
    "bands-160x45-dark",
    "overview-160x45-light",
    "narrow-why-80x24-light",
)
_COLOURS, _EXACT = 256, 160


async def shoot(
    scenes: list[Scene], folder: Path, wanted: Container[str] | None
) -> None:
    """Write the pictures of scenes that share an app: PNG, and SVG beside it.

    Args:
        scenes: All of the company, since each finds the app as the one before left it.
        folder: Where to.
        wanted: Names of pictures; None for all.
    """
    with tempfile.TemporaryDirectory() as work:
        async with scenes[0].opened(Path(work)) as show:
            for scene in scenes:
                async for view in scene.seen(show):
                    name = f"{scene.name}-{view}"
                    if wanted is None or name in wanted:
                        svg = drawn(show.app)
                        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
                        _write_png(show.app, folder / f"{name}.png")
                await show.reset()


def _write_png(app: KnSimApp, path: Path) -> None:
    """Write a picture with a palette: what is seen much keeps its exact colour."""
    app_png(app, path)
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    pixels: list[tuple[int, tuple[int, ...]]] = picture.getcolors(1 << 24) or []  # type: ignore[assignment]
    exact = [colour for _, colour in sorted(pixels, reverse=True)[:_EXACT]]
    rest = picture.quantize(_COLOURS - len(exact), Image.Quantize.FASTOCTREE)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*chain.from_iterable(exact), *(rest.getpalette() or [])])
    small = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main(arguments: list[str]) -> None:
    """Write the pictures of the docs, or all of them into a folder."""
    folder = Path(arguments[0]) if arguments else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    wanted = None if arguments else SHOWN
    for scenes in companies():
        names = {f"{scene.name}-{view}" for scene in scenes for view in scene.views}
        if wanted is None or names.intersection(wanted):
            asyncio.run(shoot(scenes, folder, wanted))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Every scene looks as it did; ``make snapshots`` takes what it looks like now.

A failing test says which rows differ, and where the new drawing lies: any browser opens
it. ``python -m tests.tui.shots FOLDER`` makes pictures of all of them.
"""

from __future__ import annotations

import asyncio
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_textual_snapshot import SVGImageExtension  # type: ignore[import-untyped]

from tests.tui.drawn import drawn, rows_of
from tests.tui.scenes import companies
from tests.tui.shots import PICTURES, SHOWN

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

    from tests.tui.scene import Scene


FOLDER = Path(__file__).parent / "__snapshots__" / Path(__file__).stem
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="an sdist is without the drawings and the pictures"
)


class _Drawings(SVGImageExtension):  # type: ignore[misc]
    """One file for each drawing, as it was made: `drawn` has made it small."""

    @classmethod
    def get_snapshot_name(
        cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0
    ) -> str:
        # Not by the test: which scenes share one may change.
        return f"{test_location.methodname}-{index}"

    def serialize(self, data: str, **kwargs: object) -> str:
        return data


async def _play(scenes: list[Scene], folder: Path) -> dict[str, str]:
    """Give the drawings of scenes that share an app, by the names of their files."""
    drawings = {}
    async with scenes[0].opened(folder) as show:
        for scene in scenes:
            async for view in scene.seen(show):
                drawings[f"{scene.name}-{view}"] = drawn(show.app)
            if scene is not scenes[-1]:
                await show.reset()
    return drawings


def _difference(expected: str, found: str) -> str:
    """Say which rows of the screen are others."""
    rows = zip_longest(rows_of(expected), rows_of(found), fillvalue="")
    lines = [
        f"  row {number}\n    {before}\n    {now}"
        for number, (before, now) in enumerate(rows, 1)
        if before != now
    ]
    return "\n".join(lines) or "  colours, not text"


@pytest.mark.drawn
@pytest.mark.parametrize("scenes", companies(), ids=lambda scenes: scenes[0].name)
def test_scenes_look_as_they_did(
    scenes: list[Scene], snapshot: SnapshotAssertion, tmp_path: Path
) -> None:
    kept = snapshot.use_extension(_Drawings)
    work = tmp_path / "work"
    work.mkdir()

    drawings = asyncio.run(_play(scenes, work))

    wrong = []
    for name, svg in drawings.items():
        if kept(name=name) != svg:
            (tmp_path / f"{name}.svg").write_text(svg, encoding="utf-8")
            wrong.append(f"{name}\n{_difference(_read(name), svg)}")
    assert not wrong, f"otherwise in {tmp_path}: " + "\n".join(wrong)


def _read(name: str) -> str:
    file = FOLDER / f"{test_scenes_look_as_they_did.__name__}-{name}.svg"
    return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_of_the_docs_is_what_the_app_draws(name: str) -> None:
    picture = PICTURES / f"{name}.svg"

    assert picture.read_text(encoding="utf-8") == _read(name), "make shots"
    assert picture.with_suffix(".png").exists()


REPORT = "report-light"  # a page in a browser


def test_there_are_no_other_pictures_and_they_are_small() -> None:
    files = list(PICTURES.iterdir())

    assert {file.stem for file in files} - {REPORT} == set(SHOWN)
    assert sum(f.stat().st_size for f in files if f.suffix == ".png") < 1_500_000

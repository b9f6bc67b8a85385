"""Drawings look as they did when somebody last looked at them."""

import pytest

from tests.tui.layout.goldens import CASES, FOLDER


@pytest.mark.parametrize("case", CASES)
def test_the_picture_is_the_one_that_was_looked_at(case: str) -> None:
    """To draw all again: ``python -m tests.tui.layout.goldens``, then read the diff."""
    drawn = CASES[case]()

    assert drawn + "\n" == (FOLDER / f"{case}.txt").read_text(encoding="utf-8")


def test_every_picture_that_is_kept_is_drawn() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(CASES)

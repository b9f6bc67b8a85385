"""Where the splits stand."""

from pathlib import Path

import pytest

from simulator.tui.settings import Sizes, Split


def test_a_split_is_as_designed_until_somebody_moves_it() -> None:
    sizes = Sizes(None)

    before = sizes.split("-wide")
    sizes.move("-wide", 60, 12)

    assert before == Split(0, 0)
    assert sizes.split("-wide") == Split(60, 12)
    assert sizes.split("-medium") == Split()


def test_a_split_goes_no_further_than_both_sides_can_be_read() -> None:
    sizes = Sizes(None)

    assert sizes.move("-wide", 500, 500) == Split(100, 40)
    assert sizes.move("-wide", 1, 1) == Split(24, 4)


def test_splits_are_kept_for_the_next_session(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    sizes = Sizes(folder)
    sizes.keep()
    untouched = folder.exists()
    sizes.move("-wide", 60, 12)

    sizes.keep()

    assert not untouched
    assert Sizes(folder).split("-wide") == Split(60, 12)


@pytest.mark.parametrize("text", ["", "[]", '{"-wide": 3}', '{"-wide": ["a", 1]}'])
def test_a_file_that_is_none_of_ours_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "splits.json").write_text(text)

    assert Sizes(tmp_path).split("-wide") == Split()

"""Pages read as they did when somebody last read them."""

import pytest

from tests.tui.inspect.goldens import CASES, FOLDER


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_the_one_that_was_read(case: str) -> None:
    expected = (FOLDER / f"{case}.txt").read_text(encoding="utf-8").splitlines()

    written = CASES[case]()

    assert written == expected


def test_every_golden_file_belongs_to_a_case() -> None:
    found = sorted(path.stem for path in FOLDER.glob("*.txt"))

    assert found == sorted(CASES)

"""Who waits at a terminal for a long run is told how far it has come."""

import io

import pytest

from simulator.cli import progress
from simulator.cli.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(progress, "_APART_S", 0.0)


def test_a_terminal_shows_one_line_that_goes_away() -> None:
    screen = Screen()
    told = Progress(screen, {})

    told.tell(20_000, 1_000_000_000)
    told.clear()

    said = "kn-sim: 20,000 records, +1s of virtual time"
    assert screen.getvalue() == f"\r{said}\x1b[K\r\x1b[K"


def test_without_colours_it_is_a_line_of_its_own() -> None:
    screen = Screen()

    Progress(screen, {"NO_COLOR": "1"}).tell(7, 0)

    assert screen.getvalue() == "kn-sim: 7 records, +0s of virtual time\n"


def test_a_file_gets_nothing() -> None:
    file = io.StringIO()

    Progress(file, {}).tell(20_000, 0)

    assert file.getvalue() == ""


def test_a_short_run_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_S", 3600.0)
    screen = Screen()

    Progress(screen, {}).tell(20_000, 0)

    assert screen.getvalue() == ""

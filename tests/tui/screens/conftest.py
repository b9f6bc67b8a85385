"""The app that the tests of screens share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.screens.host import Theatre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tui.screens.host import Play


@pytest.fixture(scope="package")
def theatre() -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()


@pytest.fixture
def play(theatre: Theatre) -> Play:
    """Show a screen, press keys, and tell what came of it."""
    return theatre.play

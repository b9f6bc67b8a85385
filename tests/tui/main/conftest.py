"""The app that the tests of the main screen share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.tui.main.theatre import MEDIUM, PIPELINE, Theatre, opened, played
from tests.tui.main.topologies import DESK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.tui.main.show import Show


class Write(Protocol):
    """Write a topology to a file, and give its path."""

    def __call__(self, text: str, name: str = "shop.yaml") -> str: ...


@pytest.fixture(scope="package")
def theatre() -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a topology to a file, and give its path."""

    def write(text: str, name: str = "shop.yaml") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


@pytest.fixture
def show(theatre: Theatre) -> Show:
    """The pipeline, twelve seconds after it began."""
    return theatre.show(played(PIPELINE))


@pytest.fixture
def desk(theatre: Theatre, write: Write) -> Show:
    """A desk to which nothing has been sent."""
    return theatre.show(opened(write(DESK)), size=MEDIUM)

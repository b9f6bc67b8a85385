"""Where the splits between panes stand, for each class of screen size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

FILE = "splits.json"
_WIDEST, _NARROWEST = 100, 24
_HIGHEST, _LOWEST = 40, 4


class Split(NamedTuple):
    """The size of two panes in cells, frames included; 0 is as designed.

    Args:
        inspector: Columns.
        events: Rows.
    """

    inspector: int = 0
    events: int = 0


class Sizes:
    """The splits that the user has moved.

    Args:
        path: Where they are kept between sessions; None keeps none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._splits = {} if path is None else _read(path)

    def split(self, size_class: str) -> Split:
        """Give the split of a class of sizes."""
        return self._splits.get(size_class, Split())

    def move(self, size_class: str, inspector: int, events: int) -> Split:
        """Move a split, as far as it may; give where it is then.

        Args:
            size_class: Of the screen.
            inspector: How wide it is to be.
            events: How high they are to be.
        """
        split = Split(
            max(_NARROWEST, min(_WIDEST, inspector)),
            max(_LOWEST, min(_HIGHEST, events)),
        )
        self._splits[size_class] = split
        return split

    def keep(self) -> None:
        """Keep them for the next session.

        Raises:
            OSError: They cannot be written.
        """
        if self._path is not None and self._splits:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._splits), encoding="utf-8")


def _read(path: Path) -> dict[str, Split]:
    """Read what was kept; nothing where there is none, or it is none of ours."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Split(int(a), int(b)) for name, (a, b) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}

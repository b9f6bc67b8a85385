"""What the UI keeps between sessions: files of JSON, among them where splits stand.

A file that is none of ours is as good as none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

_WIDEST, _NARROWEST = 100, 24
_HIGHEST, _LOWEST = 40, 4


def read_kept(path: Path | None, make: Callable[[str, Any], T]) -> dict[str, T]:
    """Make what each name of a file stands for; nothing where it is none of ours."""
    try:
        text = "{}" if path is None else path.read_text(encoding="utf-8")
        return {name: make(name, each) for name, each in json.loads(text).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_kept(path: Path | None, data: object) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, indent=2, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")


class Split(NamedTuple):
    """The size of two panes in cells, frames included; 0 is as designed.

    Args:
        inspector: Columns.
        events: Rows.
    """

    inspector: int = 0
    events: int = 0


class Sizes:
    """The splits that the user has moved, for each class of screen size."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "splits.json"
        self._splits = read_kept(self._path, _split)

    def split(self, size_class: str) -> Split:
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
        """Keep them for the next session, if any was moved."""
        if self._splits:
            write_kept(self._path, self._splits)


def _split(_: str, both: tuple[object, object]) -> Split:
    inspector, events = both
    return Split(int(str(inspector)), int(str(events)))

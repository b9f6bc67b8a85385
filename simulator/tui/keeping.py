"""What the UI keeps between sessions: saved events, and where splits stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.screens.draft import Draft
from simulator.tui.screens.templates import Template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_TEMPLATES, _SPLITS = "templates.json", "splits.json"
# What a draft says in words; data that is no text is not kept.
_FIELDS = (
    "to", "type", "source", "subject", "extensions", "content_type", "data",
)  # fmt: skip
_WIDEST, _NARROWEST = 100, 24
_HIGHEST, _LOWEST = 40, 4


class SavedEvents:
    """Events that the user has saved, to be sent again.

    Args:
        folder: Where they are kept between sessions; None keeps none. A file that is
            none of ours is as good as none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / _TEMPLATES
        self.all: list[Template] = [] if not self._path else _read_templates(self._path)

    def save(self, template: Template) -> None:
        """Save an event, in place of one of the same name.

        Raises:
            OSError: The file cannot be written.
        """
        others = [each for each in self.all if each.name != template.name]
        self._keep([*others, template])

    def remove(self, name: str) -> None:
        """Forget an event.

        Raises:
            OSError: The file cannot be written.
        """
        self._keep([each for each in self.all if each.name != name])

    def _keep(self, templates: Sequence[Template]) -> None:
        self.all[:] = templates
        if self._path is not None:
            _write(
                self._path,
                {
                    each.name: {field: getattr(each.draft, field) for field in _FIELDS}
                    for each in templates
                },
            )


def _read_templates(path: Path) -> list[Template]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return [
            Template(
                name=str(name),
                draft=Draft().replace(
                    **{f: str(fields[f]) for f in _FIELDS if f in fields}
                ),
            )
            for name, fields in data.items()
        ]
    except (OSError, ValueError, AttributeError, TypeError):
        return []


class Split(NamedTuple):
    """The size of two panes in cells, frames included; 0 is as designed.

    Args:
        inspector: Columns.
        events: Rows.
    """

    inspector: int = 0
    events: int = 0


class Sizes:
    """The splits that the user has moved, for each class of screen size.

    Args:
        folder: Where they are kept between sessions; None keeps none. A file that is
            none of ours is as good as none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / _SPLITS
        self._splits = {} if self._path is None else _read_splits(self._path)

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
            _write(self._path, self._splits)


def _read_splits(path: Path) -> dict[str, Split]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Split(int(a), int(b)) for name, (a, b) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, data: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")

"""What the UI keeps between sessions: saved events, and where splits stand.

A file that is none of ours is as good as none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from simulator.tui.screens.draft import Draft
from simulator.tui.screens.templates import Template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

# What a draft says in words; data that is no text is not kept.
_FIELDS = (
    "to", "type", "source", "subject", "extensions", "content_type", "data",
)  # fmt: skip
_WIDEST, _NARROWEST = 100, 24
_HIGHEST, _LOWEST = 40, 4


def _read(path: Path | None, make: Callable[[str, Any], T]) -> dict[str, T]:
    """Make what each name of a file stands for; nothing where it is none of ours."""
    try:
        text = "{}" if path is None else path.read_text(encoding="utf-8")
        return {name: make(name, each) for name, each in json.loads(text).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path | None, data: object) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, indent=2, ensure_ascii=False)
        path.write_text(text, encoding="utf-8")


class SavedEvents:
    """Events that the user has saved, to be sent again."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "templates.json"
        self.all = [*_read(self._path, _template).values()]

    def save(self, template: Template) -> None:
        """Save an event, in place of one of the same name."""
        others = [each for each in self.all if each.name != template.name]
        self._keep([*others, template])

    def remove(self, name: str) -> None:
        self._keep([each for each in self.all if each.name != name])

    def _keep(self, templates: list[Template]) -> None:
        self.all[:] = templates
        drafts = {each.name: each.draft for each in templates}
        data = {
            name: {field: getattr(draft, field) for field in _FIELDS}
            for name, draft in drafts.items()
        }
        _write(self._path, data)


def _template(name: str, fields: dict[str, object]) -> Template:
    known = {field: str(fields[field]) for field in _FIELDS if field in fields}
    return Template(name=name, draft=Draft().replace(**known))


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
        self._splits = _read(self._path, _split)

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
            _write(self._path, self._splits)


def _split(_: str, both: tuple[object, object]) -> Split:
    inspector, events = both
    return Split(int(str(inspector)), int(str(events)))

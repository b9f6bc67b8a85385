"""What the UI keeps between sessions: saved events and the last trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.tui.screens.draft import Draft
from simulator.tui.screens.templates import Template

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEMPLATES = "templates.json"
# What a draft says in words; data that is no text is not kept.
_FIELDS = (
    "to", "type", "source", "subject", "extensions", "content_type", "data",
)  # fmt: skip


def read_templates(path: Path) -> list[Template]:
    """Read the saved events; none when there is no file, or one that is none of ours."""
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


def write_templates(path: Path, templates: Sequence[Template]) -> None:
    """Save events.

    Raises:
        OSError: The file cannot be written.
    """
    data = {
        template.name: {field: getattr(template.draft, field) for field in _FIELDS}
        for template in templates
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")

"""The filter of a trigger in words, one condition a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WAYS = {"exact": "=", "prefix": "begins with", "suffix": "ends with"}
_LISTS = {"all": "all of", "any": "any of"}
_INDENT = "  "


def filter_rows(spec: Mapping[str, Any]) -> list[str]:
    """Write the filter of a Trigger's spec; one row says that there is none.

    Source: knative-resources 5: `filters` beats the legacy `filter`; all of its
        members must pass.
    """
    filters = spec.get("filters")
    if filters:
        return [row for each in filters for row in _rows(each, 0)]
    legacy = spec.get("filter") or {}
    attributes = legacy.get("attributes") or {}
    rows = [
        f'{name} = "{value}"' if value else f"{name} is set"
        for name, value in attributes.items()
    ]
    return rows or ["none, every event passes"]


def _rows(element: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Write one dialect object; admission bounds how deep they are nested."""
    pad = _INDENT * depth
    for dialect, value in element.items():
        if dialect in _WAYS and isinstance(value, dict):
            for name, text in value.items():
                yield f'{pad}{name} {_WAYS[dialect]} "{text}"'
        elif dialect in _LISTS and isinstance(value, list):
            yield f"{pad}{_LISTS[dialect]}"
            for member in value:
                yield from _rows(member, depth + 1)
        elif dialect == "not" and isinstance(value, dict):
            yield f"{pad}not"
            yield from _rows(value, depth + 1)
        elif value:
            yield f"{pad}{' '.join(str(value).split())}"

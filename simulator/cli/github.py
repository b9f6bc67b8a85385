"""Faults and findings as annotations of a change, in the log of GitHub Actions.

Source: GitHub's documentation, "Workflow commands for GitHub Actions", and
    actions/toolkit, packages/core/src/command.ts (escapes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LEVELS = {"fault": "error", "warning": "warning", "note": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def annotation_lines(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give a line for each fault or finding.

    Args:
        found: As `simulator.cli.faults_json` gives them.
    """
    for each in found:
        title = " ".join(filter(None, (each["id"], each["subject"])))
        properties = {
            "file": each["file"],
            "line": each["line"],
            "col": each["column"],
            "title": title or "kn-sim",
        }
        shown = ",".join(
            f"{name}={_escaped(value, _PROPERTY)}"
            for name, value in properties.items()
            if value is not None
        )
        path = f"{each['path']}: " if each["id"] and each["path"] else ""
        message = _escaped(f"{path}{each['message']}", _DATA)
        yield f"::{_LEVELS[each['severity']]} {shown}::{message}"


def _escaped(value: object, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(letter, letter) for letter in str(value))

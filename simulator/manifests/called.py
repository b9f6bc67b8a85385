"""What a value is called in the words of YAML."""

from __future__ import annotations


def called(value: object) -> str:
    """Name the type of a value in the words of YAML, with its article."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a number"

"""JSON data in one line, for programs."""

from __future__ import annotations

import json

import orjson


def json_line(data: object) -> str:
    """Write it without white space, keys in the order in which they are."""
    try:
        return orjson.dumps(data).decode()
    except TypeError:  # half a character, such as a byte on the command line
        return json.dumps(data, separators=(",", ":"))


def json_text(data: object) -> str:
    """Write it indented."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # likewise
        return json.dumps(data, indent=2)

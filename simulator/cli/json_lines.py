"""JSON data in one line, for programs."""

from __future__ import annotations

import orjson


def json_line(data: object) -> str:
    """Write it without white space, keys in the order in which they are."""
    return orjson.dumps(data).decode()


def json_text(data: object) -> str:
    """Write it indented."""
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()

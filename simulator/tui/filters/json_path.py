"""Looks up fields of JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.digits import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def looked_up(body: bytes | None, path: Sequence[str]) -> Iterator[object]:
    """Give what stands at a path, in every item where the path meets a list.

    The path ``size`` gives the number of bytes where there is no such field.
    """
    import orjson  # only filters that look into data pay for it

    found = False
    try:
        data = None if body is None else orjson.loads(body)
    except ValueError:
        data = None
    for value in _values(data, path):
        found = True
        yield value
    if not found and tuple(path) == ("size",):
        yield len(body or b"")


def _values(data: Any, path: Sequence[str]) -> Iterator[object]:
    if isinstance(data, list):
        if path and path[0].isdecimal():
            index = whole(path[0])
            if index < len(data):
                yield from _values(data[index], path[1:])
            return
        for item in data:
            yield from _values(item, path)
    elif not path:
        yield data
    elif isinstance(data, dict) and path[0] in data:
        yield from _values(data[path[0]], path[1:])

"""Records as flat rows, for programs that know tables and nothing of traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.event import Event
    from simulator.trace.record import Record

COLUMNS = (
    "serial", "at_ns", "kind", "cause", "event", "type", "id", "source", "from", "to",
    "attempt", "status", "detail",
)  # fmt: skip
"""The names of the columns; ``event`` is a number, the rest is of the event and record."""


def rows(records: Iterable[Record]) -> Iterator[tuple[Any, ...]]:
    """Give each record as a row of `COLUMNS`.

    Whole numbers and texts; None for a record without a cause or a detail. Events are
    numbered in order of appearance, from 1; as a hop changed it, it counts as another.
    """
    numbers = _Numbers()
    for record in records:
        event = record.event
        yield (
            record.serial,
            record.at_ns,
            str(record.kind),
            record.cause,
            numbers[event],
            event.type,
            event.id,
            event.source,
            record.source,
            record.target,
            record.attempt,
            record.status,
            None if record.detail is None else str(record.detail),
        )


class _Numbers:
    """Numbers of events: by identity where the event is known, else by content."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Event]] = {}
        self._contents: dict[object, int] = {}

    def __getitem__(self, event: Event) -> int:
        found = self._known.get(id(event))
        if found is None:
            # A hash of Event knows source and id only, and many may share those.
            content = (frozenset(event.attributes.items()), event.body)
            number = self._contents.setdefault(content, len(self._contents) + 1)
            found = self._known[id(event)] = (number, event)
        return found[0]

"""Records as flat rows, for programs that know tables; the one door to pyarrow."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

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


# Few values that repeat: readers take them for categories.
_CATEGORIES = ("kind", "type", "source", "from", "to")
_TEXTS = ("id", "detail")
_GROUP = 131_072  # rows that are packed together


def require_pyarrow() -> None:
    """Make sure that Parquet can be written.

    Raises:
        UsageError: It cannot; the message says what to install.
    """
    try:
        import pyarrow.parquet  # noqa: F401 - whether it is there
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow: pip install 'kn-sim[parquet]'"
        ) from None


def write_parquet(records: Iterable[Record], file: BinaryIO) -> None:
    """Write records as a table, compressed with zstandard.

    Columns are as in `rows`: 64-bit integers, texts, and dictionaries of texts.

    Raises:
        OSError: It cannot be written.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    types = [_type(pa, name) for name in COLUMNS]
    schema = pa.schema(list(zip(COLUMNS, types, strict=True)))
    left = rows(records)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(left, _GROUP)):
            columns = zip(*group, strict=True)
            arrays = [
                pa.array(_spelled(column), type_)
                for column, type_ in zip(columns, types, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _type(pa: Any, name: str) -> Any:
    if name in _CATEGORIES:
        return pa.dictionary(pa.int32(), pa.string())
    return pa.string() if name in _TEXTS else pa.int64()


def _spelled(column: Sequence[Any]) -> Sequence[Any]:
    """Give a column without half surrogates, of which Parquet knows nothing."""
    try:
        "".join(text for text in column if type(text) is str).encode()
    except UnicodeEncodeError:
        return [
            each.encode("utf-8", "backslashreplace").decode()
            if isinstance(each, str)
            else each
            for each in column
        ]
    return column

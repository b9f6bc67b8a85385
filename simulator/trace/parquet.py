"""Records as a Parquet file; the one door to pyarrow."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.trace.table import COLUMNS, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

    from simulator.trace.record import Record

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

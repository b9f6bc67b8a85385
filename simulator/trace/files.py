"""Trace files, opened: plain, or compressed where the name ends in ``.zst``.

What is written to a compressed file can be read as soon as it is flushed, as from a plain
one. For reading, the first bytes tell which it is, so that stdin may be either.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

    from simulator.trace.objects import ReadRecords

SUFFIX = ".zst"
# Source: RFC 8878, 3.1.1, Magic_Number.
_MAGIC = b"\x28\xb5\x2f\xfd"
# Of -1 to 5 it makes the smallest traces, in the least time: records that repeat each
# other are what a fast search finds.
_LEVEL = 1


def create_trace(path: str) -> BinaryIO:
    """Open a trace file for writing; what is there is overwritten.

    Raises:
        UsageError: It is to be compressed, and nothing here can.
        OSError: It cannot be written.
    """
    if path.endswith(SUFFIX):
        return cast("BinaryIO", _zstd(path).ZstdFile(path, "w", level=_LEVEL))
    return open(path, "wb")  # noqa: PTH123 - the core knows no paths; the caller closes it


def read_trace(path: str) -> ReadRecords:
    """Read the records of a trace file, up to where it is whole.

    Raises:
        UsageError: It is no trace of kn-sim; the message names the line.
        OSError: It cannot be read.
    """
    try:
        file = open(path, "rb")  # noqa: PTH123, SIM115 - the core knows no paths
    except ValueError:  # which Python words anew and anew
        raise UsageError(f"{path!r}: is no name of a file") from None
    with file:
        return read_stream(file, path)


def read_stream(file: BufferedReader, name: str) -> ReadRecords:
    """Read the records of a trace from a file that is open, such as stdin.

    Args:
        file: Stays open.
        name: What faults call it.

    Raises:
        UsageError: It is no trace of kn-sim; the message names the line.
        OSError: It cannot be read.
    """
    from simulator.trace.jsonl import read_jsonl  # orjson costs 8 ms

    lines: Iterable[bytes] = file
    begin = file.peek(len(_MAGIC))
    if begin.startswith(_MAGIC):
        lines = _decompressed(file, name)
    elif begin.startswith(b"\0"):  # a device, perhaps one without a line or an end
        raise UsageError(
            f"{name}:1: expected the first line of a trace, found NUL bytes"
        )
    return read_jsonl(lines, name)


def _decompressed(file: BufferedReader, name: str) -> Iterator[bytes]:
    """Give the lines of a compressed file, up to where it is whole."""
    zstd = _zstd(name)
    try:
        yield from zstd.ZstdFile(file)
    except EOFError:  # its writer was stopped
        return
    except zstd.ZstdError as error:
        raise UsageError(f"{name}: is no whole zstandard file: {error}") from error


def _zstd(name: str) -> Any:
    """Import what compresses; of one make since Python 3.14, by PEP 784.

    Raises:
        UsageError: It is not there.
    """
    for module in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return import_module(module)
    raise UsageError(
        f"{name}: zstandard needs Python 3.14 or a package: pip install 'kn-sim[zstd]'"
    )

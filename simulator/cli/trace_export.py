"""A recorded run as a file of another program."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import BinaryIO

    from simulator.trace import Trace

STDOUT = "-"


def check_output(args: argparse.Namespace) -> None:
    """Refuse what cannot be written, before anything is read.

    Raises:
        UsageError: The output is the input, is there already, or is a terminal that
            is to show Parquet; or what writes Parquet is missing.
    """
    output: str = args.output
    if args.to == "parquet":
        from simulator.trace.parquet import require_pyarrow

        require_pyarrow()
    if output == STDOUT:
        if args.to == "parquet" and sys.stdout.isatty():
            raise UsageError("Parquet is nothing to look at: say where to with -o FILE")
        return
    if os.path.isdir(output):
        raise UsageError(f"-o {output}: is a folder, expected a file")
    if not os.path.isfile(output):  # nothing is there, or a device
        return
    if os.path.isfile(args.file) and os.path.samefile(args.file, output):
        raise UsageError(f"-o {output}: is the file that is read; name another")
    if not args.force:
        raise UsageError(f"-o {output}: is there already; --force writes over it")


def export(args: argparse.Namespace, trace: Trace) -> int:
    """Write a trace; give the exit code.

    Raises:
        UsageError: It is to be compressed, and nothing here can.
        OSError: It cannot be written.
    """
    write = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}[args.to]
    if args.output == STDOUT:
        write(trace, sys.stdout.buffer)
        return EXIT_DONE
    with _naming(args.output), _created(args) as file:
        write(trace, file)
    return EXIT_DONE


def _created(args: argparse.Namespace) -> BinaryIO:
    if args.to != "parquet":  # which is compressed by itself
        from simulator.trace.files import create_trace

        return create_trace(args.output)
    return open(args.output, "wb")


@contextmanager
def _naming(output: str) -> Iterator[None]:
    """Give the name of the file to a failure, such as of a full disk, that has none."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = output
        raise


def _parquet(trace: Trace, file: BinaryIO) -> None:
    from simulator.trace.parquet import write_parquet

    write_parquet(trace, file)


def _csv(trace: Trace, file: BinaryIO) -> None:
    import csv
    import io

    from simulator.trace.table import COLUMNS, rows

    text = io.TextIOWrapper(
        file, encoding="utf-8", errors="backslashreplace", newline=""
    )
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(trace))
    text.flush()
    text.detach()


def _jsonl(trace: Trace, file: BinaryIO) -> None:
    from simulator.trace.writing import TraceWriter

    TraceWriter(file, trace.recorded).write_records(trace)

"""``kn-sim trace export``: a recorded run for other programs."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.exporting import check_spans, is_url, write_page, write_spans
from simulator.cli.parser import Subparsers, add_command
from simulator.cli.trace_reading import STDIN, read_named
from simulator.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import BinaryIO

    from simulator.trace import Trace

STDOUT = "-"
_FORMS = ("parquet", "csv", "jsonl", "otlp", "html")
_EXAMPLES = """
kn-sim trace export run.jsonl --to parquet -o run.parquet
kn-sim trace export run.jsonl --to csv | head
kn-sim trace export old.jsonl --to jsonl -o new.jsonl.zst
kn-sim trace export run.jsonl --to html -o report.html
kn-sim trace export run.jsonl --to otlp -o http://127.0.0.1:4318
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim trace export`` takes."""
    parser = add_command(
        subparsers,
        "export",
        "write a recorded run for other programs",
        "Write a recorded run as a table, one flat row a record (parquet, csv); as a trace\n"
        "file in the current format (jsonl); as one page of HTML, as kn-sim run --report\n"
        "(html); or as spans of OpenTelemetry, named as those of Eventing (otlp), to a file\n"
        "of OTLP in JSON Lines or to a collector. Compressed where the name ends in .zst.\n"
        "Parquet and sending need more than kn-sim: pip install 'kn-sim[parquet]',\n"
        "'kn-sim[otlp]'.",
        _EXAMPLES,
    )
    parser.add_argument(
        "file", metavar="FILE", help="written by kn-sim run --trace; - is stdin"
    )
    parser.add_argument("--to", choices=_FORMS, required=True, help="what to write")
    parser.add_argument(
        "-o",
        "--output",
        default="-",
        metavar="OUT",
        help="where to; of spans also a URL (stdout)",
    )
    parser.add_argument(
        "--force", action="store_true", help="write over a file that is there"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry it out."""
    check_output(args)
    return export(args, read_named(args.file))


def check_output(args: argparse.Namespace) -> None:
    """Refuse what cannot be written, before anything is read.

    Raises:
        UsageError: The output is the input, is there already, or is a terminal that
            is to show Parquet; or what writes Parquet is missing.
    """
    output: str = args.output
    if args.to == "parquet":
        from simulator.trace.tables import require_pyarrow

        require_pyarrow()
    if args.to == "otlp" and output != STDOUT:
        check_spans(output, "-o")
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
    if args.to in ("otlp", "html"):
        return _tell(args, trace)
    write = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}[args.to]
    if args.output == STDOUT:
        write(trace, sys.stdout.buffer)
        return EXIT_DONE
    with _naming(args.output), _created(args) as file:
        write(trace, file)
    return EXIT_DONE


def _tell(args: argparse.Namespace, trace: Trace) -> int:
    """Write what is made of records and topology together."""
    from simulator.exports.subject import Subject

    subject = Subject.of_trace(trace, "<stdin>" if args.file == STDIN else args.file)
    if args.to == "otlp" and is_url(args.output):
        write_spans(subject, args.output)
    elif args.output == STDOUT:
        _TOLD[args.to](subject, sys.stdout.buffer)
    else:
        with _naming(args.output), _created(args) as file:
            _TOLD[args.to](subject, file)
    return EXIT_DONE


_TOLD = {"otlp": write_spans, "html": write_page}


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
    from simulator.trace.tables import write_parquet

    write_parquet(trace, file)


def _csv(trace: Trace, file: BinaryIO) -> None:
    import csv
    import io

    from simulator.trace.tables import COLUMNS, rows

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

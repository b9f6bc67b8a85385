"""What a run leaves for other programs: ``kn-sim trace export``, and ``--otlp`` and ``--report``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import name_of, read_named
from simulator.cli.options import add_trace
from simulator.cli.outputs import PAGE, SPANS, check_new, refuse_an_input
from simulator.cli.parser import Subparsers, add_command
from simulator.errors import EXIT_DONE, UsageError, naming_file

if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from typing import BinaryIO

    from simulator.exports.subject import Subject
    from simulator.session import Simulation
    from simulator.trace import Trace


def check_exports(args: argparse.Namespace) -> None:
    """Raise UsageError for a file that is read, or a URL that is none, before a run."""
    if args.format == "mermaid" and args.by is not None:
        refuse_to_draw(args)
    if args.otlp is not None:
        check_spans(args.otlp, "--otlp")
        if not is_url(args.otlp):
            refuse_an_input(args, "otlp", SPANS, "file of spans")

    if args.report is not None:
        if args.report in ("", "-"):
            raise UsageError(f"--report: expected a file, found {args.report!r}")
        refuse_an_input(args, "report", PAGE, "page of kn-sim")


def check_spans(target: str, option: str) -> None:
    """See that spans can go to a file or a collector; UsageError where they cannot."""
    if not target or target == "-" or ("://" in target and not is_url(target)):
        raise UsageError(
            f"{option}: expected a file or a URL of HTTP, found {target!r}"
        )
    if is_url(target):
        from simulator.exports.collector import check_collector

        check_collector(target)


def is_url(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def leave(args: argparse.Namespace, sim: Simulation, begin: datetime) -> None:
    """Leave what a run is to leave.

    Args:
        sim: It keeps all its records.
        begin: What its time was before anything happened.

    Raises:
        UsageError: A collector does not take it.
        OSError: A file cannot be written.
    """
    if args.format == "mermaid":
        from simulator.cli.output import emit
        from simulator.exports.sequence import sequence

        emit(sequence(sim.trace))
    if args.otlp is args.report is None:
        return
    from simulator.exports.subject import Subject

    subject = Subject.of_run(sim, begin)
    if args.otlp is not None:
        write_spans(subject, args.otlp)
    if args.report is not None:
        with naming_file(args.report), open(args.report, "wb") as file:
            write_page(subject, file)


def write_page(subject: Subject, file: BinaryIO) -> None:
    """Write the page of a run, or raise OSError."""
    from simulator.exports.report import report

    file.writelines(
        each.encode("utf-8", "backslashreplace") for each in report(subject)
    )


def write_spans(subject: Subject, target: str | BinaryIO) -> None:
    """Write spans to a file, a name or one that is open, or send them to a URL.

    Raises:
        UsageError: A collector does not take them.
        OSError: The file cannot be written.
    """
    from simulator.exports.spans import spans_of

    traces = spans_of(subject)
    if isinstance(target, str) and is_url(target):
        from simulator.exports.collector import send

        send(target, traces)
        return
    from simulator.exports.otlp import lines

    if isinstance(target, str):
        with naming_file(target), open(target, "wb") as file:
            file.writelines(lines(traces))
    else:
        target.writelines(lines(traces))


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
    add_trace(parser)
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
    check_new(output, args.file, force=args.force)


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
    with naming_file(args.output), _created(args) as file:
        write(trace, file)
    return EXIT_DONE


def _tell(args: argparse.Namespace, trace: Trace) -> int:
    from simulator.exports.subject import Subject

    subject = Subject.of_trace(trace, name_of(args.file))
    if args.to == "otlp" and is_url(args.output):
        write_spans(subject, args.output)
    elif args.output == STDOUT:
        _TOLD[args.to](subject, sys.stdout.buffer)
    else:
        with naming_file(args.output), _created(args) as file:
            _TOLD[args.to](subject, file)
    return EXIT_DONE


_TOLD = {"otlp": write_spans, "html": write_page}


def _created(args: argparse.Namespace) -> BinaryIO:
    if args.to != "parquet":  # which is compressed by itself
        from simulator.trace.files import create_trace

        return create_trace(args.output)
    return open(args.output, "wb")


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


def refuse_to_draw(args: argparse.Namespace) -> None:
    """See that a diagram is not to be told by chain; UsageError where it is."""
    if args.by is not None and args.format == "mermaid":
        raise UsageError(
            f"--by {args.by} tells the flow; --format mermaid draws it, and not by {args.by}"
        )

"""``kn-sim trace``: what was recorded, shown or handed on to other programs."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.dead_letters import add_parser as add_dead_letters
from simulator.cli.inputs import add_by, add_output
from simulator.cli.parser import Subparsers, add_command, percent
from simulator.cli.trace_reading import STDIN, read_named
from simulator.errors import EXIT_DONE, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from simulator.trace import Trace


_FORMS = ("parquet", "csv", "jsonl", "otlp")
_EXAMPLES = """
kn-sim trace show run.jsonl
kn-sim trace show run.jsonl.zst --node service/shipping --kind responded
kn-sim trace coverage run.jsonl --of shop.yaml
kn-sim trace test run.jsonl > kept.yaml
kn-sim trace dead-letters run.jsonl --redrive --with fixed.yaml
kn-sim trace export run.jsonl --to parquet -o run.parquet
"""
_SHOW_EXAMPLES = """
kn-sim trace show run.jsonl
kn-sim trace show run.jsonl --id A1
kn-sim trace show run.jsonl.zst --kind lost --kind dead-lettered
kn-sim trace show run.jsonl --format json | jq 'select(.status >= 500)'
"""
_COVERAGE_EXAMPLES = """
kn-sim trace coverage run.jsonl --of shop.yaml
kn-sim trace coverage runs/*.jsonl --of manifests/ --fail-under 90
kn-sim trace coverage run.jsonl --of shop.yaml -o html > coverage.html
kn-sim trace coverage run.jsonl --of shop.yaml --format json | jq .totals
"""
_TEST_EXAMPLES = """
kn-sim trace test run.jsonl > kept.yaml; kn-sim test shop.yaml kept.yaml
kn-sim trace test run.jsonl --name 'an order is shipped once'
kn-sim trace test run.jsonl --to pytest --of shop.yaml > test_kept.py
"""
_EXPORT_EXAMPLES = """
kn-sim trace export run.jsonl --to parquet -o run.parquet
kn-sim trace export run.jsonl --to csv | head
kn-sim trace export old.jsonl --to jsonl -o new.jsonl.zst
kn-sim trace export run.jsonl --to otlp -o http://127.0.0.1:4318
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim trace`` takes."""
    parser = add_command(
        subparsers,
        "trace",
        "show a recorded run, or export it for other programs",
        "Show what kn-sim run --trace has recorded, or hand it on to other programs.",
        _EXAMPLES,
    )
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="kn-sim trace"
    )
    _add_show(commands)
    _add_coverage(commands)
    _add_test(commands)
    add_dead_letters(commands)
    _add_export(commands)


def _add_show(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "show",
        "show the flow of a recorded run",
        "Show the flow of a recorded run as kn-sim run does, and what it came to; with\n"
        "--kind the records themselves, one a line; as JSON every record as an object\n"
        "that speaks for itself.\n\n"
        "Exit code: 0 done; 1 nothing fits; 2 wrong use, or the file is no trace.",
        _SHOW_EXAMPLES,
    )
    _add_file(parser)
    chosen = parser.add_argument_group("only what fits all of these")
    chosen.add_argument(
        "--kind",
        type=_kind,
        action="append",
        default=[],
        metavar="KIND",
        help="records of this kind, repeatable: sent, dispatched, responded, lost …",
    )
    chosen.add_argument(
        "--node",
        metavar="NODE",
        help="what comes from it or goes to it: service/shipping, or shipping",
    )
    chosen.add_argument("--type", metavar="TYPE", help="events of this type")
    chosen.add_argument("--id", metavar="ID", help="the event with this id")
    add_by(add_output(parser))
    parser.set_defaults(run=_show)


def _add_coverage(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "coverage",
        "tell what of a topology recorded runs have tried",
        "Tell what of a topology recorded runs have tried, together: triggers that match and\n"
        "do not, each condition of a filter true and false, subscriptions, steps, branches,\n"
        "replies, retries, timeouts, dead letters, rules of services.\n\n"
        "Exit code: 0 done; 1 less than --fail-under; 2 wrong use, or a file is no trace.",
        _COVERAGE_EXAMPLES,
    )
    parser.add_argument(
        "traces",
        nargs="+",
        metavar="TRACE",
        help="written by kn-sim run --trace; - is stdin",
    )
    parser.add_argument(
        "--of",
        action="append",
        default=[],
        metavar="FILE",
        help="YAML of the topology, or a folder, repeatable: what is missing is shown "
        "with its line there (the topology in the trace, which has no lines)",
    )
    parser.add_argument(
        "--fail-under",
        type=percent,
        default=0.0,
        metavar="PERCENT",
        help="exit with 1 if less is covered",
    )
    add_output(parser, ("text", "json", "lcov", "cobertura", "html"))
    parser.set_defaults(run=_coverage)


def _add_test(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "test",
        "write a test that keeps a recorded run",
        "Write to stdout a test that keeps a recorded run: what was given and sent, what\n"
        "each service took, dead letters, answers to senders. The run is had again from\n"
        "its trace, and the test is tried; what it cannot keep is told on stderr.\n\n"
        "Exit code: 0 the test keeps the run; 1 something of it is not kept; 2 wrong use,\n"
        "the file is no trace, or its run cannot be had again.",
        _TEST_EXAMPLES,
    )
    _add_file(parser)
    parser.add_argument(
        "--to",
        choices=("yaml", "pytest"),
        default="yaml",
        help="for kn-sim test (yaml), or a function for pytest",
    )
    parser.add_argument("--name", metavar="NAME", help="of the test (that of the file)")
    parser.add_argument(
        "--of",
        metavar="FILE",
        help="the topology that the function for pytest names",
    )
    parser.add_argument(
        "--handlers",
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that plays services, as for kn-sim run, repeatable",
    )
    parser.set_defaults(run=_test)


def _add_export(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "export",
        "write a recorded run for other programs",
        "Write a recorded run as a table, one flat row a record (parquet, csv); as a trace\n"
        "file in the current format (jsonl); or as spans of OpenTelemetry, named as those\n"
        "of Eventing (otlp), to a file of OTLP in JSON Lines or to a collector. Compressed\n"
        "where the name ends in .zst. Parquet and sending need more than kn-sim:\n"
        "pip install 'kn-sim[parquet]', 'kn-sim[otlp]'.",
        _EXPORT_EXAMPLES,
    )
    _add_file(parser)
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
    parser.set_defaults(run=_export)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="written by kn-sim run --trace; - is stdin"
    )


def _show(args: argparse.Namespace) -> int:
    from simulator.cli.trace_show import show

    return show(args, read_named(args.file))


def _coverage(args: argparse.Namespace) -> int:
    from simulator.cli.coverage import show

    if args.traces.count(STDIN) > 1:
        raise UsageError("stdin can be read once: there is more than one '-'")
    return show(args, ((name, read_named(name)) for name in args.traces))


def _test(args: argparse.Namespace) -> int:
    from simulator.cli.trace_test import show

    return show(args, read_named(args.file))


def _export(args: argparse.Namespace) -> int:
    check_output(args)
    return export(args, read_named(args.file))


def _kind(word: str) -> str:
    from simulator.trace import Kind

    kinds = [str(kind) for kind in Kind]
    if word not in kinds:
        raise argparse.ArgumentTypeError(
            f"{word!r} is no kind of record{nearest(word, kinds)} "
            f"(there are: {', '.join(kinds)})"
        )
    return word


STDOUT = "-"


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
        from simulator.cli.exporting import check_spans

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
    if args.to == "otlp":
        return _export_spans(args, trace)
    write = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}[args.to]
    if args.output == STDOUT:
        write(trace, sys.stdout.buffer)
        return EXIT_DONE
    with _naming(args.output), _created(args) as file:
        write(trace, file)
    return EXIT_DONE


def _export_spans(args: argparse.Namespace, trace: Trace) -> int:
    from simulator.cli.exporting import is_url, write_spans
    from simulator.exports.subject import Subject

    subject = Subject.of_trace(trace, args.file)
    if args.output == STDOUT:
        write_spans(subject, "", sys.stdout.buffer)
    elif is_url(args.output):
        write_spans(subject, args.output)
    else:
        with _naming(args.output), _created(args) as file:
            write_spans(subject, "", file)
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

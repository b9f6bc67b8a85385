"""``kn-sim trace``: what was recorded, shown or handed on to other programs."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from simulator.cli.dead_letters import add_parser as add_dead_letters
from simulator.cli.inputs import STDIN, check_stdin, name_of, read_named
from simulator.cli.options import add_by, add_output, add_trace
from simulator.cli.output import say
from simulator.cli.outputs import TRACE, check_new
from simulator.cli.parser import Subparsers, add_command, percent
from simulator.cli.trace_export import add_parser as add_export
from simulator.errors import EXIT_DONE, EventError, UsageError, nearest

if TYPE_CHECKING:
    from simulator.exports.cluster import Imported

_EXAMPLES = """
kn-sim trace show run.jsonl
kn-sim trace show run.jsonl.zst --node service/shipping --kind responded
kn-sim trace coverage run.jsonl --of shop.yaml
kn-sim trace test run.jsonl > kept.yaml
kn-sim trace dead-letters run.jsonl --redrive --with fixed.yaml
kn-sim trace export run.jsonl --to parquet -o run.parquet
kn-sim trace import spans.json -o cluster.jsonl
"""
_SHOW_EXAMPLES = """
kn-sim trace show run.jsonl
kn-sim trace show run.jsonl --id A1
kn-sim trace show run.jsonl.zst --kind lost --kind dead-lettered
kn-sim trace show run.jsonl --format json | jq 'select(.status >= 500)'
kn-sim trace show run.jsonl --id A1 --format mermaid
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


def add_parser(subparsers: Subparsers) -> None:
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
    add_export(commands)
    add_import(commands)


def _add_show(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "show",
        "show the flow of a recorded run",
        "Show the flow of a recorded run as kn-sim run does, and what it came to; with\n"
        "--kind the records themselves, one a line; as JSON every record as an object\n"
        "that speaks for itself; as Mermaid a sequence diagram of the event that --id\n"
        "names, or of all.\n\n"
        "Exit code: 0 done; 1 nothing fits; 2 wrong use, or the file is no trace.",
        _SHOW_EXAMPLES,
    )
    add_trace(parser)
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
    add_by(add_output(parser, ("text", "json", "mermaid")))
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
    add_trace(parser)
    parser.add_argument(
        "--to",
        choices=("yaml", "pytest"),
        default="yaml",
        help="for kn-sim test (yaml), or a function for pytest",
    )
    parser.add_argument("--name", metavar="NAME", help="of the test (that of the file)")
    parser.add_argument(
        "--of", metavar="FILE", help="the topology that the function for pytest names"
    )
    parser.add_argument(
        "--handlers",
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that plays services, as for kn-sim run, repeatable",
    )
    parser.set_defaults(run=_test)


def _show(args: argparse.Namespace) -> int:
    from simulator.cli.trace_show import show

    return show(args, read_named(args.file))


def _coverage(args: argparse.Namespace) -> int:
    from simulator.cli.coverage import show

    check_stdin(*args.traces, *args.of)
    return show(args, ((name, read_named(name)) for name in args.traces))


def _test(args: argparse.Namespace) -> int:
    from simulator.cli.trace_test import show

    return show(args, read_named(args.file))


def _kind(word: str) -> str:
    from simulator.trace import Kind

    kinds = [str(kind) for kind in Kind]
    if word not in kinds:
        raise argparse.ArgumentTypeError(
            f"{word!r} is no kind of record{nearest(word, kinds)} "
            f"(there are: {', '.join(kinds)})"
        )
    return word


_LARGEST = 256 * 1024 * 1024
_IMPORT_EXAMPLES = """
kn-sim trace import spans.json -o cluster.jsonl
kn-sim explain k8s/ --trace cluster.jsonl
kubectl logs deploy/event-display | kn-sim trace import - --to broker/default -o cluster.jsonl
"""


def add_import(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "import",
        "read what a cluster has recorded as a trace",
        "Read what a cluster has recorded, and write it as a trace: spans of Eventing, in OTLP\n"
        "as JSON, of which each event at a broker is told, and which triggers took it; or\n"
        "events alone, one CloudEvent a line as JSON, or the log of event_display. What\n"
        "triggers would take them now, kn-sim explain --trace says.\n\n"
        "Exit code: 0 done; 1 there is no event in it; 2 wrong use, or it cannot be read.",
        _IMPORT_EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="what is read; - is stdin")
    parser.add_argument(
        "--to",
        default="broker/default",
        metavar="HUB",
        help="where events that are no spans were sent (broker/default)",
    )
    parser.add_argument(
        "-o", "--output", default="-", metavar="OUT", help="where to (stdout)"
    )
    parser.add_argument(
        "--force", action="store_true", help="write over a file that is there"
    )
    parser.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from simulator.cli.trace_export import STDOUT
    from simulator.resource import counted
    from simulator.trace.files import create_trace
    from simulator.trace.writing import TraceWriter

    _check_use(args)
    found = _imported(args)
    if args.output == STDOUT:
        TraceWriter(sys.stdout.buffer, None).write_records(found.records)
    else:
        with create_trace(args.output) as file:
            TraceWriter(file, None).write_records(found.records)
    over = f"; {found.passed_over} spans tell of none" if found.passed_over else ""
    events = counted(found.events, "event")
    say(f"kn-sim: {events}, {counted(found.deliveries, 'delivery')}{over}")
    return EXIT_DONE if found.events else 1


def _check_use(args: argparse.Namespace) -> None:
    from simulator.nodes import role_of

    role = role_of(args.to)
    if role is None or not role.is_hub:
        raise UsageError(
            f"--to {args.to}: expected a broker or channel, such as broker/default"
        )
    if args.output == "-":
        return
    check_new(args.output, args.file, force=args.force)


def _imported(args: argparse.Namespace) -> Imported:
    """Find out what a file holds, and read it.

    Raises:
        EventError: It is faulty; all faults are named.
        UsageError: It is too large.
        OSError: It cannot be read.
    """
    from simulator.exports.cluster import of_events, of_spans
    from simulator.exports.event_display import MARK, read_display
    from simulator.exports.spans_read import documents_in, is_spans, read_spans

    name = name_of(args.file)
    content = _content(args.file)
    if content.startswith(TRACE[0]):
        raise UsageError(f"{name}: is a trace of kn-sim already")
    documents = documents_in(content)
    if documents and any(is_spans(each) for _, each in documents):
        return of_spans(read_spans(documents, name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EventError(f"is not UTF-8: {error.reason}", where=name) from error
    if documents is None and MARK in text:
        return of_events(read_display(text, name), args.to)
    from simulator.cli.events import events_in

    return of_events(events_in(text, name), args.to)


def _content(name: str) -> bytes:
    if name == STDIN:
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with open(name, "rb") as file:
            content = file.read(_LARGEST + 1)  # a device may never end
    if len(content) > _LARGEST:
        raise UsageError(f"{name}: is larger than {_LARGEST // 1024**2} MiB")
    return content

"""``kn-sim trace import``: what a cluster has recorded, as a trace."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from simulator.cli.output import say
from simulator.cli.parser import Subparsers, add_command
from simulator.cli.trace_reading import STDIN
from simulator.errors import EXIT_DONE, EventError, UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.exports.cluster import Imported

_LARGEST = 256 * 1024 * 1024
_EXAMPLES = """
kn-sim trace import spans.json -o cluster.jsonl
kn-sim explain k8s/ --trace cluster.jsonl
kubectl logs deploy/event-display | kn-sim trace import - --to broker/default -o cluster.jsonl
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim trace import`` takes."""
    parser = add_command(
        subparsers,
        "import",
        "read what a cluster has recorded as a trace",
        "Read what a cluster has recorded, and write it as a trace: spans of Eventing, in OTLP\n"
        "as JSON, of which each event at a broker is told, and which triggers took it; or\n"
        "events alone, one CloudEvent a line as JSON, or the log of event_display. What\n"
        "triggers would take them now, kn-sim explain --trace says.\n\n"
        "Exit code: 0 done; 1 there is no event in it; 2 wrong use, or it cannot be read.",
        _EXAMPLES,
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
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry it out."""
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
    if os.path.isdir(args.output):
        raise UsageError(f"-o {args.output}: is a folder, expected a file")
    if os.path.isfile(args.output):
        if os.path.isfile(args.file) and os.path.samefile(args.file, args.output):
            raise UsageError(
                f"-o {args.output}: is the file that is read; name another"
            )
        if not args.force:
            raise UsageError(
                f"-o {args.output}: is there already; --force writes over it"
            )


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

    name = "<stdin>" if args.file == STDIN else args.file
    content = _content(args.file)
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

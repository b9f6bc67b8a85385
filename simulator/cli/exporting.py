"""What a run leaves for other programs, beside its trace: ``--otlp``, ``--report``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.written import PAGE, SPANS, refuse_an_input
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from typing import BinaryIO

    from simulator.exports.subject import Subject
    from simulator.session import Simulation


def check_exports(args: argparse.Namespace) -> None:
    """Refuse what cannot be left, before anything is run.

    Raises:
        UsageError: A file is one that is read, or a URL is none.
    """
    if args.format == "mermaid" and args.by is not None:
        from simulator.cli.trace_show import refuse_to_draw

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
    """See that spans can go to a file or a collector.

    Raises:
        UsageError: They cannot.
    """
    if not target or target == "-":
        raise UsageError(f"{option}: expected a file or a URL, found {target!r}")
    if is_url(target):
        from simulator.exports.collector import check_collector

        check_collector(target)


def is_url(target: str) -> bool:
    """Whether spans go to a collector, and to no file."""
    return target.startswith(("http://", "https://"))


def leave(args: argparse.Namespace, sim: Simulation, begin: datetime) -> None:
    """Leave what a run is to leave.

    Args:
        args: Of ``kn-sim run``.
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
        with open(args.report, "wb") as file:
            write_page(subject, file)


def write_page(subject: Subject, file: BinaryIO) -> None:
    """Write the page of a run.

    Raises:
        OSError: It cannot be written.
    """
    from simulator.exports.report import report

    file.writelines(
        each.encode("utf-8", "backslashreplace") for each in report(subject)
    )


def write_spans(subject: Subject, target: str | BinaryIO) -> None:
    """Write the spans of a run to a file, or send them to a collector.

    Args:
        subject: The run.
        target: A URL, the name of a file, or one that is open.

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
        with open(target, "wb") as file:
            file.writelines(lines(traces))
    else:
        target.writelines(lines(traces))

"""What a run leaves for other programs, beside its trace: ``--otlp``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.cli.written import SPANS, refuse_an_input
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from datetime import datetime
    from typing import BinaryIO

    from simulator.exports.subject import Subject
    from simulator.session import Simulation


def exports(args: argparse.Namespace) -> bool:
    """Whether a run leaves anything that takes all its records."""
    return args.otlp is not None


def check_exports(args: argparse.Namespace) -> None:
    """Refuse what cannot be left, before anything is run.

    Raises:
        UsageError: A file is one that is read, or a URL is none.
    """
    if args.otlp is not None:
        check_spans(args.otlp, "--otlp")
        if not is_url(args.otlp):
            refuse_an_input(args, "otlp", SPANS, "file of spans")


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


class Left(NamedTuple):
    """A run that is under way, of which something is to be left.

    Args:
        sim: It keeps all its records.
        begin: What its time was before anything happened.
    """

    sim: Simulation
    begin: datetime

    def write(self, args: argparse.Namespace) -> None:
        """Leave it.

        Raises:
            UsageError: A collector does not take it.
            OSError: A file cannot be written.
        """
        from simulator.exports.subject import Subject

        subject = Subject.of_run(self.sim, self.begin)
        if args.otlp is not None:
            write_spans(subject, args.otlp)


def write_spans(subject: Subject, target: str, file: BinaryIO | None = None) -> None:
    """Write the spans of a run to a file, or send them to a collector.

    Args:
        subject: The run.
        target: A URL, or the name of a file.
        file: In its place, a file that is open.

    Raises:
        UsageError: A collector does not take them.
        OSError: The file cannot be written.
    """
    from simulator.exports.spans import spans_of

    traces = spans_of(subject)
    if is_url(target):
        from simulator.exports.collector import send

        send(target, traces)
        return
    from simulator.exports.otlp import lines

    if file is not None:
        file.writelines(lines(traces))
        return
    with open(target, "wb") as opened:
        opened.writelines(lines(traces))

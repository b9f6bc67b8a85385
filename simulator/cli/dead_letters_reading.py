"""Dead letters read from a file, of a run or of a cluster, with what is known besides."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, cast

from simulator.cli.events import read_events
from simulator.cli.inputs import load
from simulator.cli.output import say
from simulator.cli.trace_reading import STDIN, read_named
from simulator.dead_letters.letter import letters_in, letters_of
from simulator.kernel import AddressBook
from simulator.kernel.log import Kind
from simulator.session.blueprint import Blueprint
from simulator.session.replaying import Replay
from simulator.story.hops import Family

if TYPE_CHECKING:
    from io import BufferedReader

    from simulator.trace import Trace

_TRACES = (b'{"format":', b"\x28\xb5\x2f\xfd")  # the second is zstandard
_ENDS = (Kind.LOST, Kind.STUCK, Kind.CUT)


class Found:
    """The dead letters of a file, and what is known besides.

    Args:
        args: Of the command.

    Attributes:
        letters: In order.
        lost: How many deliveries of the run ended in no dead letter sink.
        family: The run; None for a cluster's letters.
        replay: What its trace says of it; None for nothing.
        book: Of the topology that they come from; None where nobody knows.
        names: Names the addresses in letters; likewise.

    Raises:
        UsageError: The file is no trace, or an event in it is none.
        TopologyError: The topology that they come from is refused.
        OSError: A file cannot be read.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        self.book = _book(args, args.of) if args.of else None
        self.family: Family | None = None
        self.replay: Replay | None = None
        self.lost = 0
        if _is_trace(args.file):
            self._add_run(read_named(args.file), args.file)
        else:
            name = args.file if args.file == STDIN else f"@{args.file}"
            self.letters = list(letters_of(read_events([name])))
            if not any(each.code or each.dest for each in self.letters):
                say(
                    f"kn-sim: nothing in {args.file} has knativeerror… attributes: they are "
                    "no dead letters, or of failures that leave no report, such as a timeout"
                )
        self.names = self.book

    def _add_run(self, trace: Trace, name: str) -> None:
        self.family = Family(trace)
        self.letters = list(letters_in(dict.fromkeys(self.family.of.values())))
        self.lost = len(trace.select(kind=_ENDS))
        if trace.recorded is not None:
            self.replay = Replay(trace, name)
            self.book = self.book or AddressBook(self.replay.wiring)


def _is_trace(name: str) -> bool:
    """Tell by how a file begins whether it is a trace.

    Raises:
        OSError: It cannot be read.
    """
    if name == STDIN:
        stdin = cast("BufferedReader", sys.stdin.buffer)
        return stdin.peek(max(map(len, _TRACES))).startswith(_TRACES)
    with open(name, "rb") as file:
        return file.read(max(map(len, _TRACES))).startswith(_TRACES)


def _book(args: argparse.Namespace, files: list[str]) -> AddressBook:
    topology = load(argparse.Namespace(**{**vars(args), "files": files}))
    return Blueprint(topology, strict=args.strict, profile=args.profile).book(())

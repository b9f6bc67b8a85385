"""Dead letters of a file, of a run or of a cluster: read, with what is known besides, and told."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from simulator.cli.events import read_events
from simulator.cli.inputs import STDIN, load, read_named
from simulator.cli.output import say, some_of
from simulator.dead_letters.letter import ladder_of, letters_in, letters_of, named
from simulator.duration import duration_text
from simulator.kernel import AddressBook
from simulator.kernel.log import Kind
from simulator.resource import counted
from simulator.session.blueprint import Blueprint
from simulator.session.replaying import Replay
from simulator.story.hops import Family
from simulator.story.phrases import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader

    from simulator.cli.style import Style
    from simulator.dead_letters.letter import Group, Ladder, Letter
    from simulator.dead_letters.redrive import Redriven
    from simulator.trace import Trace

FORMAT = "kn-sim-dead-letters/1"
_MOST_COURSES = 3
_MOST_STEPS = 12
_MOST_NAMED = 3
_MOST_FRESH = 10
_WIDEST_TEXT = 200


def lines_of(
    groups: Sequence[Group],
    found: Found,
    style: Style,
    redriven: Redriven | None = None,
) -> Iterator[str]:
    letters = len(found.letters)
    if not letters:
        yield "no dead letters"
    else:
        title = f"{counted(letters, 'dead letter')} in {counted(len(groups), 'group')}"
        yield style.paint(title, "bold")
    for number, group in enumerate(groups, 1):
        yield ""
        yield from _group_lines(number, group, found, style)
    if found.lost:
        yield ""
        yield (
            f"besides, {counted(found.lost, 'delivery')} ended in no dead letter "
            "sink: kn-sim trace show --kind lost"
        )
    if redriven is not None:
        yield ""
        yield from _redriven_lines(groups, found, redriven, style)


def _group_lines(
    number: int, group: Group, found: Found, style: Style
) -> Iterator[str]:
    example = group.example
    event = example.event
    head = (
        f"{number}  {counted(len(group.letters), 'letter')}: {_cause(example, found)}"
    )
    yield style.paint(style.line(head), "yellow")
    courses = Counter((_way(e), ladder_of(e, found.book)) for e in group.letters)
    for (way, ladder), count in courses.most_common(_MOST_COURSES):
        if way:
            several = f" ({count})" if len(courses) > 1 else ""
            yield style.line(f"   from      {way}{several}")
        if ladder is not None:
            yield style.line(f"   attempts  {_steps(ladder)}")
    if len(courses) > _MOST_COURSES:
        yield f"   and {len(courses) - _MOST_COURSES} further ways"
    subject = f" ({event.subject})" if event.subject else ""
    yield style.line(f"   such as   {event.type} {event.id} of {event.source}{subject}")


def _cause(letter: Letter, found: Found) -> str:
    if not letter.code and not letter.dest:
        known = f"; the last attempt: {letter.ended}" if letter.ended else ""
        return f"no report in it{known}"
    text = f": {shortened(letter.text, _WIDEST_TEXT)}" if letter.text else ""
    return f"{letter.code or 'no code'} from {named(letter.dest, found.names)}{text}"


def _way(letter: Letter) -> str:
    if not letter.route:
        return ""
    return f"{letter.hub or 'a hub'}, {letter.route} → {letter.sink}"


def _steps(ladder: Ladder) -> str:
    shown = [
        f"+{duration_text(each.at_ns)}" + (f" {each.said}" if each.said else "")
        for each in ladder.attempts
    ]
    more = len(shown) + ladder.unlisted - _MOST_STEPS
    if more > 0:
        shown = [*shown[: _MOST_STEPS - 1], f"{more} more", *shown[-1:]]
    if ladder.buried_ns is not None:
        shown.append(f"dead letter +{duration_text(ladder.buried_ns)}")
    planned = (
        f" (as of {', '.join(ladder.routes[:_MOST_NAMED])})" if ladder.routes else ""
    )
    return ", ".join(shown) + planned


def _redriven_lines(
    groups: Sequence[Group], found: Found, redriven: Redriven, style: Style
) -> Iterator[str]:
    whys = dict(zip(map(id, found.letters), redriven.whys, strict=True))
    hubs = ", ".join(f"{count} to {hub}" for hub, count in redriven.hubs.items())
    yield f"{style.paint('sent once more', 'bold')}: {hubs}"
    for number, group in enumerate(groups, 1):
        failing = [each for each in group.letters if whys[id(each)]]
        drained = len(group.letters) - len(failing)
        mark = style.mark("✗ ", "red") if failing else style.mark("✓ ", "green")
        yield f"{mark}{number}  {drained} of {len(group.letters)} drained"
        counts: dict[str, list[Letter]] = {}
        for each in failing:
            counts.setdefault(whys[id(each)], []).append(each)
        for why, those in counts.items():
            names = some_of([each.event.id for each in those], _MOST_NAMED)
            yield style.line(f"     {names}: {why}")
    for node, count in redriven.again.items():
        yield f"! {node} took {count} of the events again, which it had taken before"
    for node, count in redriven.others.items():
        yield f"! {node} took {count} of the events, too; whether again, nobody knows"
    for text in redriven.fresh[:_MOST_FRESH]:
        yield style.line(f"! also died: {text}")
    if len(redriven.fresh) > _MOST_FRESH:
        yield f"! and {len(redriven.fresh) - _MOST_FRESH} more"
    failing_in_all = sum(map(bool, redriven.whys))
    mark, colour = ("✓", "green") if redriven.ok else ("✗", "red")
    said = f"{len(redriven.whys) - failing_in_all} drained"
    said += f", {failing_in_all} still failing" if failing_in_all else ""
    said += f", {len(redriven.fresh)} besides" if redriven.fresh else ""
    yield (
        f"{style.mark(mark, colour)} {style.paint(said, 'bold')} "
        f"in {duration_text(redriven.now_ns)} of virtual time"
    )


def json_of(
    file: str, groups: Sequence[Group], found: Found, redriven: Redriven | None = None
) -> dict[str, Any]:
    whys: dict[int, str] = {}
    if redriven is not None:
        whys = dict(zip(map(id, found.letters), redriven.whys, strict=True))
    again = None
    if redriven is not None:
        failing = sum(map(bool, redriven.whys))
        again = {
            "ok": redriven.ok,
            "drained": len(redriven.whys) - failing,
            "failing": failing,
            "hubs": redriven.hubs,
            "virtual_time_ns": redriven.now_ns,
            "stopped": redriven.stopped or None,
            "again": redriven.again,
            "perhaps_again": redriven.others,
            "also_died": list(redriven.fresh),
        }
    return {
        "format": FORMAT,
        "file": file,
        "dead_letters": len(found.letters),
        "lost": found.lost,
        "groups": [_group_object(group, found, whys) for group in groups],
        "redrive": again,
    }


def _group_object(group: Group, found: Found, whys: dict[int, str]) -> dict[str, Any]:
    example = group.example
    ladder = ladder_of(example, found.book)
    return {
        "code": example.code or None,
        "dest": example.dest or None,
        "node": named(example.dest, found.names) or None,
        "data": example.text or None,
        "letters": [
            {
                "type": each.event.type,
                "id": each.event.id,
                "source": each.event.source,
                "hub": each.hub or None,
                "route": each.route or None,
                "sink": each.sink or None,
                "attempts": len(each.attempts) or None,
                "drained": None if id(each) not in whys else not whys[id(each)],
                "why": whys.get(id(each)) or None,
            }
            for each in group.letters
        ],
        "example": example.event.to_json(),
        "attempts": None
        if ladder is None
        else {
            "routes": list(ladder.routes),
            "steps": [
                {"at_ns": each.at_ns, "said": each.said or None}
                for each in ladder.attempts
            ],
            "unlisted": ladder.unlisted,
            "dead_letter_at_ns": ladder.buried_ns,
        },
    }


_TRACES = (b'{"format":', b"\x28\xb5\x2f\xfd")  # the second is zstandard
_ENDS = (Kind.LOST, Kind.STUCK, Kind.CUT)


class Found:
    """The dead letters of a file, and what is known besides.

    Attributes:
        book: Of the topology that they come from; None where nobody knows.
        lost: How many deliveries of the run ended in no dead letter sink.
        family: The run; None for a cluster's letters.
        replay: What its trace says of it; None for nothing.
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
    """Tell by how a file begins, or raise OSError."""
    if name == STDIN:
        stdin = cast("BufferedReader", sys.stdin.buffer)
        return stdin.peek(max(map(len, _TRACES))).startswith(_TRACES)
    with open(name, "rb") as file:
        return file.read(max(map(len, _TRACES))).startswith(_TRACES)


def _book(args: argparse.Namespace, files: list[str]) -> AddressBook:
    topology = load(argparse.Namespace(**{**vars(args), "files": files}))
    return Blueprint(topology, strict=args.strict, profile=args.profile).book(())

"""``kn-sim explain --trace``: who took the events of a trace, and who would now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import book_of, check_stdin, read_named, style_of
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError
from simulator.resource import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from simulator.cli.style import Style
    from simulator.exports.now import Alike, Taker

FORMAT = "kn-sim-explain-trace/1"
_MARKS = {
    (True, True): ("✓", "green", "took it, and would now"),
    (True, False): ("✗", "red", "took it, and would not now"),
    (False, True): ("+", "yellow", "did not take it, and would now"),
    (None, True): ("✓", "green", "would take it"),
}


def run(args: argparse.Namespace) -> int:
    """Carry it out.

    Raises:
        UsageError: Something else is asked for, or the file is no trace.
        TopologyError: The topology is refused.
    """
    from simulator.exports.now import then_and_now, total

    for name, option in (
        ("trigger", "--trigger"), ("to", "--to"), ("account", "--as"), ("limit", "--limit"),
    ):  # fmt: skip
        if getattr(args, name) is not None:
            raise UsageError(
                f"--trace: all of its events are explained, {option} is too much"
            )
    check_stdin(*args.files, args.trace)
    book = book_of(args)
    groups = then_and_now(read_named(args.trace), book.wiring)
    if args.matching:
        groups = [group for group in groups if group.takers]
    if not groups:
        raise UsageError(f"{args.trace}: no event came to a broker or channel in it")
    otherwise = total(groups, differing=True)
    if args.format == "json":
        from simulator.cli.output import json_text

        sys.stdout.write(json_text(_json(groups, otherwise)) + "\n")
    else:
        for line in _lines(groups, style_of(args)):
            print(line)
    return EXIT_SAYS_NO if otherwise else EXIT_DONE


def _lines(groups: Sequence[Alike], style: Style) -> Iterator[str]:
    from simulator.exports.now import total

    for group in groups:
        who = (
            group.first.id
            if group.number == 1
            else f"{group.number} times, first {group.first.id}"
        )
        yield style.paint(
            style.line(f"{group.first.type} {style.symbols('→')} {group.hub}  ({who})"),
            "bold",
        )
        for taker in group.takers:
            yield _line(taker, style)
        if not group.takers:
            yield f"  {style.symbols('·')} nobody took it, and nobody would now"
        yield ""
    count, otherwise = total(groups), total(groups, differing=True)
    untold = sum(
        group.number
        for group in groups
        if any(each.took is None for each in group.takers)
    )
    if otherwise:
        mark = style.mark("✗", "red")
        said = f"{otherwise} of {counted(count, 'event')} would go another way"
        yield f"{mark} {style.paint(said, 'bold')}"
    elif untold:
        yield (
            f"{style.symbols('·')} {counted(count, 'event')}; of {untold} the trace does "
            "not tell who took it"
        )
    else:
        mark = style.mark("✓", "green")
        yield f"{mark} {style.paint(f'all {count} events would go as they went', 'bold')}"


def _line(taker: Taker, style: Style) -> str:
    if taker.would is None:
        did = {True: "took it", False: "did not take it", None: "may take it"}[
            taker.took
        ]
        said = f"{did}; {taker.why}, which the trace does not tell"
        return f"  {style.paint('?', 'yellow')} {style.line(f'{taker.route}  {said}')}"
    symbol, colour, said = _MARKS[taker.took, taker.would]
    why = f": {taker.why}" if taker.why else ""
    return f"  {style.mark(symbol, colour)} {style.line(f'{taker.route}  {said}{why}')}"


def _json(groups: Sequence[Alike], otherwise: int) -> dict[str, Any]:
    from simulator.exports.now import total

    return {
        "format": FORMAT,
        "events": total(groups),
        "otherwise": otherwise,
        "groups": [
            {
                "type": group.first.type,
                "hub": group.hub,
                "count": group.number,
                "first": {"id": group.first.id, "source": group.first.source},
                "triggers": [
                    {
                        "trigger": taker.route,
                        "took": taker.took,
                        "would": taker.would,
                        "why": taker.why,
                    }
                    for taker in group.takers
                ],
            }
            for group in groups
        ],
    }

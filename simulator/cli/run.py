"""``kn-sim run``: the flow of events through a topology, and what it came to."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import (
    add_choices,
    add_files,
    add_output,
    add_settings,
    at_least_one,
    duration,
    load,
    simulate,
    style_of,
)
from simulator.cli.parser import Subparsers, add_command
from simulator.cli.reporting import say
from simulator.errors import (
    EXIT_DONE,
    EXIT_SAYS_NO,
    UnknownAddressError,
    UsageError,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from simulator.event import Event
    from simulator.session import Simulation

EXIT_INTERRUPTED = 130
ENDLESS_RUN = "5m"
_NAMED = 3  # sources, in one line
_MOST_RECORDS = 5_000_000
# Records that stay in memory; each chunk is shown, counted and then forgotten.
_KEPT = 1_000

_EXAMPLES = """
kn-sim run shop.yaml --send type=order.placed,data='{"id": 1}'
kn-sim run shop.yaml --send order.json --send @more.jsonl --to channel/audit
kn-sim run k8s/ sim.yaml --for 1h --seed 7 --trace run.jsonl
cat event.json | kn-sim run shop.yaml --send - --format json
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim run`` takes."""
    parser = add_command(
        subparsers,
        "run",
        "run a topology in virtual time and show the flow of events",
        "Run a topology in virtual time: send events, let its sources send theirs, and show\n"
        "what flows where, as it happens, and what it came to.\n\n"
        "Exit code: 0 all went well; 1 something was lost, refused, expired, answered\n"
        "with a failure, a handler raised that must not, or there was no end;\n"
        "2 wrong use, or the topology cannot be run.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="EVENT",
        help="an event to send at the start, repeatable: a file with a JSON event, an "
        "array or JSON Lines of them; - for stdin; JSON; or attributes as in the examples",
    )
    parser.add_argument(
        "--to",
        default="",
        metavar="ADDRESS",
        help="where to send it: broker/default, channel/audit, service/x or a URL "
        "(the only broker, or broker/default)",
    )
    parser.add_argument(
        "--for",
        type=duration,
        metavar="DURATION",
        dest="until",
        help="virtual time to run: 90s, 5m, 1h, PT1H (until nothing is due; "
        f"{ENDLESS_RUN} if sources never end)",
    )
    parser.add_argument(
        "--limit",
        type=at_least_one,
        default=_MOST_RECORDS,
        metavar="RECORDS",
        help=f"stop a run that makes more records ({_MOST_RECORDS})",
    )
    add_settings(parser)
    add_choices(parser)
    output = add_output(parser)
    output.add_argument(
        "--trace",
        metavar="FILE",
        help="write all records to a file, as JSON Lines; compressed where its name ends "
        "in .zst",
    )
    output.add_argument(
        "--all", action="store_true", help="show every line of the flow on a terminal"
    )
    output.add_argument(
        "--quiet", action="store_true", help="show the summary only, not the flow"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry it out."""
    if args.to and not args.send:
        raise UsageError("--to says where --send goes; there is no --send")
    sim = simulate(args, load(args, partly=True), keep=min(_KEPT, args.limit))
    from simulator.cli.findings import (
        refuse_faults,  # findings are shown later, if at all
    )

    refuse_faults(sim.wiring)
    if not args.send and not any(source.sink for source in sim.wiring.sources):
        from simulator.cli.hints import hint_lines

        for line in hint_lines(sim.wiring, args.files, style_of(args)):
            print(line)
        return EXIT_DONE
    if args.send:
        from simulator.cli.events import read_events

        _send(sim, read_events(args.send), args.to)
    return _run(args, sim)


def _send(sim: Simulation, events: Sequence[Event], to: str) -> None:
    for event in events:
        try:
            sim.send(event, to=to)
        except UnknownAddressError as error:
            if to:
                raise
            if not error.valid:
                nothing = "this topology has no broker, channel or service to send to"
                notes = [str(f) for f in sim.findings if f.code == "not-simulated"]
                raise UsageError("\n".join([nothing, *notes])) from None
            there_are = ", ".join(error.valid[:12])
            raise UsageError(
                f"say where to send it with --to ADDRESS (there are: {there_are})"
            ) from None


def _run(args: argparse.Namespace, sim: Simulation) -> int:
    from simulator.cli.show import LimitReachedError, Show

    until = args.until
    if until is None and sim.endless:
        until = ENDLESS_RUN
        named, more = sim.endless[:_NAMED], sim.endless[_NAMED:]
        names = ", ".join(named) + (" …" if more else "")
        say(f"kn-sim: {names} would send for ever: runs {until}; --for says how long")
    gc.enable()  # `main` puts it off until the start is over
    code = EXIT_DONE
    with Show(args, sim, style_of(args), sys.stdout) as show:
        sim.watch(show.go_on)
        try:
            sim.run(until)
        except KeyboardInterrupt:
            code = EXIT_INTERRUPTED
            show.tally.interrupted = True
            say(f"kn-sim: interrupted at {sim.now_text()}")
        except LimitReachedError as error:
            code = EXIT_SAYS_NO
            say(f"kn-sim: {error}")
        show.finish()
    if code == EXIT_DONE:
        sim.check_choices()
    return EXIT_SAYS_NO if not code and show.tally.says_no else code

"""``kn-sim trace dead-letters``: what died alike, and whether it would live now."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import check_handlers, check_stdin, folder_of, load, style_of
from simulator.cli.options import add_output, add_settings, duration
from simulator.cli.output import json_text, printing_of_handlers, say
from simulator.cli.parser import add_command
from simulator.cli.sending import ENDLESS_RUN
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.cli.dead_letters_text import Found
    from simulator.cli.parser import Subparsers
    from simulator.dead_letters.redrive import Redriven
    from simulator.kernel import AddressBook
    from simulator.session import Simulation

_EXAMPLES = """
kn-sim trace dead-letters run.jsonl
kn-sim trace dead-letters run.jsonl --group type,code
kn-sim trace dead-letters run.jsonl --redrive --with fixed.yaml
kn-sim trace dead-letters cluster.jsonl --of k8s/ --redrive --with fixed/ --to broker/default
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "dead-letters",
        "group dead letters, and send them once more",
        "Group dead letters by how they died, with one example and the attempts before, of a\n"
        "recorded run or of a cluster: one CloudEvent a line, as JSON, with the attributes\n"
        "knativeerrordest, -code and -data that Knative adds. With --redrive they are sent\n"
        "in virtual time to the broker or channel that they came from, without these, and it\n"
        "is told which are drained, and why others are not.\n\n"
        "Exit code: 0 done, with --redrive all are drained and nothing else has died of it;\n"
        "1 not so; 2 wrong use, or the file is neither a trace nor dead letters.",
        _EXAMPLES,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="written by kn-sim run --trace, or JSON Lines of events; - is stdin",
    )
    parser.add_argument(
        "--group",
        type=_keys,
        metavar="LIST",
        help="what letters of one group have in common: code, dest, data (how it begins), "
        "type, hub, route, sink (code,dest,data)",
    )
    parser.add_argument(
        "--of",
        action="append",
        default=[],
        metavar="FILE",
        help="YAML of the topology that letters of a cluster come from, or a folder, "
        "repeatable: by which attempts, and from which broker; a trace knows",
    )
    _add_redrive(parser)
    add_settings(parser)
    add_output(parser)
    parser.set_defaults(run=run)


def _add_redrive(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sending once more")
    group.add_argument(
        "--redrive", action="store_true", help="send them once more, all at the start"
    )
    group.add_argument(
        "--with",
        dest="new",
        action="append",
        default=[],
        metavar="FILE",
        help="YAML of the topology that they are sent in, or a folder, repeatable (that of "
        "the trace, or of --of)",
    )
    group.add_argument(
        "--to",
        default="",
        metavar="HUB",
        help="where all of them are sent: broker/default (where each has come from)",
    )
    group.add_argument(
        "--for",
        type=duration,
        metavar="DURATION",
        dest="until",
        help="virtual time to run: 90s, 5m, 1h (until nothing is due)",
    )
    group.add_argument(
        "-n",
        "--namespace",
        metavar="NAMESPACE",
        help="the namespace of resources that name none (default)",
    )


def run(args: argparse.Namespace) -> int:
    from simulator.cli.dead_letters_text import Found, json_of, lines_of
    from simulator.dead_letters.letter import USUAL, grouped

    _check_use(args)
    found = Found(args)
    groups = grouped(found.letters, args.group or USUAL)
    with printing_of_handlers(aside=args.format != "text"):
        redriven = _redriven(args, found) if args.redrive and found.letters else None
    if args.format == "json":
        print(json_text(json_of(args.file, groups, found, redriven)))
    else:
        for line in lines_of(groups, found, style_of(args), redriven):
            print(line)
    if redriven is not None and redriven.stopped:
        say(f"kn-sim: {redriven.stopped}")
    return EXIT_DONE if redriven is None or redriven.ok else EXIT_SAYS_NO


def _redriven(args: argparse.Namespace, found: Found) -> Redriven:
    from simulator.dead_letters.redrive import hubs_of, redrive

    sim, new = _again(args, found)
    hubs = hubs_of(found.letters, found.book, new, args.to)
    until = args.until
    if until is None and sim.endless:
        until = ENDLESS_RUN
        named = ", ".join(sim.endless[:3])
        say(f"kn-sim: {named} would send for ever: runs {until}; --for says how long")
    redriven = redrive(
        sim, found.letters, hubs, new, old=found.book, before=found.family, until=until
    )
    found.names = found.book or new
    return redriven


def _check_use(args: argparse.Namespace) -> None:
    of_a_run = ("new", "to", "until", "seed", "start", "max_ttl", "handlers")
    for name in () if args.redrive else _given(args, of_a_run):
        option = {"new": "with", "until": "for"}.get(name, name).replace("_", "-")
        raise UsageError(f"--{option} goes with --redrive")
    check_stdin(args.file, *args.of, *args.new)


def _given(args: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Give the options of these names that stand on the command line, as seed 0 may."""
    found = {name: getattr(args, name) for name in names}
    return {
        n: v for n, v in found.items() if v not in (None, "", []) and v is not False
    }


def _again(args: argparse.Namespace, found: Found) -> tuple[Simulation, AddressBook]:
    """Make the run, or raise UsageError for no topology, SimulatorError for one refused."""
    from simulator.kernel import AddressBook
    from simulator.session import Simulation

    check_handlers(args)
    files = args.new or args.of
    settings = ("seed", "profile", "start", "max_ttl", "handlers", "strict")
    given = {**_given(args, settings), "raise_assertions": False}
    if files:
        args = argparse.Namespace(**{**vars(args), "files": files})
        topology, given["folder"] = load(args), folder_of(args)
        if found.replay is not None:
            found.replay.topology = topology
    if found.replay is not None:
        if not files:
            found.replay.check()
        sim = found.replay.simulate(**{**given, "choices": None})
    elif files:
        sim = Simulation(topology, **given)
    else:
        raise UsageError("--redrive needs a topology: name it by --with FILE")
    from simulator.cli.findings import refuse_faults

    refuse_faults(sim.wiring)
    return sim, AddressBook(sim.wiring)


def _keys(text: str) -> list[str]:
    from simulator.dead_letters.letter import KEYS

    keys = [each.strip() for each in text.split(",")]
    for key in keys:
        if key not in KEYS:
            raise argparse.ArgumentTypeError(
                f"letters have no {key!r}{nearest(key, KEYS)} "
                f"(there are: {', '.join(KEYS)})"
            )
    return keys

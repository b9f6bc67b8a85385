"""``kn-sim compare``: the same events under several implementations of brokers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import account_of, load, simulate, style_of
from simulator.cli.options import add_files, add_output, add_settings, at_least_one
from simulator.cli.parser import add_command
from simulator.cli.sending import ENDLESS_RUN, add_course, check_sent
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError
from simulator.implementations import BROKERS, USUAL

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers
    from simulator.comparing.comparison import Comparison
    from simulator.profiles import Profile
    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.wiring import Wiring

_MOST_RECORDS = 50_000
_FORMATS = ("text", "json", "markdown")
_EXAMPLES = """
kn-sim compare shop.yaml --send type=order.placed        all, with its own first
kn-sim compare shop.yaml --profiles mt-channel,kafka --send order.json
kn-sim compare k8s/ sim.yaml --for 1h --format markdown
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "compare",
        "run the same events under several brokers, and say where they part",
        "Run a topology once under each profile, with the same events, seed and services,\n"
        "and show for each trigger what differs: deliveries, attempts, instants, ends; the\n"
        "first hop that differs from the run under the first profile; and the rule behind\n"
        "it, found by trying: it is the answer of the profile without which the hop would\n"
        "be the same. Hops are matched by what caused them. Not compared: when senders are\n"
        "answered, and attributes that a broker adds to all events.\n\n"
        "This compares brokers, of one version of the files. Two versions of the files are\n"
        "compared by kn-sim diff.\n\n"
        "Exit code: 0 nothing differs; 1 something does; 2 wrong use, or the topology\n"
        "cannot be run.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--profiles",
        metavar="LIST",
        help="two or more, the first of which the others are compared with: "
        f"{','.join(BROKERS)} (that of the first broker's class, and {', '.join(USUAL)})",
    )
    add_course(parser)
    parser.add_argument(
        "--limit",
        type=at_least_one,
        default=_MOST_RECORDS,
        metavar="RECORDS",
        help=f"stop each run that makes more records ({_MOST_RECORDS})",
    )
    add_settings(parser, profile=False)
    add_output(parser, _FORMATS)
    parser.set_defaults(run=run, profile=None)


def run(args: argparse.Namespace) -> int:
    check_sent(args)
    topology = load(args, partly=True)
    found = _compared(args, topology, _wiring(args, topology))

    from simulator.cli.compare_writing import document, lines_of, markdown_of
    from simulator.cli.output import emit, json_text

    if args.format == "json":
        sys.stdout.write(json_text(document(found)) + "\n")
    elif args.format == "markdown":
        emit("".join(f"{line}\n" for line in markdown_of(found)))
    else:
        for line in lines_of(found, style_of(args)):
            print(line)
    return EXIT_DONE if found.same else EXIT_SAYS_NO


def _wiring(args: argparse.Namespace, topology: Topology) -> Wiring:
    """Wire it as it stands; UsageError for nothing to compare, FaultyError for faults."""
    from simulator.cli.findings import refuse_faults
    from simulator.wiring import HubKind, why_not_ready

    sim = simulate(args, topology)
    refuse_faults(sim.wiring)
    if not any(hub.kind is HubKind.BROKER for hub in sim.wiring.hubs):
        why = why_not_ready(sim.wiring)
        raise UsageError(
            "there is no broker: profiles play brokers, and channels stay what they are"
            + (f" ({why})" if why else "")
        )
    if not args.send and not any(source.sink for source in sim.wiring.sources):
        raise UsageError("no source sends anything: say with --send what is sent")
    if args.until is None and sim.endless:
        args.until = ENDLESS_RUN
    return sim.wiring


def _compared(args: argparse.Namespace, topology: Topology, own: Wiring) -> Comparison:
    from simulator.cli.events import events_to_send
    from simulator.cli.output import printing_of_handlers
    from simulator.cli.sending import send
    from simulator.comparing.account import Keys
    from simulator.comparing.comparison import compare
    from simulator.comparing.trial import Trial
    from simulator.duration import duration_ns
    from simulator.jsonata.expression import remembered

    events = events_to_send(args.send)
    until_ns = None if args.until is None else duration_ns(args.until)

    def make(profile: Profile, most: int) -> Simulation:
        sim = simulate(args, topology, profile=profile, most=most)
        if events:
            send(sim, events, args.to, args.namespace, account_of(args))
        return sim

    routes = [route.node for hub in own.hubs for route in hub.routes]
    trial = Trial(make, until_ns, args.limit, Keys())
    with remembered(), printing_of_handlers(aside=args.format != "text"):
        return compare(trial, _profiles(args.profiles, own), routes)


def _profiles(given: str | None, own: Wiring) -> list[Profile]:
    """Find the named profiles, or raise UsageError; else the usual ones, its own first."""
    from simulator.profiles import PROFILES
    from simulator.session.settings import chosen_profile
    from simulator.wiring import HubKind

    if given is None:
        first = next(hub.profile for hub in own.hubs if hub.kind is HubKind.BROKER)
        name = first.name.partition(" over ")[0]
        return [PROFILES[each] for each in dict.fromkeys((name, *USUAL))]
    names = [name.strip() for name in given.split(",")]
    if len(names) <= 1 or not all(names):
        raise UsageError(
            f"--profiles {given}: expected two or more names with commas between, such "
            "as mt-channel,kafka"
        )
    return [each for each in map(chosen_profile, names) if each is not None]

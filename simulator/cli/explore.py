"""``kn-sim explore``: a run of a topology that goes wrong, searched for."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import (
    account_of,
    check_handlers,
    folder_of,
    load,
    simulate,
    style_of,
)
from simulator.cli.options import (
    add_files,
    add_output,
    add_settings,
    at_least_one,
    seconds,
    whole_number,
)
from simulator.cli.output import printing_of_handlers, say
from simulator.cli.parser import Parser, Subparsers, add_command
from simulator.cli.sending import ENDLESS_RUN, add_course, check_sent, send
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError

if TYPE_CHECKING:
    from simulator.explore import Exploration, Plan, Search
    from simulator.explore.plan import Input
    from simulator.topology import Topology

_EXAMPLES = """
kn-sim explore orders.yaml --send type=order.placed --never-twice shipping
kn-sim explore orders.yaml --send order.json --faults 2 --delays 0 --never-lost
kn-sim explore orders.yaml --handlers shop.py --send @orders.jsonl --always 'shipping=within 1h'
kn-sim explore orders.yaml --send order.json --check shop.py:books_balance --seeds 5000 -j 4
kn-sim explore orders.yaml --send order.json --never-lost --choices-out lost.json --trace lost.jsonl
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "explore",
        "search for a run that goes wrong: other orders, requests that fail",
        "Run a topology again and again, each time with another order of what happens in one\n"
        "instant, or with a request that goes wrong, and check each run. The runs with the\n"
        "fewest departures come first, so the first that fails is nearly the shortest story.\n\n"
        "Nothing found is no proof: the bound is always said. Exit code: 0 nothing found;\n"
        "1 a counter-example; 2 wrong use, or the topology cannot be run.",
        _EXAMPLES,
    )
    add_files(parser)
    add_course(parser)
    _add_checks(parser)
    _add_bound(parser)
    add_settings(parser)
    add_scaling(parser)
    _add_kept(parser)
    parser.set_defaults(run=run)


def _add_checks(parser: Parser) -> None:
    group = parser.add_argument_group("what must hold in each run (--never-lost)")
    group.add_argument(
        "--never-lost",
        action="store_true",
        help="no delivery fails in the end, no event is refused, no sender answered no",
    )
    group.add_argument(
        "--never-twice",
        action="append",
        default=[],
        metavar="SERVICE",
        help="it works on no event twice, by id and source; a service that answers 208 "
        "knew it. Repeatable",
    )
    group.add_argument(
        "--always",
        action="append",
        default=[],
        metavar="SERVICE[=within 1h]",
        help="what brings an event to it when nothing goes wrong does so always, in "
        "time. Repeatable",
    )
    group.add_argument(
        "--no-dead-letters", action="store_true", help="nothing becomes a dead letter"
    )
    group.add_argument(
        "--check",
        default="",
        metavar="FILE.py:NAME",
        help="this function is given each run, a Simulation that is over: what it asserts "
        "must hold; it may return False, or say in a text what does not",
    )


def _add_bound(parser: Parser) -> None:
    group = parser.add_argument_group("how far it goes")
    group.add_argument(
        "--faults",
        type=_number,
        default=1,
        metavar="N",
        help="how many requests to services go wrong in one run, at most (1)",
    )
    group.add_argument(
        "--delays",
        type=_number,
        default=2,
        metavar="N",
        help="how many turns are put off in one run, at most (2)",
    )
    group.add_argument(
        "--hit",
        metavar="LIST",
        help="what may go wrong with a request: 503,reset,duplicate,slow,timeout,"
        "lost-answer (all)",
    )
    group.add_argument(
        "--seeds",
        type=_number,
        default=0,
        metavar="N",
        help="so many runs after that, in which the seed chooses, without a bound (0)",
    )
    group.add_argument(
        "--stateless",
        action="append",
        default=[],
        metavar="SERVICE",
        help="a service in Python that remembers nothing and shares nothing: fewer orders "
        "matter. Repeatable",
    )
    group.add_argument(
        "--no-pruning",
        action="store_true",
        help="try orders that make no difference, too",
    )
    group.add_argument(
        "--budget",
        type=seconds,
        metavar="DURATION",
        help="stop after so long by the clock, 30s, and say how far it came",
    )


def _add_kept(parser: Parser) -> None:
    output = add_output(parser)
    output.add_argument(
        "--choices-out",
        metavar="FILE",
        help="write the choices of the counter-example, for kn-sim run --choices @FILE",
    )
    output.add_argument(
        "--trace",
        metavar="FILE",
        help="write the records of the counter-example, for kn-sim ui --replay FILE",
    )
    output.add_argument(
        "--to-test",
        metavar="FORMAT[:FILE]",
        help="write a test that fails as long as the counter-example does: yaml for "
        "kn-sim test, or pytest; to stdout where no file is named",
    )


def run(args: argparse.Namespace) -> int:
    from simulator.cli.explored import Explored

    explored = Explored(args, style_of(args))
    with printing_of_handlers(aside=args.format != "text"):
        exploration, code = _searched(args, _plan(args))
    explored.show(exploration)
    return EXIT_SAYS_NO if exploration.counter_example is not None else code


def _plan(args: argparse.Namespace) -> Plan:
    """Make the plan, or raise a SimulatorError if it cannot be carried out."""
    from simulator.explore.exploring import always_of, planned
    from simulator.explore.plan import (
        KINDS,
        NEVER_LOST,
        NEVER_TWICE,
        NO_DEAD_LETTERS,
        Check,
    )

    check_sent(args)
    scaling(args)
    kinds = KINDS if args.hit is None else tuple(args.hit.split(","))
    checks = [Check(word=NEVER_LOST)] if args.never_lost else []
    checks += [Check(word=NEVER_TWICE, service=name) for name in args.never_twice]
    checks += [always_of(each, "--always") for each in args.always]
    checks += [Check(word=NO_DEAD_LETTERS)] if args.no_dead_letters else []
    check_handlers(args)
    topology = load(args, partly=True)
    options = {
        "profile": args.profile, "strict": args.strict, "seed": args.seed,
        "start": args.start, "max_ttl": args.max_ttl, "handlers": args.handlers,
        "folder": folder_of(args),
    }  # fmt: skip
    inputs, until = _course(args, topology)
    return planned(
        topology, options=options, inputs=inputs, checks=tuple(checks),
        predicate=args.check, until=until, faults=args.faults, delays=args.delays,
        kinds=kinds, seeds=args.seeds, stateless=tuple(args.stateless),
        prunes=not args.no_pruning,
    )  # fmt: skip


def _course(
    args: argparse.Namespace, topology: Topology
) -> tuple[tuple[Input, ...], str | None]:
    """Give what is sent, and how long runs go on; SimulatorError if nothing can be."""
    from simulator.cli.events import events_to_send
    from simulator.cli.findings import refuse_faults
    from simulator.explore.plan import Input

    sim = simulate(args, topology)
    refuse_faults(sim.wiring)
    events, account = events_to_send(args.send), account_of(args)
    to = send(sim, events, args.to, args.namespace, account)
    if not events and not any(source.sink for source in sim.wiring.sources):
        raise UsageError("nothing happens: no source sends; name events with --send")
    until = args.until
    if until is None and sim.endless:
        until = ENDLESS_RUN
        say(
            f"kn-sim: {', '.join(sim.endless[:3])} would send for ever: each run is "
            f"{until}; --for says how long"
        )
    return tuple(Input(event=each, to=to, account=account) for each in events), until


def _searched(args: argparse.Namespace, plan: Plan) -> tuple[Exploration, int]:
    """Search; give what that came to, and the exit code of what ended it early."""
    from simulator.cli.progress import Interruptions, Progress
    from simulator.explore.driving import carry_out
    from simulator.explore.exploring import exploration
    from simulator.explore.search import Search

    gc.enable()  # `main` puts it off until the start is over
    search, progress, pace = Search(plan), Progress(sys.stderr), Pace(plan)
    ends = None if args.budget is None else time.monotonic() + args.budget
    code = EXIT_DONE

    def is_enough(search: Search) -> bool:
        pace.note(search)
        progress.say(lambda: pace.text(search))
        return ends is not None and time.monotonic() >= ends

    stopped, interruptions = True, Interruptions()
    try:
        with interruptions:
            stopped = carry_out(search, plan, is_enough, **scaling(args))
    except KeyboardInterrupt:
        code = interruptions.exit_code
        goes_on = "; the same command goes on from here" if args.campaign else ""
        say(f"kn-sim: {interruptions.said}{goes_on}")
    finally:
        progress.clear()
    return exploration(plan, search, stopped=stopped), code


def _number(text: str) -> int:
    found = whole_number(text)
    if found < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more, found {text}")
    return found


_ENDS = 2  # of the span that a rate is taken over
_WINDOW_S = 10.0  # over which it is said how fast it goes
_SHORTEST_S = 0.1


def add_scaling(parser: Parser) -> None:
    group = parser.add_argument_group("who works on it; what is found is the same")
    group.add_argument(
        "-j",
        "--jobs",
        type=at_least_one,
        default=1,
        metavar="N",
        help="so many processes on this machine (1)",
    )
    group.add_argument(
        "--on",
        metavar="tcp://HOST:PORT",
        help="the workers of a Dask scheduler, which have kn-sim and all files of "
        "handlers; needs the extra kn-sim[cluster]",
    )
    group.add_argument(
        "--campaign",
        metavar="FILE",
        help="keep in this file what was found out; the same command goes on from there, "
        "even if it was killed",
    )


def scaling(args: argparse.Namespace) -> dict[str, Any]:
    """Give the same as arguments of `carry_out`; UsageError where it contradicts itself."""
    if args.on is not None and args.jobs != 1:
        raise UsageError("--jobs is about this machine, --on about others; give one")
    return {"jobs": args.jobs, "on": args.on, "campaign": args.campaign}


class Pace:
    def __init__(self, plan: Plan) -> None:
        self._seeds = plan.seeds
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def note(self, search: Search) -> None:
        now = time.monotonic()
        self._seen.append((now, search.runs))
        while len(self._seen) > _ENDS and now - self._seen[1][0] > _WINDOW_S:
            self._seen.popleft()

    def text(self, search: Search) -> str:
        (begin, before), (end, now) = self._seen[0], self._seen[-1]
        known = search.known + self._seeds
        told = f"{now:,} of {known:,} known runs"
        rate = (now - before) / max(end - begin, _SHORTEST_S)
        if rate < 1:
            return told
        return f"{told}, {rate:,.0f} a second, {_clock((known - now) / rate)} for those"


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

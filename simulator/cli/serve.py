"""``kn-sim serve``: Knative's addresses on this machine, for services that are real."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import check_handlers, check_mode, folder_of, load
from simulator.cli.options import (
    add_answers,
    add_files,
    add_output,
    add_settings,
    at_least_one,
    seconds,
)
from simulator.cli.output import printing_of_handlers, say
from simulator.cli.parser import Parser, Subparsers, add_command
from simulator.cli.serve_page import Page
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, NoAnswerError, UsageError

if TYPE_CHECKING:
    from simulator.bridge import Live
    from simulator.session import Simulation
    from simulator.session.blueprint import Blueprint
    from simulator.session.recorded_answers import RecordedAnswers

PORT = 8780
_KEPT = 200_000
_LAST_PORT = 65_535
_SIZE = r"(\d+)\s*([KMG]?)i?B?"
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30}

_EXAMPLES = """
kn-sim serve shop.yaml --run
curl -i http://127.0.0.1:8780/default/default -H 'ce-specversion: 1.0' \\
  -H 'ce-id: 1' -H 'ce-source: me' -H 'ce-type: order.placed' -d 'hello'
kn-sim serve k8s/ sim.yaml --trace run.jsonl; kn-sim run --replay run.jsonl
kn-sim serve shop.yaml --port 0 --pace max --patience 10s -o jsonl
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "serve",
        "serve brokers and channels on localhost for services that are real",
        "Serve a topology on this machine: its brokers and channels take events as Knative's\n"
        "do, and hand them to services that are real (url: in the YAML), or described.\n"
        "Each event is shown as it flows. What the files say may change while it runs.\n\n"
        "Needs pip install 'kn-sim[live]'. No TLS, no tokens; nothing is ever sent to\n"
        "another machine that --allow-host does not name.\n\n"
        "Exit code: 0 stopped by Ctrl-C, SIGTERM or SIGHUP; 1 the run could not go on;\n"
        "2 wrong use, the topology cannot be run, or the port is taken.",
        _EXAMPLES,
    )
    add_files(parser)
    _add_server(parser)
    _add_run(parser)
    add_settings(parser)
    output = add_output(parser, ("text", "jsonl"))
    output.add_argument(
        "-q", "--quiet", action="store_true", help="show no events, only what it serves"
    )
    output.add_argument(
        "--ui",
        action="store_true",
        help="show the run in the terminal UI: kn-sim ui --serve",
    )
    parser.set_defaults(run=run)


def _add_server(parser: Parser) -> None:
    group = parser.add_argument_group("the server")
    group.add_argument(
        "--port", type=_port, default=PORT, metavar="N",
        help=f"({PORT}); 0: any that is free",
    )  # fmt: skip
    group.add_argument(
        "--bind", type=_address, default="127.0.0.1", metavar="ADDRESS",
        help="listen there, where others may reach it (127.0.0.1)",
    )  # fmt: skip
    group.add_argument(
        "--max-body", type=_size, default=_size("32MiB"), metavar="SIZE",
        help="refuse longer bodies with 413 (32MiB)",
    )  # fmt: skip
    group.add_argument(
        "--allow-host", type=_host, action="append", default=[], metavar="HOST",
        help="a real service may be there, though it is another machine; repeatable",
    )  # fmt: skip


def _add_run(parser: Parser) -> None:
    group = parser.add_argument_group("the run")
    group.add_argument(
        "--run", action="store_true", dest="run_programs",
        help="start the programs that the files name with run:, none that they name "
        "later, and end them with the run",
    )  # fmt: skip
    group.add_argument(
        "--pace", choices=("wall", "max"), default="wall",
        help="wall: time passes as on the clock. max: it jumps to what is due next, but "
        "stands still while a real service has a request, so that no timeout of a "
        "delivery ends one",
    )  # fmt: skip
    group.add_argument(
        "--patience", type=seconds, metavar="DURATION",
        help="how long a real service may take at pace max (30s)",
    )  # fmt: skip
    group.add_argument(
        "--keep", type=at_least_one, default=_KEPT, metavar="RECORDS",
        help=f"of the newest records stay in memory ({_KEPT})",
    )  # fmt: skip
    group.add_argument(
        "--no-reload", action="store_true", help="do not look for changes of the files"
    )
    group.add_argument(
        "--trace", "--record", metavar="FILE",
        help="write all records, and all that comes from outside, to a file that kn-sim "
        "run --replay runs again; what --keep forgets, too",
    )  # fmt: skip
    group.add_argument(
        "--redact", action="append", default=[], metavar="PATH",
        help="leave the values at a path in JSON data, such as $.card or $..card, out of "
        "the trace; repeatable",
    )  # fmt: skip
    add_answers(group)


def run(args: argparse.Namespace) -> int:
    from simulator.bridge import hosted  # first: it says what is not installed
    from simulator.bridge.recorded import adding, recorded
    from simulator.cli.findings import refuse_faults
    from simulator.cli.progress import Interruptions
    from simulator.cli.show import Show
    from simulator.cli.style import Style
    from simulator.session.blueprint import Blueprint

    check_handlers(args)
    _check_use(args)
    if args.ui:
        return _in_the_ui(args)
    blueprint = Blueprint(
        load(args, partly=True), strict=args.strict, profile=args.profile
    )
    refuse_faults(blueprint.wiring)
    answers = recorded(args.answers, args.mode or "replay", handlers=args.handlers)
    simulation = _simulation(args, blueprint, answers)
    live = _live(args, blueprint, simulation)
    as_json = args.format == "jsonl"
    style = Style.of(sys.stdout, args.color)
    with (
        live.bind(),  # first: who is refused shall not overwrite a recording
        adding(simulation, answers),
        Show(_as_shown(args), simulation, style, sys.stdout, Interruptions()) as show,
    ):
        simulation.watch(show.go_on)
        page = Page(args, style, sys.stderr if as_json else sys.stdout)
        reads = (
            () if args.no_reload or args.kustomize or "-" in args.files else args.files
        )
        with printing_of_handlers(aside=as_json):
            error = hosted(live, page, reads, lambda: load(args))
        show.counts.stopped = error is not None
        show.counts.unanswered = isinstance(error, NoAnswerError)
        show.finish()
    if error is not None:
        say(f"kn-sim: {error}")
        return EXIT_SAYS_NO
    return EXIT_DONE


def _check_use(args: argparse.Namespace) -> None:
    check_mode(args)
    if args.trace == "":
        raise UsageError("--trace: expected the name of a file, found ''")
    if args.patience is not None and args.pace != "max":
        raise UsageError("--patience is for --pace max; there is none")
    if args.redact and not args.trace:
        raise UsageError("--redact says what --trace leaves out; there is no --trace")
    if (
        args.answers
        and args.trace
        and os.path.realpath(args.answers) == os.path.realpath(args.trace)
    ):
        raise UsageError(
            f"--trace {args.trace} is what --answers reads; name another file"
        )


def _in_the_ui(args: argparse.Namespace) -> int:
    """Have ``kn-sim ui --serve`` do it; UsageError for an option that this has not."""
    from simulator.cli import ui

    alone = (
        "files",
        "namespace",
        "port",
        "ui",
        "run_programs",
        "run",
        "words",
        "freezes",
    )
    parser = Parser(prog="kn-sim")
    ui.add_parser(parser.add_subparsers(prog="kn-sim"))
    shown = parser.parse_args(["ui", "--serve"])
    usual = Parser(prog="kn-sim")
    add_parser(usual.add_subparsers(prog="kn-sim"))
    for name, value in vars(usual.parse_args(["serve"])).items():
        given = getattr(args, name)
        if name in shown and name not in alone:
            setattr(shown, name, given)
        elif name not in alone and given != value:
            raise UsageError(f"--ui does not go with --{name.replace('_', '-')}")
    shown.files, shown.namespace = args.files, args.namespace
    shown.serve_port, shown.run_programs = args.port, args.run_programs
    shown.words, shown.freezes = args.words, args.freezes
    code: int = shown.run(shown)
    return code


def _simulation(
    args: argparse.Namespace, blueprint: Blueprint, answers: RecordedAnswers | None
) -> Simulation:
    from simulator.bridge import today
    from simulator.session import Simulation

    start = args.start
    if (
        start is None
        and blueprint.prepared.spec.start_ns is None
        and args.pace == "wall"
    ):
        start = today()
    made = Simulation(
        blueprint,
        seed=args.seed,
        start=start,
        max_ttl=args.max_ttl,
        handlers=args.handlers,
        folder=folder_of(args),
        keep=args.keep,
        journal=bool(args.trace),
        raise_assertions=False,
        live=True,
        answers=answers,
        redact=args.redact,
    )
    if made.journal is not None:
        made.journal.forgets = True
    return made


def _as_shown(args: argparse.Namespace) -> argparse.Namespace:
    """Give the options of `kn-sim run` that show a run as this one is to be shown."""
    return argparse.Namespace(
        verbose=False, limit=sys.maxsize, quiet=args.quiet, all=True, trace=args.trace,
        format="json" if args.format == "jsonl" else "text", by=None, files=args.files,
        handlers=args.handlers, send=(), choices=None, replay=None,
    )  # fmt: skip


def _live(
    args: argparse.Namespace, blueprint: Blueprint, simulation: Simulation
) -> Live:
    from simulator.bridge import Live, LiveSettings
    from simulator.bridge.live import PATIENCE_S

    programs = None
    if args.run_programs:
        from simulator.bridge.programs import Programs

        programs = Programs()
    settings = LiveSettings(
        args.port, args.bind, args.pace, args.patience or PATIENCE_S, args.max_body,
        frozenset(args.allow_host),
    )  # fmt: skip
    return Live(blueprint, simulation, settings, programs)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"expected a number from 0 to {_LAST_PORT}, found {text!r}"
        )
    return int(text)


def _address(text: str) -> str:
    bare = text.removeprefix("[").removesuffix("]")
    if not bare:
        raise argparse.ArgumentTypeError("expected an address of this machine")
    return bare


def _host(text: str) -> str:
    if not re.fullmatch(r"[^\s/:@?#]+|[\da-fA-F.]*(:[\da-fA-F.]*){2,}", text):
        raise argparse.ArgumentTypeError(
            f"expected a host such as api.example.com, found {text!r}"
        )
    return text.lower()


def _size(text: str) -> int:
    found = re.fullmatch(_SIZE, text, re.IGNORECASE)
    if found is None or not int(found[1]):
        raise argparse.ArgumentTypeError(
            f"expected a size such as 32MiB or 65536, found {text!r}"
        )
    return int(found[1]) << _UNITS[found[2].upper()]

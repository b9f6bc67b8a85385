"""``kn-sim ui``: the terminal UI on a run, or on a recorded trace."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.cli.inputs import account_of, simulate
from simulator.cli.options import add_account, add_choices, add_namespace, add_settings
from simulator.cli.output import say
from simulator.cli.parser import Subparsers, add_command
from simulator.cli.sending import check_sent, refuse_decided
from simulator.errors import EXIT_DONE, EXIT_WRONG_USE, SimulatorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.trace import Trace
    from simulator.tui.opening import Opening, Served
    from simulator.tui.settings import Settings

_HOST = "127.0.0.1"
_PORT = 8000
_SERVE_PORT = 8780
_LAST_PORT = 65_535
_FASTEST = 120
# Source: rich.console.Console.is_dumb_terminal, which would have it 80x25 for ever.
_CANNOT_DRAW = ("dumb", "unknown")
# What is gone before the first record takes its place on the time line, 40 bytes each.
_LATEST_BEGIN = 50_000_000

_EXAMPLES = """
kn-sim ui topologies/pipeline.yaml
kn-sim ui k8s/ sim.yaml --seed 7 --send type=order.placed
kn-sim run shop.yaml --for 1h --trace run.jsonl; kn-sim ui shop.yaml --replay run.jsonl
kn-sim ui shop.yaml --web --port 8001
kn-sim ui shop.yaml --serve --run
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "ui",
        "explore a topology in the terminal: see every event flow, stop time, ask why",
        "Explore a topology in the terminal: see every event flow, stop and rewind time,\n"
        "ask why a trigger did not match, send events, approve, break, inject faults.\n"
        "? shows all keys, q quits. Nothing is sent over the network, but with --serve.\n\n"
        "For a screen reader, kn-sim run prints the same facts line by line.",
        _EXAMPLES,
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="YAML in Knative or short form; a folder is read with all below it. "
        "Watched: a change is applied to the running simulation",
    )
    add_namespace(parser)
    parser.add_argument(
        "--replay",
        metavar="TRACE",
        help="show a recorded trace (kn-sim run --trace) instead of running",
    )
    parser.add_argument(
        "--last", action="store_true", help="show the trace of the last session again"
    )
    _add_events(parser)
    add_settings(parser)
    add_choices(parser)
    _add_serving(parser)
    _add_looks(parser)
    parser.set_defaults(run=run)


def _add_events(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="EVENT",
        help="an event to send at the start, repeatable; as for kn-sim run",
    )
    parser.add_argument("--to", default="", metavar="ADDRESS", help="where to send it")
    add_account(parser)


def _add_serving(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("over sockets (pip install 'kn-sim[live]')")
    group.add_argument(
        "--serve",
        action="store_true",
        help="serve the run on this machine, as kn-sim serve does, and show it",
    )
    group.add_argument(
        "--serve-port", type=_port, default=_SERVE_PORT, metavar="N",
        help=f"({_SERVE_PORT})",
    )  # fmt: skip
    group.add_argument(
        "--run", action="store_true", dest="run_programs",
        help="start the programs that the files name with run:, too",
    )  # fmt: skip


def _add_looks(parser: argparse.ArgumentParser) -> None:
    looks = parser.add_argument_group("looks")
    looks.add_argument(
        "--play", action="store_true", help="play at once instead of waiting for space"
    )
    looks.add_argument("--theme", metavar="NAME", help="kn-sim-dark, kn-sim-light …")
    looks.add_argument(
        "--ascii", action="store_true", help="draw with ASCII characters only"
    )
    looks.add_argument(
        "--no-motion", action="store_true", help="lines change colour, nothing moves"
    )
    looks.add_argument(
        "--fps", type=_fps, metavar="N", help="frames a second (as the machine can)"
    )
    web = parser.add_argument_group("in a browser (pip install 'kn-sim[web]')")
    web.add_argument(
        "--web", action="store_true", help=f"serve the UI on {_HOST} instead"
    )
    web.add_argument(
        "--port", type=_port, default=_PORT, metavar="N", help=f"({_PORT})"
    )


def run(args: argparse.Namespace) -> int:
    try:
        return _run(args)
    except (SimulatorError, OSError) as error:
        if not _is_served():
            raise
        from simulator.tui.app import Refusal

        Refusal(str(error)).run()
        return EXIT_WRONG_USE


def _run(args: argparse.Namespace) -> int:
    if args.last and args.replay:
        raise UsageError("--last and --replay both name a trace; give one of them")
    if args.send and (args.last or args.replay):
        raise UsageError("--send needs a run; a replay shows what was recorded")
    if args.serve and (args.last or args.replay or not args.files):
        raise UsageError("--serve serves a topology that runs: name its FILE")
    check_sent(args)
    if (args.last or args.replay) and not args.files:
        refuse_decided(args, "--last" if args.last else "--replay")
    _check_beside(args)
    if "-" in (*args.files, args.replay):
        raise UsageError("the UI reads keys from stdin; give it a file")
    settings = _settings(args)
    opening = _opening(args)
    # Everything that may be refused has been by now, before the screen is taken.
    from simulator.tui.stage import Stage

    stage = Stage(opening)
    if args.web:
        return _serve(args)
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and not _is_served():
        raise UsageError(
            "kn-sim ui needs a terminal; kn-sim run prints the same facts as lines"
        )
    terminal = os.environ.get("TERM", "")
    if terminal.lower() in _CANNOT_DRAW and not _is_served():
        raise UsageError(
            f"this terminal cannot draw (TERM={terminal}); "
            "kn-sim run prints the same facts as lines"
        )
    from simulator.tui.app import KnSimApp
    from simulator.tui.settings import state_folder

    app = KnSimApp(
        stage,
        settings,
        play=args.play or args.serve,
        keep=state_folder(),
        signals=not _is_served(),  # Textual does it where it serves
    )
    gc.enable()  # unlike the other commands, this one goes on for hours
    app.run()
    return app.return_code or EXIT_DONE


def _check_beside(args: argparse.Namespace) -> None:
    """Raise UsageError for what is about an option that is not given."""
    for option, given, other in (
        ("--serve-port", args.serve_port != _SERVE_PORT, "serve"),
        ("--run", args.run_programs, "serve"),
        ("--port", args.port != _PORT and not _is_served(), "web"),
    ):
        if given and not getattr(args, other):
            raise UsageError(f"{option} goes with --{other}")


def _settings(args: argparse.Namespace) -> Settings:
    from simulator.tui.commands import COMMANDS
    from simulator.tui.paint import check_theme
    from simulator.tui.settings import config_path, read_settings

    settings = read_settings(config_path(), [each.id for each in COMMANDS])
    if args.theme:
        settings = settings.replace(theme=args.theme)
    if args.ascii or not _writes_unicode():
        settings = settings.replace(glyphs="ascii")
    if args.no_motion or os.environ.get("TEXTUAL_ANIMATIONS") == "none":
        settings = settings.replace(motion=False)
    if args.fps is not None:
        settings = settings.replace(fps=args.fps)
    check_theme(settings.theme)
    return settings


def _opening(args: argparse.Namespace) -> Opening:
    from simulator.cli.events import events_to_send
    from simulator.tui.opening import Opening, last_trace

    replay = str(last_trace()) if args.last else args.replay

    def begin(topology: Topology, files: Sequence[str]) -> Simulation:
        args.files = list(files)
        if args.serve and args.start is None:
            args.start = _today(args, topology)
        return simulate(args, topology, journal=True, live=args.serve)

    name = ", ".join(args.files) or replay or ""
    if args.serve:
        name += f" at http://{_HOST}:{args.serve_port}"
    trace = _recorded(replay) if replay else None
    again = None
    if trace is not None and trace.recorded is not None and not args.files:
        again = partial(_again, trace, replay or "", tuple(args.handlers))
    return Opening(
        args.files,
        begin,
        events=events_to_send(args.send),
        to=args.to,
        account=account_of(args),
        replay=trace,
        name=name,
        namespace=args.namespace,
        again=again,
        handlers=args.handlers,
        serve=partial(_served, args) if args.serve else None,
    )


def _served(args: argparse.Namespace, simulation: Simulation) -> Served:
    """Make of a run one that is served, its port taken first; or raise SimulatorError."""
    from simulator.bridge import Live, LiveSettings
    from simulator.session.blueprint import Blueprint

    programs = None
    if args.run_programs:
        from simulator.bridge.programs import Programs

        programs = Programs()
    blueprint = Blueprint(simulation.topology, strict=args.strict, profile=args.profile)
    live = Live(blueprint, simulation, LiveSettings(args.serve_port), programs)
    try:
        listening = live.bind()
    except UsageError as error:
        text = str(error).replace(
            "--port 0 takes a free one", "--serve-port names another"
        )
        raise UsageError(text) from None
    if args.web:  # it is free; the UI in the browser takes it
        listening.close()
    return live


def _today(args: argparse.Namespace, topology: Topology) -> str | None:
    """Give the instant that it is, unless the topology says when it starts."""
    from simulator.bridge import today
    from simulator.session.blueprint import Blueprint

    blueprint = Blueprint(topology, strict=args.strict, profile=args.profile)
    return today() if blueprint.prepared.spec.start_ns is None else None


def _again(trace: Trace, name: str, handlers: Sequence[str]) -> tuple[Simulation, bool]:
    """Have a run again; tell whether it is the same and can go on, or raise SimulatorError."""
    from simulator.session.replaying import Replay

    replay = Replay(trace, name)
    simulation, why = replay.again(handlers=handlers, raise_assertions=False)
    if why:
        say(f"kn-sim: {name}: nothing runs, the trace is only shown: {why}")
    return simulation, not why


def _recorded(path: str) -> Trace:
    """Read a trace that can be laid out on a time line.

    Raises:
        UsageError: It is no trace, has gaps, or begins where no room is for its past.
        OSError: It cannot be read.
    """
    from simulator.trace import Trace

    trace = Trace.read(path)
    for one, other in pairwise(trace):
        if other.serial != one.serial + 1:
            raise UsageError(
                f"{path}: record {one.serial} is followed by {other.serial}; the UI "
                "needs all records, kn-sim trace show shows those that are there"
            )
    if len(trace) and trace[0].serial > _LATEST_BEGIN:
        raise UsageError(
            f"{path}: begins with record {trace[0].serial}; the UI shows traces that "
            f"begin before record {_LATEST_BEGIN}, kn-sim trace show any"
        )
    return trace


def _serve(args: argparse.Namespace) -> int:
    """Serve the UI as a web page on this machine; UsageError without textual-serve."""
    import shlex
    from importlib import import_module

    try:
        import_module("textual_serve.server")
    except ImportError:
        raise UsageError(
            "--web needs textual-serve: pip install 'kn-sim[web]'"
        ) from None
    from simulator.tui.serving import serve

    words = [word for word in sys.argv[1:] if word != "--web"]
    command = shlex.join([sys.executable, "-m", "simulator", *words])
    # A shell between would outlive what it is to end, or the other way.
    if os.name == "posix":
        command = f"exec {command}"
    serve(command, host=_HOST, port=args.port, title="kn-sim", shared=args.serve)
    return EXIT_DONE


def _is_served() -> bool:
    """Tell whether it is textual-serve that shows the UI.

    Source: textual.drivers.web_driver, which its environment variable chooses.
    """
    return "TEXTUAL_DRIVER" in os.environ


def _writes_unicode() -> bool:
    """Tell whether what is drawn gets to the terminal, as by a locale of UTF-8."""
    try:
        "◆".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _fps(text: str) -> int:
    return _within(text, 1, _FASTEST)


def _port(text: str) -> int:
    return _within(text, 1, _LAST_PORT)


def _within(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"expected a number from {least} to {most}, found {text!r}"
        )
    return int(text)

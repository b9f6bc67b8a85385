"""``kn-sim run``: the flow of events through a topology, and what it came to."""

from __future__ import annotations

import argparse
import gc
import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import account_of, check_mode, load, simulate, style_of
from simulator.cli.options import (
    add_answers,
    add_by,
    add_choices,
    add_files,
    add_output,
    add_settings,
    at_least_one,
)
from simulator.cli.output import printing_of_handlers, say
from simulator.cli.parser import Parser, Subparsers, add_command
from simulator.cli.sending import (
    ENDLESS_RUN,
    add_course,
    add_decisions,
    check_sent,
    refuse_decided,
)
from simulator.errors import (
    EXIT_DONE,
    EXIT_SAYS_NO,
    NoAnswerError,
    RunStoppedError,
    UsageError,
    nearest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulator.session import Simulation
    from simulator.session.replaying import Replay
    from simulator.story.counts import Counts, Happening
    from simulator.wiring import Wiring

_NAMED = 3  # sources, in one line
_MOST_RECORDS = 5_000_000
# Records that stay in memory; each chunk is shown, counted and then forgotten.
_KEPT = 1_000

_EXAMPLES = """
kn-sim run shop.yaml --send type=order.placed,data='{"id": 1}'
kn-sim run shop.yaml --send order.json --send @more.jsonl --to channel/audit
kn-sim run shop.yaml --send order.json --approve manager=10m
kn-sim run k8s/ sim.yaml --for 1h --seed 7 --trace run.jsonl
cat event.json | kn-sim run shop.yaml --send - --format json
kn-sim run --replay run.jsonl --trace again.jsonl
"""


def add_parser(subparsers: Subparsers) -> None:
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
    _add_course(parser)
    add_decisions(parser)
    add_settings(parser)
    add_choices(parser)
    _add_shown(parser)
    parser.set_defaults(run=run)


def _add_course(parser: Parser) -> None:
    add_course(parser)
    parser.add_argument(
        "--limit",
        type=at_least_one,
        default=_MOST_RECORDS,
        metavar="RECORDS",
        help=f"stop a run that makes more records ({_MOST_RECORDS})",
    )
    parser.add_argument(
        "--replay",
        metavar="TRACE",
        help="run again what a trace holds, - for stdin, from it alone: topology, settings "
        "and all that was sent; handlers in Python need --handlers",
    )
    add_answers(parser)
    parser.add_argument(
        "--fail-on",
        type=conditions,
        default=(),
        metavar="LIST",
        help=f"exit 1 for these as well: {','.join(CONDITIONS)}",
    )


def _add_shown(parser: Parser) -> None:
    output = add_output(parser, ("text", "json", "mermaid"))
    output.add_argument(
        "--trace",
        metavar="FILE",
        help="write all records to a file, as JSON Lines; compressed where its name ends "
        "in .zst; - is stdout, and all else goes to stderr",
    )
    output.add_argument(
        "--otlp",
        metavar="FILE|URL",
        help="write spans of OpenTelemetry, named as Eventing's, to a file, as OTLP in JSON "
        "Lines, or send them to a collector such as http://127.0.0.1:4318",
    )
    output.add_argument(
        "--report",
        metavar="FILE",
        help="write the run as one page of HTML, which needs nothing else",
    )
    add_by(output)
    output.add_argument(
        "--all", action="store_true", help="show every line of the flow on a terminal"
    )
    output.add_argument(
        "-q", "--quiet", action="store_true", help="show the summary only, not the flow"
    )
    output.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="name each stub's place and each resource that is not simulated, too",
    )


def run(args: argparse.Namespace) -> int:
    if _leaves(args):
        from simulator.cli.trace_export import check_exports  # few leave anything

        check_exports(args)
    if args.replay is not None:
        return _replayed(args)
    _check_use(args)
    _check_mode(args)
    sim = simulate(
        args,
        load(args, partly=True),
        keep=_kept(args),
        journal=bool(args.trace) or _leaves(args),
        answers=args.answers,
    )
    from simulator.cli.findings import refuse_faults  # findings are shown later

    refuse_faults(sim.wiring)
    decided: list[tuple[str, str]] = []
    if args.approve or args.reject or args.knobs:
        from simulator.cli.deciding import decide

        decided = decide(sim, args)
    quiet = args.format == "text" and not args.send
    if quiet and not any(source.sink for source in sim.wiring.sources):
        from simulator.cli.findings import hint_lines

        for line in hint_lines(sim.wiring, args.files, style_of(args)):
            print(line)
        return EXIT_DONE
    if args.send:
        from simulator.cli.events import events_to_send
        from simulator.cli.sending import send

        events, account = events_to_send(args.send), account_of(args)
        send(sim, events, args.to, args.namespace, account)
    until = args.until
    if until is None and sim.endless:
        until = ENDLESS_RUN
        named, more = sim.endless[:_NAMED], sim.endless[_NAMED:]
        names = ", ".join(named) + (" …" if more else "")
        say(f"kn-sim: {names} would send for ever: runs {until}; --for says how long")
    return _shown(args, sim, lambda: sim.run(until), decided)


def _leaves(args: argparse.Namespace) -> bool:
    asked = args.otlp is not None or args.report is not None
    return asked or args.format == "mermaid"


def _kept(args: argparse.Namespace) -> int | None:
    """Say how many records stay in memory: all for what tells of all in the end."""
    return None if _leaves(args) else min(_KEPT, args.limit)


def _check_use(args: argparse.Namespace) -> None:
    if not (args.files or args.kustomize):
        raise UsageError("name at least one FILE, --kustomize DIR, or --replay TRACE")
    check_sent(args)
    if args.trace == "-" and args.format != "text":
        raise UsageError(
            f"--trace - and --format {args.format} both want stdout; give one of them"
        )


def _check_mode(args: argparse.Namespace) -> None:
    check_mode(args)
    if args.mode in ("new", "pass"):
        raise UsageError(
            f"--mode {args.mode} asks real services, which kn-sim run does not: "
            "kn-sim serve does"
        )


def _replayed(args: argparse.Namespace) -> int:
    replay = replay_of(args)
    replay.check()
    again = replay.simulate(
        handlers=args.handlers, keep=_kept(args), raise_assertions=False
    )
    return _shown(args, again, lambda: replay.do(again))


def _shown(
    args: argparse.Namespace,
    sim: Simulation,
    drive: Callable[[], None],
    decided: Sequence[tuple[str, str]] = (),
) -> int:
    from simulator.cli.progress import Interruptions
    from simulator.cli.show import STDOUT, LimitReachedError, Show
    from simulator.cli.style import Style

    gc.enable()  # `main` puts it off until the start is over
    code = EXIT_DONE
    stdout_is_taken = args.trace == STDOUT or args.format == "mermaid"
    out = sys.stderr if stdout_is_taken else sys.stdout
    interruptions = Interruptions()
    style = Style.of(out, args.color)
    begin = sim.now
    with Show(args, sim, style, out, interruptions) as show:
        sim.watch(show.go_on)
        try:
            aside = stdout_is_taken or args.format == "json"
            with interruptions, printing_of_handlers(aside=aside):
                drive()
        except KeyboardInterrupt:
            code = interruptions.exit_code
            show.counts.interrupted = True
            show.clear_progress()
            say(f"kn-sim: {interruptions.said} at {sim.now_text()}")
        except (LimitReachedError, RunStoppedError) as error:
            code = EXIT_SAYS_NO
            show.counts.stopped = True
            show.counts.unanswered = isinstance(error, NoAnswerError)
            say(f"kn-sim: {error}")
        show.finish()
    if _leaves(args):
        from simulator.cli.trace_export import leave

        leave(args, sim, begin)
    if code == EXIT_DONE:
        sim.check_choices()
        asks = args.format == "text" and args.replay is None
        if decided or (asks and show.counts.undecided.found):
            from simulator.cli.deciding import idle, undecided  # few decide

            hints = undecided(show.counts) if asks else ()
            for line in (*idle(decided, show.counts), *hints):
                say(f"kn-sim: {line}")
        for word, what in failed(args.fail_on, sim.wiring, show.counts).items():
            code = EXIT_SAYS_NO
            say(f"kn-sim: --fail-on {word}: {what}")
    return EXIT_SAYS_NO if not code and show.counts.says_no else code


def replay_of(args: argparse.Namespace) -> Replay:
    """Read the trace that is run again.

    Raises:
        UsageError: It says nothing of its run, or something is given that it decides.
        OSError: It cannot be read.
    """
    refuse_decided(args, "--replay")
    from simulator.cli.inputs import name_of, read_named
    from simulator.session.replaying import Replay

    return Replay(read_named(args.replay), name_of(args.replay))


UNMATCHED, DEAD_LETTERED, STUB, WARNING = (
    "unmatched",
    "dead-lettered",
    "stub",
    "warning",
)
_TYPES_NAMED = 5  # in one message
CONDITIONS = (UNMATCHED, DEAD_LETTERED, STUB, WARNING)


def conditions(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if word not in CONDITIONS:
            raise argparse.ArgumentTypeError(
                f"{word!r} is nothing to fail on{nearest(word, CONDITIONS)} "
                f"(there are: {', '.join(CONDITIONS)})"
            )
    return tuple(dict.fromkeys(words))


def failed(wanted: tuple[str, ...], wiring: Wiring, counts: Counts) -> dict[str, str]:
    found = {
        UNMATCHED: _types(counts.unmatched.total, counts.unmatched.found),
        DEAD_LETTERED: _types(counts.dead_letters.total, counts.dead_letters.found),
        STUB: _stubs(wiring),
        WARNING: _warnings(wiring),
    }
    return {word: found[word] for word in wanted if found[word]}


def _types(total: int, found: Iterable[Happening]) -> str:
    if not total:
        return ""
    types = dict.fromkeys(each.what for each in found)
    return f"{total}, {_listed(list(types))}"


def _stubs(wiring: Wiring) -> str:
    from simulator.cli.findings import stub_names

    return _listed(stub_names(wiring))


def _warnings(wiring: Wiring) -> str:
    from simulator.wiring import Severity

    found = [f for f in wiring.findings if f.severity is Severity.WARNING]
    if not found:
        return ""
    return f"{len(found)}, {_listed([f'{f.id} {f.subject}' for f in found])}"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > _TYPES_NAMED else ""
    return ", ".join(names[:_TYPES_NAMED]) + more

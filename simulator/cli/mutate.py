"""``kn-sim mutate``: whether tests notice small changes to a topology."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.inputs import load, style_of
from simulator.cli.options import add_namespace, add_output, at_least_one
from simulator.cli.output import json_text, printing_of_handlers, say
from simulator.cli.parser import add_command, percent
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from simulator.cli.parser import Subparsers
    from simulator.mutation.campaign import Attempt, Candidate, Score, Tests
    from simulator.mutation.mutant import Mutant
    from simulator.topology import Topology

_EXAMPLES = """
kn-sim mutate orders.yaml -- pytest -q tests/    does any test notice?
kn-sim mutate orders.yaml -- kn-sim test orders.yaml
kn-sim mutate k8s/ sim.yaml --jobs 4 --fail-under 80 -- pytest -q
kn-sim mutate orders.yaml -k 'ship and retry' -- pytest -q
kn-sim mutate orders.yaml --list                 the mutants, not tried
kn-sim mutate --each topologies/*.yaml -- pytest -q tests/test_topologies.py
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "mutate",
        "change a topology in small ways, and see whether its tests notice",
        "Make mutants of a topology, each with one small change to a filter, a subscriber,\n"
        "a delivery or a reply, and run the tests on each: those that come across what is\n"
        "changed, up to the first that fails. A mutant that no test notices survives, and is\n"
        "told with the smallest event that would have shown it.\n\n"
        "Exit code: 0 done; 1 the score is below --fail-under; 2 wrong use, the files are not\n"
        "in order, or the tests fail without any mutant; 130 interrupted, with what there is.",
        _EXAMPLES,
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="what is changed: YAML in Knative or short form, all files one topology; a "
        "folder is read with all below it",
    )
    parser.add_argument(
        "command",
        nargs="*",
        metavar="-- COMMAND",
        help="the tests: kn-sim test and its words, which runs in this process; or any "
        "command that runs pytest, or fails if a test does",
    )
    add_namespace(parser)
    parser.add_argument(
        "--each", action="store_true", help="each FILE is a topology of its own"
    )
    parser.add_argument(
        "-k",
        dest="keyword",
        metavar="EXPRESSION",
        help="only mutants whose name or words hold this, with and, or, not and brackets",
    )
    parser.add_argument(
        "--list",
        dest="listed",
        action="store_true",
        help="name the mutants, and try none",
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=at_least_one,
        default=1,
        metavar="N",
        help="how many runs of COMMAND go on at a time (1); kn-sim test needs no more",
    )
    parser.add_argument(
        "--fail-under",
        type=percent,
        metavar="PERCENT",
        help="exit with 1 if fewer are noticed of those that count",
    )
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    files, command = _parted(args)
    if not (command or args.listed):
        raise UsageError("say what runs the tests: kn-sim mutate FILE -- pytest -q")
    chosen = _chosen(args)
    candidates, tests = _made(args, files, command, chosen)
    if not candidates:
        every = [] if chosen is None else _made(args, files, command, None)[0]
        raise UsageError(
            f"-k {args.keyword!r} selects none of {len(every)} mutants; --list names them"
            if every
            else "there is nothing to change: no filter, route, delivery or reply"
        )
    if tests is None or args.listed:
        return _list(args, candidates)
    return _tried(args, candidates, tests)


def _chosen(args: argparse.Namespace) -> Callable[[Mutant], bool] | None:
    if args.keyword is None:
        return None
    from simulator.testing.suite import keyword

    fits = keyword(args.keyword)
    return lambda mutant: fits(f"{mutant.name} {mutant.told}")


def _made(
    args: argparse.Namespace,
    files: list[str],
    command: list[str],
    chosen: Callable[[Mutant], bool] | None,
) -> tuple[list[Candidate], Tests | None]:
    in_process = _words_of_test(command)
    if in_process is not None:
        return _suites(args, files, in_process, chosen)
    return _children(args, files, command, chosen)


def _parted(args: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Part files from the command behind ``--``; UsageError for stdin, read only once."""
    named = [*args.files, *args.command]
    words: list[str] = args.words
    command = words[words.index("--") + 1 :] if "--" in words else []
    files = [each for each in named[: len(named) - len(command)] if each != "--"]
    if not files:
        raise UsageError("name at least one FILE before --")
    if "-" in files:
        raise UsageError("-: tests cannot read stdin again; name a file")
    return files, command


def _words_of_test(command: Sequence[str]) -> list[str] | None:
    ways = (1, "kn-sim"), (3, "-m simulator")
    for count, program in ways:
        called = (
            " ".join([os.path.basename(command[0]), *command[1:count]])
            if command
            else ""
        )
        if called.endswith(program) and command[count : count + 1] == ["test"]:
            return list(command[count:])
    return None


def _children(
    args: argparse.Namespace,
    files: list[str],
    command: list[str],
    chosen: Callable[[Mutant], bool] | None,
) -> tuple[list[Candidate], Tests | None]:
    from simulator.mutation.campaign import candidates_of
    from simulator.mutation.children import Children

    groups = [[each] for each in files] if args.each else [files]
    topologies = [_loaded(args, group) for group in groups]
    tests = Children(command, args.jobs) if command else None
    with _counting() as count:
        return candidates_of(topologies, chosen, count), tests


@contextmanager
def _counting() -> Iterator[Callable[[int], None]]:
    """Show how many mutants are made: each takes a pass of all resources."""
    from simulator.cli.progress import Progress

    progress = Progress(sys.stderr)
    try:
        yield lambda made: progress.say(lambda: f"{made} mutants made")
    finally:
        progress.clear()


def _loaded(args: argparse.Namespace, files: list[str]) -> Topology:
    from simulator.manifests.mutant import remember

    args.files = files
    topology = load(args, partly=True)
    remember(topology.files)
    return topology


def _suites(
    args: argparse.Namespace,
    files: list[str],
    words: list[str],
    chosen: Callable[[Mutant], bool] | None,
) -> tuple[list[Candidate], Tests]:
    """Make mutants, and what runs tests in YAML here; UsageError for tests of other files."""
    from simulator.cli import _parser
    from simulator.cli.test import selected, suite_of
    from simulator.mutation.campaign import Suites, candidates_of
    from simulator.session.settings import MOST_RECORDS

    given = _parser(words).parse_args(words)
    given.words = words
    for option in ("watch", "cov"):
        if getattr(given, option):
            raise UsageError(f"--{option} of kn-sim test makes no sense for mutants")
    topology = load(given, partly=True)
    meant = {os.path.realpath(each) for each in _loaded(args, files).files}
    with _counting() as count:
        found = candidates_of(
            [topology], chosen, count, profile=given.profile, strict=given.strict
        )
    found = [e for e in found if os.path.realpath(e.mutant.position.file) in meant]
    read = {os.path.realpath(each) for each in topology.files}
    if not meant <= read:
        missing = ", ".join(sorted(os.path.relpath(each) for each in meant - read))
        raise UsageError(f"kn-sim test does not read {missing}, which is to be changed")
    tests = Suites(
        topology,
        lambda each, most: suite_of(given, each, most=most),
        lambda suite: selected(given, suite),
        MOST_RECORDS,
    )
    return found, tests


def _list(args: argparse.Namespace, candidates: list[Candidate]) -> int:
    from simulator.mutation.campaign import Attempt, Score, Verdict
    from simulator.mutation.report import counted_text, mutant_line, score_json

    if args.format == "json":
        attempts = [Attempt(each, Verdict.NOT_TRIED) for each in candidates]
        print(json_text(score_json(Score(attempts=tuple(attempts)))))
        return EXIT_DONE
    style = style_of(args)
    for each in candidates:
        print(style.line(mutant_line(each)))
    print(counted_text(len(candidates)))
    return EXIT_DONE


def _tried(args: argparse.Namespace, candidates: list[Candidate], tests: Tests) -> int:
    from simulator.cli.progress import Interruptions, Progress
    from simulator.mutation.campaign import Attempt, Score, Verdict, campaign

    progress = Progress(sys.stderr)
    attempts: dict[int, Attempt] = {}
    began = time.monotonic()
    code = None
    with Interruptions() as ended, printing_of_handlers(aside=args.format != "text"):
        tries = campaign(candidates, tests)
        try:
            progress.say(lambda: "the tests run without any mutant", at_once=True)
            for number, attempt in tries:
                attempts[number] = attempt
                progress.say(lambda: _far(attempts, len(candidates), began))
        except KeyboardInterrupt:
            code = ended.exit_code
        finally:
            tries.close()
            progress.clear()
    if code is not None:
        say(f"kn-sim: {ended.said} after {len(attempts)} of {len(candidates)} mutants")
    left = [
        attempts.get(number, Attempt(candidate, Verdict.NOT_TRIED))
        for number, candidate in enumerate(candidates)
    ]
    return _told(args, Score(attempts=tuple(left)), code)


def _far(attempts: dict[int, Attempt], count: int, began: float) -> str:
    from simulator.mutation.campaign import Score, Verdict

    done = Score(attempts=tuple(attempts.values()))
    rate = len(attempts) / max(time.monotonic() - began, 0.001)
    left = round((count - len(attempts)) / rate)
    survived = done.count(Verdict.SURVIVED, Verdict.NOT_COVERED)
    return (
        f"{len(attempts)} of {count} mutants, {survived} not noticed, {rate:.1f}/s, "
        f"{left // 60}:{left % 60:02} left"
    )


def _told(args: argparse.Namespace, score: Score, code: int | None) -> int:
    from simulator.mutation.campaign import Verdict
    from simulator.mutation.report import score_json, score_lines, summary_line

    if args.format == "json":
        print(json_text(score_json(score)))
    else:
        style = style_of(args)
        for line in score_lines(score):
            print(style.line(line))
        print()
        print(summary_line(score))
    if code is not None:
        return code
    if score.counted and score.count(Verdict.NOT_COVERED) == score.counted:
        say("kn-sim: the tests read none of the files, or send no event through them")
    if args.fail_under is not None and score.percent < args.fail_under:
        say(
            f"kn-sim: {score.percent:.2f}% are noticed, less than --fail-under {args.fail_under:g}"
        )
        return EXIT_SAYS_NO
    return EXIT_DONE

"""``kn-sim test``: the tests that stand in YAML beside a topology."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import (
    add_namespace,
    add_output,
    add_settings,
    check_handlers,
    folder_of,
    load,
    style_of,
)
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.cli.parser import Subparsers
    from simulator.testing.case import Case
    from simulator.testing.suite import Outcome, Suite

_EXAMPLES = """
kn-sim test orders.yaml                         the tests: of this file
kn-sim test k8s/ tests.yaml -k 'paid and not refund'
kn-sim test orders.yaml -x --seed 7             stop at the first that fails
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim test`` takes."""
    parser = add_command(
        subparsers,
        "test",
        "run the tests that stand in YAML beside a topology",
        "Run the tests of a topology, tests: in the short form or documents of kind Test:\n"
        "each in a run of its own, in virtual time. A test that fails says what came\n"
        "instead, and shows the flow of its run.\n\n"
        "Exit code: 0 all passed; 1 a test failed; 2 wrong use, the files cannot be read\n"
        "or are not in order, or no test is there or selected.",
        _EXAMPLES,
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="YAML in Knative or short form, all files one topology with its tests; a "
        "folder is read with all below it, - is stdin",
    )
    add_namespace(parser)
    parser.add_argument(
        "-k",
        dest="keyword",
        metavar="EXPRESSION",
        help="only tests whose name holds this, with and, or, not and brackets",
    )
    parser.add_argument(
        "-x",
        "--exitfirst",
        action="store_true",
        help="stop at the first test that fails",
    )
    add_settings(parser)
    add_output(parser, ("text",))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the tests."""
    suite = _suite(args)
    cases = _selected(args, suite)
    from simulator.cli.outcomes import case_lines, verdict_line

    gc.enable()  # `main` puts it off until the start is over
    style = style_of(args)
    counts = {True: 0, False: 0}
    for outcome in _outcomes(args, suite, cases):
        counts[outcome.passed] += 1
        for line in case_lines(outcome, style):
            print(line)
    left_out = len(suite.cases) - len(cases)
    not_run = len(cases) - sum(counts.values())
    print(verdict_line(counts[True], counts[False], left_out, not_run, style))
    return EXIT_SAYS_NO if counts[False] else EXIT_DONE


def _suite(args: argparse.Namespace) -> Suite:
    """Make the tests ready.

    Raises:
        TopologyError: The topology or a test is faulty; every fault is named.
        UsageError: There is no test.
    """
    check_handlers(args)
    topology = load(args, partly=True)
    from simulator.testing.suite import Suite

    suite = Suite(
        topology,
        {"profile": args.profile, "strict": args.strict},
        {
            "seed": args.seed, "start": args.start, "max_ttl": args.max_ttl,
            "handlers": args.handlers, "folder": folder_of(args),
            "raise_assertions": False,
        },
    )  # fmt: skip
    if not suite.cases:
        raise UsageError(
            f"{', '.join(args.files)}: no tests: add tests: to the short form, or a "
            "document of kind Test (simulator/v1)"
        )
    return suite


def _selected(args: argparse.Namespace, suite: Suite) -> list[Case]:
    """Give the tests that are asked for.

    Raises:
        UsageError: There are none.
    """
    if args.keyword is None:
        return suite.cases
    from simulator.testing.keyword import keyword

    fits = keyword(args.keyword)
    found = [case for case in suite.cases if fits(case.name)]
    if not found:
        names = "".join(f"\n  {case.name}" for case in suite.cases)
        raise UsageError(f"-k {args.keyword!r} selects none of the tests:{names}")
    return found


def _outcomes(
    args: argparse.Namespace, suite: Suite, cases: list[Case]
) -> Iterator[Outcome]:
    """Run them; say on a terminal how far that is."""
    shows = sys.stderr.isatty() and not sys.stdout.isatty()
    for number, outcome in enumerate(suite.run(cases), 1):
        if shows:
            print(
                f"\rkn-sim: {number} of {len(cases)} tests\x1b[K",
                end="",
                file=sys.stderr,
            )
        yield outcome
        if args.exitfirst and not outcome.passed:
            break
    if shows:
        print("\r\x1b[K", end="", file=sys.stderr)

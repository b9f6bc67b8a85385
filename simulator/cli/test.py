"""``kn-sim test``: the tests that stand in YAML beside a topology."""

from __future__ import annotations

import gc
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from simulator.cli.inputs import check_handlers, folder_of, load, style_of
from simulator.cli.options import add_namespace, add_output, add_settings
from simulator.cli.output import printing_of_handlers, report, say
from simulator.cli.parser import add_command, percent
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, SimulatorError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.cli.coverage import Asked
    from simulator.cli.outcomes import Report
    from simulator.cli.parser import Subparsers
    from simulator.testing.case import Case
    from simulator.testing.suite import Outcome, Suite
    from simulator.topology import Topology

_LOOKS_EACH_S = 0.3
_EXAMPLES = """
kn-sim test orders.yaml                         the tests: of this file
kn-sim test k8s/ tests.yaml -k 'paid and not refund'
kn-sim test orders.yaml -x --seed 7             stop at the first that fails
kn-sim test orders.yaml --watch                 again, whenever a file changes
kn-sim test orders.yaml -o junit > report.xml   for CI; tap and json are there, too
kn-sim test orders.yaml --cov --fail-under 90   what of the topology the tests cover
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "test",
        "run the tests that stand in YAML beside a topology",
        "Run the tests of a topology, tests: in the short form or documents of kind Test:\n"
        "each in a run of its own, in virtual time. A test that fails says what came\n"
        "instead, and shows the flow of its run.\n\n"
        "Exit code: 0 all passed; 1 a test failed, or less is covered than --fail-under;\n"
        "2 wrong use, the files cannot be read or are not in order, or no test is there\n"
        "or selected.",
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
    parser.add_argument(
        "--watch",
        action="store_true",
        help="run the tests again whenever a file changes, until Ctrl-C",
    )
    _add_coverage(parser)
    add_settings(parser)
    add_output(parser, ("text", "json", "junit", "tap"))
    parser.set_defaults(run=run)


def _add_coverage(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("coverage")
    group.add_argument(
        "--cov",
        action="store_true",
        help="tell what of the topology the tests cover that were run",
    )
    group.add_argument(
        "--cov-report",
        action="append",
        default=[],
        metavar="FORMAT",
        help="text, unless given, or json:FILE, lcov:FILE, cobertura:FILE, html:FILE; "
        "repeatable",
    )
    group.add_argument(
        "--fail-under",
        type=percent,
        metavar="PERCENT",
        help="exit with 1 if less is covered",
    )


def run(args: argparse.Namespace) -> int:
    return _watched(args) if args.watch else _tested(args)


def _watched(args: argparse.Namespace) -> NoReturn:
    """Run the tests whenever a file changes; UsageError for nothing, or nobody, to tell."""
    if "-" in args.files:
        raise UsageError("--watch: stdin does not change; name files")
    if args.format != "text":
        raise UsageError(f"--watch tells people, again and again: not -o {args.format}")
    from simulator.manifests.files import Watch

    watch = Watch([*args.files, *args.handlers])
    while True:
        try:
            _tested(args)
        except (SimulatorError, OSError) as error:
            report(error)
        sys.stdout.flush()
        say("kn-sim: runs again when a file changes; Ctrl-C ends it")
        while not watch.changed():
            time.sleep(_LOOKS_EACH_S)


def _tested(args: argparse.Namespace) -> int:
    suite = suite_of(args, load(args, partly=True))
    if not suite.cases:
        raise UsageError(
            f"{', '.join(args.files)}: no tests: add tests: to the short form, or a "
            "document of kind Test (simulator/v1)"
        )
    cases = selected(args, suite)
    asked = _coverage(args, suite)
    gc.enable()  # `main` puts it off until the start is over
    told = _report(args)
    passed = failed = 0
    for outcome, seconds in _outcomes(args, suite, cases):
        passed, failed = passed + outcome.passed, failed + (not outcome.passed)
        told.add(outcome, seconds)
        if asked is not None:
            asked.add(outcome)
    from simulator.cli.outcomes import Counts

    not_run = len(cases) - passed - failed
    told.finish(Counts(passed, failed, not_run, len(suite.cases) - len(cases)))
    enough = asked is None or asked.finish()
    return EXIT_DONE if enough and not failed else EXIT_SAYS_NO


def _coverage(args: argparse.Namespace, suite: Suite) -> Asked | None:
    """Make what measures, if asked for; UsageError for what is wrong, or not measured."""
    if args.cov:
        from simulator.cli.coverage import Asked

        return Asked(args, suite)
    if args.cov_report or args.fail_under is not None:
        option = "--cov-report" if args.cov_report else "--fail-under"
        raise UsageError(f"{option}: nothing is measured without --cov")
    return None


def _report(args: argparse.Namespace) -> Report:
    if args.format == "text":
        from simulator.cli.outcomes import TextReport

        return TextReport(style_of(args))
    from simulator.cli.outcomes import JsonReport, JUnitReport, TapReport

    if args.format == "junit":
        return JUnitReport(", ".join(args.files))
    return JsonReport() if args.format == "json" else TapReport()


def suite_of(args: argparse.Namespace, topology: Topology, **more: int) -> Suite:
    """Make the tests of a topology ready; a TopologyError names every fault of both."""
    check_handlers(args)
    from simulator.testing.suite import Suite

    return Suite(
        topology,
        {"profile": args.profile, "strict": args.strict},
        {
            "seed": args.seed, "start": args.start, "max_ttl": args.max_ttl,
            "handlers": args.handlers, "folder": folder_of(args),
            "raise_assertions": False, **more,
        },
    )  # fmt: skip


def selected(args: argparse.Namespace, suite: Suite) -> list[Case]:
    """Give the tests that are asked for; UsageError for none."""
    if args.keyword is None:
        return suite.cases
    from simulator.testing.suite import keyword

    fits = keyword(args.keyword)
    found = [case for case in suite.cases if fits(case.name)]
    if not found:
        names = "".join(f"\n  {case.name}" for case in suite.cases)
        raise UsageError(f"-k {args.keyword!r} selects none of the tests:{names}")
    return found


def _outcomes(
    args: argparse.Namespace, suite: Suite, cases: list[Case]
) -> Iterator[tuple[Outcome, float]]:
    shows = sys.stderr.isatty() and not sys.stdout.isatty()
    began = time.perf_counter()
    for number, case in enumerate(cases, 1):
        with printing_of_handlers(aside=args.format != "text"):
            (outcome,) = suite.run([case])
        if shows:
            line = f"\rkn-sim: {number} of {len(cases)} tests\x1b[K"
            print(line, end="", file=sys.stderr)
        yield outcome, time.perf_counter() - began
        if args.exitfirst and not outcome.passed:
            break
        began = time.perf_counter()
    if shows:
        print("\r\x1b[K", end="", file=sys.stderr)

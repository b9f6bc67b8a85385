"""What ``kn-sim run`` and ``kn-sim serve`` take alike of answers of real services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_answers(parser: argparse._ActionsContainer) -> None:
    """Let it take answers of real services."""
    parser.add_argument(
        "--answers",
        metavar="FILE",
        help="a recording of kn-sim serve --trace, which answers for services that are real "
        "as they have once: requests are the same by service, method, path, type, source, "
        "subject and data of the event",
    )
    parser.add_argument(
        "--mode",
        choices=("replay", "new", "pass"),
        help="what is asked that --answers has no answer to: replay: the run fails, and "
        "names it (as usual); new: the real service, whose answer is added to FILE; pass: "
        "the real service is asked, always; the last two with kn-sim serve",
    )


def check_mode(args: argparse.Namespace) -> None:
    """See that there are answers for which a mode is given.

    Raises:
        UsageError: There are none.
    """
    if args.mode is not None and args.answers is None:
        raise UsageError("--mode says what --answers is for; there is no --answers")

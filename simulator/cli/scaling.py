"""Who works on a search, what keeps it, and how it is told how fast it goes."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import at_least_one
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Parser
    from simulator.explore import Plan, Search

_WINDOW_S = 10.0  # over which it is said how fast it goes
_SHORTEST_S = 0.1


def add_scaling(parser: Parser) -> None:
    """Let it take who works, and where that is kept."""
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
    """Give the same as arguments of `carry_out`.

    Raises:
        UsageError: It contradicts itself.
    """
    if args.on is not None and args.jobs != 1:
        raise UsageError("--jobs is about this machine, --on about others; give one")
    return {"jobs": args.jobs, "on": args.on, "campaign": args.campaign}


class Pace:
    """Says how far a search is, how fast, and how long what is known of it will take.

    Args:
        plan: What is searched.
    """

    def __init__(self, plan: Plan) -> None:
        self._seeds = plan.seeds
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def note(self, search: Search) -> None:
        """Take down where it is now."""
        now = time.monotonic()
        self._seen.append((now, search.runs))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW_S:  # noqa: PLR2004 - both ends
            self._seen.popleft()

    def text(self, search: Search) -> str:
        """Put it into words."""
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

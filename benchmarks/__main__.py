"""Print the table of aims: ``python -m benchmarks [--json] [--only NAME] [--long]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import deliveries, handlers, long_runs, starting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.measure import Row

_USUAL, _LONG = 1_000_000, 10_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code says nothing about aims."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    parser.add_argument(
        "--only", metavar="NAME", help="groups whose name contains this"
    )
    parser.add_argument(
        "--long", action="store_true", help="10 M deliveries for memory"
    )
    parser.add_argument(
        "--peers", action="store_true", help="against moto and FastStream"
    )
    args = parser.parse_args(argv)
    if args.peers:
        from benchmarks.peers import main as peers  # noqa: PLC0415 - imports what it finds

        return peers(as_json=args.json)
    if not args.json:
        load = os.getloadavg()[0]
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}"
        )
    for name, group in groups(_LONG if args.long else _USUAL).items():
        if not args.only or args.only in name:
            for row in group():
                print(_as_json(row) if args.json else _as_text(row), flush=True)
    return 0


def groups(events: int) -> dict[str, Callable[[], Iterator[Row]]]:
    """Give every group of rows by name."""
    return {
        "delivery": deliveries.one_trigger,
        "triggers": deliveries.many_triggers,
        "fan-out": deliveries.fan_out,
        "chain": handlers.chain,
        "retries": deliveries.three_attempts,
        "async": handlers.asynchronous,
        "week": long_runs.week,
        "memory": long_runs.memory,
        "flat": partial(long_runs.flat, events),
        "load": starting.load,
        "cold": starting.cold,
    }


def _as_text(row: Row) -> str:
    sign = "≥" if row.at_least else "≤"
    met = "met" if row.met else "NOT MET"
    digits = 0 if row.unit == "B" else 2
    figure = f"{row.figure:.{digits}f} {row.unit}"
    return f"{met:<8}{figure:>12}  aim {sign} {row.aim:<6g}{row.what}\n{'':29}{row.detail}".rstrip()


def _as_json(row: Row) -> str:
    return json.dumps({**row._asdict(), "met": row.met})


if __name__ == "__main__":
    sys.exit(main())

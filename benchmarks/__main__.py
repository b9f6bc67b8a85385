"""``python -m benchmarks [--json] [--only NAME] [--quick | --long] [--peers] [--simloom PYTHON]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from benchmarks.aims import AIMS
from benchmarks.kernel import KERNEL
from benchmarks.measure import Effort, SkippedError, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Row

_NAME = 19  # characters of the column of names
_LONG = 10_000_000
_QUICK = Effort(rounds=3, pairs=5, deliveries=100_000, processes=7)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; an aim that is not met is no error."""
    parser = _parser()
    args = parser.parse_args(argv)
    effort = _QUICK if args.quick else Effort()
    if args.long:
        effort = replace(effort, deliveries=_LONG)
    if args.simloom:
        from benchmarks import loom

        try:
            loom.install(args.simloom)
        except SkippedError as reason:
            parser.error(str(reason))
    if args.peers:
        from benchmarks.peers import main as peers  # imports the peers

        return peers(quick=args.quick, as_json=args.json)
    chosen = [name for name in AIMS if args.only is None or args.only in name]
    if not chosen:
        parser.error(f"--only {args.only}: the names are {', '.join(AIMS)}")
    if not args.json:
        print(machine())
        print(f"kernel: {KERNEL}")
        print("near: within 10 % of the aim, which counts as met")
        print(f"\n{'name':<{_NAME}}{'':8}{'figure':>12}{'aim':>8}  what")
    for name in chosen:
        try:
            row = AIMS[name](effort)
            told = _as_json(name, row) if args.json else _as_text(name, row)
        except SkippedError as reason:
            told = _skipped(name, reason, as_json=args.json)
        print(told, flush=True)
    if not args.json:
        print(f"\nload {_load()} at the end")
    return 0


def machine() -> str:
    """Say where the figures come from."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {_load()}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Print what the engine and the UI aim at, and what this machine makes "
        "of it. Within a tenth of an aim counts as met; with a compiled kernel some aims "
        "are higher. An aim that is not met is no error.",
    )
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON object a line")
    add("--only", metavar="NAME", help="only rows with this in their name")
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--quick", action="store_true", help="fewer and rougher samples"
    )
    length.add_argument(
        "--long", action="store_true", help=f"{_LONG:,} deliveries for memory-flat"
    )
    add("--peers", action="store_true", help="the same topology on moto and FastStream")
    add(
        "--simloom",
        metavar="PYTHON",
        help="first install simloom beside this Python, "
        "3.12 or later, in .venv-simloom; without it, its row is skipped",
    )
    return parser


def _as_text(name: str, row: Row) -> str:
    figure = f"{row.figure:.{0 if row.unit == 'B' else 2}f} {row.unit or 'x'}"
    aim = f"{'≥' if row.at_least else '≤'} {row.aim:g}"
    begin = f"{name:<{_NAME}}{row.verdict:<8}{figure:>12}{aim:>8}  "
    return f"{begin}{row.what}\n{'':{len(begin)}}{row.detail}"


def _as_json(name: str, row: Row) -> str:
    met = row.verdict is not Verdict.NOT_MET
    found = {**asdict(row), "verdict": row.verdict, "met": met}
    return json.dumps({"name": name, **found, "kernel": KERNEL, "load": _load()})


def _skipped(name: str, reason: SkippedError, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"name": name, "verdict": "skipped", "detail": str(reason)})
    return f"{name:<{_NAME}}skipped {reason}"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    sys.exit(main())

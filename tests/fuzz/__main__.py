"""``python -m tests.fuzz``: look for input that ends in a stack trace, hangs, or fills memory."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.cases import KINDS
from tests.fuzz.trying import LONGEST_S, MOST_MEMORY_MB, encoded
from tests.fuzz.workers import Task, faults

if TYPE_CHECKING:
    from tests.fuzz.workers import Found

_DEFAULT_COUNT = 5_000
_ROOT = Path(__file__).parents[2]


def main() -> int:
    """Look, and tell; the exit code is 1 where something was found."""
    args = _parser().parse_args()
    os.chdir(_ROOT)  # some cases name topologies of the repository
    task = Task(args.seed, args.first, args.count, args.only)

    def tell(tried: int) -> None:
        print(f"{tried} of {task.tries} tried", file=sys.stderr)

    begun, found = time.monotonic(), 0
    for each in faults(task, args.processes, keep_going=args.keep_going, tell=tell):
        found += 1
        _tell(each, task, Path(args.out))
    seconds = time.monotonic() - begun
    kinds = args.only or ", ".join(KINDS)
    verdict = f"{found} faults" if found else "no fault"
    print(
        f"seed {task.seed}, cases {task.first} to {task.first + task.tries - 1} of {kinds}: "
        f"{verdict}, {seconds:.0f} s"
    )
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description="Mangle what users may bring, and try it below whatever catches errors: "
        f"anything but a SimulatorError counts, and more than {LONGEST_S:g} s or "
        f"{MOST_MEMORY_MB} MB. The smallest input of a fault is written to a folder.",
    )
    parser.add_argument(
        "-n",
        "--count",
        type=int,
        default=_DEFAULT_COUNT,
        help="cases to try (%(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of the cases (%(default)s)"
    )
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first (%(default)s)"
    )
    parser.add_argument("--only", choices=KINDS, help="one kind of case")
    parser.add_argument(
        "--processes", type=int, default=2, help="at a time (%(default)s)"
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="look for further sorts of fault"
    )
    parser.add_argument(
        "--out", default=".fuzz", help="folder of what is found (%(default)s)"
    )
    return parser


def _tell(found: Found, task: Task, out: Path) -> None:
    folder = out / f"{task.seed}-{found.number}"
    folder.mkdir(parents=True, exist_ok=True)
    only = f" --only {task.only}" if task.only else ""
    again = f"python -m tests.fuzz --seed {task.seed} --first {found.number} -n 1{only}"
    print(f"{found.fault.sort}\n  {found.fault.text}\n  {folder}\n  again: {again}")
    (folder / "fault.txt").write_text(
        f"{found.fault.trace}\nagain: {again}\n", "utf-8", "backslashreplace"
    )
    for name, part in zip(KINDS[found.case.kind].files, found.case.parts, strict=True):
        (folder / name).write_bytes(encoded(part))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

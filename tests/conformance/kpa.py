"""Recorded runs of Knative's autoscaler, done again.

    python -m tests.conformance.kpa FILE...

prints a line for each tick at which ours differs: `desired`, `ebc`, `panicking`, `valid`
must be the same, averages to 1e-6. A run is one case. Exit codes: 0 no mismatch, 1
some, 2 a file cannot be used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.serving.kpa import SECOND, Autoscaler, Scaling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_USAGE = "usage: python -m tests.conformance.kpa FILE...\n"
_FORMAT = "kpa-vectors/1"
_COLUMNS = ["t_s", "ready", "stable", "panic", "valid", "desired", "ebc", "panicking"]
_NEAR = 1e-6
_ALGORITHMS = ("linear", "weightedExponential", "weighted-exponential")
_METRICS = ("concurrency", "rps")


class UnusableFileError(Exception):
    """The file holds no recorded runs; one line says why."""


def read_runs(file: Path) -> list[dict[str, Any]]:
    """Read the runs of a file.

    Raises:
        UnusableFileError: It cannot be read, or has another form.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if (document["format"], document["tick_columns"]) != (_FORMAT, _COLUMNS):
            raise UnusableFileError(f"{file}: expected {_FORMAT} with {_COLUMNS}")
        runs: list[dict[str, Any]] = document["scenarios"]
        for run in runs:
            _scaling(run), run["name"], run["recorded"], run["ready_at_creation"]
    except OSError as error:
        raise UnusableFileError(f"{file}: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise UnusableFileError(f"{file}: no recorded runs: {error!r}") from error
    return runs


def why_skipped(run: Mapping[str, Any]) -> str:
    """Say what of a run we have not; empty when there is nothing."""
    if run["algorithm"] not in _ALGORITHMS:
        return f"algorithm {run['algorithm']!r}"
    return "" if run["metric"] in _METRICS else f"metric {run['metric']!r}"


def mismatches(run: Mapping[str, Any]) -> Iterator[str]:
    """Do a run again; give a line for each tick that differs."""
    scaler = Autoscaler(_scaling(run), run["ready_at_creation"])
    recorded, second = run["recorded"], 0
    for tick in run["ticks"]:
        at, ready, stable, panic, *decided = tick
        while second <= at and second < len(recorded):
            if recorded[second] is not None:
                scaler.record(second * SECOND, recorded[second])
            second += 1
        found = scaler.scale(at * SECOND, ready)
        found_decided = [found.valid, found.desired, found.spare, found.panicking]
        near = max(abs(found.stable - stable), abs(found.panic - panic)) <= _NEAR
        if found_decided != decided or not near:
            ours = [at, ready, found.stable, found.panic, *found_decided]
            yield f"{run['name']}: t={at}: recorded {tick}, found {ours}"


def _scaling(run: Mapping[str, Any]) -> Scaling:
    return Scaling(
        target=run["target"],
        total=run["total"],
        stable_s=run["stable_window_s"],
        panic_s=run["panic_window_s"],
        burst_capacity=run["target_burst_capacity"],
        panic_threshold=run["panic_threshold"],
        up_rate=run["max_scale_up_rate"],
        down_rate=run["max_scale_down_rate"],
        down_delay_s=run["scale_down_delay_s"],
        activation_scale=run["activation_scale"],
        reachable=run["reachable"],
        weighted=run["algorithm"] != "linear",
    )


def main(arguments: Sequence[str]) -> int:
    """Do all runs of the files; return the exit code."""
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write(_USAGE)
        return 2
    passed = failed = skipped = 0
    for argument in arguments:
        try:
            runs = read_runs(Path(argument))
        except UnusableFileError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        for run in runs:
            reason = why_skipped(run)
            lines = [] if reason else list(mismatches(run))
            sys.stdout.writelines(f"{line}\n" for line in lines)
            if reason:
                sys.stdout.write(f"{run['name']}: skipped: {reason}\n")
            passed += not (lines or reason)
            failed += bool(lines)
            skipped += bool(reason)
    sys.stdout.write(f"{passed} passed, {failed} failed, {skipped} skipped\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``kn-sim run --replay TRACE``: what a trace holds, run again from it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.session.replaying import Replay

# What the trace decides: how it is called, and what it is where it is not given.
_DECIDED: dict[str, tuple[str, object]] = {
    "files": ("FILE", []), "send": ("--send", []), "to": ("--to", ""),
    "until": ("--for", None), "strict": ("--strict", False), "seed": ("--seed", None),
    "profile": ("--profile", None), "start": ("--start", None),
    "max_ttl": ("--max-ttl", None), "choices": ("--choices", None),
    "namespace": ("--namespace", None),
}  # fmt: skip


def replay_of(args: argparse.Namespace) -> Replay:
    """Read the trace that is run again.

    Raises:
        UsageError: It says nothing of its run, or something is given that it decides.
        OSError: It cannot be read.
    """
    for name, (option, unless) in _DECIDED.items():
        if getattr(args, name) != unless:
            raise UsageError(f"--replay: the trace decides, {option} is too much")
    from simulator.cli.trace import STDIN, read_named
    from simulator.session.replaying import Replay

    name = "<stdin>" if args.replay == STDIN else args.replay
    return Replay(read_named(args.replay), name)

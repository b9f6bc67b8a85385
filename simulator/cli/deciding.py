"""``--approve``, ``--reject``, ``--set``: what somebody decides who is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulator.duration import duration_ns
from simulator.errors import UsageError
from simulator.nodes import name_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from simulator.session import Simulation
    from simulator.story.counts import Counts

    Decision = Literal["approve", "reject"]

_DECISIONS: tuple[Decision, ...] = ("approve", "reject")


def decide(sim: Simulation, args: argparse.Namespace) -> list[tuple[str, str]]:
    """Decide as the options say; give each as it was given, and the node it is about.

    Raises:
        UsageError: An option is none; all that is wrong is named.
    """
    from simulator.names import resolve  # loaded by then

    nodes = [endpoint.node for endpoint in sim.wiring.endpoints]
    faults: list[str] = []
    decided: dict[str, str] = {}
    for word, given in _given(args):
        name, equals, after = given.partition("=")
        option = f"--{word} {given}"
        try:
            if equals:
                duration_ns(after)
        except ValueError as error:
            faults.append(f"{option}: {error}")
            after = ""
        try:
            node = resolve(name, nodes, args.namespace)
            sim.decide(node, word, after=after or None)
        except UsageError as error:
            faults.append(f"{option}: {error}")
            continue
        if node in decided:
            faults.append(f"{option}: {decided[node]} says already what is decided")
        decided.setdefault(node, option)
    faults += _set(sim, args.knobs)
    if faults:
        raise UsageError("\n".join(faults))
    return [(option, node) for node, option in decided.items()]


def _set(sim: Simulation, knobs: Sequence[str]) -> Iterator[str]:
    known: dict[tuple[str, str], str] = {}
    for given in knobs:
        option = f"--set {given}"
        name, equals, value = given.partition("=")
        node, dot, key = name.partition(".")
        if not (equals and dot and node and key):
            yield f"{option}: expected NODE.KEY=VALUE, such as tekton.build-artifact=fail"
            continue
        try:
            sim.set_knob(node, key, value)
        except UsageError as error:
            yield f"{option}: {error}"
        before = known.setdefault((node, key), option)
        if before is not option:
            yield f"{option}: {before} says already what it is"


def idle(decided: Sequence[tuple[str, str]], counts: Counts) -> Iterator[str]:
    for option, node in decided:
        if node not in counts.held:
            yield f"{option}: {node} held no request"


def _given(args: argparse.Namespace) -> Iterator[tuple[Decision, str]]:
    for word in _DECISIONS:
        for given in getattr(args, word):
            yield word, given


def undecided(counts: Counts) -> Iterator[str]:
    nodes = dict.fromkeys(each.at for each in counts.undecided.found)
    if nodes:
        each = " ".join(f"--approve {name_of(node)}" for node in nodes)
        yield f"to decide, add {each} (=1h for in an hour), or --reject; or use kn-sim ui"

"""The same topology on kn-sim and on what else runs such things in a process.

One bus and T rules, of which one or all match; a figure is deliveries per second of
wall time, the best of some short samples, the collector on for all. Every sender makes
its event anew from a type and a small JSON object, and every delivery ends where the
user would look at it. What else a delivery includes is said below the table: the
peers are made for other purposes, and neither has virtual time, backoff or a trace.
"""

from __future__ import annotations

import json
import time
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    # Gives the deliveries that were made, and the seconds that they took.
    Measured = tuple[int, float]
    # Gets the number of rules and whether all match; gives a sample at a time.
    Peer = Callable[[int, bool], Iterator[Measured]]

RULES = (1, 10, 100, 1_000)
QUICK_RULES = (1, 10)
_SAMPLES = 15
# Seconds after which no further sample of a peer is begun.
_PATIENCE = 10.0
_NOTES = {
    "kn-sim": (
        "an event checked, filtered by each trigger, handed to a Python function as a "
        "CloudEvent; attempts, virtual time, five records of the trace"
    ),
    "moto": (
        "put_events by boto3 with its HTTP layer, rules matched, the message put into an "
        "SQS queue; AWS's wire behaviour is copied; no Python function is called"
    ),
    "FastStream": (
        "publish to TestKafkaBroker, the message encoded, decoded, validated for an async "
        "function; rules are topics (one) or consumer groups of a topic (all), as "
        "handler filters would be slower"
    ),
}
_MODULES = {
    "kn-sim": ("benchmarks.peer_kn_sim", "simulator"),
    "moto": ("benchmarks.peer_moto", "moto"),
    "FastStream": ("benchmarks.peer_faststream", "faststream"),
}


def main(*, quick: bool = False, as_json: bool = False) -> int:
    """Print deliveries per second for each peer that is installed."""
    rules = QUICK_RULES if quick else RULES
    if not as_json:
        heads = [f"{kind} T={count:,}" for kind in ("one", "all") for count in rules]
        print("deliveries per second")
        print(f"{'':<12}" + "".join(f"{head:>13}" for head in heads))
    found = []
    for name in _MODULES:
        peer = _peer(name)
        if peer is None:
            found.append(f"{name}: not installed; pip install --group bench")
            continue
        rates = {
            (kind, count): rate(peer, count, every=kind == "all")
            for kind in ("one", "all")
            for count in rules
        }
        found.append(f"{name}: {_NOTES[name]}")
        if as_json:
            figures = {f"{kind}-{count}": each for (kind, count), each in rates.items()}
            print(json.dumps({"name": name, "deliveries_per_second": figures}))
        else:
            cells = "".join(f"{each:>13,.0f}" for each in rates.values())
            print(f"{name:<12}{cells}", flush=True)
    if not as_json:
        print("\nA delivery includes:\n" + "\n".join(f"  {each}" for each in found))
    return 0


def rate(peer: Peer, count: int, *, every: bool) -> float:
    """Give deliveries per second: the best of the samples there was time for."""
    rates: list[float] = []
    start = time.perf_counter()
    for deliveries, seconds in peer(count, every):
        rates.append(deliveries / seconds)
        if len(rates) == _SAMPLES or time.perf_counter() - start > _PATIENCE:
            break
    return max(rates)


def _peer(name: str) -> Peer | None:
    """Give a peer, or None where it is not installed."""
    module, library = _MODULES[name]
    try:
        import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        return None
    samples: Peer = import_module(module).samples
    return samples


def events_for(rules: int, per_second: int, *, every: bool) -> int:
    """Give how many events make a sample of a reasonable length."""
    return max(1, per_second // 12 // (rules if every else 1))


def names(rules: int, *, every: bool) -> Sequence[str]:
    """Give the type that each rule wants; ``wanted`` is the one that is sent."""
    return ["wanted" if every or n == rules - 1 else f"other{n}" for n in range(rules)]

"""The hashes of the traces of some topologies, the same wherever they are made.

``python -m tests.determinism`` prints them, one a line, as ``name hash``;
``python -m tests.determinism python3.12 python3.13 …`` compares those of other
interpreters, each with kn-sim installed, and ends with 1 where one differs.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys

from simulator import CloudEvent, Context, Simulation, Topology, reply
from simulator.trace.objects import ObjectWriter

RETRIES = """
topology: retries
brokers:
  default:
    delivery: {retry: 4, backoffPolicy: exponential, backoffDelay: 300ms, deadLetterSink: dead}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filters: [{prefix: {type: pri}}, {not: {exact: {subject: none}}}], subscriber: shipping}
  all: {filters: [{cesql: "type LIKE '%d' AND EXISTS id"}], subscriber: audit}
sources:
  shop: {rate: 5/s, count: 60, event: {type: placed, data: {total: 1.5}}, sink: broker/default}
services:
  pricing:
    latency: {uniform: [10ms, 400ms]}
    reply: {jsonata: '{"type": "priced", "data": {"r": $random(), "at": $now()}}'}
  shipping: {responses: [503, 503, {reset: true}, 202], latency: {exponential: 1s}}
  audit: {latency: {normal: {mean: 50ms, deviation: 20ms}}}
  dead: {}
"""
FLOWS = """
topology: flows
channels: {in: {}, out: {}}
subscriptions:
  a: {channel: in, subscriber: first, reply: channel/out}
  b: {channel: out, subscriber: second}
services:
  first: {echo: {set: {type: second, step: 1}}}
  second: {emit: {event: {type: late}, to: channel/in, after: 1h, match: {source: /s}}}
sources: {tick: {at: [1s, 1m, 2m], event: {type: first, source: /s}, sink: channel/in}}
"""
HANDLERS = """
topology: handlers
brokers: {default: {}}
triggers:
  one: {filter: {type: a}, subscriber: one}
  two: {filter: {type: a}, subscriber: two}
"""


def retries() -> Simulation:
    """Make a run with every sort of chance in it."""
    return Simulation(Topology.parse(RETRIES), seed=11)


def flows() -> Simulation:
    """Make a run of channels, echoes and emissions."""
    return Simulation(Topology.parse(FLOWS))


def handlers() -> Simulation:
    """Make a run with Python functions that draw, post and wait."""
    sim = Simulation(Topology.parse(HANDLERS), seed=3)

    @sim.service("one")
    def one(event: CloudEvent, context: Context) -> CloudEvent:
        context.emit(reply(event, type="c"), "broker/default", "2s")
        return reply(event, type="b", data={"drawn": context.random.random()})

    @sim.service("two")
    async def two(event: CloudEvent) -> None:
        await sim.sleep("500ms")
        sim.send(type="d", id=f"after-{event.get_id()}")

    for number in range(20):
        sim.send(type="a", after=f"{number * 250}ms", data={"n": number})
    return sim


RUNS = {"retries": retries, "flows": flows, "handlers": handlers}


def digest(sim: Simulation) -> str:
    """Give the SHA-256 of the whole trace as programs get it."""
    sim.run()
    file = io.BytesIO()
    ObjectWriter(file).write(sim.log)
    return hashlib.sha256(file.getvalue()).hexdigest()


def digests() -> str:
    """Give the name and the hash of each run, one a line."""
    return "".join(f"{name} {digest(make())}\n" for name, make in RUNS.items())


def digests_of(interpreter: str, hash_seed: str = "random") -> str:
    """Give the same as another interpreter sees it."""
    done = subprocess.run(  # noqa: S603 - an interpreter that the user names
        [interpreter, "-m", "tests.determinism"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def main(interpreters: list[str]) -> int:
    """Print the hashes; give 1 where one of the interpreters has others."""
    ours = digests()
    sys.stdout.write(ours)
    differing = [other for other in interpreters if digests_of(other) != ours]
    for other in differing:
        sys.stderr.write(f"{other}: has other hashes\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

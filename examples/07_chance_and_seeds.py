"""Everything that chance decides comes from the seed: the same seed, the same run."""

from simulator import CloudEvent, Context, Simulation, Topology

TOPOLOGY = """
topology: chance
sources:
  visitors: {rate: 12/m, count: 5, event: {type: visitor.came}, sink: broker/default}
brokers:
  default: {delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT0.1S}}
triggers:
  serve: {subscriber: counter}
services:
  counter: {latency: {normal: {mean: 200ms, deviation: 50ms}}}
"""


def moody(event: CloudEvent, context: Context) -> int:
    """Fail two times in five; the service's own chance, repeatable as all of it."""
    return 503 if context.random.random() < 0.4 else 200


def run(seed: int) -> str:
    """Tell when the visitors came and how often each was served."""
    sim = Simulation(Topology.parse(TOPOLOGY), seed=seed)
    sim.service("counter", moody)
    sim.run()
    return "  ".join(
        f"{r.at_ns / 1e9:.1f}s {r.status}" for r in sim.received("counter")
    )


print("seed 1:", run(1))
print("seed 2:", run(2))
print("seed 1 again gives the same:", run(1) == run(1))

"""Small topologies of one implementation, and what comes of them in short."""

from __future__ import annotations

from simulator import Simulation, Topology

CLASSES = {
    "rabbitmq": "RabbitMQBroker",
    "natss": "NatsJetStreamBroker",
    "kafka": "Kafka",
    "kafka-namespaced": "KafkaNamespaced",
}
LADDER = "retry: 2, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead"


def run(
    profile: str,
    one: str = "",
    delivery: str | None = LADDER,
    *,
    events: str = "1",
    broker: str = "retry: 0",
    dead: str = "",
    trigger: str = "filter: {type: t}",
) -> Simulation:
    """Send events of type ``t``, with data, to a trigger of a broker of its class.

    Args:
        profile: Of the class.
        one: What the subscriber answers; it is called ``one``.
        delivery: Of its trigger; None for none.
        events: An id for each.
        broker: The delivery of the broker.
        dead: What the dead letter sink answers.
        trigger: What the trigger says besides; ``two`` takes replies of type ``re``.
    """
    own = "" if delivery is None else f"delivery: {{{delivery}}},"
    class_ = CLASSES[profile]
    sim = Simulation(
        Topology.parse(
            f"""
            topology: test
            brokers:
              default:
                annotations: {{eventing.knative.dev/broker.class: {class_}}}
                delivery: {{{broker}}}
            triggers:
              a: {{subscriber: one, {own} {trigger}}}
              b: {{subscriber: two, filter: {{type: re}}}}
            services: {{one: {{{one}}}, two: {{}}, dead: {{{dead}}}}}
            """
        ),
        defaults=False,
    )
    for each in events:
        sim.send(id=each, type="t", data={"n": 1})
    sim.run()
    return sim


def times(sim: Simulation, service: str = "one") -> list[float]:
    """Give the seconds at which a service was called."""
    return [received.at_ns / 1e9 for received in sim.received(service)]


def kinds(sim: Simulation, *kinds: str) -> list[str]:
    """Give the records of these kinds, by kind and node."""
    return [f"{r.kind} {r.source}" for r in sim.trace if r.kind in kinds]


def errors(sim: Simulation) -> list[dict[str, str]]:
    """Give what the dead letters say of the failure."""
    return [
        {
            name.removeprefix("knativeerror"): value
            for name, value in received.attributes.items()
            if name.startswith("knativeerror")
        }
        for received in sim.received("dead")
    ]

"""The names of what plays brokers and channels, and whose name it is in manifests.

Only names, for those who have no use for a profile itself; see `simulator.profiles`.
"""

from __future__ import annotations

BROKERS = ("mt-channel", "kafka", "kafka-namespaced", "rabbitmq", "natss", "spec")
"""The profiles of brokers."""

USUAL = ("mt-channel", "kafka", "rabbitmq", "natss", "spec")
"""Those that a topology is compared with unless it is said with which."""

OF_CLASS = {
    "MTChannelBasedBroker": "mt-channel",
    "Kafka": "kafka",
    "KafkaNamespaced": "kafka-namespaced",
    "RabbitMQBroker": "rabbitmq",
    "NatsJetStreamBroker": "natss",
}
"""The annotation ``eventing.knative.dev/broker.class`` -> the profile of such brokers."""

OF_KIND = {
    "InMemoryChannel": "in-memory-channel",
    "KafkaChannel": "kafka-channel",
    "NatsJetStreamChannel": "natss-channel",
}
"""A kind of channel -> the profile of such channels."""

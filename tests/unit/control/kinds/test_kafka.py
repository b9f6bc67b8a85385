"""KafkaSource and KafkaSink: what their webhook says, what they become."""

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError
from simulator.wiring import HubKind, Severity, Wiring

SERVERS = "[my-cluster-kafka-bootstrap.kafka:9092]"
SOURCE = """
apiVersion: sources.knative.dev/v1
kind: KafkaSource
metadata: {{name: {name}}}
spec:
  bootstrapServers: {servers}
  topics: {topics}
  sink: {{uri: http://shop.default.svc.cluster.local}}
  {more}
"""
SINK = """
apiVersion: eventing.knative.dev/v1alpha1
kind: KafkaSink
metadata: {{name: {name}}}
spec:
  bootstrapServers: {servers}
  topic: {topic}
  {more}
"""
SHOP = """
apiVersion: simulator/v1
kind: Simulation
metadata: {name: s}
spec: {services: {shop: {}}}
"""


def source(
    name: str = "orders",
    topics: str = "[orders]",
    more: str = "",
    servers: str = SERVERS,
) -> str:
    return SOURCE.format(name=name, topics=topics, more=more, servers=servers)


def sink(
    name: str = "out", topic: str = "orders", more: str = "", servers: str = SERVERS
) -> str:
    return SINK.format(name=name, topic=topic, more=more, servers=servers)


def topic(name: str, partitions: int = 3) -> str:
    return f"""
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata: {{name: {name}, namespace: kafka}}
spec: {{partitions: {partitions}}}
"""


def broker(
    config: str = "kind: ConfigMap, apiVersion: v1, name: own", class_: str = "Kafka"
) -> str:
    return f"""
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {{name: hub, annotations: {{eventing.knative.dev/broker.class: {class_}}}}}
spec: {{config: {{{config}}}}}
"""


def trigger(annotation: str) -> str:
    return f"""
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {{name: t, annotations: {{{annotation}}}}}
spec: {{broker: hub, subscriber: {{uri: http://shop.default.svc.cluster.local}}}}
"""


def config_map(**data: str) -> str:
    lines = "".join(f"  {k.replace('_', '.')}: {v!r}\n" for k, v in data.items())
    return f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: own}}
data:
{lines}"""


GOOD = {
    "default_topic_partitions": "6",
    "default_topic_replication_factor": "3",
    "bootstrap_servers": "kafka:9092",
}


def wire(*documents: str) -> Wiring:
    return Simulation(Topology.parse("---".join((*documents, SHOP)))).wiring


def refusal(document: str) -> list[str]:
    with pytest.raises(TopologyError) as raised:
        wire(document)
    return [line.partition(": ")[2] for line in str(raised.value).splitlines()]


def said(wiring: Wiring, severity: Severity = Severity.WARNING) -> list[str]:
    return [
        f"{each.id} {each.path}: {each.message}"
        for each in wiring.findings
        if each.severity is severity and each.code != "reading"
    ]


def notes(wiring: Wiring) -> list[str]:
    return said(wiring, Severity.NOTE)


def test_the_webhook_names_all_that_a_source_lacks() -> None:
    lacking = """
apiVersion: sources.knative.dev/v1beta1
kind: KafkaSource
metadata: {name: orders}
spec: {initialOffset: first, ordering: sorted}
"""

    assert refusal(lacking) == [
        "KafkaSource orders: expected at least one, got none: spec.sink.ref, spec.sink.uri",
        "KafkaSource orders: missing field(s): spec.bootstrapServers, spec.topics",
        (
            "KafkaSource orders: invalid value: first: spec.initialOffset (expected earliest "
            "or latest)"
        ),
        (
            "KafkaSource orders: invalid value: sorted: spec.ordering (expected ordered or "
            "unordered)"
        ),
    ]


def test_the_webhook_names_all_that_is_wrong_with_a_sink() -> None:
    wrong = sink(
        topic='""',
        more="contentMode: text\n  numPartitions: 0\n  auth: {secret: {ref: {}}}",
        servers="[]",
    )

    assert refusal(wrong) == [
        (
            "KafkaSink out: invalid value: []: spec.bootstrapServers (expected at least one, "
            "such as my-cluster-kafka-bootstrap.kafka:9092)"
        ),
        (
            "KafkaSink out: invalid value: text: spec.contentMode (expected binary or "
            "structured)"
        ),
        "KafkaSink out: invalid value: 0: spec.numPartitions (expected 1 or more)",
        (
            "KafkaSink out: invalid value: : spec.auth.secret.ref.name, spec.topic "
            "(expected a name)"
        ),
    ]


def test_a_field_that_there_is_not_is_told_with_the_nearest() -> None:
    [fault] = refusal(source(more="bootstrapServer: [x]"))

    assert "did you mean 'bootstrapServers'?" in fault


def test_who_reads_and_who_writes_a_topic_meet_there() -> None:
    wiring = wire(
        source(),
        source("audit"),
        sink(servers="[my-cluster-kafka-bootstrap.kafka.svc.cluster.local:9093]"),
    )

    [hub] = wiring.hubs
    assert (hub.kind, hub.node) == (HubKind.TOPIC, "topic/orders")
    assert [route.node for route in hub.routes] == [
        "kafkasource/orders",
        "kafkasource/audit",
    ]
    assert [door.node for door in hub.entrances] == ["kafkasink/out"]
    assert wiring.addresses["kafkasink/out"] == (
        "http://kafka-sink-ingress.knative-eventing.svc.cluster.local/default/out"
    )
    assert said(wiring) == []


def test_topics_of_one_name_in_two_clusters_are_two() -> None:
    wiring = wire(source(), sink(servers="[elsewhere:9092]"))

    assert [hub.node for hub in wiring.hubs] == [
        "topic/orders",
        "topic/elsewhere/orders",
    ]
    assert [line for line in said(wiring, Severity.NOTE) if "KN230" in line][:1] == [
        (
            "KN230 spec.topics[0]: the topic 'orders' is spoken of at servers that have "
            "nothing in common (my-cluster-kafka-bootstrap.kafka, elsewhere): these are "
            "topics of different clusters, and nothing written to one is read from another"
        )
    ]


def test_without_a_block_of_its_own_a_source_has_the_delivery_of_its_kind() -> None:
    [hub] = wire(source()).hubs

    retries = hub.routes[0].retries
    assert (retries.retry, retries.delay_ns, retries.timeout_ns) == (
        10,
        300_000_000,
        600_000_000_000,
    )
    assert set(hub.routes[0].origins.values()) == {"default of kafka-source"}


def test_a_block_of_its_own_replaces_that_whole() -> None:
    [hub] = wire(source(more="delivery: {retry: 2}")).hubs

    retries = hub.routes[0].retries
    assert (retries.retry, retries.delay_ns) == (2, 200_000_000)


def test_a_topic_has_the_partitions_that_it_is_declared_with() -> None:
    declared = wire(source(), topic("orders"))
    made = wire(source(), sink(more="numPartitions: 5\n  replicationFactor: 1"))

    assert [hub.partitions for hub in (*declared.hubs, *made.hubs)] == [3, 5]


def test_a_topic_that_nobody_declares_among_those_that_are_is_told() -> None:
    wiring = wire(source(topics="[ordres]"), topic("orders"))

    assert said(wiring) == [
        (
            "KN201 spec.topics[0]: no KafkaTopic here declares the topic 'ordres'; did you "
            "mean 'orders'?; without one on the cluster it does not become Ready"
        )
    ]


def test_a_shared_consumer_group_is_told() -> None:
    group = "consumerGroup: g"

    wiring = wire(source(more=group), source("audit", more=group))

    assert said(wiring) == [
        (
            "KN231 spec.consumerGroup: KafkaSource orders reads the topic 'orders' in the "
            "same consumer group: on a cluster each record goes to one of the two, here to "
            "both"
        )
    ]


def test_no_consumer_reads_nothing() -> None:
    wiring = wire(source(more="consumers: 0"))

    assert wiring.hubs[0].routes == ()
    assert said(wiring) == ["KN305 spec.consumers: 0 consumers: nothing is read"]


def test_a_type_of_keys_that_there_is_not_is_read_as_string() -> None:
    label = "kafkasources.sources.knative.dev/key-type"
    labelled = source().replace(
        "{name: orders}", f"{{name: o, labels: {{{label}: in}}}}"
    )

    assert said(wire(labelled)) == [
        (
            f"KN305 metadata.labels.{label}: 'in' is no type of keys; did you mean 'int'? "
            "(there are: string, int, float, byte-array): keys are read as string"
        )
    ]


def test_a_topic_that_nobody_reads_keeps_what_is_written() -> None:
    notes = said(wire(sink()), Severity.NOTE)

    assert (
        "KN210 : nothing here reads topic/orders: what is written stays there" in notes
    )


def test_a_source_whose_topic_nobody_writes_asks_for_a_generator() -> None:
    notes = said(wire(source()), Severity.NOTE)

    assert any("(for: KafkaSource/orders)" in note for note in notes)


def test_both_words_of_the_short_form_make_them() -> None:
    text = """
topology: kafka
kafkasources: {orders: {topics: [a], bootstrapServers: [k:9092], sink: kafkasink/out}}
kafkasinks: {out: {topic: b, bootstrapServers: [k:9092]}}
"""

    wiring = Simulation(Topology.parse(text)).wiring

    assert [hub.node for hub in wiring.hubs] == ["topic/a", "topic/b"]
    assert wiring.hubs[0].routes[0].subscriber == wiring.hubs[1].entrances[0].url


def test_a_broker_makes_its_topic_as_its_config_map_says() -> None:
    wiring = wire(broker(), config_map(**GOOD))

    assert [hub.partitions for hub in wiring.hubs] == [6]
    assert wiring.not_simulated == ()
    assert said(wiring) == []


def test_all_that_is_wrong_with_its_config_map_is_told_and_nothing_is_delivered() -> (
    None
):
    bad = {**GOOD, "default_topic_partitions": "ten", "bootstrap_server": "k:9092"}
    del bad["bootstrap_servers"]

    wiring = wire(broker(), config_map(**bad))

    assert wiring.hubs == ()
    assert said(wiring) == [
        (
            "KN232 data.default.topic.partitions: expected a whole number of 1 or more, "
            "found 'ten': the broker makes no topic"
        ),
        (
            "KN232 data: bootstrap.servers is missing; is it 'bootstrap.server'?: the "
            "broker finds no Kafka"
        ),
    ]
    assert any("did you mean 'bootstrap.servers'?" in n for n in notes(wiring))


def test_a_config_map_that_is_not_there_is_told_with_the_nearest() -> None:
    wiring = wire(broker("kind: ConfigMap, apiVersion: v1, name: onw"), config_map())

    assert said(wiring) == [
        (
            "KN201 spec.config: there is no ConfigMap 'onw' in namespace 'default'; did "
            "you mean 'own'?; without it on the cluster this broker does not become Ready"
        )
    ]
    assert len(wiring.hubs) == 1


@pytest.mark.parametrize(
    ("class_", "config", "told"),
    [
        (
            "Kafka",
            "kind: Secret, apiVersion: v1, name: s",
            "invalid value: Secret: spec.config.kind",
        ),
        (
            "KafkaNamespaced",
            "kind: ConfigMap, apiVersion: v1, name: s, namespace: other",
            "invalid value: other: spec.config.namespace",
        ),
        (
            "RabbitMQBroker",
            "kind: ConfigMap, apiVersion: v1, name: s, namespace: default",
            (
                "Configuration not supported, only [kind: RabbitmqCluster, apiVersion: "
                "rabbitmq.com/v1beta1] or [kind: RabbitmqBrokerConfig, apiVersion: "
                "eventing.knative.dev/v1alpha1]: spec.config"
            ),
        ),
    ],
)
def test_the_webhook_of_a_class_refuses_a_configuration_of_another(
    class_: str, config: str, told: str
) -> None:
    assert refusal(broker(config, class_))[0] == f"Broker hub: {told}"


def test_a_broker_of_rabbitmq_takes_either_of_its_configurations() -> None:
    cluster = "kind: RabbitmqCluster, apiVersion: rabbitmq.com/v1beta1"
    own = "kind: RabbitmqBrokerConfig, apiVersion: eventing.knative.dev/v1alpha1"

    for config in (cluster, own):
        there = f"{config}, name: c, namespace: default"
        assert len(wire(broker(there, "RabbitMQBroker")).hubs) == 1


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        (
            "kafka.eventing.knative.dev/delivery.ordr: ordered",
            (
                "nobody knows the annotation kafka.eventing.knative.dev/delivery.ordr; did "
                "you mean 'kafka.eventing.knative.dev/delivery.order'?"
            ),
        ),
        (
            "rabbitmq.eventing.knative.dev/parallelism: '3'",
            (
                "rabbitmq.eventing.knative.dev/parallelism says nothing to kafka, which "
                "plays its broker"
            ),
        ),
        (
            "kafka.eventing.knative.dev/external.topic: mine",
            "kafka.eventing.knative.dev/external.topic is read on a broker of Kafka only",
        ),
    ],
)
def test_an_annotation_that_nobody_reads_is_told(annotation: str, told: str) -> None:
    wiring = wire(broker(), config_map(**GOOD), trigger(annotation))

    assert f"KN305 metadata.annotations: {told}" in notes(wiring)


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        ("kafka.eventing.knative.dev/delivery.order: ordered", "is read on a trigger"),
        ("kafka.eventing.knative.dev/external.topic: mine", "what others write to"),
    ],
)
def test_an_annotation_of_a_broker_that_comes_to_nothing_is_told(
    annotation: str, told: str
) -> None:
    annotated = broker().replace("annotations: {", f"annotations: {{{annotation}, ")

    assert any(told in note for note in notes(wire(annotated, config_map(**GOOD))))


def test_the_webhook_names_all_that_is_wrong_with_a_channel() -> None:
    wrong = """
apiVersion: messaging.knative.dev/v1beta1
kind: KafkaChannel
metadata: {name: c}
spec: {numPartitions: -3, replicationFactor: -1, retentionDuration: 7d}
"""

    assert refusal(wrong) == [
        "KafkaChannel c: invalid value: -3: spec.numPartitions (expected 1 or more)",
        "KafkaChannel c: invalid value: -1: spec.replicationFactor (expected 1 or more)",
        (
            "KafkaChannel c: invalid value: 7d: spec.retentionDuration (expected an ISO "
            "8601 duration such as PT0.5S)"
        ),
    ]


def test_channels_have_the_partitions_that_they_ask_for_whoever_makes_them() -> None:
    template = "{kind: KafkaChannel, apiVersion: messaging.knative.dev/v1, spec: {numPartitions: 4}}"
    text = f"""
topology: channels
kafkachannels: {{one: {{}}, three: {{numPartitions: 3}}}}
channels: {{four: {{channelTemplate: {template}}}}}
sequences: {{flow: {{steps: [shop], channelTemplate: {template}}}}}
services: {{shop: {{}}}}
"""

    wiring = Simulation(Topology.parse(text)).wiring

    assert [hub.partitions for hub in wiring.hubs] == [1, 3, 4, 4]


def test_a_sink_that_does_not_ask_who_sends_is_told_where_others_do() -> None:
    on = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config-features, namespace: knative-eventing}
data: {authentication-oidc: enabled}
"""

    [told] = said(wire(on, sink(more="numPartitions: 1\n  replicationFactor: 1")))

    assert told == (
        "KN307 : authentication-oidc is on, and kafka-source does not ask here who "
        "sends: everybody is let in"
    )


def test_a_broker_on_channels_has_the_partitions_of_its_template() -> None:
    template = """
apiVersion: v1
kind: ConfigMap
metadata: {name: kafka-channel, namespace: knative-eventing}
data:
  channel-template-spec: |
    apiVersion: messaging.knative.dev/v1beta1
    kind: KafkaChannel
    spec: {numPartitions: 3, replicationFactor: 1}
"""
    config = "kind: ConfigMap, apiVersion: v1, name: kafka-channel, namespace: knative-eventing"

    wiring = wire(template, broker(config, "MTChannelBasedBroker"))

    [hub] = wiring.hubs
    assert (hub.profile.name, hub.partitions) == ("mt-channel over kafka-channel", 3)


@pytest.mark.parametrize("topics", ["null", "[]"])
def test_a_source_that_got_past_the_webhook_without_topics_reads_none(
    topics: str,
) -> None:
    text = "---".join((source(topics=topics), source("other", topics=topics)))

    wiring = Simulation(Topology.parse(text), defaults=False, validate=False).wiring

    assert wiring.hubs == ()


def test_the_topic_of_a_broker_is_not_the_one_that_a_source_reads_here() -> None:
    [told] = said(wire(source(topics="[knative-broker-shop-default]")))

    assert told.startswith(
        "KN305 spec.topics[0]: 'knative-broker-shop-default' is the topic"
    )


def test_a_source_may_have_a_dead_letter_sink_of_its_own() -> None:
    buried = (
        "delivery: {deadLetterSink: {uri: http://shop.default.svc.cluster.local/x}}"
    )

    [hub] = wire(source(more=buried)).hubs

    assert hub.routes[0].dead_letter == "http://shop.default.svc.cluster.local/x"
    assert hub.routes[0].origins["deadLetterSink"] == "kafkasource/orders"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("sink: {ref: {apiVersion: v1, kind: Broker, name: x}}", "NotFound"),
        (
            "delivery: {deadLetterSink: {ref: {apiVersion: v1, kind: Broker, name: x}}}",
            "failed to reconcile consumer group",
        ),
    ],
)
def test_a_source_that_finds_nobody_to_send_to_is_not_ready(
    wrong: str, reason: str
) -> None:
    text = source(more=wrong if wrong.startswith("delivery") else "")
    if wrong.startswith("sink"):
        text = text.replace("sink: {uri: http://shop.default.svc.cluster.local}", wrong)

    wiring = wire(text)

    [conditions] = [
        each for key, each in wiring.conditions.items() if key.kind == "KafkaSource"
    ]
    assert reason in {each.reason for each in conditions if each.type == "Ready"}
    assert all(not hub.routes for hub in wiring.hubs)


CHANNEL = """
apiVersion: messaging.knative.dev/v1
kind: KafkaChannel
metadata: {name: c}
spec: {numPartitions: 3}
"""


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        (source(more="consumerGroup: a"), source(more="consumerGroup: b"), True),
        (source(), source(more="consumers: 2"), False),
        (sink(), sink(topic="other"), True),
        (sink(), sink(more="contentMode: structured"), False),
        (CHANNEL, CHANNEL.replace("3", "4"), True),
        (CHANNEL, CHANNEL.replace("3}", "3, delivery: {retry: 1}}"), False),
    ],
)
def test_what_makes_the_topic_or_the_group_cannot_change(
    before: str, after: str, *, replaced: bool
) -> None:
    sim = Simulation(Topology.parse(f"{before}---{SHOP}"))

    changes = sim.reload(Topology.parse(f"{after}---{SHOP}"))

    assert bool(changes.replaced) is replaced
    assert bool(changes.changed) is not replaced


def test_a_config_map_that_config_br_defaults_names_is_read_where_it_speaks_of_topics() -> (
    None
):
    defaults = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config-br-defaults, namespace: knative-eventing}
data:
  default-br-config: |
    clusterDefault: {brokerClass: Kafka, apiVersion: v1, kind: ConfigMap, name: own, namespace: default}
"""
    plain = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: hub}
"""

    good = wire(defaults, plain, config_map(**GOOD))
    silent = wire(defaults, plain, config_map(other="x"))

    assert [hub.partitions for hub in (*good.hubs, *silent.hubs)] == [6, 0]


def test_a_configuration_of_rabbitmq_without_name_or_kind_is_refused() -> None:
    nameless = (
        "kind: RabbitmqCluster, apiVersion: rabbitmq.com/v1beta1, namespace: default"
    )
    kindless = "name: c, namespace: default"

    told = [
        refusal(broker(config, "RabbitMQBroker")) for config in (nameless, kindless)
    ]

    assert all("missing field(s)" in lines[0] for lines in told)

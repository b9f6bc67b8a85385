"""What is written to topics of Kafka, and what comes of it."""

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError
from simulator.kernel import Kind
from simulator.session.topics import TopicState

TEXT = """
topology: kafka
brokers: {default: {annotations: {eventing.knative.dev/broker.class: Kafka}}}
kafkasinks:
  out: {topic: orders, bootstrapServers: ["k:9092"]}
kafkasources:
  in: {topics: [orders, more], bootstrapServers: ["k:9092"], sink: broker/default}
triggers:
  all: {subscriber: shop}
services: {shop: {}}
"""


def simulation(sources: str = "{}", more: str = "") -> Simulation:
    return Simulation(Topology.parse(f"{TEXT}sources: {sources}\n{more}"))


def test_what_a_sink_writes_a_source_of_the_topic_sends_on() -> None:
    sim = simulation()

    sent = sim.send(type="order.placed", id="1", to="kafkasink/out")
    sim.run()

    [received] = sim.received("shop")
    assert sent.status == 202
    assert received.attributes["id"] == "1"
    assert received.attributes["knativekafkaoffset"] == "0"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/default/out", "POST", 400),
        ("/default/out", "PUT", 405),
        ("/default/other", "POST", 404),
    ],
)
def test_a_sink_answers_as_the_ingress_of_kafka_does(
    path: str, method: str, status: int
) -> None:
    sim = simulation()
    host = "http://kafka-sink-ingress.knative-eventing.svc.cluster.local"

    sent = sim.post(f"{host}{path}", headers={}, body=b"x", method=method)
    sim.run()

    assert sent.status == status


def test_a_generator_writes_records_of_which_the_source_makes_events() -> None:
    record = "{key: k, value: {n: 1}, headers: {a: b}}"
    sim = simulation(f"{{w: {{for: KafkaSource/in, count: 2, record: {record}}}}}")

    sim.run()

    first, second = sim.received("shop")
    assert first.attributes["key"] == "k"
    assert first.attributes["kafkaheadera"] == "b"
    assert first.attributes["source"].endswith("/kafkasources/in#orders")
    assert first.attributes["id"].endswith("/offset:0")
    assert second.attributes["id"].endswith("/offset:1")
    assert first.body == b'{"n":1}'


def test_a_record_goes_to_the_topic_that_it_names() -> None:
    sim = simulation("{w: {for: KafkaSource/in, record: {topic: more, value: x}}}")

    sim.run()

    [received] = sim.received("shop")
    assert received.attributes["source"].endswith("#more")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "{for: KafkaSource/in, record: {topic: mor}}",
            (
                "KafkaSource/in reads no topic 'mor'; did you mean 'more'? (it reads: "
                "orders, more)"
            ),
        ),
        ("{sink: shop, record: {value: x}}", "a record is written to a topic of Kafka"),
    ],
)
def test_a_record_without_a_topic_is_told(source: str, why: str) -> None:
    sim = simulation(f"{{w: {source}}}")

    [fault] = [each for each in sim.findings if each.subject == "source w"]

    assert why in fault.message


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("{kye: a}", "unknown field; did you mean 'key'?"),
        (
            "{key: [a]}",
            "spec.sources.w.record.key: expected text, a whole number of 32",
        ),
        ("{key: 3000000000}", "expected text, a whole number of 32 bits"),
        ("{key: true}", "expected text, a whole number of 32 bits"),
        ("{partition: -2}", "record.partition: expected a whole number from 0 to"),
        ("{timestamp: now}", "record.timestamp: expected a time of RFC 3339"),
        ("{valueBase64: '?'}", "record.valueBase64: is not base64"),
        ("{value: a, valueBase64: YQ==}", "value says what it is already"),
        ("{headers: {a: [b]}}", "record.headers.a: expected text"),
    ],
)
def test_a_record_that_is_none_is_refused(record: str, why: str) -> None:
    with pytest.raises(TopologyError) as raised:
        simulation(f"{{w: {{for: KafkaSource/in, record: {record}}}}}")

    assert why in str(raised.value)


def test_an_event_and_a_record_at_once_are_refused() -> None:
    with pytest.raises(TopologyError) as raised:
        simulation("{w: {for: KafkaSource/in, event: {type: a}, record: {value: x}}}")

    assert "expected one of event, record, found both" in str(raised.value)


def test_records_of_one_key_wait_for_each_other_and_others_do_not() -> None:
    one = "{for: KafkaSource/in, at: 0s, record: {key: a, value: first}}"
    two = "{for: KafkaSource/in, at: 1s, record: {key: a, value: second}}"
    three = "{for: KafkaSource/in, at: 1s, record: {partition: 9, value: third}}"
    text = TEXT.replace("sink: broker/default", "sink: shop").replace(
        "shop: {}", "shop: {responses: [503, 503, 200]}"
    )
    sources = f"sources: {{one: {one}, two: {two}, three: {three}}}"
    sim = Simulation(Topology.parse(f"{text}{sources}"))

    sim.run()

    bodies = [each.body for each in sim.received("shop")]
    assert bodies == [b"first", b"first", b"third", b"first", b"second"]


def test_a_trigger_of_a_kafka_broker_passes_over_a_record_that_is_no_event() -> None:
    sim = simulation("{w: {sink: broker/default, record: {value: x}}}")

    sim.run()

    assert sim.received("shop") == []
    [lost] = sim.trace.select(kind=Kind.LOST)
    assert lost.detail == "the record is no CloudEvent: it is passed over"


def test_a_dead_letter_sink_may_be_a_topic() -> None:
    text = """
topology: kafka
brokers: {default: {}}
kafkasinks: {dead: {topic: dead, bootstrapServers: ["k:9092"]}}
triggers: {all: {subscriber: shop, delivery: {deadLetterSink: kafkasink/dead}}}
services: {shop: {responses: [400]}}
"""
    sim = Simulation(Topology.parse(text))

    sim.send(type="a")
    sim.run()

    [buried] = sim.trace.select(kind=Kind.DEAD_LETTERED)
    assert buried.target == "kafkasink/dead"
    assert not sim.trace.select(kind=Kind.LOST)


def orders(sim: Simulation) -> TopicState:
    return next(each for each in sim.topics if each.node == "topic/orders")


def test_a_topic_tells_what_was_written_last_and_how_far_it_is_read() -> None:
    text = TEXT.replace("sink: broker/default", "sink: shop").replace(
        "shop: {}", "shop: {responses: [200, 503]}"
    )
    record = "{key: k, value: x}"
    many = f"sources: {{w: {{for: KafkaSource/in, count: 3, record: {record}}}}}"
    sim = Simulation(Topology.parse(f"{text}{many}"))

    sim.run(until="1s")

    [topic] = sim.topics
    partition = topic.last.partition
    assert (topic.node, topic.written, topic.last.offset) == ("topic/orders", 3, 2)
    assert topic.committed == {"kafkasource/in": {partition: 1}}
    assert topic.behind == {"kafkasource/in": 2}
    assert str(topic.last) == (
        f"at {partition}/2: key k, no event, 1 byte, headers none"
    )


@pytest.mark.parametrize(
    ("mode", "form", "headers", "value"),
    [
        ("binary", "binary", ["ce_specversion", "ce_id"], b"1"),
        ("structured", "structured", ["content-type"], b'{"specversion":"1.0"'),
    ],
)
def test_a_sink_writes_in_its_mode(
    mode: str, form: str, headers: list[str], value: bytes
) -> None:
    text = TEXT.replace("out: {", f"out: {{contentMode: {mode}, ")
    sim = Simulation(Topology.parse(text))

    key = {"partitionkey": "k"}
    sim.send(type="a", id="1", attributes=key, data=1, to="kafkasink/out")
    sim.run()

    last = orders(sim).last
    assert (last.form, last.key) == (form, b"k")
    assert list(last.headers)[: len(headers)] == headers
    assert last.value is not None
    assert last.value.startswith(value)
    assert sim.received("shop")[0].body == b"1"


def test_what_a_record_carries_says_how_it_is_written() -> None:
    record = (
        "{headers: {content-type: application/cloudevents+json}, value: {specversion: "
        "'1.0', id: a, source: /s, type: t}}"
    )
    sim = simulation(f"{{w: {{for: KafkaSource/in, record: {record}}}}}")

    sim.run()

    assert orders(sim).last.form == "structured"


def test_the_topic_of_a_broker_is_one_too() -> None:
    sim = simulation()

    sim.send(type="a", to="broker/default")
    sim.run()

    [topic] = sim.topics
    assert topic.as_data == {
        "topic": "broker/default",
        "records": 1,
        "offsets": {"0": 1},
        "committed": {"trigger/all": {"0": 1}},
        "last": str(topic.last),
    }


def test_before_anything_is_written_there_are_no_topics() -> None:
    assert simulation().topics == ()

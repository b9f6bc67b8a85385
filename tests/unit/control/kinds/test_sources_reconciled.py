import pytest

from simulator.control import GeneratorDescription
from simulator.resource import ResourceKey
from simulator.wiring import Severity, Source
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    broker,
    broker_ref,
    channel,
    findings,
    manifest,
    messages,
    ping,
    sequence,
    service,
    texts,
    wire,
)

BROKER_URL = f"{INGRESS}/default/default"


def kafka(name: str = "orders", **spec: object) -> Manifest:
    whole = {"sink": broker_ref("default"), **spec}
    return manifest(
        "sources.knative.dev/v1", "RedisStreamSource", name, "default", whole
    )


def described(sink: object = None, **more: str) -> dict[str, GeneratorDescription]:
    return {"checkout": GeneratorDescription(sink=sink, **more)}  # type: ignore[arg-type]  # any form is tried


def test_a_ping_source_posts_to_its_sink() -> None:
    overrides = {"extensions": {"Region": "eu"}}

    wiring = wire(broker(), ping(ceOverrides=overrides))

    assert wiring.sources == (
        Source(
            node="pingsource/tick",
            resource=ping_key(wiring.sources[0]),
            sink=BROKER_URL,
            overrides={"region": "eu"},
            schedule="* * * * *",
        ),
    )
    assert texts(wiring, "PingSource", "tick") == {
        "Deployed": "True",
        "OIDCIdentityCreated": "True authentication-oidc feature disabled",
        "Ready": "True",
        "SinkProvided": "True",
    }


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"ceOverrides": {"extensions": {"Subject": "x"}}}, "spec.ceOverrides.extensions.Subject"),
        ({"ceOverrides": {"extensions": {"type": ""}}}, "spec.ceOverrides.extensions.type"),
        ({"contentType": "a b", "data": "x"}, "spec.contentType"),
    ],
)  # fmt: skip
def test_a_ping_source_whose_events_are_invalid_sends_none_and_says_so(
    spec: Manifest, path: str
) -> None:
    wiring = wire(broker(), ping(**spec))

    assert [source.schedule for source in wiring.sources] == [""]
    assert [f.path for f in wiring.findings if f.code == "unsendable"] == [path]


def test_a_content_type_alone_says_nothing() -> None:
    wiring = wire(broker(), ping(contentType="a b"))

    assert [source.schedule for source in wiring.sources] == ["* * * * *"]
    assert messages(wiring, "unsendable") == []


def ping_key(source: Source) -> ResourceKey:
    assert source.resource is not None
    assert source.resource.kind == "PingSource"
    return source.resource


def test_a_ping_source_whose_sink_is_missing_is_not_ready() -> None:
    wiring = wire(ping())

    (made,) = wiring.sources
    assert made.sink is None
    assert texts(wiring, "PingSource", "tick") == {
        "Deployed": "Unknown",
        "OIDCIdentityCreated": "Unknown",
        "Ready": "False NotFound",
        "SinkProvided": "False NotFound",
    }


def test_a_ping_source_without_a_sink_is_not_ready() -> None:
    wiring = wire(ping(sink=None))

    assert texts(wiring, "PingSource", "tick")["Ready"] == "False NotFound"


def test_a_source_of_an_unknown_kind_is_wired_and_silent() -> None:
    wiring = wire(broker(), kafka(ceOverrides={"extensions": None}))

    (made,) = wiring.sources
    assert (made.node, made.sink, made.silent) == (
        "redisstreamsource/orders",
        BROKER_URL,
        True,
    )
    assert wiring.conditions.keys() == {broker_key(wiring.conditions)}
    assert wiring.not_simulated == ()
    assert messages(wiring, "silent-source") == [
        (
            "RedisStreamSource orders: : nothing here says what it sends; a source of a Simulation "
            "can stand for it (for: RedisStreamSource/orders)"
        )
    ]


def broker_key(keys: object) -> object:
    return next(iter(keys))  # type: ignore[call-overload]  # a mapping by key


def test_a_source_without_a_sink_plays_no_part() -> None:
    wiring = wire(kafka(sink=None))

    assert wiring.sources == ()
    assert [str(each) for each in wiring.not_simulated] == ["RedisStreamSource orders"]
    assert messages(wiring, "not-simulated") == [
        "RedisStreamSource orders: : it has no sink that events could be sent to"
    ]


@pytest.mark.parametrize(
    ("sink", "url"),
    [
        ("broker/default", BROKER_URL),
        ("broker/default/default", BROKER_URL),
        ("channel/audit", "http://audit-kn-channel.default.svc.cluster.local"),
        ("channel/queue", "http://queue-kn-channel.default.svc.cluster.local"),
        (
            "sequence/steps",
            "http://steps-kn-sequence-0-kn-channel.default.svc.cluster.local",
        ),
        ("service/shop/pricing", "http://pricing.shop.svc.cluster.local"),
        ("pricing", "http://pricing.default.svc.cluster.local"),
        ("https://example.com/x", "https://example.com/x"),
        (broker_ref("default"), BROKER_URL),
    ],
)
def test_a_generator_names_its_sink_in_any_form(sink: object, url: str) -> None:
    wiring = wire(
        broker(),
        channel(),
        channel("queue", "InMemoryChannel"),
        sequence(service("one")),
        generators=described(sink),
    )

    source = Source(
        node="source/checkout", resource=None, sink=url, generator="checkout"
    )
    assert wiring.sources == (source,)


@pytest.mark.parametrize("sink", ["brokr/default", "broker/a/b/c", "broker/"])
def test_a_sink_that_is_none_is_a_fault(sink: str) -> None:
    wiring = wire(broker(), generators=described(sink, where="a.yaml:3:5"))

    (fault,) = findings(wiring, "unresolved")
    assert (fault.severity, fault.where) == (Severity.FAULT, "a.yaml:3:5")
    assert str(fault) == (
        f"a.yaml:3:5: KN201 source checkout: {sink!r} is no sink; expected a service's name, "
        "KIND/NAME, KIND/NAMESPACE/NAME or a URL"
    )


def test_a_sink_that_is_not_there_names_the_nearest() -> None:
    wiring = wire(broker("orders"), generators=described("broker/order"))

    assert messages(wiring, "unresolved") == [
        (
            "source checkout: sink.ref: there is no Broker 'order' in namespace 'default'; "
            "did you mean 'orders'?"
        )
    ]


def test_a_missing_channel_is_looked_for_as_a_channel() -> None:
    wiring = wire(generators=described("channel/audit"))

    assert messages(wiring, "unresolved") == [
        "source checkout: sink.ref: there is no Channel 'audit' in namespace 'default'"
    ]


def test_a_generator_without_a_sink_is_a_fault() -> None:
    wiring = wire(generators=described())

    assert messages(wiring, "no-sink") == [
        "source checkout: : it has no sink; name one in sink"
    ]


def test_a_generator_takes_the_place_of_the_source_it_stands_for() -> None:
    overrides = {"extensions": {"region": "eu"}}

    wiring = wire(
        kafka(ceOverrides=overrides),
        broker(),
        ping(),
        generators=described(for_resource="RedisStreamSource/orders"),
    )

    first, second = wiring.sources
    assert (first.node, first.sink) == ("source/checkout", BROKER_URL)
    assert first.overrides == {"region": "eu"}
    assert first.resource is not None
    assert (first.resource.name, first.silent) == ("orders", False)
    assert second.node == "pingsource/tick"
    assert messages(wiring, "silent-source") == []


def test_two_generators_may_stand_for_one_source() -> None:
    generators = {
        "a": GeneratorDescription(for_resource="RedisStreamSource/default/orders"),
        "b": GeneratorDescription(
            for_resource="RedisStreamSource/orders", sink="other"
        ),
    }

    wiring = wire(broker(), kafka(), generators=generators)

    assert [(each.node, each.sink) for each in wiring.sources] == [
        ("source/a", BROKER_URL),
        ("source/b", "http://other.default.svc.cluster.local"),
    ]


def test_a_generator_for_a_source_that_is_not_there_names_the_nearest() -> None:
    wiring = wire(
        broker(), kafka(), generators=described(for_resource="RedisStreamSource/order")
    )

    assert messages(wiring, "unresolved") == [
        (
            "source checkout: : there is no source 'RedisStreamSource/order'; did you mean "
            "'RedisStreamSource/orders'?"
        )
    ]
    assert wiring.sources[-1].sink is None


def test_a_connector_with_a_source_of_its_own_plays_no_part() -> None:
    bridge = manifest(
        "example.com/v1",
        "Bridge",
        "slack",
        "default",
        {"source": broker_ref("default"), "sink": service("slack")},
    )

    wiring = wire(broker(), bridge)

    assert wiring.sources == ()
    assert [str(each) for each in wiring.not_simulated] == ["Bridge slack"]


def elsewhere(namespace: str) -> Manifest:
    made = kafka(sink=broker_ref("default", namespace="default"))
    return {**made, "metadata": {"name": "orders", "namespace": namespace}}


def test_a_generator_finds_the_only_source_of_the_name_in_whatever_namespace() -> None:
    wiring = wire(
        broker(),
        elsewhere("payments"),
        generators=described(for_resource="RedisStreamSource/orders"),
    )

    assert messages(wiring, "unresolved") == []
    assert [each.node for each in wiring.sources] == ["source/checkout"]


def test_of_two_sources_of_one_name_in_other_namespaces_none_is_meant() -> None:
    wiring = wire(
        broker(),
        elsewhere("payments"),
        elsewhere("refunds"),
        generators=described(for_resource="RedisStreamSource/orders"),
    )

    [fault] = findings(wiring, "unresolved")
    assert fault.severity is Severity.FAULT
    assert fault.message.startswith("there is no source 'RedisStreamSource/orders'")


def test_a_silent_source_of_another_namespace_is_named_so_that_it_is_found() -> None:
    wiring = wire(broker(), elsewhere("payments"))

    [note] = findings(wiring, "silent-source")
    assert note.message.endswith("(for: RedisStreamSource/payments/orders)")
